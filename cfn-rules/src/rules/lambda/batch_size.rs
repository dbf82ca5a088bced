//! Batches that are too large.

use crate::{
    facts::flow::{
        graph::Flow,
        wiring::{DEFAULT_BATCH, Mapping, WINDOW},
    },
    rules::definition::{On, Reporter},
};

/// The largest batch without a window, and of a FIFO queue.
const SMALL_BATCH: i64 = 10;

rule! {
    /// Lambda collects more than 10 messages of a standard queue only within a window of at least a second. A batch
    /// of a FIFO queue has at most 10 messages. Either way it refuses the mapping.
    ///
    /// ## Mistake
    ///
    /// ```yaml
    /// Transform: AWS::Serverless-2016-10-31
    /// Resources:
    ///   Jobs:
    ///     Type: AWS::SQS::Queue
    ///     Properties:
    ///       VisibilityTimeout: 360
    ///       RedrivePolicy: {deadLetterTargetArn: !GetAtt Dead.Arn, maxReceiveCount: 5}
    ///   Dead:
    ///     Type: AWS::SQS::Queue
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
    ///             BatchSize: 100
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
    ///       VisibilityTimeout: 360
    ///       RedrivePolicy: {deadLetterTargetArn: !GetAtt Dead.Arn, maxReceiveCount: 5}
    ///   Dead:
    ///     Type: AWS::SQS::Queue
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
    ///             BatchSize: 100
    ///             MaximumBatchingWindowInSeconds: 5
    /// ```
    AL1011: error "batch size is too large",
    on: On::Flow(check),
    supersedes: ["E3705"],
}

fn check(flow: &Flow<'_>, report: &mut Reporter<'_>) {
    flow.function_mappings().for_each(|mapping| batch(flow, mapping, report));
}

fn batch(flow: &Flow<'_>, mapping: &Mapping<'_>, report: &mut Reporter<'_>) {
    let (model, resource) = (&flow.model, &mapping.resource);
    let windows = resource.ints(model.context, &[WINDOW], Some(0));
    let sizes = resource.ints(model.context, &["BatchSize"], Some(DEFAULT_BATCH));
    let mut too_large = None;
    for (kind, fifo) in &mapping.fifo(model) {
        for (when, seconds) in &windows {
            for (then, size) in &sizes {
                let is_wrong = *size > SMALL_BATCH && (*fifo || *seconds == 0);
                if is_wrong && model.together(&[&mapping.facts, kind, when, then]) {
                    too_large = too_large.or(Some((*size, *fifo)));
                }
            }
        }
    }
    if let Some((size, fifo)) = too_large {
        let (rule, help) = match fifo {
            true => ("a batch of a FIFO queue must have at most 10 messages", "set `BatchSize` to 10 or less"),
            false => (
                "a batch of more than 10 messages must have a batching window",
                "set `MaximumBatchingWindowInSeconds` to 1 or more",
            ),
        };
        let message = format!("{}: {rule}, got a batch of {size}", mapping.subject(model));
        report.at(resource.path(&["BatchSize"]), message).help(help);
    }
}

#[cfg(test)]
mod tests {
    use super::RULE;
    use crate::testing::flow::{Change, NONE, all, either, mapping, written};
    use crate::testing::{check, consumer};

    #[test]
    fn cases() {
        let place = "Resources/Map/Properties/BatchSize";
        let message = "mapping `Map` (queue `Jobs`, function `Work`): a batch of more than 10 messages must have a batching \
                       window, got a batch of 11";
        check(&RULE, &consumer("", "", ", BatchSize: 11"), &[(place, message)]);
        check(&RULE, &consumer("", "", ", BatchSize: 11, MaximumBatchingWindowInSeconds: 1"), &[]);
        check(&RULE, &consumer("", "", ", BatchSize: 10"), &[]);
        let message = "mapping `Map` (queue `Jobs`, function `Work`): a batch of a FIFO queue must have at most 10 \
                       messages, got a batch of 20";
        check(&RULE, &consumer("FifoQueue: true", "", ", BatchSize: 20"), &[(place, message)]);
    }

    #[test]
    fn templates_as_people_write_them() {
        written(&RULE, include_str!("batch_size.yaml"));
    }

    #[test]
    fn plain_and_serverless() {
        either(
            &RULE,
            &all([
                mapping("BatchSize: 11,"),
                mapping("BatchSize: 100, MaximumBatchingWindowInSeconds: 0,"),
                Change { queue: "FifoQueue: true,", ..mapping("BatchSize: 20, MaximumBatchingWindowInSeconds: 1,") },
            ]),
            &all([
                NONE,
                mapping("BatchSize: 10,"),
                mapping("BatchSize: 11, MaximumBatchingWindowInSeconds: 1,"),
                mapping("BatchSize: !Ref Count,"),
                mapping("BatchSize: 11, MaximumBatchingWindowInSeconds: !Ref Count,"),
            ]),
        );
    }
}
