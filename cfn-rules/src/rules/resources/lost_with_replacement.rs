//! Messages and data that a replacement deletes.

use super::fixed_name::{Fixed, fixed};
use crate::{
    facts::flow::graph::Flow,
    rules::definition::{On, Reporter},
};

rule! {
    /// A property that cannot change in place, such as the keys of a table or `FifoQueue`, is changed by a replacement:
    /// CloudFormation makes a new resource and deletes the old one, with the messages or the data in it. A fixed name puts
    /// the update off until the resource is renamed as well, and then they are lost all the same.
    ///
    /// ## Mistake
    ///
    /// ```yaml
    /// Resources:
    ///   Jobs:
    ///     Type: AWS::SQS::Queue
    ///     Properties: {QueueName: jobs.fifo, FifoQueue: true}
    /// ```
    ///
    /// ## Fix
    ///
    /// ```yaml
    /// Resources:
    ///   Jobs:
    ///     Type: AWS::SQS::Queue
    ///     UpdateReplacePolicy: Retain
    ///     DeletionPolicy: Retain
    ///     Properties: {QueueName: jobs.fifo, FifoQueue: true}
    /// ```
    AL1044: warning "replacement that loses messages or data",
    on: On::Flow(check),
}

fn check(flow: &Flow<'_>, report: &mut Reporter<'_>) {
    for fixed in fixed(flow) {
        let Some(loses) = fixed.loses else { continue };
        let Fixed { resource, key, .. } = fixed;
        let message = format!(
            "`{}`: a change of {} would replace it, and its {loses} would be lost",
            resource.id,
            fixed.listed()
        );
        report.at(resource.path(&[key]), message).help(format!(
            "keep the old one with `UpdateReplacePolicy: Retain`, and give it another `{key}` with such a change"
        ));
    }
}

#[cfg(test)]
mod tests {
    use super::RULE;
    use crate::testing::flow::{NONE, all, either, queue, written};

    #[test]
    fn templates_as_people_write_them() {
        written(&RULE, include_str!("lost_with_replacement.yaml"));
    }

    #[test]
    fn plain_and_serverless() {
        either(
            &RULE,
            &all([
                queue("FifoQueue: true, QueueName: jobs.fifo,"),
                queue("FifoQueue: true, QueueName: !Sub '${Stage}.fifo',"),
            ]),
            &all([
                NONE,
                queue("QueueName: jobs,"),
                queue("FifoQueue: true,"),
                queue("FifoQueue: true, QueueName: !If [Prod, a.fifo, !Ref AWS::NoValue],"),
            ]),
        );
    }
}
