//! Visibility timeouts that end before the function does.

use crate::{
    facts::flow::{
        graph::Flow,
        made::{OWN_QUEUE, made_queues},
        timing::timings,
        wiring::{DEFAULT_VISIBILITY, Mapping, timeouts},
    },
    rules::definition::{On, Reporter},
};

rule! {
    /// While a function works on a message, the message is invisible to others. Lambda refuses a mapping whose queue
    /// shows its messages again before the function may have finished. A queue that says nothing hides them for 30
    /// seconds; a function that says nothing stops after 3.
    ///
    /// ## Mistake
    ///
    /// ```yaml
    /// Transform: AWS::Serverless-2016-10-31
    /// Resources:
    ///   Jobs:
    ///     Type: AWS::SQS::Queue
    ///     Properties:
    ///       VisibilityTimeout: 30
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
    /// ```
    ///
    /// ## Where cfn-lint differs
    ///
    /// cfn-lint has `E3505` for `AWS::Lambda::EventSourceMapping` only; here events of SAM functions count as well,
    /// and so do texts such as `!Sub arn:aws:sqs:...:${Jobs.QueueName}`.
    AL1008: error "visibility timeout is shorter than the function's timeout",
    on: On::Flow(check),
    supersedes: ["E3505"],
}

fn check(flow: &Flow<'_>, report: &mut Reporter<'_>) {
    flow.function_mappings().for_each(|mapping| visibility(flow, mapping, report));
    for made in made_queues(&flow.model) {
        let function = &flow.model.resources[made.function];
        let is_slow = |(when, timeout): &(Vec<_>, i64)| {
            *timeout > DEFAULT_VISIBILITY && flow.model.together(&[&function.facts, when])
        };
        if let Some((_, timeout)) = timeouts(&flow.model, function).into_iter().find(is_slow) {
            let message = format!(
                "{} has a visibility timeout of {DEFAULT_VISIBILITY} s, which must be at least the function's timeout, \
                 got {timeout} s",
                made.subject
            );
            report.at(made.path, message).help(OWN_QUEUE);
        }
    }
}

fn visibility<'d>(flow: &Flow<'d>, mapping: &Mapping<'d>, report: &mut Reporter<'_>) {
    let Some(queue) = mapping.queue_here().map(|queue| &flow.model.resources[queue]) else { return };
    if let Some(timing) = timings(flow, mapping).iter().find(|timing| timing.visibility < timing.timeout) {
        let message = format!(
            "{}: the visibility timeout must be at least the function's timeout, {} s, got {} s",
            mapping.ends(&flow.model),
            timing.timeout,
            timing.visibility
        );
        let six = timing.timeout.saturating_mul(6);
        report
            .at(queue.path(&["VisibilityTimeout"]), message)
            .help(format!("set `VisibilityTimeout` to {six}, six times the timeout; Lambda refuses less than once"));
    }
}

#[cfg(test)]
mod tests {
    use super::RULE;
    use crate::testing::flow::{Change, NONE, all, either, function, plain, written};
    use crate::testing::{check, consumer};

    #[test]
    fn cases() {
        let made = "Transform: AWS::Serverless-2016-10-31\nResources:\n  Topic: {Type: AWS::SNS::Topic}\n  Work: {Type: \
                    AWS::Serverless::Function, Properties: {Runtime: python3.13, Handler: a.b, CodeUri: s3://b/k.zip, \
                    Timeout: 60, Events: {News: {Type: SNS, Properties: {Topic: !Ref Topic, SqsSubscription: true}}}}}\n";
        let place_of_made = "Resources/Work/Properties/Events/News/Properties/SqsSubscription";
        let place = "Resources/Jobs/Properties/VisibilityTimeout";
        let message = "queue `Jobs`, function `Work`: the visibility timeout must be at least the function's timeout, 31 s, \
                       got 30 s";
        check(&RULE, &consumer("VisibilityTimeout: 30", "Timeout: 31", ""), &[(place, message)]);
        check(&RULE, &consumer("", "Timeout: 31", ""), &[(place, message)]);
        check(&RULE, &consumer("VisibilityTimeout: 30", "Timeout: 30", ""), &[]);
        let message = "event `News` of `Work`: the queue that SAM makes for it has a visibility timeout of 30 s, which must \
                       be at least the function's timeout, got 60 s";
        check(&RULE, made, &[(place_of_made, message)]);
    }

    #[test]
    fn templates_as_people_write_them() {
        written(&RULE, include_str!("visibility_timeout.yaml"));
    }

    #[test]
    fn plain_and_serverless() {
        let times = |visibility, function| Change { visibility: Some(visibility), function, ..NONE };
        either(
            &RULE,
            &all([times("30", "Timeout: 31,"), times("'30'", "Timeout: !If [Prod, 60, 5],"), times("2", "")]),
            &all([
                NONE,
                times("30", "Timeout: 30,"),
                times("30", "Timeout: !Ref Count,"),
                times("!Ref Count", "Timeout: 60,"),
                times("!If [Prod, 60, 30]", "Timeout: !If [Prod, 60, 30],"),
            ]),
        );
        // The mapping and the queue do not meet.
        let apart = plain(Change { visibility: Some("1"), ..NONE })
            .replace("Jobs: {Type", "Jobs: {Condition: Prod, Type")
            .replace(
                "    Type: AWS::Lambda::EventSourceMapping",
                "    Condition: Dev\n    Type: AWS::Lambda::EventSourceMapping",
            );
        let alias = plain(Change { visibility: Some("30"), ..function("Timeout: 60,") })
            .replace("FunctionName: !Ref Worker", "FunctionName: !Ref Live")
            + "  Live: {Type: AWS::Lambda::Alias, Properties: {FunctionName: !GetAtt Worker.Arn, FunctionVersion: '1', Name: live}}\n";
        either(&RULE, &[alias], &[apart]);
    }
}
