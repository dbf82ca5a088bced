//! Starting position on the event source mapping of a queue. The check is a schema.

use crate::rules::definition::On;

rule! {
    /// A queue has no position to start from. Lambda refuses `StartingPosition` on the event source mapping of an SQS
    /// queue.
    ///
    /// ## Mistake
    ///
    /// ```yaml
    /// Resources:
    ///   It:
    ///     Type: AWS::Lambda::EventSourceMapping
    ///     Properties:
    ///       EventSourceArn: arn:aws:sqs:eu-west-1:123456789012:jobs
    ///       FunctionName: Worker
    ///       StartingPosition: LATEST
    /// ```
    ///
    /// ## Fix
    ///
    /// ```yaml
    /// Resources:
    ///   It:
    ///     Type: AWS::Lambda::EventSourceMapping
    ///     Properties:
    ///       EventSourceArn: arn:aws:sqs:eu-west-1:123456789012:jobs
    ///       FunctionName: Worker
    /// ```
    E3634: error "starting position on the event source mapping of a queue",
    on: On::Extension,
}
