//! FIFO property on a standard queue. The check is a schema.

use crate::rules::definition::On;

rule! {
    /// `DeduplicationScope` and the other FIFO properties belong to FIFO queues; SQS refuses them on a standard queue.
    /// The name of a FIFO queue, which must end with `.fifo`, is checked by `AL1010`.
    ///
    /// ## Mistake
    ///
    /// ```yaml
    /// Resources:
    ///   It:
    ///     Type: AWS::SQS::Queue
    ///     Properties:
    ///       ContentBasedDeduplication: true
    /// ```
    ///
    /// ## Fix
    ///
    /// ```yaml
    /// Resources:
    ///   It:
    ///     Type: AWS::SQS::Queue
    ///     Properties:
    ///       FifoQueue: true
    ///       ContentBasedDeduplication: true
    /// ```
    E3501: error "FIFO property on a standard queue",
    on: On::Extension,
}
