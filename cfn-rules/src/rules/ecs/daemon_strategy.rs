//! Daemon scheduling where ECS supports replicas only. The check is a schema.

use crate::rules::definition::On;

rule! {
    /// A service on Fargate, or with a deployment controller other than ECS, cannot use the scheduling strategy
    /// `DAEMON`. Use `REPLICA`.
    ///
    /// ## Mistake
    ///
    /// ```yaml
    /// Resources:
    ///   It:
    ///     Type: AWS::ECS::Service
    ///     Properties:
    ///       LaunchType: FARGATE
    ///       SchedulingStrategy: DAEMON
    /// ```
    ///
    /// ## Fix
    ///
    /// ```yaml
    /// Resources:
    ///   It:
    ///     Type: AWS::ECS::Service
    ///     Properties:
    ///       LaunchType: FARGATE
    ///       SchedulingStrategy: REPLICA
    /// ```
    E3044: error "daemon scheduling where ECS supports replicas only",
    on: On::Extension,
}
