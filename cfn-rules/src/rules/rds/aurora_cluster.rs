//! Property of a Multi-AZ cluster on an Aurora cluster. The check is a schema.

use crate::rules::definition::On;

rule! {
    /// An instance class, a storage size and IOPS belong to Multi-AZ clusters. RDS refuses them on an Aurora cluster.
    ///
    /// ## Mistake
    ///
    /// ```yaml
    /// Resources:
    ///   It:
    ///     Type: AWS::RDS::DBCluster
    ///     Properties:
    ///       Engine: aurora-mysql
    ///       AllocatedStorage: 100
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
    /// ```
    E3693: error "property of a Multi-AZ cluster on an Aurora cluster",
    on: On::Extension,
}
