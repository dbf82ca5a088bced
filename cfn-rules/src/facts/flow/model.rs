//! The template as resources whose properties can be asked for, in every way in which they can turn out.

use std::{collections::HashMap, sync::LazyLock};

use cfn_model::{Function, KeyHash, Node, Object, Path, Segment};

use super::text::{Part, Text};
use crate::facts::{
    conditions::Fact,
    context::Context,
    text::scalar,
    values::{self, Value, possible, settled},
};

/// How many ways of one property are looked at; with more, it is unknown.
pub(crate) const MOST_WAYS: usize = 16;
/// With how many names that are not literals one name is compared.
const MOST_NAMES: usize = 256;
/// How often an alias of an alias is followed.
const MOST_ALIASES: usize = 4;

/// What stands for a value that nobody knows yet.
pub(crate) static UNKNOWN: Node = Node::Null;
/// The properties of what has none.
static NONE: LazyLock<Node> = LazyLock::new(|| Node::Object(Object::default()));

pub(crate) const QUEUE: &str = "AWS::SQS::Queue";
pub(crate) const FUNCTION: &str = "AWS::Lambda::Function";
pub(crate) const SAM_FUNCTION: &str = "AWS::Serverless::Function";

/// A resource, or something in one that has properties of its own.
#[derive(Clone, Debug)]
pub(crate) struct Resource<'d> {
    pub(crate) id: &'d str,
    pub(crate) kind: &'d str,
    pub(crate) properties: &'d Node,
    /// Where the properties are, below those of the resource with this id.
    pub(crate) inner: Vec<Segment>,
    /// When it is there.
    pub(crate) facts: Vec<Fact<'d>>,
}

/// What a text that names a thing leads to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Target {
    /// The resource of the template with this number.
    Here(usize),
    /// Something that is certainly no resource of the template of the kind that is looked for.
    Elsewhere,
    Unknown,
}

/// The resources of a template.
pub(crate) struct Model<'d> {
    pub(crate) context: &'d Context<'d>,
    pub(crate) resources: Vec<Resource<'d>>,
    by_id: HashMap<&'d str, usize, KeyHash>,
    pub(crate) queues: Vec<usize>,
    pub(crate) functions: Vec<usize>,
    /// The policies of queues.
    pub(crate) queue_policies: Vec<usize>,
    /// The names of queues that are certain, for a quick answer.
    names: HashMap<String, usize, KeyHash>,
    /// The queues whose names are texts with references in them, or have several ways.
    other_names: Vec<(usize, Text<'d>)>,
    function_names: HashMap<String, usize, KeyHash>,
}

impl<'d> Resource<'d> {
    /// The place of a property.
    pub(crate) fn path(&self, keys: &[&str]) -> Path {
        let base = [Segment::from("Resources"), Segment::from(self.id), Segment::from("Properties")];
        let inner = self.inner.iter().cloned();
        Path(base.into_iter().chain(inner).chain(keys.iter().map(|key| Segment::from(*key))).collect())
    }

    /// The property in every way in which it can turn out.
    pub(crate) fn ways(&self, context: &Context<'d>, keys: &[&'d str]) -> Vec<Value<'d>> {
        match self.straight(keys) {
            Some(node) => vec![Value::new(node, Vec::new())],
            None => below(context, Value::new(Some(self.properties), Vec::new()), keys),
        }
    }

    /// The property, where no function is on the way to it: most are found so, and at once.
    fn straight(&self, keys: &[&str]) -> Option<Option<&'d Node>> {
        let mut node = self.properties;
        for key in keys {
            let object = node.as_object().filter(|_| Function::call(node).is_none())?;
            match object.get(*key) {
                Some(inner) => node = inner,
                None => return Some(None),
            }
        }
        Function::call(node).is_none().then_some(Some(node))
    }

    /// The ways in which a property is a known integer, with what it is where it is not there.
    pub(crate) fn ints(
        &self,
        context: &Context<'d>,
        keys: &[&'d str],
        default: Option<i64>,
    ) -> Vec<(Vec<Fact<'d>>, i64)> {
        self.known(context, keys, default, int)
    }

    /// The ways in which a property is a known boolean.
    pub(crate) fn flags(&self, context: &Context<'d>, keys: &[&'d str], default: bool) -> Vec<(Vec<Fact<'d>>, bool)> {
        self.known(context, keys, Some(default), flag)
    }

    /// The ways in which a property is known, parameters and mappings followed.
    fn known<T: Copy>(
        &self,
        context: &Context<'d>,
        keys: &[&'d str],
        default: Option<T>,
        read: impl Fn(&Node) -> Option<T>,
    ) -> Vec<(Vec<Fact<'d>>, T)> {
        let ways = self.ways(context, keys).into_iter().flat_map(|way| settled(context, way));
        let known = ways.filter_map(|way| match way.node {
            None => Some((way.facts, default?)),
            Some(node) => Some((way.facts, read(node)?)),
        });
        known.collect()
    }
}

