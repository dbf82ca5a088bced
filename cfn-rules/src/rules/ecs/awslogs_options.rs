//! Incomplete options of the awslogs log driver. The check is a schema.

use crate::rules::definition::On;

rule! {
    /// The log driver `awslogs` needs the options `awslogs-group` and `awslogs-region`.
    ///
    /// ## Mistake
    ///
    /// ```yaml
    /// Resources:
    ///   It:
    ///     Type: AWS::ECS::TaskDefinition
    ///     Properties:
    ///       ContainerDefinitions:
    ///         - Name: web
    ///           Image: nginx
    ///           LogConfiguration:
    ///             LogDriver: awslogs
    ///             Options:
    ///               awslogs-group: web
    /// ```
    ///
    /// ## Fix
    ///
    /// ```yaml
    /// Resources:
    ///   It:
    ///     Type: AWS::ECS::TaskDefinition
    ///     Properties:
    ///       ContainerDefinitions:
    ///         - Name: web
    ///           Image: nginx
    ///           LogConfiguration:
    ///             LogDriver: awslogs
    ///             Options:
    ///               awslogs-group: web
    ///               awslogs-region: eu-west-1
    /// ```
    E3046: error "incomplete options of the awslogs log driver",
    on: On::Extension,
}
