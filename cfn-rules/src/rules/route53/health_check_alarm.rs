//! Health check of an alarm without the alarm. The check is a schema.

use crate::rules::definition::On;

rule! {
    /// A health check of the type `CLOUDWATCH_METRIC` needs `AlarmIdentifier`: the alarm that it follows.
    ///
    /// ## Mistake
    ///
    /// ```yaml
    /// Resources:
    ///   It:
    ///     Type: AWS::Route53::HealthCheck
    ///     Properties:
    ///       HealthCheckConfig:
    ///         Type: CLOUDWATCH_METRIC
    /// ```
    ///
    /// ## Fix
    ///
    /// ```yaml
    /// Resources:
    ///   It:
    ///     Type: AWS::Route53::HealthCheck
    ///     Properties:
    ///       HealthCheckConfig:
    ///         Type: CLOUDWATCH_METRIC
    ///         AlarmIdentifier:
    ///           Name: slow
    ///           Region: eu-west-1
    /// ```
    E3661: error "health check of an alarm without the alarm",
    on: On::Extension,
}
