//! Dead-letter queues that drop messages before their source would.

use crate::{
    facts::{
        conditions::Fact,
        flow::{graph::Flow, wiring::Redrive},
    },
    rules::definition::{On, Reporter},
};

/// The retention period of a queue that has none, in seconds: four days.
const DEFAULT_RETENTION: i64 = 345_600;

rule! {
    /// The age of a message counts from when it was first sent, and a dead-letter queue goes on counting. If it keeps
    /// messages for less long than its source, a message that waited in the source is deleted soon after it became a
    /// dead letter, or at once. A queue that says nothing keeps messages for four days. In a FIFO queue the clock
    /// starts anew when a message becomes a dead letter ("Setting-up dead-letter queue retention" in the guide of
    /// SQS), so nothing is said.
    ///
    /// ## Mistake
    ///
    /// ```yaml
    /// Resources:
    ///   Jobs:
    ///     Type: AWS::SQS::Queue
    ///     Properties: {MessageRetentionPeriod: 604800, RedrivePolicy: {deadLetterTargetArn: !GetAtt Dead.Arn, maxReceiveCount: 5}}
    ///   Dead:
    ///     Type: AWS::SQS::Queue
    ///     Properties: {MessageRetentionPeriod: 86400}
    /// ```
    ///
    /// ## Fix
    ///
    /// ```yaml
    /// Resources:
    ///   Jobs:
    ///     Type: AWS::SQS::Queue
    ///     Properties: {MessageRetentionPeriod: 604800, RedrivePolicy: {deadLetterTargetArn: !GetAtt Dead.Arn, maxReceiveCount: 5}}
    ///   Dead:
    ///     Type: AWS::SQS::Queue
    ///     Properties: {MessageRetentionPeriod: 1209600}
    /// ```
    AL1003: warning "dead-letter queue keeps messages for less time than its source",
    on: On::Flow(check),
}

fn check(flow: &Flow<'_>, report: &mut Reporter<'_>) {
    for (redrive, target) in flow.possible_redrives() {
        if let Some(target) = target.filter(|target| *target != redrive.source) {
            compare(flow, redrive, target, report);
        }
    }
}

fn compare(flow: &Flow<'_>, redrive: &Redrive<'_>, target: usize, report: &mut Reporter<'_>) {
    let model = &flow.model;
    let (source, dead) = (&model.resources[redrive.source], &model.resources[target]);
    let keys = ["MessageRetentionPeriod"];
    // The clock of a FIFO queue starts anew when a message becomes a dead letter.
    let is_standard = |facts: &[&[Fact<'_>]]| {
        let kinds = model.fifo(redrive.source);
        kinds.iter().any(|(when, fifo)| !fifo && model.together(&[&facts.concat(), when]))
    };
    for (when, kept) in source.ints(model.context, &keys, Some(DEFAULT_RETENTION)) {
        for (then, dead_kept) in dead.ints(model.context, &keys, Some(DEFAULT_RETENTION)) {
            if dead_kept < kept && is_standard(&[&redrive.facts, &dead.facts, &when, &then]) {
                let message = format!(
                    "dead-letter queue `{}`: the retention period must be at least {kept} s, that of its source `{}`, \
                     got {dead_kept} s",
                    dead.id, source.id
                );
                report.at(dead.path(&keys), message).help(
                    "set `MessageRetentionPeriod` of the dead-letter queue to 1209600, 14 days: the time that a message \
                     spent in the source counts",
                );
                return;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::RULE;
    use crate::testing::check;
    use crate::testing::flow::{NONE, all, either, queue, written};

    #[test]
    fn cases() {
        let queues = |jobs: &str, dead: &str| {
            format!(
                "Resources:\n  Jobs: {{Type: AWS::SQS::Queue, Properties: {{{jobs}RedrivePolicy: {{deadLetterTargetArn: \
                 !GetAtt Dead.Arn, maxReceiveCount: 5}}}}}}\n  Dead: {{Type: AWS::SQS::Queue, Properties: {{{dead}}}}}\n"
            )
        };
        let message = "dead-letter queue `Dead`: the retention period must be at least 1209600 s, that of its source \
                       `Jobs`, got 345600 s";
        let place = "Resources/Dead/Properties/MessageRetentionPeriod";
        let long = "MessageRetentionPeriod: 1209600, ";
        check(&RULE, &queues(long, ""), &[(place, message)]);
        check(&RULE, &queues(long, long), &[]);
        check(&RULE, &queues("MessageRetentionPeriod: 1209600, FifoQueue: true, ", "FifoQueue: true"), &[]);
    }

    #[test]
    fn templates_as_people_write_them() {
        written(&RULE, include_str!("dead_letter_retention.yaml"));
    }

    #[test]
    fn plain_and_serverless() {
        either(
            &RULE,
            &all([
                queue("MessageRetentionPeriod: 1209601,"),
                queue("MessageRetentionPeriod: !If [Prod, 1209601, 60],"),
            ]),
            &all([NONE, queue("MessageRetentionPeriod: 1209600,"), queue("MessageRetentionPeriod: !Ref Count,")]),
        );
    }
}
