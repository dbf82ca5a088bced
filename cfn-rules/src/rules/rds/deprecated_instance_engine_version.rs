//! Deprecated engine version of an RDS instance. The check is a schema.

use crate::rules::definition::On;

rule! {
    /// The engine version is deprecated: it still works, but AWS will upgrade it.
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
    ///       EngineVersion: 5.7.44
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
    W3691: warning "deprecated engine version of an RDS instance",
    on: On::Extension,
}
