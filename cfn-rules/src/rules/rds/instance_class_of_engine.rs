//! Instance class that the database engine does not support. The check is a schema.

use crate::rules::definition::On;

rule! {
    /// Each database engine runs on certain instance classes only, and older classes are no longer offered. The lists
    /// come from the price lists for us-east-1.
    ///
    /// ## Mistake
    ///
    /// ```yaml
    /// Resources:
    ///   It:
    ///     Type: AWS::RDS::DBInstance
    ///     Properties:
    ///       Engine: mysql
    ///       DBInstanceClass: db.t9.huge
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
    ///       Engine: mysql
    ///       DBInstanceClass: db.t4g.micro
    ///       AllocatedStorage: '20'
    /// ```
    ///
    /// ## Where cfn-lint differs
    ///
    /// Where an `Fn::If` decides the engine, we look at each branch; cfn-lint looks at none.
    E3025: error "instance class that the database engine does not support",
    on: On::Extension,
}
