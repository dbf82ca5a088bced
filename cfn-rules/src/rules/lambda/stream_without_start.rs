//! Event source mapping of a stream without a starting position. The check is a schema.

use crate::rules::definition::On;

rule! {
    /// An event source mapping of a Kinesis or DynamoDB stream, or of Kafka, needs `StartingPosition`: the place in the
    /// stream at which Lambda starts to read.
    ///
    /// ## Mistake
    ///
    /// ```yaml
    /// Resources:
    ///   It:
    ///     Type: AWS::Lambda::EventSourceMapping
    ///     Properties:
    ///       EventSourceArn: arn:aws:kinesis:eu-west-1:123456789012:stream/jobs
    ///       FunctionName: Worker
    /// ```
    ///
    /// ## Fix
    ///
    /// ```yaml
    /// Resources:
    ///   It:
    ///     Type: AWS::Lambda::EventSourceMapping
    ///     Properties:
    ///       EventSourceArn: arn:aws:kinesis:eu-west-1:123456789012:stream/jobs
    ///       FunctionName: Worker
    ///       StartingPosition: LATEST
    /// ```
    E3633: error "event source mapping of a stream without a starting position",
    on: On::Extension,
}
