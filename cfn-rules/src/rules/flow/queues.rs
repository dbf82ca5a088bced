//! Queues and their dead-letter queues.

use std::collections::HashMap;

use cfn_model::{Finding, Node, Path, Segment};

use super::Flow;
use crate::{
    codes as rules,
    facts::flow::{
        model::{FUNCTION, Resource, SAM_FUNCTION, Target},
        scenario::{Fact, texts},
        text::{Part, Text},
        wiring::{Redrive, here},
    },
};

/// How long a queue keeps a message unless it says otherwise: four days.
const DEFAULT_RETENTION: i64 = 345_600;
/// How deep states are looked for in states.
const DEEPEST_STATES: usize = 8;
/// The longest delay of a message in a queue, in seconds.
const LONGEST_DELAY: i64 = 900;

pub(super) fn check(flow: &Flow<'_>, findings: &mut Vec<Finding>) {
    for &number in &flow.model.queues {
        fifo_name(flow, number, findings);
        delay(&flow.model.resources[number], flow, findings);
    }
    same_names(flow, findings);
    dead_letters(flow, findings);
    service_dead_letters(flow, findings);
    state_machine_delays(flow, findings);
}

fn fifo_name(flow: &Flow<'_>, number: usize, findings: &mut Vec<Finding>) {
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
            return findings.push(queue.finding(&rules::AL1010, &["QueueName"], message, help));
        }
    }
}

fn delay(queue: &Resource<'_>, flow: &Flow<'_>, findings: &mut Vec<Finding>) {
    for (facts, seconds) in queue.ints(flow.model.context, &["DelaySeconds"], None) {
        if seconds > LONGEST_DELAY && flow.model.together(&[&queue.facts, &facts]) {
            let message = format!("queue `{}`: the delay must be at most {LONGEST_DELAY} s, got {seconds} s", queue.id);
            let finding = queue.finding(&rules::AL1025, &["DelaySeconds"], message, LATER);
            return findings.push(finding.expected(format!("at most {LONGEST_DELAY}")).actual(seconds.to_string()));
        }
    }
}

const LATER: &str = "let a one-time schedule of EventBridge Scheduler, `at(...)`, send what has to wait longer";

/// A task of a state machine that sends with a delay.
fn state_machine_delays(flow: &Flow<'_>, findings: &mut Vec<Finding>) {
    for kind in ["AWS::StepFunctions::StateMachine", "AWS::Serverless::StateMachine"] {
        for machine in flow.model.of_type(kind) {
            let Some(definition) = machine.properties.get("Definition") else { continue };
            let mut pending = vec![(definition, machine.path(&["Definition"]), 0)];
            while let Some((definition, place, depth)) = pending.pop() {
                let place = place.join("States");
                for (name, state) in definition.get("States").and_then(Node::as_object).into_iter().flatten() {
                    let place = place.join(Segment::Key(name.clone()));
                    task_delay(machine, name, state, &place, findings);
                    if depth == DEEPEST_STATES {
                        continue;
                    }
                    for key in ["Iterator", "ItemProcessor"] {
                        pending.extend(state.get(key).map(|inner| (inner, place.join(key), depth + 1)));
                    }
                    let branches = state.get("Branches").and_then(Node::as_array).unwrap_or_default();
                    let within = place.join("Branches");
                    let branch = |(index, branch)| (branch, within.join(Segment::Index(index)), depth + 1);
                    pending.extend(branches.iter().enumerate().map(branch));
                }
            }
        }
    }
}

fn task_delay(machine: &Resource<'_>, name: &str, state: &Node, place: &Path, findings: &mut Vec<Finding>) {
    let to = state.get("Resource").map(|arn| Text::of(arn).to_string());
    if !to.is_some_and(|arn| arn.contains(":states:::sqs:sendMessage")) {
        return;
    }
    for key in ["Parameters", "Arguments"] {
        let seconds =
            state.get(key).and_then(|given| given.get("DelaySeconds")).and_then(crate::facts::flow::model::int);
        if let Some(seconds) = seconds.filter(|seconds| *seconds > LONGEST_DELAY) {
            let message = format!(
                "state machine `{}`, state `{name}`: a message is delayed by at most {LONGEST_DELAY} s, got {seconds} s",
                machine.id
            );
            let help = "put a `Wait` state before it".to_owned();
            let place = place.join(key).join("DelaySeconds");
            findings.push(Finding::new(&rules::AL1025, place, message).help(help));
        }
    }
}

