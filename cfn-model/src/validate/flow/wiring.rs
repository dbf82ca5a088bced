//! What is wired to what: mappings from queues to functions, and queues to their dead-letter queues.

use super::{
    model::{Model, Resource, SAM_FUNCTION, Target, UNKNOWN, int},
    text::Text,
};
use crate::{
    Node, Segment,
    validate::{conditions::Fact, text::scalar},
};

/// An event source mapping whose source is a queue: a resource of its own, or an event of a SAM function.
pub(super) struct Mapping<'d> {
    /// Its properties, and where they are.
    pub(super) resource: Resource<'d>,
    /// What messages call it.
    pub(super) name: String,
    pub(super) queue: Target,
    pub(super) function: Target,
    /// When it is there and consumes this queue.
    pub(super) facts: Vec<Fact>,
    /// The property that names the queue.
    pub(super) source_key: &'static str,
    /// What the source is called, where it is no queue of the template.
    pub(super) source: Text<'d>,
}

/// A queue and where its dead letters go.
pub(super) struct Redrive<'d> {
    pub(super) source: usize,
    pub(super) target: Target,
    pub(super) target_text: Text<'d>,
    pub(super) max_receive_count: Option<i64>,
    pub(super) facts: Vec<Fact>,
}

impl Mapping<'_> {
    /// The queue, if it is one of the template.
    pub(super) fn queue_here(&self) -> Option<usize> {
        here(self.queue)
    }

    /// The function, if it is one of the template.
    pub(super) fn function_here(&self) -> Option<usize> {
        here(self.function)
    }

    /// Both ends, for a message: "`queue `Jobs`, function `Worker`".
    pub(super) fn ends(&self, model: &Model<'_>) -> String {
        let queue = match self.queue_here() {
            Some(queue) => format!("queue `{}`", model.resources[queue].id),
            None => format!("queue `{}`", self.source),
        };
        match self.function_here() {
            Some(function) => format!("{queue}, function `{}`", model.resources[function].id),
            None => queue,
        }
    }
}

/// The resource that a target is.
pub(super) fn here(target: Target) -> Option<usize> {
    match target {
        Target::Here(number) => Some(number),
        Target::Elsewhere | Target::Unknown => None,
    }
}

/// Every mapping whose source is certainly a queue.
pub(super) fn mappings<'d>(model: &Model<'d>) -> Vec<Mapping<'d>> {
    let mut found = Vec::new();
    for (number, resource) in model.resources.iter().enumerate() {
        match resource.kind {
            "AWS::Lambda::EventSourceMapping" => {
                let functions = resource.ways(model.context, &["FunctionName"]);
                let function = match functions.as_slice() {
                    [only] => only.node.map_or(Target::Unknown, |node| model.function(&Text::of(node))),
                    _ => Target::Unknown,
                };
                let name = format!("mapping `{}`", resource.id);
                add(model, resource.clone(), name, function, "EventSourceArn", &mut found);
            }
            SAM_FUNCTION => {
                let Some(Node::Object(events)) = resource.properties.get("Events") else { continue };
                for (event, definition) in events {
                    if definition.get("Type").and_then(Node::as_str) != Some("SQS") {
                        continue;
                    }
                    let steps = ["Events", event.as_str(), "Properties"];
                    let inner = Resource {
                        id: resource.id,
                        kind: resource.kind,
                        properties: definition.get("Properties").unwrap_or(&UNKNOWN),
                        base: resource.base.iter().cloned().chain(steps.map(Segment::from)).collect(),
                        facts: resource.facts.clone(),
                    };
                    let name = format!("event `{event}` of `{}`", resource.id);
                    add(model, inner, name, Target::Here(number), "Queue", &mut found);
                }
            }
            _ => {}
        }
    }
    found
}

fn add<'d>(
    model: &Model<'d>,
    resource: Resource<'d>,
    name: String,
    function: Target,
    source_key: &'static str,
    found: &mut Vec<Mapping<'d>>,
) {
    for way in resource.ways(model.context, &[source_key]) {
        let Some(node) = way.node else { continue };
        let source = Text::of(node);
        let queue = model.queue(&source, false);
        let is_queue = match queue {
            Target::Here(_) => true,
            _ => source_key == "Queue" || source.service() == Some("sqs"),
        };
        let facts = [resource.facts.as_slice(), &way.facts].concat();
        if is_queue && model.together(&[&facts]) {
            let (resource, name) = (resource.clone(), name.clone());
            found.push(Mapping { resource, name, queue, function, facts, source_key, source });
        }
    }
}

/// Every redrive policy of a queue, in every way in which it can turn out.
pub(super) fn redrives<'d>(model: &Model<'d>) -> Vec<Redrive<'d>> {
    let mut found = Vec::new();
    for &source in &model.queues {
        let queue = &model.resources[source];
        for way in queue.ways(model.context, &["RedrivePolicy"]) {
            let Some(policy) = way.node else { continue };
            let inner =
                Resource { properties: policy, facts: [queue.facts.as_slice(), &way.facts].concat(), ..queue.clone() };
            let counts = inner.ways(model.context, &["maxReceiveCount"]);
            let count = match counts.as_slice() {
                [only] => only.node.and_then(int),
                _ => None,
            };
            for target in inner.ways(model.context, &["deadLetterTargetArn"]) {
                let Some(node) = target.node else { continue };
                let facts = [inner.facts.as_slice(), &target.facts].concat();
                let text = if scalar(node).is_some() || node.as_object().is_some() {
                    Text::of(node)
                } else {
                    Text(vec![super::text::Part::Unknown])
                };
                found.push(Redrive {
                    source,
                    target: model.queue(&text, false),
                    target_text: text,
                    max_receive_count: count,
                    facts,
                });
            }
        }
    }
    found
}
