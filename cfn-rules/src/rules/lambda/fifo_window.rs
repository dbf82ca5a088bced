//! Batching windows for FIFO queues.

use crate::{
    facts::flow::{
        graph::Flow,
        wiring::{Mapping, WINDOW},
    },
    rules::definition::{On, Reporter},
};

rule! {
    /// Lambda takes messages of a FIFO queue as they come, in order. It refuses a batching window for such a queue.
    ///
    /// ## Mistake
    ///
    /// ```yaml
    /// Transform: AWS::Serverless-2016-10-31
    /// Resources:
    ///   Jobs:
    ///     Type: AWS::SQS::Queue
    ///     Properties:
    ///       VisibilityTimeout: 400
    ///       FifoQueue: true
    ///       RedrivePolicy: {deadLetterTargetArn: !GetAtt Dead.Arn, maxReceiveCount: 5}
    ///   Dead:
    ///     Type: AWS::SQS::Queue
    ///     Properties: {FifoQueue: true}
    ///   Worker:
    ///     Type: AWS::Serverless::Function
    ///     Properties:
    ///       Runtime: python3.13
    ///       Handler: app.handler
    ///       CodeUri: s3://code/worker.zip
    ///       Timeout: 60
    ///       Events:
    ///         Jobs:
    ///           Type: SQS
    ///           Properties:
    ///             Queue: !GetAtt Jobs.Arn
    ///             FunctionResponseTypes: [ReportBatchItemFailures]
    ///             MaximumBatchingWindowInSeconds: 5
    /// ```
    ///
    /// ## Fix
    ///
    /// ```yaml
    /// Transform: AWS::Serverless-2016-10-31
    /// Resources:
    ///   Jobs:
    ///     Type: AWS::SQS::Queue
    ///     Properties:
    ///       VisibilityTimeout: 400
    ///       FifoQueue: true
    ///       RedrivePolicy: {deadLetterTargetArn: !GetAtt Dead.Arn, maxReceiveCount: 5}
    ///   Dead:
    ///     Type: AWS::SQS::Queue
    ///     Properties: {FifoQueue: true}
    ///   Worker:
    ///     Type: AWS::Serverless::Function
    ///     Properties:
    ///       Runtime: python3.13
    ///       Handler: app.handler
    ///       CodeUri: s3://code/worker.zip
    ///       Timeout: 60
    ///       Events:
    ///         Jobs:
    ///           Type: SQS
    ///           Properties:
    ///             Queue: !GetAtt Jobs.Arn
    ///             FunctionResponseTypes: [ReportBatchItemFailures]
    /// ```
    AL1012: error "batching window for a FIFO queue",
    on: On::Flow(check),
}

fn check(flow: &Flow<'_>, report: &mut Reporter<'_>) {
    flow.function_mappings().for_each(|mapping| window(flow, mapping, report));
}

fn window(flow: &Flow<'_>, mapping: &Mapping<'_>, report: &mut Reporter<'_>) {
    let (model, resource) = (&flow.model, &mapping.resource);
    let kinds = mapping.fifo(model);
    let has_window = |(when, seconds): &(Vec<_>, i64)| {
        let is_fifo = |kind: &[_]| model.together(&[&mapping.facts, kind, when]);
        *seconds > 0 && kinds.iter().any(|(kind, fifo)| *fifo && is_fifo(kind))
    };
    if let Some((_, seconds)) = resource.ints(model.context, &[WINDOW], Some(0)).into_iter().find(has_window) {
        let message = format!(
            "{}: the event source mapping of a FIFO queue must have no batching window, got {seconds} s",
            mapping.subject(model)
        );
        report.at(resource.path(&[WINDOW]), message).help("remove `MaximumBatchingWindowInSeconds`");
    }
}

#[cfg(test)]
mod tests {
    use super::RULE;
    use crate::testing::flow::{Change, NONE, all, either, written};
    use crate::testing::{check, consumer};

    #[test]
    fn cases() {
        let message = "mapping `Map` (queue `Jobs`, function `Work`): the event source mapping of a FIFO queue must have no \
                       batching window, got 1 s";
        let (fifo, window) = ("FifoQueue: true", ", MaximumBatchingWindowInSeconds: 1");
        let place = "Resources/Map/Properties/MaximumBatchingWindowInSeconds";
        check(&RULE, &consumer(fifo, "", window), &[(place, message)]);
        check(&RULE, &consumer("", "", window), &[]);
        check(&RULE, &consumer(fifo, "", ", MaximumBatchingWindowInSeconds: 0"), &[]);
    }

    #[test]
    fn templates_as_people_write_them() {
        written(&RULE, include_str!("fifo_window.yaml"));
    }

    #[test]
    fn plain_and_serverless() {
        let window = |queue, mapping| Change { queue, mapping, ..NONE };
        either(
            &RULE,
            &all([window("FifoQueue: true,", "MaximumBatchingWindowInSeconds: 1,")]),
            &all([
                window("", "MaximumBatchingWindowInSeconds: 1,"),
                window("FifoQueue: true,", "MaximumBatchingWindowInSeconds: 0,"),
                window("FifoQueue: !Ref Name,", "MaximumBatchingWindowInSeconds: 1,"),
                window("FifoQueue: true,", "MaximumBatchingWindowInSeconds: !Ref Count,"),
            ]),
        );
    }
}
