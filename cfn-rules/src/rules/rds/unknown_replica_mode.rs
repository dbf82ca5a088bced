//! Unknown replica mode. The check is a schema.

use crate::rules::definition::On;

rule! {
    /// `ReplicaMode` of an Oracle or Db2 replica must be `mounted` or `open-read-only`.
    ///
    /// ## Mistake
    ///
    /// ```yaml
    /// Resources:
    ///   It:
    ///     Type: AWS::RDS::DBInstance
    ///     Properties:
    ///       Engine: oracle-ee
    ///       DBInstanceClass: db.t3.small
    ///       ReplicaMode: readable
    /// ```
    ///
    /// ## Fix
    ///
    /// ```yaml
    /// Resources:
    ///   It:
    ///     Type: AWS::RDS::DBInstance
    ///     Properties:
    ///       Engine: oracle-ee
    ///       DBInstanceClass: db.t3.small
    ///       ReplicaMode: mounted
    /// ```
    E3721: error "unknown replica mode",
    on: On::Extension,
}
