//! Event source mappings of queues.

use std::collections::HashMap;

use super::{
    Flow, Mapping,
    model::{Resource, members},
};
use crate::{
    Node,
    validate::{Finding, conditions::Fact, rules},
};

/// The batch size of a mapping that has none.
const DEFAULT_BATCH: i64 = 10;
/// The largest batch without a window, and of a FIFO queue.
const SMALL_BATCH: i64 = 10;
/// The visibility timeout of a queue that has none, in seconds.
const DEFAULT_VISIBILITY: i64 = 30;
/// The timeout of a function that has none, in seconds.
pub(super) const DEFAULT_TIMEOUT: i64 = 3;
/// What Lambda's guide advises: time for a function to be tried again when it is throttled.
const TIMES: i64 = 6;
/// How many mappings of one queue are compared.
const MOST_COMPARED: usize = 16;

pub(super) fn check(flow: &Flow<'_>, findings: &mut Vec<Finding>) {
    for mapping in &flow.mappings {
        no_dead_letters(flow, mapping, findings);
        partial_batch(flow, mapping, findings);
        visibility(flow, mapping, findings);
        window(flow, mapping, findings);
        concurrency(flow, mapping, findings);
    }
    shared(flow, findings);
}

impl Mapping<'_> {
    fn subject(&self, flow: &Flow<'_>) -> String {
        format!("{} ({})", self.name, self.ends(&flow.model))
    }
}

fn no_dead_letters(flow: &Flow<'_>, mapping: &Mapping<'_>, findings: &mut Vec<Finding>) {
    // Who processes dead letters has nowhere to put them again.
    let is_last = |queue: &usize| flow.model.context.is_open() || flow.dead.contains(queue);
    let Some(number) = mapping.queue_here().filter(|queue| !is_last(queue)) else { return };
    let queue = &flow.model.resources[number];
    for way in queue.ways(flow.model.context, &["RedrivePolicy"]) {
        if way.node.is_none() && flow.model.together(&[&mapping.facts, &queue.facts, &way.facts]) {
            let message = format!(
                "{}: a queue that a function consumes should have a dead-letter queue, got no `RedrivePolicy`",
                mapping.ends(&flow.model)
            );
            let help = "add a queue for dead letters and `RedrivePolicy: {deadLetterTargetArn: ..., maxReceiveCount: 5}`, \
                        or one bad message is tried again until it expires";
            let mut finding = queue.finding(&rules::AL1005, &[], message, help);
            finding.path.0.pop();
            return findings.push(finding);
        }
    }
}

fn partial_batch(flow: &Flow<'_>, mapping: &Mapping<'_>, findings: &mut Vec<Finding>) {
    let (context, resource) = (flow.model.context, &mapping.resource);
    for way in resource.ways(context, &["FunctionResponseTypes"]) {
        let listed = members(context, vec![way.clone()]);
        let is_known = way.node.is_none_or(|node| node.as_array().is_some());
        let says = |node: Option<&Node>| {
            node.is_none_or(|node| !matches!(node.as_str(), Some(text) if text != "ReportBatchItemFailures"))
        };
        if !is_known || listed.iter().any(|(_, way)| way.node.is_some() && says(way.node)) {
            continue;
        }
        for (facts, size) in resource.ints(context, &["BatchSize"], Some(DEFAULT_BATCH)) {
            if size > 1 && flow.model.together(&[&mapping.facts, &way.facts, &facts]) {
                let message = format!(
                    "{}: with batches of {size}, the function should say which messages failed, got no \
                     `ReportBatchItemFailures`",
                    mapping.subject(flow)
                );
                let help = "set `FunctionResponseTypes: [ReportBatchItemFailures]` and return `batchItemFailures`, or \
                            one bad message brings its whole batch back";
                return findings.push(resource.finding(&rules::AL1007, &[], message, help));
            }
        }
    }
}

fn visibility(flow: &Flow<'_>, mapping: &Mapping<'_>, findings: &mut Vec<Finding>) {
    let (Some(queue), Some(function)) = (mapping.queue_here(), mapping.function_here()) else { return };
    let model = &flow.model;
    let (queue, function) = (&model.resources[queue], &model.resources[function]);
    let keys = ["VisibilityTimeout"];
    let mut advice = None;
    for (when, timeout) in function.ints(model.context, &["Timeout"], Some(DEFAULT_TIMEOUT)) {
        for (then, visible) in queue.ints(model.context, &keys, Some(DEFAULT_VISIBILITY)) {
            let wanted = timeout.saturating_mul(TIMES);
            if visible >= wanted || !model.together(&[&mapping.facts, &queue.facts, &function.facts, &when, &then]) {
                continue;
            }
            if visible < timeout {
                let message = format!(
                    "{}: the visibility timeout must be at least the function's timeout, {timeout} s, got {visible} s",
                    mapping.ends(model)
                );
                let help = format!(
                    "set `VisibilityTimeout` to {wanted}, six times the timeout; Lambda refuses less than once"
                );
                return findings.push(queue.finding(&rules::AL1008, &keys, message, &help));
            }
            let message = format!(
                "{}: the visibility timeout should be six times the function's timeout of {timeout} s, got {visible} s",
                mapping.ends(model)
            );
            let help = format!("set `VisibilityTimeout` to {wanted}, so that a throttled batch is not delivered twice");
            advice = Some(queue.finding(&rules::AL1030, &keys, message, &help));
        }
    }
    findings.extend(advice);
}

