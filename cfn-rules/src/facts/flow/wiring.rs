//! What is wired to what: mappings from queues to functions, and queues to their dead-letter queues.

use cfn_model::{
    Node, Segment,
    text::{Limits, parse},
};

use super::{
    model::{Model, Resource, SAM_FUNCTION, Target, int, properties},
    scenario::readings,
    text::Text,
};
use crate::facts::{conditions::Fact, text::scalar};

/// The batch size of an event source mapping that has none.
pub(crate) const DEFAULT_BATCH: i64 = 10;
/// The visibility timeout of a queue that has none, in seconds.
pub(crate) const DEFAULT_VISIBILITY: i64 = 30;
/// The timeout of a function that has none, in seconds.
const DEFAULT_TIMEOUT: i64 = 3;
/// The property that is the maximum concurrency of an event source mapping.
pub(crate) const CONCURRENCY: [&str; 2] = ["ScalingConfig", "MaximumConcurrency"];
/// The property that is the batching window of an event source mapping, in seconds.
pub(crate) const WINDOW: &str = "MaximumBatchingWindowInSeconds";
/// How many pieces a redrive policy that is a text may have.
const MOST_PARTS: usize = 64;

/// An event source mapping whose source is a queue: a resource of its own, or an event of a SAM function.
pub(crate) struct Mapping<'d> {
    /// Its properties, and where they are.
    pub(crate) resource: Resource<'d>,
    /// What messages call it.
    pub(crate) name: String,
    pub(crate) queue: Target,
    pub(crate) function: Target,
    /// When it is there and consumes this queue.
    pub(crate) facts: Vec<Fact<'d>>,
    /// The property that names the queue.
    pub(crate) source_key: &'static str,
    /// What the source is called, where it is no queue of the template.
    pub(crate) source: Text<'d>,
    pub(crate) kind: Kind,
}

/// What takes messages out of a queue.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// A mapping that is a resource of its own.
    Mapping,
    /// An event of a SAM function.
    Event,
    /// The queue between a topic and a SAM function.
    Subscription,
    /// A pipe of EventBridge, which has no function and its own permissions.
    Pipe,
}

impl Kind {
    /// The property that names the queue.
    fn source_key(self) -> &'static str {
        match self {
            Kind::Mapping => "EventSourceArn",
            Kind::Event => "Queue",
            Kind::Subscription => "QueueArn",
            Kind::Pipe => "Source",
        }
    }
}

/// A queue and where its dead letters go.
pub(crate) struct Redrive<'d> {
    pub(crate) source: usize,
    pub(crate) target: Target,
    pub(crate) target_text: Text<'d>,
    /// The known receive counts after which a message is a dead letter.
    pub(crate) counts: Vec<(Vec<Fact<'d>>, i64)>,
    pub(crate) facts: Vec<Fact<'d>>,
}

impl Mapping<'_> {
    /// The queue, if it is one of the template.
    pub(crate) fn queue_here(&self) -> Option<usize> {
        here(self.queue)
    }

    /// The function, if it is one of the template.
    pub(crate) fn function_here(&self) -> Option<usize> {
        here(self.function)
    }

    /// The event source mapping with both ends, for a message.
    pub(crate) fn subject(&self, model: &Model<'_>) -> String {
        format!("{} ({})", self.name, self.ends(model))
    }

    /// Both ends, for a message: "`queue `Jobs`, function `Worker`".
    pub(crate) fn ends(&self, model: &Model<'_>) -> String {
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

impl<'d> Mapping<'d> {
    /// Whether the queue is a FIFO queue, in every way in which it can turn out; nothing where that is unknown.
    pub(crate) fn fifo(&self, model: &Model<'d>) -> Vec<(Vec<Fact<'d>>, bool)> {
        match self.queue_here() {
            Some(queue) => model.fifo(queue),
            None if self.source.last().len() >= ".fifo".len() => {
                vec![(Vec::new(), self.source.last().ends_with(".fifo"))]
            }
            None => Vec::new(),
        }
    }
}

/// A function's timeout in seconds, in every way in which it is known.
pub(crate) fn timeouts<'d>(model: &Model<'d>, function: &Resource<'d>) -> Vec<(Vec<Fact<'d>>, i64)> {
    function.ints(model.context, &["Timeout"], Some(DEFAULT_TIMEOUT))
}

