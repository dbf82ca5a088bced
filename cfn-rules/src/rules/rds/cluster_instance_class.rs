//! Instance class that the cluster's engine does not support. The check is a schema.

use crate::rules::definition::On;

rule! {
    /// The engine of a Multi-AZ cluster runs on certain instance classes only. The lists come from the price lists for
    /// us-east-1.
    ///
    /// ## Mistake
    ///
    /// ```yaml
    /// Resources:
    ///   It:
    ///     Type: AWS::RDS::DBCluster
    ///     Properties:
    ///       Engine: mysql
    ///       AllocatedStorage: 100
    ///       DBClusterInstanceClass: db.t9.huge
    ///       Iops: 1000
    ///       StorageType: io1
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
    E3694: error "instance class that the cluster's engine does not support",
    on: On::Extension,
}
