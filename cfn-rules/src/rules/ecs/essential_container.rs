//! ECS task without an essential container. The check is a schema.

use crate::rules::definition::On;

rule! {
    /// An ECS task needs at least one essential container. A container is essential by default, so this happens only
    /// when each of them has `Essential: false`.
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
    ///           Essential: false
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
    /// ```
    E3042: error "ECS task without an essential container",
    on: On::Extension,
}