/// The resource that a target is.
pub(crate) fn here(target: Target) -> Option<usize> {
    match target {
        Target::Here(number) => Some(number),
        Target::Elsewhere | Target::Unknown => None,
    }
}

/// Every mapping whose source is certainly a queue.
pub(crate) fn mappings<'d>(model: &Model<'d>) -> Vec<Mapping<'d>> {
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
                add(model, resource.clone(), name, function, Kind::Mapping, &mut found);
            }
            "AWS::Pipes::Pipe" => {
                let name = format!("pipe `{}`", resource.id);
                add(model, resource.clone(), name, Target::Elsewhere, Kind::Pipe, &mut found);
            }
            SAM_FUNCTION => {
                let Some(Node::Object(events)) = resource.properties.get("Events") else { continue };
                for (event, definition) in events {
                    let given = properties(definition);
                    let subscription = given.get("SqsSubscription").filter(|queue| queue.as_object().is_some());
                    let (properties, kind) = match (definition["Type"].as_str(), subscription) {
                        (Some("SQS"), _) => (given, Kind::Event),
                        (Some("SNS"), Some(subscription)) => (subscription, Kind::Subscription),
                        _ => continue,
                    };
                    let mut inner: Vec<Segment> = ["Events", event.as_str(), "Properties"].map(Segment::from).into();
                    inner.extend((kind == Kind::Subscription).then(|| Segment::from("SqsSubscription")));
                    let inner = Resource { properties, inner, ..resource.clone() };
                    let name = format!("event `{event}` of `{}`", resource.id);
                    add(model, inner, name, Target::Here(number), kind, &mut found);
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
    kind: Kind,
    found: &mut Vec<Mapping<'d>>,
) {
    let source_key = kind.source_key();
    for reading in readings(model.context, resource.ways(model.context, &[source_key])) {
        // What is written says which queue of the template it is; a default, whether it is a queue at all.
        let (when, source) = match model.queue(&reading.text, false) {
            Target::Here(_) => (reading.facts, reading.text),
            _ => reading.settled(),
        };
        let queue = model.queue(&source, false);
        let is_queue = match queue {
            Target::Here(_) => true,
            _ => matches!(kind, Kind::Event | Kind::Subscription) || source.service() == Some("sqs"),
        };
        let facts = [resource.facts.as_slice(), &when].concat();
        if is_queue && model.together(&[&facts]) {
            let (resource, name) = (resource.clone(), name.clone());
            found.push(Mapping { resource, name, queue, function, facts, source_key, source, kind });
        }
    }
}

/// Every redrive policy of a queue, in every way in which it can turn out.
pub(crate) fn redrives<'d>(model: &Model<'d>) -> Vec<Redrive<'d>> {
    let mut found = Vec::new();
    for &source in &model.queues {
        let queue = &model.resources[source];
        for way in queue.ways(model.context, &["RedrivePolicy"]) {
            let Some(policy) = way.node else { continue };
            if let Some(redrive) = written_as_json(model, source, policy, &way.facts) {
                found.push(redrive);
                continue;
            }
            let inner =
                Resource { properties: policy, facts: [queue.facts.as_slice(), &way.facts].concat(), ..queue.clone() };
            let counts = inner.ints(model.context, &["maxReceiveCount"], None);
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
                    counts: counts.clone(),
                    facts,
                });
            }
        }
    }
    found
}

/// A redrive policy that is written as a text of JSON, with references in it.
fn written_as_json<'d>(model: &Model<'d>, source: usize, policy: &'d Node, facts: &[Fact<'d>]) -> Option<Redrive<'d>> {
    let text = Text::of(policy);
    if !text.first().trim_start().starts_with('{') || text.0.len() > MOST_PARTS {
        return None;
    }
    let parsed = parse(&text.to_string(), &Limits::default()).ok()?.node;
    let target_text = text.part(parsed.get("deadLetterTargetArn")?.as_str()?);
    let count = parsed.get("maxReceiveCount").and_then(int);
    let facts = [model.resources[source].facts.as_slice(), facts].concat();
    let target = model.queue(&target_text, false);
    Some(Redrive {
        source,
        target,
        target_text,
        counts: count.map(|count| (Vec::new(), count)).into_iter().collect(),
        facts,
    })
}
