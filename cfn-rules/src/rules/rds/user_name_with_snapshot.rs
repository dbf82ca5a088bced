//! Master user name on a cluster from a snapshot. The check is a schema.

use crate::rules::definition::On;

rule! {
    /// A cluster that is restored from a snapshot has the master user of the snapshot. RDS ignores `MasterUsername`.
    ///
    /// ## Mistake
    ///
    /// ```yaml
    /// Resources:
    ///   It:
    ///     Type: AWS::RDS::DBCluster
    ///     Properties:
    ///       Engine: aurora-mysql
    ///       SnapshotIdentifier: before
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
    ///       SnapshotIdentifier: before
    /// ```
    W3688: warning "master user name on a cluster from a snapshot",
    on: On::Extension,
}
