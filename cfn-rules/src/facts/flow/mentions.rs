//! The queues that something mentions: those to which dead letters go, and those that something may watch.

use std::collections::HashSet;

use cfn_model::{Function, Node, Path, Segment};

use super::{
    model::{Model, QUEUE, Resource, Target, expand, member_path, members},
    text::{Part, Text},
};

/// How deep values are searched for references.
const DEEPEST: usize = 64;
pub(crate) const ALARM: &str = "AWS::CloudWatch::Alarm";

/// Mentioned queues.
pub(crate) struct Mentions<'m, 'd> {
    model: &'m Model<'d>,
    /// Queues to which dead letters go.
    pub(crate) dead: HashSet<usize>,
    /// Queues that are mentioned by something that may watch them.
    pub(crate) watched: HashSet<usize>,
    /// Something may watch any queue.
    pub(crate) all_watched: bool,
}

/// Finds the queues that the whole template mentions.
pub(crate) fn mentions<'m, 'd>(model: &'m Model<'d>) -> Mentions<'m, 'd> {
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

/// The queue names that an alarm watches, each with its place.
pub(crate) fn watched<'d>(model: &Model<'d>, alarm: &Resource<'d>) -> Vec<(Path, Text<'d>)> {
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
        for value in expand(model.context, dimension.get("Value"), way.facts.clone()) {
            let place = member_path(&place, index);
            names.extend(value.node.map(|node| (place.join("Value"), Text::of(node))));
        }
    }
}

/// Whether the resource with this logical id is a queue.
pub(crate) fn is_queue(model: &Model<'_>, id: &str) -> bool {
    model.resource(id).is_some_and(|number| model.resources[number].kind == QUEUE)
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
