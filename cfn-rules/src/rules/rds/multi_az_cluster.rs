//! Property of a Multi-AZ cluster that is missing or unsupported. The check is a schema.

use crate::rules::definition::On;

rule! {
    /// A Multi-AZ cluster runs MySQL or PostgreSQL. It needs an instance class, a storage size, a storage type and
    /// IOPS, and cannot have properties that belong to Aurora.
    ///
    /// ## Mistake
    ///
    /// ```yaml
    /// Resources:
    ///   It:
    ///     Type: AWS::RDS::DBCluster
    ///     Properties:
    ///       Engine: mysql
    /// ```
    ///
    /// ## Fix
    ///
    /// ```yaml
    /// Resources:
    ///   It:
    ///     Type: AWS::RDS::DBCluster
    ///     Properties:
    ///       Engine: mysql
    ///       AllocatedStorage: 100
    ///       DBClusterInstanceClass: db.m5d.large
    ///       Iops: 1000
    ///       StorageType: io1
    /// ```
    E3692: error "property of a Multi-AZ cluster that is missing or unsupported",
    on: On::Extension,
}
