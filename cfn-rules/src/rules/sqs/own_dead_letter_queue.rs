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
}
