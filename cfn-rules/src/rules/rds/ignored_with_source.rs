//! Property that a cluster from another cluster ignores. The check is a schema.

use crate::rules::definition::On;

rule! {
    /// A cluster that is restored from another cluster has that cluster's user, password and encryption. RDS ignores
    /// other values.
    ///
    /// ## Mistake
    ///
    /// ```yaml
    /// Resources:
    ///   It:
    ///     Type: AWS::RDS::DBCluster
    ///     Properties:
    ///       Engine: aurora-mysql
    ///       SourceDBClusterIdentifier: old
    ///       MasterUsername: admin
    /// ```
    ///
    /// ## Fix
    ///
    /// ```yaml
    /// Resources:
    ///   It:
    ///     Type: AWS::RDS::DBCluster
    ///     Properties:
    ///       Engine: aurora-mysql
    ///       SourceDBClusterIdentifier: old
    /// ```
    W3689: warning "property that a cluster from another cluster ignores",
    on: On::Extension,
}
