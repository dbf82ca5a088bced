//! Valkey replication group without a choice of encryption in transit. The check is a schema.

use crate::rules::definition::On;

rule! {
    /// `TransitEncryptionEnabled` has no default for a replication group with the engine `valkey`: it must be set.
    ///
    /// ## Mistake
    ///
    /// ```yaml
    /// Resources:
    ///   It:
    ///     Type: AWS::ElastiCache::ReplicationGroup
    ///     Properties:
    ///       ReplicationGroupDescription: cache
    ///       Engine: valkey
    /// ```
    ///
    /// ## Fix
    ///
    /// ```yaml
    /// Resources:
    ///   It:
    ///     Type: AWS::ElastiCache::ReplicationGroup
    ///     Properties:
    ///       ReplicationGroupDescription: cache
    ///       Engine: valkey
    ///       TransitEncryptionEnabled: true
    /// ```
    E3704: error "Valkey replication group without a choice of encryption in transit",
    on: On::Extension,
}
