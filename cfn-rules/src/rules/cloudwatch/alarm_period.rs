//! Invalid period of an alarm. The check is a schema.

use crate::rules::definition::On;

rule! {
    /// The period of a CloudWatch alarm must be 10, 20, 30 or a multiple of 60 seconds.
    ///
    /// ## Mistake
    ///
    /// ```yaml
    /// Resources:
    ///   It:
    ///     Type: AWS::CloudWatch::Alarm
    ///     Properties:
    ///       ComparisonOperator: GreaterThanThreshold
    ///       EvaluationPeriods: 1
    ///       Threshold: 1
    ///       Namespace: AWS/SQS
    ///       MetricName: NumberOfMessagesSent
    ///       Statistic: Sum
    ///       Period: 45
    /// ```
    ///
    /// ## Fix
    ///
    /// ```yaml
    /// Resources:
    ///   It:
    ///     Type: AWS::CloudWatch::Alarm
    ///     Properties:
    ///       ComparisonOperator: GreaterThanThreshold
    ///       EvaluationPeriods: 1
    ///       Threshold: 1
    ///       Namespace: AWS/SQS
    ///       MetricName: NumberOfMessagesSent
    ///       Statistic: Sum
    ///       Period: 60
    /// ```
    E3615: error "invalid period of an alarm",
    on: On::Extension,
}
