//! Unsupported combination of CPU and memory of a Fargate task. The check is a schema.

use crate::rules::definition::On;

rule! {
    /// Fargate offers certain task sizes: for each CPU size there are some memory sizes. ECS refuses every other
    /// combination.
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
    ///       NetworkMode: awsvpc
    ///       Cpu: '256'
    ///       Memory: '4096'
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
    E3047: error "unsupported combination of CPU and memory of a Fargate task",
    on: On::Extension,
}
