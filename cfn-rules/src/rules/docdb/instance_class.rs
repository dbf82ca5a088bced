//! Unknown instance class of a DocumentDB instance. The check is a schema.

use crate::rules::definition::On;

rule! {
    /// The instance class of a DocumentDB instance must be one that AWS offers. The list comes from the price lists for
    /// us-east-1.
    ///
    /// ## Mistake
    ///
    /// ```yaml
    /// Resources:
    ///   It:
    ///     Type: AWS::DocDB::DBInstance
    ///     Properties:
    ///       DBClusterIdentifier: docs
    ///       DBInstanceClass: db.t9.huge
    /// ```
    ///
    /// ## Fix
    ///
    /// ```yaml
    /// Resources:
    ///   It:
    ///     Type: AWS::DocDB::DBInstance
    ///     Properties:
    ///       DBClusterIdentifier: docs
    ///       DBInstanceClass: db.t4g.medium
    /// ```
    E3620: error "unknown instance class of a DocumentDB instance",
    on: On::Extension,
}
