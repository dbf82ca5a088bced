//! Property of a Fargate task that is missing or unsupported. The check is a schema.

use crate::rules::definition::On;

rule! {
    /// A Fargate task needs the network mode `awsvpc`, a CPU and a memory size. It cannot have placement constraints,
    /// and its log drivers are those of Fargate.
    ///
    /// ## Mistake
    ///
    /// ```yaml
    /// Resources:
    ///   It:
    ///     Type: AWS::ECS::TaskDefinition
    ///     Properties:
    ///       RequiresCompatibilities:
    ///         - FARGATE
    ///       Cpu: '256'
    ///       Memory: '512'
    ///       ContainerDefinitions:
    ///         - Name: web
    ///           Image: nginx
    /// ```
    ///
    /// ## Fix
    ///
    /// ```yaml
    /// Resources:
    ///   It:
    ///     Type: AWS::ECS::TaskDefinition
    ///     Properties:
    ///       RequiresCompatibilities:
    ///         - FARGATE
    ///       NetworkMode: awsvpc
    ///       Cpu: '256'
    ///       Memory: '512'
    ///       ContainerDefinitions:
    ///         - Name: web
    ///           Image: nginx
    /// ```
    E3048: error "property of a Fargate task that is missing or unsupported",
    on: On::Extension,
}
