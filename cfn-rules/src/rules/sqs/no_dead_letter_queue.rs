//! Queues whose messages have nowhere to go when they fail.

use crate::{
    facts::flow::{
        graph::Flow,
        made::{OWN_QUEUE, made_queues},
        wiring::Kind,
    },
    rules::definition::{On, Reporter},
};

rule! {
    /// Without a dead-letter queue, a message that a function or a pipe cannot process is delivered again and again
    /// until it expires, and is lost then. It costs calls, and it holds up those behind it. The queue that SAM makes
    /// for `SqsSubscription: true` has none, and cannot have one.
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
    AL1005: warning "consumed queue without a dead-letter queue",
    on: On::Flow(check),
}

fn check(flow: &Flow<'_>, report: &mut Reporter<'_>) {
    flow.model.queues.iter().for_each(|number| queue(flow, *number, report));
    for made in made_queues(&flow.model) {
        let message = format!("{} has no dead-letter queue, and none can be configured", made.subject);
        report.at(made.path, message).help(OWN_QUEUE);
    }
}

fn queue(flow: &Flow<'_>, number: usize, report: &mut Reporter<'_>) {
    // Who processes dead letters has nowhere to put them again.
    if flow.model.context.is_open() || flow.dead.contains(&number) {
        return;
    }
    let queue = &flow.model.resources[number];
    let ways = queue.ways(flow.model.context, &["RedrivePolicy"]);
    let mut without = ways.iter().filter(|way| way.node.is_none());
    let consumed = without.find_map(|way| {
        flow.consumers_of(number).find(|mapping| flow.model.together(&[&mapping.facts, &queue.facts, &way.facts]))
    });
    if let Some(mapping) = consumed {
        let message = format!(
            "{}: a queue that {} consumes must have a dead-letter queue, got no `RedrivePolicy`",
            mapping.ends(&flow.model),
            if mapping.kind == Kind::Pipe { "a pipe" } else { "a function" }
        );
        let help = "add a queue for dead letters and `RedrivePolicy: {deadLetterTargetArn: ..., maxReceiveCount: 5}`, or \
                    one bad message is tried again until it expires";
        let mut place = queue.path(&[]);
        place.0.pop();
        report.at(place, message).help(help);
    }
}

#[cfg(test)]
mod tests {
    use super::RULE;
    use crate::testing::flow::{NONE, all, either, more, queues, redrive, written};
    use crate::testing::{check, consumer};

    #[test]
    fn cases() {
        let made = "Transform: AWS::Serverless-2016-10-31\nResources:\n  Topic: {Type: AWS::SNS::Topic}\n  Work: {Type: \
                    AWS::Serverless::Function, Properties: {Runtime: python3.13, Handler: a.b, CodeUri: s3://b/k.zip, \
                    Timeout: 60, Events: {News: {Type: SNS, Properties: {Topic: !Ref Topic, SqsSubscription: true}}}}}\n";
        let place_of_made = "Resources/Work/Properties/Events/News/Properties/SqsSubscription";
        let message = "queue `Jobs`, function `Work`: a queue that a function consumes must have a dead-letter queue, got \
                       no `RedrivePolicy`";
        check(&RULE, &consumer("", "", ""), &[("Resources/Jobs", message)]);
        let redrive =
            "RedrivePolicy: {deadLetterTargetArn: 'arn:aws:sqs:eu-west-1:123456789012:dead', maxReceiveCount: 5}";
        check(&RULE, &consumer(redrive, "", ""), &[]);
        let message = "event `News` of `Work`: the queue that SAM makes for it has no dead-letter queue, and none can be \
                       configured";
        check(&RULE, made, &[(place_of_made, message)]);
    }

    #[test]
    fn templates_as_people_write_them() {
        written(&RULE, include_str!("no_dead_letter_queue.yaml"));
    }

    #[test]
    fn plain_and_serverless() {
        either(
            &RULE,
            &all([
                redrive(""),
                redrive(
                    "RedrivePolicy: !If [Prod, {deadLetterTargetArn: !GetAtt Dead.Arn, maxReceiveCount: 5}, !Ref AWS::NoValue]",
                ),
            ]),
            &all([NONE, redrive("RedrivePolicy: {'Fn::Transform': {Name: Make}}")]),
        );
        let dead_consumer = "
  Peek: {Type: AWS::Lambda::EventSourceMapping, Properties: {FunctionName: !Ref Name, EventSourceArn: !GetAtt Dead.Arn}}\n";
        either(&RULE, &[], &all([more(dead_consumer)]));
        // Without a mapping, nobody knows who consumes the queue.
        either(&RULE, &[], &[queues(&redrive(""))]);
    }
}
