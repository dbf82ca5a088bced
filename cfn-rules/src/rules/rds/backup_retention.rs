//! Backup retention that RDS does not support. The check is a schema.

use crate::rules::definition::On;

rule! {
    /// A database instance keeps backups for at most 35 days. An instance of a cluster has no retention period of its
    /// own: the cluster has it.
    ///
    /// ## Mistake
    ///
    /// ```yaml
    /// Resources:
    ///   It:
    ///     Type: AWS::RDS::DBInstance
    ///     Properties:
    ///       Engine: mysql
    ///       DBInstanceClass: db.t4g.micro
    ///       AllocatedStorage: '20'
    ///       BackupRetentionPeriod: 60
    /// ```
    ///
    /// ## Fix
    ///
    /// ```yaml
    /// Resources:
    ///   It:
    ///     Type: AWS::RDS::DBInstance
    ///     Properties:
    ///       Engine: mysql
    ///       DBInstanceClass: db.t4g.micro
    ///       AllocatedStorage: '20'
    ///       BackupRetentionPeriod: 35
    /// ```
    E3719: error "backup retention that RDS does not support",
    on: On::Extension,
}
