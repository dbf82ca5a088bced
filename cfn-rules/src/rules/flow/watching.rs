//! Alarms, and dead-letter queues that nobody watches.

use std::collections::HashSet;

use cfn_model::{Finding, Function, Node, Path, Segment};

use super::Flow;
use crate::{
    codes as rules,
    facts::flow::{
        model::{Model, QUEUE, Resource, Target, member_path, members},
        text::{Part, Text},
    },
};

/// How deep values are searched for references.
const DEEPEST: usize = 64;
const ALARM: &str = "AWS::CloudWatch::Alarm";

pub(super) fn check(flow: &Flow<'_>, findings: &mut Vec<Finding>) {
    if flow.model.queues.is_empty() {
        return;
    }
    for alarm in flow.model.of_type(ALARM) {
        alarm_names(flow, alarm, findings);
    }
    unwatched(flow, findings);
}

/// The queue names that an alarm watches, each with its place.
fn watched<'d>(model: &Model<'d>, alarm: &Resource<'d>) -> Vec<(Path, Text<'d>)> {
    let mut names = Vec::new();
    dimensions(model, alarm, &mut names);
    for (index, way) in members(model.context, alarm.ways(model.context, &["Metrics"])) {
        let metric = way.node.and_then(|metric| metric.get("MetricStat")?.get("Metric"));
        let (Some(properties), Some(index)) = (metric, index) else { continue };
        let steps = ["Metrics".into(), Segment::Index(index), "MetricStat".into(), "Metric".into()];
        let inner = alarm.inner.iter().cloned().chain(steps).collect();
        dimensions(model, &Resource { properties, inner, ..alarm.clone() }, &mut names);
    }
    names
}

/// The queue names among the dimensions of a metric.
fn dimensions<'d>(model: &Model<'d>, metric: &Resource<'d>, names: &mut Vec<(Path, Text<'d>)>) {
    if metric.properties.get("Namespace").and_then(Node::as_str) != Some("AWS/SQS") {
        return;
    }
    let place = metric.path(&["Dimensions"]);
    for (index, way) in members(model.context, metric.ways(model.context, &["Dimensions"])) {
        let Some(dimension) = way.node.filter(|node| node["Name"].as_str() == Some("QueueName")) else { continue };
        for value in crate::facts::flow::model::expand(model.context, dimension.get("Value"), way.facts.clone()) {
            let place = member_path(&place, index);
            names.extend(value.node.map(|node| (place.join("Value"), Text::of(node))));
        }
    }
}

fn alarm_names(flow: &Flow<'_>, alarm: &Resource<'_>, findings: &mut Vec<Finding>) {
    let model = &flow.model;
    for (place, name) in watched(model, alarm) {
        let (got, help) = match name.0.as_slice() {
            [Part::Name(id)] if is_queue(model, id) => {
                (format!("the address of queue `{id}`"), format!("write `!GetAtt {id}.QueueName`"))
            }
            [Part::Attribute(id, attribute)] if is_queue(model, id) && *attribute != "QueueName" => {
                (format!("`{attribute}` of queue `{id}`"), format!("write `!GetAtt {id}.QueueName`"))
            }
            _ => {
                // What is put together of parameters of this stack is a name of this stack.
                let is_known = name.literal().is_some() || is_of_stack(&name);
                if !is_known || model.context.is_open() || !model.is_no_queue(&name) {
                    continue;
                }
                (format!("`{name}`"), reference(model, &name.to_string()))
            }
        };
        let message =
            format!("alarm `{}`: `QueueName` should be the name of a queue of this template, got {got}", alarm.id);
        findings.push(Finding::new(&rules::AL1017, place, message).help(help));
    }
}

/// Whether a name has the stack's name in it, and else literals only.
fn is_of_stack(name: &Text<'_>) -> bool {
    let stack = Part::Name("AWS::StackName");
    name.0.contains(&stack) && name.0.iter().all(|part| *part == stack || matches!(part, Part::Literal(_)))
}

fn is_queue(model: &Model<'_>, id: &str) -> bool {
    model.resource(id).is_some_and(|number| model.resources[number].kind == QUEUE)
}

/// How to name the queue that is meant: the one with this logical id, or the only one.
fn reference(model: &Model<'_>, literal: &str) -> String {
    let id = match model.queues.as_slice() {
        _ if is_queue(model, literal) => literal,
        [only] => model.resources[*only].id,
        _ => "...",
    };
    format!("refer to the queue, as `!GetAtt {id}.QueueName`")
}

/// Where something mentions a queue.
pub(super) struct Mentions<'m, 'd> {
    model: &'m Model<'d>,
    /// Queues to which dead letters go.
    pub(super) dead: HashSet<usize>,
    /// Queues that are mentioned by something that may watch them.
    pub(super) watched: HashSet<usize>,
    /// Something may watch any queue.
    pub(super) all_watched: bool,
}

