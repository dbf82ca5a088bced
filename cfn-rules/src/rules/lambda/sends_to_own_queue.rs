//! Functions that send to the queue that they consume.

use crate::{
    facts::flow::graph::Flow,
    rules::definition::{On, Reporter},
};

rule! {
    /// A function that sends to the queue that it consumes, itself or through a topic, calls itself. One message becomes an
    /// endless chain, which Lambda stops after about 16 calls, and whose last message ends in the dead-letter queue. A role
    /// that names the queue or the topic is taken for the intention to send; a subscription with a filter is not followed. A
    /// function that says `RecursiveLoop: Allow` means it.
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
    ///       Policies:
    ///         - SQSSendMessagePolicy: {QueueName: !GetAtt Jobs.QueueName}
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
    ///       RecursiveLoop: Allow
    ///       Policies:
    ///         - SQSSendMessagePolicy: {QueueName: !GetAtt Jobs.QueueName}
    ///       Events:
    ///         Jobs:
    ///           Type: SQS
    ///           Properties:
    ///             Queue: !GetAtt Jobs.Arn
    ///             FunctionResponseTypes: [ReportBatchItemFailures]
    /// ```
    AL1001: warning "function sends to the queue that it consumes",
    on: On::Flow(check),
}

/// How to fix a loop, here and of `AL1002`.
pub(crate) const HELP: &str = "remove the permission to send, or set `RecursiveLoop: Allow` if the loop ends by itself; \
                               Lambda stops a chain after about 16 invocations";

fn check(flow: &Flow<'_>, report: &mut Reporter<'_>) {
    let resources = &flow.model.resources;
    for &queue in &flow.model.queues {
        for step in flow.steps().from(queue).filter(|step| step.to == queue) {
            let function = &resources[step.function];
            let through = step.via.map(|topic| format!(", through topic `{}`", resources[topic].id));
            let message = format!(
                "function `{}` must not send to the queue that it consumes, got `{}`{}",
                function.id,
                resources[queue].id,
                through.unwrap_or_default()
            );
            report.at(function.path(&[]), message).help(HELP);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::RULE;
    use crate::testing::flow::{Change, either, function, more, plain, sam, written};

    #[test]
    fn templates_as_people_write_them() {
        written(&RULE, include_str!("sends_to_own_queue.yaml"));
    }

    const SEND: &str = "
  Send: {Type: AWS::IAM::Policy, Properties: {PolicyName: p, Roles: [!Ref Role], PolicyDocument: {Statement:
    [{Effect: Allow, Action: 'sqs:SendMessage', Resource: !GetAtt Jobs.Arn}]}}}
";

    const SEND_SAM: &str =
        "Policies: [{Statement: [{Effect: Allow, Action: ['sqs:Send*'], Resource: !Sub '${Jobs.Arn}'}]}],";

    #[test]
    fn plain_and_serverless() {
        let elsewhere = SEND.replace("!GetAtt Jobs.Arn", "!Ref Name");
        let every = SEND.replace("!GetAtt Jobs.Arn", "'*'");
        either(
            &RULE,
            &[plain(more(SEND)), sam(function(SEND_SAM))],
            &[
                plain(more(&elsewhere)),
                plain(more(&every)),
                sam(function("Policies: [SQSSendMessagePolicy: {QueueName: !Ref Name}],")),
                plain(Change { function: "RecursiveLoop: Allow,", ..more(SEND) }),
            ],
        );
    }
}