impl<'d> Model<'d> {
    pub(crate) fn new(context: &'d Context<'d>) -> Model<'d> {
        let mut model = Model {
            context,
            resources: Vec::new(),
            by_id: HashMap::default(),
            queues: Vec::new(),
            functions: Vec::new(),
            queue_policies: Vec::new(),
            names: HashMap::default(),
            other_names: Vec::new(),
            function_names: HashMap::default(),
        };
        for (id, definition) in context.section("Resources").into_iter().flatten() {
            let Some(kind) = definition.get("Type").and_then(Node::as_str) else { continue };
            let condition = definition.get("Condition").and_then(Node::as_str);
            let condition = condition.and_then(|name| Some(Fact::Condition(context.conditions.id(name)?, true)));
            let number = model.resources.len();
            match kind {
                QUEUE => model.queues.push(number),
                FUNCTION | SAM_FUNCTION => {
                    model.functions.push(number);
                    let name = properties(definition).get("FunctionName").map(Text::of);
                    if let Some(name) = name.filter(|name| !name.0.contains(&Part::Unknown)) {
                        model.function_names.entry(name.to_string()).or_insert(number);
                    }
                }
                "AWS::SQS::QueuePolicy" | "AWS::SQS::QueueInlinePolicy" => model.queue_policies.push(number),
                _ => {}
            }
            model.by_id.insert(id, number);
            model.resources.push(Resource {
                id,
                kind,
                properties: properties(definition),
                inner: Vec::new(),
                facts: Vec::from_iter(condition),
            });
        }
        model.name_queues();
        model
    }

    fn name_queues(&mut self) {
        for number in self.queues.clone() {
            for way in self.resources[number].ways(self.context, &["QueueName"]) {
                let Some(text) = way.node.map(Text::of) else { continue };
                if way.facts.is_empty() && !text.0.contains(&Part::Unknown) {
                    self.names.entry(text.to_string()).or_insert(number);
                }
                if !way.facts.is_empty() || text.literal().is_none() {
                    self.other_names.push((number, text));
                }
            }
        }
    }

    /// Whether all these facts can hold at once.
    pub(crate) fn together(&self, facts: &[&[Fact<'_>]]) -> bool {
        possible(self.context, facts)
    }

    /// The resource with this logical id.
    pub(crate) fn resource(&self, id: &str) -> Option<usize> {
        self.by_id.get(id).copied()
    }

    /// Resources of a type.
    pub(crate) fn of_type<'m>(&'m self, kind: &'m str) -> impl Iterator<Item = &'m Resource<'d>> {
        self.resources.iter().filter(move |resource| resource.kind == kind)
    }

    /// The queue that an ARN or an address names; a bare name as well if `names` says so.
    pub(crate) fn queue(&self, text: &Text<'d>, names: bool) -> Target {
        if let [Part::Name(id) | Part::Attribute(id, _)] = text.0.as_slice() {
            return match self.resource(id) {
                Some(number) if self.resources[number].kind == QUEUE => Target::Here(number),
                Some(number) if self.resources[number].kind.starts_with("AWS::") => match self.resources[number].kind {
                    "AWS::CloudFormation::Stack" | "AWS::CloudFormation::CustomResource" => Target::Unknown,
                    _ => Target::Elsewhere,
                },
                _ => Target::Unknown,
            };
        }
        let segment = text.last_segment();
        if let [Part::Name(id) | Part::Attribute(id, _)] = segment.0.as_slice()
            && let Some(number) = self.resource(id)
            && self.resources[number].kind == QUEUE
        {
            return Target::Here(number);
        }
        let is_address = segment != *text;
        if !is_address && !names || text.service().is_some_and(|service| service != "sqs") {
            return if text.0.contains(&Part::Unknown) { Target::Unknown } else { Target::Elsewhere };
        }
        self.queue_named(&segment)
    }

    /// The queue with this physical name.
    pub(crate) fn queue_named(&self, name: &Text<'d>) -> Target {
        if let Some(number) = self.names.get(&name.to_string()).filter(|_| !name.0.contains(&Part::Unknown)) {
            return Target::Here(*number);
        }
        if self.other_names.len() > MOST_NAMES {
            return Target::Unknown;
        }
        let mut target = if name.literal().is_some() { Target::Elsewhere } else { Target::Unknown };
        for (number, text) in &self.other_names {
            match name.same(text) {
                Some(true) => return Target::Here(*number),
                Some(false) => {}
                None => target = Target::Unknown,
            }
        }
        target
    }

    /// Whether certainly no queue has this physical name.
    pub(crate) fn is_no_queue(&self, name: &Text<'d>) -> bool {
        let differs = |number: &usize| {
            let ways = self.resources[*number].ways(self.context, &["QueueName"]);
            ways.into_iter().filter_map(|way| way.node).all(|node| Text::of(node).same(name) == Some(false))
        };
        match name.literal() {
            Some(_) => self.queue_named(name) == Target::Elsewhere,
            None => self.queues.len() <= MOST_NAMES && self.queues.iter().all(differs),
        }
    }

    /// The function that a name, an ARN, an alias or a version leads to.
    pub(crate) fn function(&self, text: &Text<'d>) -> Target {
        let mut text = text.clone();
        for _ in 0..MOST_ALIASES {
            let leads = text.0.iter().find_map(|part| match part {
                Part::Name(id) | Part::Attribute(id, _) => self.resource(id.split('.').next().unwrap_or(id)),
                _ => None,
            });
            let Some(number) = leads else { break };
            match self.resources[number].kind {
                FUNCTION | SAM_FUNCTION => return Target::Here(number),
                "AWS::Lambda::Alias" | "AWS::Lambda::Version" => {
                    match self.resources[number].properties.get("FunctionName") {
                        Some(name) => text = Text::of(name),
                        None => return Target::Unknown,
                    }
                }
                _ => return Target::Unknown,
            }
        }
        if text.0.contains(&Part::Unknown) {
            return Target::Unknown;
        }
        // Region and account of an ARN are those of the stack, or nobody knows.
        let name = text.to_string();
        let name = name.rsplit_once(":function:").map_or(name.as_str(), |(_, name)| name);
        let without_version = name.rsplit_once(':').map_or(name, |(name, _)| name);
        let found = self.function_names.get(name).or_else(|| self.function_names.get(without_version));
        found.map_or(Target::Unknown, |number| Target::Here(*number))
    }

    /// Whether a queue is a FIFO queue, in every way in which it can turn out.
    pub(crate) fn fifo(&self, queue: usize) -> Vec<(Vec<Fact<'d>>, bool)> {
        self.resources[queue].flags(self.context, &["FifoQueue"], false)
    }
}