/// Looks for queues in the whole template.
pub(super) fn mentions<'m, 'd>(model: &'m Model<'d>) -> Mentions<'m, 'd> {
    let mut mentions = Mentions { model, dead: HashSet::new(), watched: HashSet::new(), all_watched: false };
    if model.queues.is_empty() {
        return mentions;
    }
    for resource in &model.resources {
        // A policy is about who may, and not about who does.
        if !resource.kind.starts_with("AWS::IAM::") && resource.kind != "AWS::SQS::QueuePolicy" {
            mentions.resource(resource);
        }
    }
    for (_, output) in model.context.section("Outputs").into_iter().flatten() {
        if output.get("Export").is_some() {
            output.get("Value").into_iter().for_each(|value| mentions.look(value, false, 0));
        }
    }
    mentions
}

fn unwatched(flow: &Flow<'_>, findings: &mut Vec<Finding>) {
    let model = &flow.model;
    if model.context.is_open() || flow.all_watched {
        return;
    }
    for &number in model.queues.iter().filter(|number| flow.dead.contains(number)) {
        let queue = &model.resources[number];
        if !flow.watched.contains(&number) && !flow.consumers.contains_key(&number) {
            let message = format!(
                "dead-letter queue `{}`: an alarm or a function should watch it, got none, so that lost messages go \
                 unnoticed",
                queue.id
            );
            let help = format!(
                "add an `AWS::CloudWatch::Alarm` on `ApproximateNumberOfMessagesVisible` of `!GetAtt {}.QueueName`",
                queue.id
            );
            let mut place = queue.path(&[]);
            place.0.pop();
            findings.push(Finding::new(&rules::AL1006, place, message).help(help));
        }
    }
}

impl<'d> Mentions<'_, 'd> {
    /// Looks for queues in a resource.
    fn resource(&mut self, resource: &Resource<'d>) {
        if resource.kind == ALARM {
            for (_, name) in watched(self.model, resource) {
                match self.model.queue_named(&name) {
                    Target::Here(queue) => {
                        self.watched.insert(queue);
                    }
                    Target::Unknown if !matches!(name.0.as_slice(), [Part::Attribute(id, _)] if is_queue(self.model, id)) =>
                    {
                        self.all_watched = true;
                    }
                    _ => {}
                }
            }
            let searches = |metric: &'d Node| {
                let expression = metric.get("Expression").map(|node| Text::of(node).to_string());
                expression.is_some_and(|text| text.contains("SEARCH") || text.contains("SELECT"))
            };
            let metrics = resource.properties.get("Metrics").and_then(Node::as_array);
            self.all_watched |= metrics.is_some_and(|all| all.iter().any(searches));
        }
        if let Some(properties) = resource.properties.as_object() {
            for (key, value) in properties {
                // What a function is told, it may watch; what its role may do is no sign of it.
                if key != "Policies" {
                    self.look(value, is_dead(key), 0);
                }
            }
        }
    }

    fn look(&mut self, node: &'d Node, dead: bool, depth: usize) {
        match node {
            Node::Object(object) if depth < DEEPEST => {
                match Function::call(node) {
                    Some((Function::Ref | Function::GetAtt, argument)) => {
                        let name = argument.as_str().or_else(|| argument.as_array()?.first()?.as_str());
                        return name.into_iter().for_each(|name| self.name(name, dead));
                    }
                    Some((Function::Sub | Function::Join, _)) => return self.mention(node, dead),
                    _ => {}
                }
                object.iter().for_each(|(key, value)| self.look(value, dead || is_dead(key), depth + 1));
            }
            Node::Array(items) if depth < DEEPEST => {
                items.iter().for_each(|item| self.look(item, dead, depth + 1));
            }
            Node::String(text) if dead || text.contains(":sqs:") || text.contains("://sqs.") => {
                self.mention(node, dead);
            }
            _ => {}
        }
    }

    fn mention(&mut self, node: &'d Node, dead: bool) {
        let text = Text::of(node);
        if let Target::Here(queue) = self.model.queue(&text, false) {
            return self.add(queue, dead);
        }
        // A longer text, such as the body of a dashboard.
        for part in &text.0 {
            if let Part::Name(id) | Part::Attribute(id, _) = part {
                self.name(id, dead);
            }
        }
    }

    /// `Jobs` or `Jobs.Arn`.
    fn name(&mut self, name: &str, dead: bool) {
        let id = name.split('.').next().unwrap_or(name);
        if let Some(number) = self.model.resource(id).filter(|number| self.model.resources[*number].kind == QUEUE) {
            self.add(number, dead);
        }
    }

    fn add(&mut self, queue: usize, dead: bool) {
        let set = if dead { &mut self.dead } else { &mut self.watched };
        set.insert(queue);
    }
}

/// Whether a property says where dead letters go.
fn is_dead(key: &str) -> bool {
    matches!(key, "RedrivePolicy" | "DeadLetterConfig" | "DeadLetterQueue" | "OnFailure")
}
