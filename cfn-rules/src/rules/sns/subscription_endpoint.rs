//! Subscription endpoint that does not fit its protocol. The check is a schema.

use crate::rules::definition::On;

rule! {
    /// The endpoint of a subscription must be what its protocol delivers to: the ARN of a queue for `sqs`, the ARN of a
    /// function for `lambda`.
    ///
    /// ## Mistake
    ///
    /// ```yaml
    /// Resources:
    ///   It:
    ///     Type: AWS::SNS::Subscription
    ///     Properties:
    ///       TopicArn: arn:aws:sns:eu-west-1:123456789012:news
    ///       Protocol: lambda
    ///       Endpoint: Worker
    /// ```
    ///
    /// ## Fix
    ///
    /// ```yaml
    /// Resources:
    ///   It:
    ///     Type: AWS::SNS::Subscription
    ///     Properties:
    ///       TopicArn: arn:aws:sns:eu-west-1:123456789012:news
    ///       Protocol: lambda
    ///       Endpoint: arn:aws:lambda:eu-west-1:123456789012:function:Worker
    /// ```
    W3694: warning "subscription endpoint that does not fit its protocol",
    on: On::Extension,
}
