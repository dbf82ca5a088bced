//! Unsupported engine version of an RDS instance. The check is a schema.

use crate::rules::definition::On;

rule! {
    /// RDS offers each database engine in certain versions only.
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
    ///       EngineVersion: 1.2.3
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
    ///       EngineVersion: 8.4.8
    /// ```
    E3691: error "unsupported engine version of an RDS instance",
    on: On::Extension,
}
