//! Event source mappings of queues.

use std::collections::HashMap;

use cfn_model::{Finding, Node};

use super::Flow;
use crate::{
    codes as rules,
    facts::flow::{
        model::{Resource, SAM_FUNCTION, UNKNOWN, members, properties},
        scenario::Fact,
        text::Part,
        wiring::{Kind, Mapping},
    },
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
/// For how many seconds a batch is waited for.
const WINDOW: &str = "MaximumBatchingWindowInSeconds";
/// The property that is the maximum concurrency.
const CONCURRENCY: [&str; 2] = ["ScalingConfig", "MaximumConcurrency"];
/// What mends an event whose queue is SAM's.
const OWN_QUEUE: &str = "make a queue of your own, subscribe it to the topic with an `AWS::SNS::Subscription`, and let \
                         an event of type `SQS` consume it";
/// How many mappings of one queue, or of one function, are compared.
const MOST_COMPARED: usize = 16;

pub(super) fn check(flow: &Flow<'_>, findings: &mut Vec<Finding>) {
    for mapping in &flow.mappings {
        if mapping.kind != Kind::Pipe {
            partial_batch(flow, mapping, findings);
            visibility(flow, mapping, findings);
            window(flow, mapping, findings);
            concurrency(flow, mapping, findings);
        }
    }
    for &queue in &flow.model.queues {
        no_dead_letters(flow, queue, findings);
    }
    shared(flow, findings);
    for &function in &flow.model.functions {
        concurrency_together(flow, function, findings);
        made_queues(flow, function, findings);
    }
}

impl Mapping<'_> {
    fn subject(&self, flow: &Flow<'_>) -> String {
        format!("{} ({})", self.name, self.ends(&flow.model))
    }
}

fn no_dead_letters(flow: &Flow<'_>, number: usize, findings: &mut Vec<Finding>) {
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
        let mut finding = queue.finding(&rules::AL1005, &[], message, help);
        finding.path.0.pop();
        findings.push(finding);
    }
}