/// The properties of a resource or an event.
pub(crate) fn properties(definition: &Node) -> &Node {
    match definition.get("Properties") {
        None | Some(Node::Null) => &NONE,
        Some(properties) => properties,
    }
}

/// The values of a node, conditions followed. What nobody knows, and what can turn out in too many ways, is [`UNKNOWN`].
pub(crate) fn expand<'d>(context: &Context<'_>, node: Option<&'d Node>, facts: Vec<Fact<'d>>) -> Vec<Value<'d>> {
    below(context, Value::new(node, facts), &[])
}

fn below<'d>(context: &Context<'_>, value: Value<'d>, keys: &[&'d str]) -> Vec<Value<'d>> {
    let found = values::branches(context, value, keys, &UNKNOWN, MOST_WAYS);
    found.unwrap_or_else(|| vec![Value::new(Some(&UNKNOWN), Vec::new())])
}

/// The members of a list in every way, each with its position; the value itself where it is no list.
pub(crate) fn members<'d>(context: &Context<'_>, ways: Vec<Value<'d>>) -> Vec<(Option<usize>, Value<'d>)> {
    let mut found = Vec::new();
    for way in ways {
        match way.node {
            Some(Node::Array(items)) => {
                for (index, item) in items.iter().enumerate() {
                    let inner = expand(context, Some(item), way.facts.clone());
                    found.extend(inner.into_iter().map(|way| (Some(index), way)));
                }
            }
            Some(_) => found.push((None, way)),
            None => {}
        }
    }
    found
}

/// The place of a member of a list, or of the value itself where it is no list.
pub(crate) fn member_path(place: &Path, index: Option<usize>) -> Path {
    index.map_or_else(|| place.clone(), |index| place.join(index))
}

/// The integer that a literal is.
pub(crate) fn int(node: &Node) -> Option<i64> {
    match node {
        Node::Number(number) => number.as_i64(),
        Node::String(text) => text.trim().parse().ok(),
        _ => None,
    }
}

/// The boolean that a literal is.
pub(crate) fn flag(node: &Node) -> Option<bool> {
    match scalar(node)?.as_ref() {
        "true" | "True" | "TRUE" => Some(true),
        "false" | "False" | "FALSE" => Some(false),
        _ => None,
    }
}
