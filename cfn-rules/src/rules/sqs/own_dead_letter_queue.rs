//! Queues that are their own dead-letter queue.

use crate::{
    facts::flow::graph::Flow,
    rules::definition::{On, Reporter},
};

rule! {
    /// A queue that is its own dead-letter queue gets every message back that it gave up. Nothing is ever set aside,
    /// and with `!GetAtt` the template depends on itself in a circle.
    ///
    /// ## Mistake
    ///
    /// ```yaml
    /// Resources:
    ///   Jobs:
    ///     Type: AWS::SQS::Queue
    ///     Properties: {QueueName: jobs, RedrivePolicy: {deadLetterTargetArn: !Sub "arn:${AWS::Partition}:sqs:${AWS::Region}:${AWS::AccountId}:jobs", maxReceiveCount: 5}}
    ///   Dead:
    ///     Type: AWS::SQS::Queue
    ///     Properties: {QueueName: dead}
    /// ```
    ///
    /// ## Fix
    ///
    /// ```yaml
    /// Resources:
    ///   Jobs:
    ///     Type: AWS::SQS::Queue
    ///     Properties: {QueueName: jobs, RedrivePolicy: {deadLetterTargetArn: !GetAtt Dead.Arn, maxReceiveCount: 5}}
    ///   Dead:
    ///     Type: AWS::SQS::Queue
    ///     Properties: {QueueName: dead}
    /// ```
    AL1004: error "queue is its own dead-letter queue",
    on: On::Flow(check),
}

fn check(flow: &Flow<'_>, report: &mut Reporter<'_>) {
    for (redrive, target) in flow.possible_redrives() {
        if target == Some(redrive.source) {
            let queue = &flow.model.resources[redrive.source];
            report
                .at(
                    queue.path(&["RedrivePolicy", "deadLetterTargetArn"]),
                    format!("queue `{}` is its own dead-letter queue", queue.id),
                )
                .help("make a second queue for what cannot be processed, and name it here");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::RULE;
    use crate::testing::check;
    use crate::testing::flow::{Change, NONE, all, either, redrive, written};

    #[test]
    fn cases() {
        let to = |target: &str| {
            format!(
                "Resources:\n  Jobs: {{Type: AWS::SQS::Queue, Properties: {{RedrivePolicy: {{deadLetterTargetArn: \
                 !GetAtt {target}.Arn, maxReceiveCount: 5}}}}}}\n  Dead: {{Type: AWS::SQS::Queue}}\n"
            )
        };
        let place = "Resources/Jobs/Properties/RedrivePolicy/deadLetterTargetArn";
        check(&RULE, &to("Jobs"), &[(place, "queue `Jobs` is its own dead-letter queue")]);
        check(&RULE, &to("Dead"), &[]);
    }

    #[test]
    fn templates_as_people_write_them() {
        written(&RULE, include_str!("own_dead_letter_queue.yaml"));
    }

    #[test]
    fn plain_and_serverless() {
        let to = |target: &str| format!("RedrivePolicy: {{deadLetterTargetArn: {target}, maxReceiveCount: 5}}");
        let (own, joined) = (to("!GetAtt Jobs.Arn"), to("!Join [':', [arn, aws, sqs, !Ref AWS::Region, '1', jobs]]"));
        let (unknown, other) = (to("!Ref Name"), to("'arn:aws:sqs:eu-west-1:123456789012:else'"));
        let named = |redrive| Change { queue: "QueueName: jobs,", redrive: Some(redrive), ..NONE };
        either(&RULE, &all([redrive(&own), named(&joined)]), &all([NONE, redrive(&unknown), named(&other)]));
    }
}