fn partial_batch(flow: &Flow<'_>, mapping: &Mapping<'_>, findings: &mut Vec<Finding>) {
    let (context, resource) = (flow.model.context, &mapping.resource);
    for mut way in resource.ways(context, &["FunctionResponseTypes"]) {
        // SAM takes a null for a value that is not there.
        way.node = way.node.filter(|node| !matches!(node, Node::Null) || std::ptr::eq(*node, &raw const UNKNOWN));
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
                    "{}: batches of {size} must have partial batch responses, got no `ReportBatchItemFailures`",
                    mapping.subject(flow)
                );
                let help = match mapping.kind {
                    Kind::Subscription => OWN_QUEUE,
                    _ => {
                        "set `FunctionResponseTypes: [ReportBatchItemFailures]` and return `batchItemFailures`, or one \
                         bad message brings its whole batch back"
                    }
                };
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
    let windows = mapping.resource.ints(model.context, &[WINDOW], Some(0));
    for (when, timeout) in function.ints(model.context, &["Timeout"], Some(DEFAULT_TIMEOUT)) {
        for (then, visible) in queue.ints(model.context, &keys, Some(DEFAULT_VISIBILITY)) {
            let six = timeout.saturating_mul(TIMES);
            let facts: [&[Fact<'_>]; 5] = [&mapping.facts, &queue.facts, &function.facts, &when, &then];
            let is_possible = |window: &[Fact<'_>]| model.together(&[&facts[..], &[window]].concat());
            if visible < timeout && is_possible(&[]) {
                let message = format!(
                    "{}: the visibility timeout must be at least the function's timeout, {timeout} s, got {visible} s",
                    mapping.ends(model)
                );
                let help =
                    format!("set `VisibilityTimeout` to {six}, six times the timeout; Lambda refuses less than once");
                return findings.push(queue.finding(&rules::AL1008, &keys, message, &help));
            }
            // The window that wants the most.
            let window = windows.iter().filter(|(facts, _)| is_possible(facts)).map(|(_, seconds)| *seconds).max();
            let window = window.unwrap_or(0).max(0);
            let wanted = six.saturating_add(window);
            if visible >= wanted || !is_possible(&[]) {
                continue;
            }
            let plus = match window {
                0 => String::new(),
                window => format!(", plus the batching window of {window} s: {wanted} s"),
            };
            let message = format!(
                "{}: the visibility timeout should be six times the function's timeout of {timeout} s{plus}, got {visible} s",
                mapping.ends(model)
            );
            let help = format!("set `VisibilityTimeout` to {wanted}, so that a throttled batch is not delivered twice");
            advice = Some(match visible < six {
                true => queue.finding(&rules::AL1030, &keys, message, &help),
                // Without the window it would be enough.
                false => mapping.resource.finding(&rules::AL1030, &[WINDOW], message, &help),
            });
        }
    }
    findings.extend(advice);
}

fn window(flow: &Flow<'_>, mapping: &Mapping<'_>, findings: &mut Vec<Finding>) {
    let (model, resource) = (&flow.model, &mapping.resource);
    let fifo = match mapping.queue_here() {
        Some(queue) => model.fifo(queue),
        None if mapping.source.last().len() >= ".fifo".len() => {
            vec![(Vec::new(), mapping.source.last().ends_with(".fifo"))]
        }
        None => Vec::new(),
    };
    let windows = resource.ints(model.context, &["MaximumBatchingWindowInSeconds"], Some(0));
    let (mut has_window, mut has_batch) = (None, None);
    for (kind, fifo) in &fifo {
        for (when, seconds) in &windows {
            if *fifo && *seconds > 0 && model.together(&[&mapping.facts, kind, when]) {
                has_window = has_window.or(Some(*seconds));
            }
            for (then, size) in resource.ints(model.context, &["BatchSize"], Some(DEFAULT_BATCH)) {
                let is_wrong = size > SMALL_BATCH && (*fifo || *seconds == 0);
                if is_wrong && model.together(&[&mapping.facts, kind, when, &then]) {
                    has_batch = has_batch.or(Some((size, *fifo)));
                }
            }
        }
    }
    if let Some(seconds) = has_window {
        let message = format!(
            "{}: a mapping of a FIFO queue must have no batching window, got {seconds} s",
            mapping.subject(flow)
        );
        let help = "remove `MaximumBatchingWindowInSeconds`";
        findings.push(resource.finding(&rules::AL1012, &["MaximumBatchingWindowInSeconds"], message, help));
    }
    if let Some((size, fifo)) = has_batch {
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

fn concurrency(flow: &Flow<'_>, mapping: &Mapping<'_>, findings: &mut Vec<Finding>) {
    let (model, resource) = (&flow.model, &mapping.resource);
    for (facts, most) in resource.ints(model.context, &CONCURRENCY, None) {
        if !(2..=1000).contains(&most) && model.together(&[&mapping.facts, &facts]) {
            let message = format!("{}: the maximum concurrency must be 2 to 1000, got {most}", mapping.subject(flow));
            let help = match most < 2 {
                true => {
                    "one at a time: set `ReservedConcurrentExecutions: 1` of the function, or use a FIFO queue with one message group"
                }
                false => "leave `ScalingConfig` out for no limit",
            };
            let finding = resource.finding(&rules::AL1013, &CONCURRENCY, message, help);
            return findings.push(finding.expected("2 to 1000").actual(most.to_string()));
        }
    }
}

/// Mappings that call a function more often at once, each or together, than is reserved for it.
fn concurrency_together(flow: &Flow<'_>, number: usize, findings: &mut Vec<Finding>) {
    let model = &flow.model;
    let function = &model.resources[number];
    let help =
        "lower `MaximumConcurrency`, or raise `ReservedConcurrentExecutions`: what is throttled counts as received";
    for (when, reserved) in function.ints(model.context, &["ReservedConcurrentExecutions"], None) {
        let mut facts = [function.facts.as_slice(), &when].concat();
        let mut together = 0;
        let mappings = flow.calls.get(&number).into_iter().flatten().map(|number| &flow.mappings[*number]);
        for mapping in mappings.take(MOST_COMPARED) {
            let ways = mapping.resource.ints(model.context, &CONCURRENCY, None);
            let possible = ways
                .into_iter()
                .filter(|(when, most)| (2..=1000).contains(most) && model.together(&[&facts, &mapping.facts, when]));
            let Some((when, most)) = possible.max_by_key(|(_, most)| *most) else { continue };
            together += most;
            if together <= reserved {
                facts = [facts.as_slice(), &mapping.facts, &when].concat();
                continue;
            }
            let sum = if together > most { format!("{together} together") } else { most.to_string() };
            let message = format!(
                "{}: the maximum concurrency should be at most the reserved concurrency of the function, {reserved}, \
                 got {sum}",
                mapping.subject(flow)
            );
            return findings.push(mapping.resource.finding(&rules::AL1031, &CONCURRENCY, message, help));
        }
    }
}

/// The queues that SAM makes between a topic and a function. Nothing about them can be set.
fn made_queues(flow: &Flow<'_>, number: usize, findings: &mut Vec<Finding>) {
    let function = &flow.model.resources[number];
    let events = function.properties.get("Events").and_then(Node::as_object).filter(|_| function.kind == SAM_FUNCTION);
    for (event, definition) in events.into_iter().flatten() {
        let makes =
            properties(definition).get("SqsSubscription").and_then(crate::facts::flow::model::flag) == Some(true);
        if definition["Type"].as_str() != Some("SNS") || !makes || !flow.model.together(&[&function.facts]) {
            continue;
        }
        let keys = ["Events", event.as_str(), "Properties", "SqsSubscription"];
        let subject = format!("event `{event}` of `{}`: the queue that SAM makes for it", function.id);
        let slow = timeouts(flow, function)
            .into_iter()
            .find(|(when, timeout)| *timeout > DEFAULT_VISIBILITY && flow.model.together(&[&function.facts, when]));
        if let Some((_, timeout)) = slow {
            let message = format!(
                "{subject} has a visibility timeout of {DEFAULT_VISIBILITY} s, which must be at least the function's \
                 timeout, got {timeout} s"
            );
            findings.push(function.finding(&rules::AL1008, &keys, message, OWN_QUEUE));
        }
        let message = format!("{subject} has no dead-letter queue, and none can be configured");
        findings.push(function.finding(&rules::AL1005, &keys, message, OWN_QUEUE));
        let message = format!(
            "{subject} has batches of {DEFAULT_BATCH} without partial batch responses, and none can be configured"
        );
        findings.push(function.finding(&rules::AL1007, &keys, message, OWN_QUEUE));
    }
}

/// Two mappings that consume one queue at once.
fn shared(flow: &Flow<'_>, findings: &mut Vec<Finding>) {
    let model = &flow.model;
    let mut by_queue: HashMap<String, Vec<(&Mapping<'_>, Vec<Fact<'_>>)>> = HashMap::new();
    for mapping in &flow.mappings {
        let queue = match mapping.queue_here() {
            Some(queue) => model.resources[queue].id.to_owned(),
            None if mapping.source.0.contains(&Part::Unknown) => continue,
            None => mapping.source.to_string(),
        };
        let enabled = mapping.resource.flags(model.context, &["Enabled"], true);
        let Some((facts, _)) = enabled.into_iter().find(|(_, enabled)| *enabled) else { continue };
        let facts = [mapping.facts.as_slice(), &facts].concat();
        let others = by_queue.entry(queue).or_default();
        let is_same = |other: &Mapping<'_>| {
            other.resource.id == mapping.resource.id && other.resource.inner == mapping.resource.inner
        };
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
pub(super) fn timeouts<'d>(flow: &Flow<'d>, function: &Resource<'d>) -> Vec<(Vec<Fact<'d>>, i64)> {
    function.ints(flow.model.context, &["Timeout"], Some(DEFAULT_TIMEOUT))
}