fn window(flow: &Flow<'_>, mapping: &Mapping<'_>, findings: &mut Vec<Finding>) {
    let (model, resource) = (&flow.model, &mapping.resource);
    let fifo = match mapping.queue_here() {
        Some(queue) => model.fifo(queue),
        None if matches!(mapping.source.0.last(), Some(super::text::Part::Literal(_))) => {
            vec![(Vec::new(), mapping.source.last().ends_with(".fifo"))]
        }
        None => Vec::new(),
    };
    let windows = resource.ints(model.context, &["MaximumBatchingWindowInSeconds"], Some(0));
    for (kind, fifo) in &fifo {
        for (when, seconds) in &windows {
            if *fifo && *seconds > 0 && model.together(&[&mapping.facts, kind, when]) {
                let message = format!(
                    "{}: a mapping of a FIFO queue must have no batching window, got {seconds} s",
                    mapping.subject(flow)
                );
                let help = "remove `MaximumBatchingWindowInSeconds`";
                findings.push(resource.finding(&rules::AL1012, &["MaximumBatchingWindowInSeconds"], message, help));
            }
            for (then, size) in resource.ints(model.context, &["BatchSize"], Some(DEFAULT_BATCH)) {
                let is_wrong = size > SMALL_BATCH && (*fifo || *seconds == 0);
                if !is_wrong || !model.together(&[&mapping.facts, kind, when, &then]) {
                    continue;
                }
                let (rule, help) = match fifo {
                    true => ("a batch of a FIFO queue must have at most 10 messages", "set `BatchSize` to 10 or less"),
                    false => (
                        "a batch of more than 10 messages must have a window",
                        "set `MaximumBatchingWindowInSeconds` to 1 or more",
                    ),
                };
                let message = format!("{}: {rule}, got a batch of {size}", mapping.subject(flow));
                findings.push(resource.finding(&rules::AL1011, &["BatchSize"], message, help));
            }
        }
    }
}

fn concurrency(flow: &Flow<'_>, mapping: &Mapping<'_>, findings: &mut Vec<Finding>) {
    let (model, resource) = (&flow.model, &mapping.resource);
    let keys = ["ScalingConfig", "MaximumConcurrency"];
    for (facts, most) in resource.ints(model.context, &keys, None) {
        if !model.together(&[&mapping.facts, &facts]) {
            continue;
        }
        if !(2..=1000).contains(&most) {
            let message = format!("{}: the maximum concurrency must be 2 to 1000, got {most}", mapping.subject(flow));
            let help = match most < 2 {
                true => {
                    "one at a time: set `ReservedConcurrentExecutions: 1` of the function, or use a FIFO queue with one message group"
                }
                false => "leave `ScalingConfig` out for no limit",
            };
            findings.push(resource.finding(&rules::AL1013, &keys, message, help));
            continue;
        }
        let Some(function) = mapping.function_here().map(|number| &model.resources[number]) else { continue };
        for (when, reserved) in function.ints(model.context, &["ReservedConcurrentExecutions"], None) {
            if reserved < most && model.together(&[&mapping.facts, &function.facts, &facts, &when]) {
                let message = format!(
                    "{}: the maximum concurrency should be at most the reserved concurrency of the function, \
                     {reserved}, got {most}",
                    mapping.subject(flow)
                );
                let help = "lower `MaximumConcurrency`, or raise `ReservedConcurrentExecutions`: what is throttled \
                            counts as received";
                findings.push(resource.finding(&rules::AL1031, &keys, message, help));
            }
        }
    }
}

/// Two mappings that consume one queue at once.
fn shared(flow: &Flow<'_>, findings: &mut Vec<Finding>) {
    let model = &flow.model;
    let mut by_queue: HashMap<usize, Vec<(&Mapping<'_>, Vec<Fact>)>> = HashMap::new();
    for mapping in &flow.mappings {
        let Some(queue) = mapping.queue_here() else { continue };
        let enabled = mapping.resource.flags(model.context, &["Enabled"], true);
        let Some((facts, _)) = enabled.into_iter().find(|(_, enabled)| *enabled) else { continue };
        let facts = [mapping.facts.as_slice(), &facts].concat();
        let others = by_queue.entry(queue).or_default();
        let is_same = |other: &Mapping<'_>| other.resource.base == mapping.resource.base;
        let other = others.iter().find(|(other, theirs)| !is_same(other) && model.together(&[theirs, &facts]));
        if let Some((other, _)) = other {
            let message = format!(
                "{}: one mapping should consume a queue, got {} as well, and each message goes to one of them only",
                mapping.subject(flow),
                other.name
            );
            let help = "give each function a queue of its own and publish to both, with a topic or a rule";
            findings.push(mapping.resource.finding(&rules::AL1016, &[mapping.source_key], message, help));
        }
        if others.len() < MOST_COMPARED {
            others.push((mapping, facts));
        }
    }
}

/// A function's timeout, in every way in which it is known.
pub(super) fn timeouts(flow: &Flow<'_>, function: &Resource<'_>) -> Vec<(Vec<Fact>, i64)> {
    function.ints(flow.model.context, &["Timeout"], Some(DEFAULT_TIMEOUT))
}
