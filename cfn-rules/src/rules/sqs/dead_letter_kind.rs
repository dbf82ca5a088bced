//! Dead-letter queues of the wrong kind, FIFO or standard.

use cfn_model::{Node, Segment};

use crate::{
    facts::{
        conditions::Fact,
        flow::{
            graph::Flow,
            model::{FUNCTION, Resource, SAM_FUNCTION, Target},
            text::Text,
            wiring::Redrive,
        },
    },
    rules::definition::{On, Reporter},
};

rule! {
    /// The dead-letter queue of a FIFO queue has to be a FIFO queue, and that of a standard queue a standard queue.
    /// SQS refuses anything else when the redrive policy is set. Lambda, EventBridge and EventBridge Scheduler send
    /// what they could not deliver without a message group, so their dead-letter queues are standard queues.
    ///
    /// ## Mistake
    ///
    /// ```yaml
    /// Resources:
    ///   Jobs:
    ///     Type: AWS::SQS::Queue
    ///     Properties: {FifoQueue: true, RedrivePolicy: {deadLetterTargetArn: !GetAtt Dead.Arn, maxReceiveCount: 5}}
    ///   Dead:
    ///     Type: AWS::SQS::Queue
    ///     Properties: {}
    /// ```
    ///
    /// ## Fix
    ///
    /// ```yaml
    /// Resources:
    ///   Jobs:
    ///     Type: AWS::SQS::Queue
    ///     Properties: {FifoQueue: true, RedrivePolicy: {deadLetterTargetArn: !GetAtt Dead.Arn, maxReceiveCount: 5}}
    ///   Dead:
    ///     Type: AWS::SQS::Queue
    ///     Properties: {FifoQueue: true}
    /// ```
    AL1009: error "dead-letter queue of the wrong kind, FIFO or standard",
    on: On::Flow(check),
    supersedes_in_resource: ["E3502"],
}

fn check(flow: &Flow<'_>, report: &mut Reporter<'_>) {
    let model = &flow.model;
    for (redrive, target) in flow.possible_redrives() {
        match target {
            // A name is enough to know what kind of queue it is.
            None if redrive.target == Target::Elsewhere && redrive.target_text.last().len() > ".fifo".len() => {
                let dead_fifo = redrive.target_text.last().ends_with(".fifo");
                mixed(flow, redrive, (dead_fifo, &[]), &redrive.target_text.to_string(), report);
            }
            Some(target) if target != redrive.source => {
                let dead = &model.resources[target];
                for (facts, fifo) in model.fifo(target) {
                    if model.together(&[&redrive.facts, &dead.facts, &facts]) {
                        mixed(flow, redrive, (fifo, &facts), dead.id, report);
                    }
                }
            }
            _ => {}
        }
    }
    service_dead_letters(flow, report);
}

