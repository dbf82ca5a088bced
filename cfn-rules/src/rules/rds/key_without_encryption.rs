//! KMS key on an unencrypted database. The check is a schema.

use crate::rules::definition::On;

rule! {
    /// A database instance with `KmsKeyId` needs `StorageEncrypted: true`.
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
    ///       KmsKeyId: alias/db
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
    ///       KmsKeyId: alias/db
    ///       StorageEncrypted: true
    /// ```
    E3720: error "KMS key on an unencrypted database",
    on: On::Extension,
}
