//! Property of an Aurora cluster on one of its instances. The check is a schema.

use crate::rules::definition::On;

rule! {
    /// Storage, deletion protection and the master user's password of Aurora belong to the cluster. RDS refuses them on
    /// an instance of the cluster.
    ///
    /// ## Mistake
    ///
    /// ```yaml
    /// Resources:
    ///   It:
    ///     Type: AWS::RDS::DBInstance
    ///     Properties:
    ///       Engine: aurora-mysql
    ///       DBInstanceClass: db.t4g.medium
    ///       AllocatedStorage: '20'
    /// ```
    ///
    /// ## Fix
    ///
    /// ```yaml
    /// Resources:
    ///   It:
    ///     Type: AWS::RDS::DBInstance
    ///     Properties:
    ///       Engine: aurora-mysql
    ///       DBInstanceClass: db.t4g.medium
    /// ```
    E3682: error "property of an Aurora cluster on one of its instances",
    on: On::Extension,
}