fn mixed(
    flow: &Flow<'_>,
    redrive: &Redrive<'_>,
    (dead_fifo, when): (bool, &[Fact<'_>]),
    dead: &str,
    report: &mut Reporter<'_>,
) {
    let source = &flow.model.resources[redrive.source];
    for (facts, fifo) in flow.model.fifo(redrive.source) {
        if fifo != dead_fifo && flow.model.together(&[&redrive.facts, when, &facts]) {
            let kind = |fifo| if fifo { "a FIFO queue" } else { "a standard queue" };
            let message = format!(
                "queue `{}`: the dead-letter queue of {} must be one too, got `{dead}`, which is {}",
                source.id,
                kind(fifo),
                kind(dead_fifo)
            );
            let help = "give both queues the same `FifoQueue`";
            report.at(source.path(&["RedrivePolicy", "deadLetterTargetArn"]), message).help(help);
            return;
        }
    }
}

/// Where services put what they could not deliver: they send without a message group, which a FIFO queue refuses.
fn service_dead_letters(flow: &Flow<'_>, report: &mut Reporter<'_>) {
    let model = &flow.model;
    for resource in &model.resources {
        match resource.kind {
            SAM_FUNCTION => standard(flow, resource, &["DeadLetterQueue", "TargetArn"], report),
            FUNCTION => standard(flow, resource, &["DeadLetterConfig", "TargetArn"], report),
            "AWS::Scheduler::Schedule" => standard(flow, resource, &["Target", "DeadLetterConfig", "Arn"], report),
            "AWS::Events::Rule" => {
                let targets = resource.properties.get("Targets").and_then(Node::as_array).unwrap_or_default();
                for (index, properties) in targets.iter().enumerate() {
                    let steps = [Segment::from("Targets"), Segment::Index(index)];
                    let inner = resource.inner.iter().cloned().chain(steps).collect();
                    let target = Resource { properties, inner, ..resource.clone() };
                    standard(flow, &target, &["DeadLetterConfig", "Arn"], report);
                }
            }
            _ => {}
        }
    }
}

fn standard<'d>(flow: &Flow<'d>, holder: &Resource<'d>, keys: &[&str], report: &mut Reporter<'_>) {
    let model = &flow.model;
    for way in holder.ways(model.context, keys) {
        let Some(Target::Here(queue)) = way.node.map(|node| model.queue(&Text::of(node), false)) else { continue };
        let is_wrong =
            |(when, fifo): &(Vec<Fact<'_>>, bool)| *fifo && model.together(&[&holder.facts, &way.facts, when]);
        if model.fifo(queue).iter().any(is_wrong) {
            let message = format!(
                "`{}`: a dead-letter queue of a service must be a standard queue, got `{}`, which is a FIFO queue",
                holder.id, model.resources[queue].id
            );
            let help = "name a queue without `FifoQueue`: the service sends no message group";
            report.at(holder.path(keys), message).help(help);
            return;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::RULE;
    use crate::testing::check;
    use crate::testing::flow::{Change, NONE, all, dead, either, queue, redrive, written};

    #[test]
    fn cases() {
        let queues = |jobs: &str, dead: &str| {
            format!(
                "Resources:\n  Jobs: {{Type: AWS::SQS::Queue, Properties: {{{jobs}RedrivePolicy: {{deadLetterTargetArn: \
                 !GetAtt Dead.Arn, maxReceiveCount: 5}}}}}}\n  Dead: {{Type: AWS::SQS::Queue, Properties: {{{dead}}}}}\n"
            )
        };
        let place = "Resources/Jobs/Properties/RedrivePolicy/deadLetterTargetArn";
        let message = "queue `Jobs`: the dead-letter queue of a FIFO queue must be one too, got `Dead`, which is a \
                       standard queue";
        check(&RULE, &queues("FifoQueue: true, ", ""), &[(place, message)]);
        let message = "queue `Jobs`: the dead-letter queue of a standard queue must be one too, got `Dead`, which is a \
                       FIFO queue";
        check(&RULE, &queues("", "FifoQueue: true"), &[(place, message)]);
        check(&RULE, &queues("FifoQueue: true, ", "FifoQueue: true"), &[]);
        check(&RULE, &queues("", ""), &[]);
        let of_function = "Resources:\n  Dead: {Type: AWS::SQS::Queue, Properties: {FifoQueue: true}}\n  Work: {Type: \
                           AWS::Lambda::Function, Properties: {DeadLetterConfig: {TargetArn: !GetAtt Dead.Arn}}}\n";
        let place = "Resources/Work/Properties/DeadLetterConfig/TargetArn";
        let message = "`Work`: a dead-letter queue of a service must be a standard queue, got `Dead`, which is a FIFO \
                       queue";
        check(&RULE, of_function, &[(place, message)]);
    }

    /// The schema's E3502 says the same of the queue, and is its cause.
    #[test]
    fn one_mistake_is_one_finding() {
        let template = "Resources:\n  Jobs: {Type: AWS::SQS::Queue, Properties: {FifoQueue: true, RedrivePolicy: \
                        {deadLetterTargetArn: !GetAtt Dead.Arn, maxReceiveCount: 5}}}\n  Dead: {Type: AWS::SQS::Queue}\n";
        let all = crate::testing::findings(template);
        assert!(all.iter().all(|one| one.rule.code != "E3502"), "{all:?}");
        let causes: Vec<_> = all.iter().flat_map(|one| &one.causes).map(|cause| cause.rule.code).collect();
        assert_eq!(causes, ["E3502"]);
    }

    #[test]
    fn templates_as_people_write_them() {
        written(&RULE, include_str!("dead_letter_kind.yaml"));
    }

    #[test]
    fn plain_and_serverless() {
        let to = |target: &str| format!("RedrivePolicy: {{deadLetterTargetArn: {target}, maxReceiveCount: 5}}");
        let unknown = to("!Ref Name");
        either(
            &RULE,
            &all([
                queue("FifoQueue: true,"),
                dead("FifoQueue: 'true',"),
                Change {
                    dead: "FifoQueue: !If [Prod, true, !Ref AWS::NoValue],",
                    queue: "FifoQueue: !If [Prod, false, true],",
                    ..NONE
                },
                redrive(
                    "RedrivePolicy: {deadLetterTargetArn: 'arn:aws:sqs:eu-west-1:123456789012:x.fifo', maxReceiveCount: 5}",
                ),
            ]),
            &all([
                NONE,
                Change { queue: "FifoQueue: true,", ..dead("FifoQueue: true,") },
                queue("FifoQueue: !Ref Name,"),
                Change {
                    dead: "FifoQueue: !If [Prod, true, false],",
                    queue: "FifoQueue: !If [Prod, true, false],",
                    ..NONE
                },
                Change { queue: "FifoQueue: true,", ..redrive(&unknown) },
            ]),
        );
    }
}
