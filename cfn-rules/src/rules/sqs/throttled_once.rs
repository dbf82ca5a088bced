//! A queue whose messages are given up after the first attempt.

use crate::{
    facts::flow::graph::Flow,
    rules::definition::{On, Reporter},
};

rule! {
    /// Each time that Lambda takes a message counts as a receive, also when the function is throttled or the call times out.
    /// With `maxReceiveCount: 1` one hiccup makes a dead letter. AWS advises 5 or more for queues that Lambda consumes.
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
    ///       RedrivePolicy: {deadLetterTargetArn: !GetAtt Dead.Arn, maxReceiveCount: 1}
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
    AL1024: warning "message becomes a dead letter after one receive",
    on: On::Flow(check),
}

fn check(flow: &Flow<'_>, report: &mut Reporter<'_>) {
    for redrive in &flow.redrives {
        let queue = &flow.model.resources[redrive.source];
        let consumed = flow.consumers_of(redrive.source).find(|mapping| {
            let together = |when| flow.model.together(&[&mapping.facts, &redrive.facts, when]);
            redrive.counts.iter().any(|(when, count)| *count == 1 && together(when))
        });
        if let Some(mapping) = consumed {
            let message = format!(
                "{}: `maxReceiveCount` must be at least 2, got 1: a single throttled invocation moves the message to the dead-letter queue",
                mapping.ends(&flow.model)
            );
            report
                .at(queue.path(&["RedrivePolicy", "maxReceiveCount"]), message)
                .help("set it to 5 or more: Lambda's throttling counts as a receive");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::RULE;
    use crate::testing::check;
    use crate::testing::flow::{all, either, queues, redrive, written};

    #[test]
    fn cases() {
        let template = |count: u32, events: &str| {
            format!(
                "Transform: AWS::Serverless-2016-10-31\nResources:\n  Dead: {{Type: AWS::SQS::Queue}}\n  Jobs: {{Type: \
                 AWS::SQS::Queue, Properties: {{RedrivePolicy: {{deadLetterTargetArn: !GetAtt Dead.Arn, \
                 maxReceiveCount: {count}}}}}}}\n  Worker: {{Type: AWS::Serverless::Function, Properties: {{Runtime: \
                 python3.13, Handler: a.b, CodeUri: s3://b/k.zip{events}}}}}\n"
            )
        };
        let events = ", Events: {Jobs: {Type: SQS, Properties: {Queue: !GetAtt Jobs.Arn}}}";
        let place = "Resources/Jobs/Properties/RedrivePolicy/maxReceiveCount";
        let message = "queue `Jobs`, function `Worker`: `maxReceiveCount` must be at least 2, got 1: a \
                       single throttled invocation moves the message to the dead-letter queue";
        check(&RULE, &template(1, events), &[(place, message)]);
        check(&RULE, &template(2, events), &[]);
        check(&RULE, &template(1, ""), &[]);
    }

    #[test]
    fn templates_as_people_write_them() {
        written(&RULE, include_str!("throttled_once.yaml"));
    }

    #[test]
    fn plain_and_serverless() {
        let count =
            |count: &str| format!("RedrivePolicy: {{deadLetterTargetArn: !GetAtt Dead.Arn, maxReceiveCount: {count}}}");
        let (one, two, unknown) = (count("1"), count("2"), count("!Ref Count"));
        either(&RULE, &all([redrive(&one)]), &all([redrive(&two), redrive(&unknown)]));
        // Somebody else may consume it, one message at a time.
        either(&RULE, &[], &[queues(&redrive(&one))]);
    }
}