fn same_names(flow: &Flow<'_>, findings: &mut Vec<Finding>) {
    let model = &flow.model;
    let mut seen: HashMap<String, Vec<(usize, Vec<Fact<'_>>)>> = HashMap::new();
    for &number in &model.queues {
        let queue = &model.resources[number];
        let mut said = false;
        for (when, name) in texts(model.context, queue.ways(model.context, &["QueueName"])) {
            if name.0.contains(&Part::Unknown) || name.literal() == Some("") {
                continue;
            }
            let facts = [queue.facts.as_slice(), &when].concat();
            let same = seen.entry(name.to_string()).or_default();
            let other = same.iter().find(|(other, theirs)| *other != number && model.together(&[theirs, &facts]));
            if let Some((other, _)) = other.filter(|_| !said) {
                said = true;
                let message = format!(
                    "queue `{}`: two queues must have different names, got `{name}`, as `{}` has",
                    queue.id, model.resources[*other].id
                );
                let help = "rename one of them, or leave `QueueName` out and let CloudFormation name it";
                findings.push(queue.finding(&rules::AL1020, &["QueueName"], message, help));
            }
            // Those that come later are compared with the first few; that is enough to find them.
            if same.len() < 8 {
                same.push((number, facts));
            }
        }
    }
}

fn dead_letters(flow: &Flow<'_>, findings: &mut Vec<Finding>) {
    let model = &flow.model;
    for redrive in &flow.redrives {
        let source = &model.resources[redrive.source];
        if !model.together(&[&redrive.facts]) {
            continue;
        }
        let keys = ["RedrivePolicy", "deadLetterTargetArn"];
        let Some(target) = here(redrive.target) else {
            // A name is enough to know what kind of queue it is.
            if redrive.target == Target::Elsewhere && redrive.target_text.last().len() > ".fifo".len() {
                let dead_fifo = redrive.target_text.last().ends_with(".fifo");
                mixed(flow, redrive, (dead_fifo, &[]), &redrive.target_text.to_string(), findings);
            }
            continue;
        };
        let dead = &model.resources[target];
        if !model.together(&[&redrive.facts, &dead.facts]) {
            continue;
        }
        if target == redrive.source {
            let message = format!("queue `{}` is its own dead-letter queue", source.id);
            let help = "make a second queue for what cannot be processed, and name it here";
            findings.push(source.finding(&rules::AL1004, &keys, message, help));
            continue;
        }
        for (facts, fifo) in model.fifo(target) {
            if model.together(&[&redrive.facts, &dead.facts, &facts]) {
                mixed(flow, redrive, (fifo, &facts), dead.id, findings);
            }
        }
        retention(flow, redrive, target, findings);
    }
}

fn mixed(
    flow: &Flow<'_>,
    redrive: &Redrive<'_>,
    (dead_fifo, when): (bool, &[Fact<'_>]),
    dead: &str,
    findings: &mut Vec<Finding>,
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
            let finding = source.finding(&rules::AL1009, &["RedrivePolicy", "deadLetterTargetArn"], message, help);
            return findings.push(finding);
        }
    }
}

fn retention(flow: &Flow<'_>, redrive: &Redrive<'_>, target: usize, findings: &mut Vec<Finding>) {
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
                let help = "set `MessageRetentionPeriod` of the dead-letter queue to 1209600, 14 days: the time that \
                            a message spent in the source counts";
                return findings.push(dead.finding(&rules::AL1003, &keys, message, help));
            }
        }
    }
}

/// Where services put what they could not deliver: they send without a message group, which a FIFO queue refuses.
fn service_dead_letters(flow: &Flow<'_>, findings: &mut Vec<Finding>) {
    let model = &flow.model;
    for resource in &model.resources {
        match resource.kind {
            SAM_FUNCTION => standard(flow, resource, &["DeadLetterQueue", "TargetArn"], findings),
            FUNCTION => standard(flow, resource, &["DeadLetterConfig", "TargetArn"], findings),
            "AWS::Scheduler::Schedule" => standard(flow, resource, &["Target", "DeadLetterConfig", "Arn"], findings),
            "AWS::Events::Rule" => {
                let targets = resource.properties.get("Targets").and_then(Node::as_array).unwrap_or_default();
                for (index, properties) in targets.iter().enumerate() {
                    let steps = [Segment::from("Targets"), Segment::Index(index)];
                    let inner = resource.inner.iter().cloned().chain(steps).collect();
                    let target = Resource { properties, inner, ..resource.clone() };
                    standard(flow, &target, &["DeadLetterConfig", "Arn"], findings);
                }
            }
            _ => {}
        }
    }
}

fn standard<'d>(flow: &Flow<'d>, holder: &Resource<'d>, keys: &[&str], findings: &mut Vec<Finding>) {
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
            return findings.push(holder.finding(&rules::AL1009, keys, message, help));
        }
    }
}
