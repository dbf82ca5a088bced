//! Names of queues that do not fit their kind.

use crate::{
    facts::{
        conditions::Fact,
        flow::{graph::Flow, scenario::texts, text::Part},
    },
    rules::definition::{On, Reporter},
};

rule! {
    /// SQS refuses a FIFO queue whose name does not end with `.fifo`, and a standard queue whose name does.
    ///
    /// ## Mistake
    ///
    /// ```yaml
    /// Resources:
    ///   Jobs:
    ///     Type: AWS::SQS::Queue
    ///     Properties: {QueueName: jobs, FifoQueue: true}
    /// ```
    ///
    /// ## Fix
    ///
    /// ```yaml
    /// Resources:
    ///   Jobs:
    ///     Type: AWS::SQS::Queue
    ///     Properties: {QueueName: jobs.fifo, FifoQueue: true}
    /// ```
    ///
    /// ## Where cfn-lint differs
    ///
    /// cfn-lint has `E3501` for FIFO queues with a literal name. It is not given beside this one, which also follows
    /// parameters, mappings and texts.
    AL1010: error "name of a queue does not fit its kind, FIFO or standard",
    on: On::Flow(check),
    supersedes: ["E3501"],
}

fn check(flow: &Flow<'_>, report: &mut Reporter<'_>) {
    flow.model.queues.iter().for_each(|queue| name(flow, *queue, report));
}

fn name(flow: &Flow<'_>, number: usize, report: &mut Reporter<'_>) {
    let queue = &flow.model.resources[number];
    for (when, name) in texts(flow.model.context, queue.ways(flow.model.context, &["QueueName"])) {
        if !matches!(name.0.last(), Some(Part::Literal(_))) {
            continue;
        }
        let ends = name.last().ends_with(".fifo");
        // The literal may be shorter than the ending.
        if !ends && ".fifo".ends_with(name.last()) && name.literal().is_none() {
            continue;
        }
        let is_wrong =
            |(facts, fifo): &(Vec<Fact<'_>>, bool)| *fifo != ends && flow.model.together(&[&queue.facts, &when, facts]);
        if let Some((_, fifo)) = flow.model.fifo(number).into_iter().find(is_wrong) {
            let (rule, help) = match fifo {
                true => ("the name of a FIFO queue must end with `.fifo`", "append `.fifo` to `QueueName`"),
                false => ("only the name of a FIFO queue may end with `.fifo`", "set `FifoQueue: true`, or rename it"),
            };
            let message = format!("queue `{}`: {rule}, got `{name}`", queue.id);
            report.at(queue.path(&["QueueName"]), message).help(help);
            return;
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
        let queue =
            |properties: &str| format!("Resources:\n  Jobs: {{Type: AWS::SQS::Queue, Properties: {{{properties}}}}}\n");
        let place = "Resources/Jobs/Properties/QueueName";
        let message = "queue `Jobs`: the name of a FIFO queue must end with `.fifo`, got `jobs`";
        check(&RULE, &queue("FifoQueue: true, QueueName: jobs"), &[(place, message)]);
        let message = "queue `Jobs`: only the name of a FIFO queue may end with `.fifo`, got `jobs.fifo`";
        check(&RULE, &queue("QueueName: jobs.fifo"), &[(place, message)]);
        check(&RULE, &queue("FifoQueue: true, QueueName: jobs.fifo"), &[]);
        check(&RULE, &queue("FifoQueue: true"), &[]);
    }

    #[test]
    fn templates_as_people_write_them() {
        written(&RULE, include_str!("fifo_name.yaml"));
    }

    #[test]
    fn plain_and_serverless() {
        either(
            &RULE,
            &all([
                queue("FifoQueue: true, QueueName: jobs,"),
                queue("FifoQueue: true, QueueName: !Sub '${Stage}-jobs',"),
                queue("QueueName: jobs.fifo,"),
            ]),
            &all([
                NONE,
                queue("FifoQueue: true,"),
                queue("FifoQueue: true, QueueName: jobs.fifo,"),
                queue("FifoQueue: true, QueueName: !Ref Name,"),
                queue("FifoQueue: true, QueueName: !Sub '${Name}.fifo',"),
                queue("FifoQueue: !Ref Name, QueueName: jobs,"),
            ]),
        );
    }
}
