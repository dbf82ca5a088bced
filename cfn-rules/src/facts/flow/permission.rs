//! What statements of policies allow on queues.

use cfn_model::{Function, Node, Path};

use super::{
    model::{Model, Resource, SAM_FUNCTION, Target, expand, member_path, members},
    text::{Part, Text, fits},
};
use crate::facts::{conditions::Fact, context::Context, values::Value};

/// What a mapping needs of its role, or it is refused when it is made.
pub(crate) const TO_CONSUME: [&str; 3] = ["sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes"];
pub(crate) const TO_SEND: &str = "sqs:SendMessage";
pub(crate) const TO_PUBLISH: &str = "sns:Publish";

/// The longest name of a queue.
const LONGEST_NAME: usize = 80;

/// A statement of a policy, as far as it is about identities.
#[derive(Clone, Debug)]
pub(crate) struct Statement<'d> {
    pub(crate) allows: bool,
    /// `None` where nobody knows.
    pub(crate) actions: Option<Vec<&'d str>>,
    /// What it is about, each with when it is.
    pub(crate) resources: Vec<(Vec<Fact<'d>>, Text<'d>)>,
    /// For whom it is, in a policy of a queue.
    pub(crate) principal: Option<&'d Node>,
    /// It says what it is not about.
    pub(crate) inverted: bool,
    /// It holds under a condition only.
    pub(crate) conditional: bool,
    /// It is for Lambda's own use, and no sign that the function sends.
    pub(crate) internal: bool,
    /// It is the policy for event source mappings, of which a function without one makes use itself.
    pub(crate) polls: bool,
    /// Its resources are names, of which SAM makes ARNs.
    pub(crate) named: bool,
    /// When it is there.
    pub(crate) facts: Vec<Fact<'d>>,
    pub(crate) path: Path,
}

/// When a statement is about an action on a queue.
#[derive(Debug, Default)]
pub(crate) struct Covers<'d> {
    /// Where each of these holds, it certainly is.
    pub(crate) when: Vec<Vec<Fact<'d>>>,
    /// It may be where nothing else says so.
    pub(crate) perhaps: bool,
}

impl<'d> Statement<'d> {
    /// One that allows actions everywhere.
    pub(crate) fn everywhere(actions: Vec<&'d str>, place: &Path) -> Statement<'d> {
        Statement {
            allows: true,
            actions: Some(actions),
            resources: vec![(Vec::new(), Text(vec![Part::Literal("*".into())]))],
            principal: None,
            inverted: false,
            conditional: false,
            internal: false,
            polls: false,
            named: false,
            facts: Vec::new(),
            path: place.clone(),
        }
    }

    /// What `AWSLambdaSQSQueueExecutionRole` allows.
    pub(crate) fn of_mappings(place: &Path) -> Statement<'d> {
        Statement { internal: true, ..Statement::everywhere(TO_CONSUME.to_vec(), place) }
    }

    /// Whether an action is among its actions.
    pub(crate) fn has_action(&self, action: &str) -> Option<bool> {
        Some(self.actions.as_ref()?.iter().any(|pattern| fits(pattern, action)))
    }

    /// How much work it is to compare it with an action and a queue, in letters.
    pub(crate) fn work(&self) -> u64 {
        let actions = self.actions.iter().flatten().map(|action| 4 + action.len());
        let length = |part: &Part<'_>| match part {
            // Each star begins anew at every letter of the name.
            Part::Literal(text) => text.len() + text.matches('*').count() * LONGEST_NAME / 2,
            _ => 1,
        };
        let resources = self.resources.iter().map(|(_, text)| 16 + text.0.iter().map(length).sum::<usize>());
        actions.chain(resources).sum::<usize>() as u64
    }

    /// Whether everything is among its resources.
    pub(crate) fn is_everywhere(&self) -> bool {
        self.resources.iter().any(|(_, text)| text.literal() == Some("*"))
    }

    /// When it is about an action on a queue.
    pub(crate) fn covers(&self, model: &Model<'d>, action: &str, queue: usize) -> Covers<'d> {
        match self.has_action(action) {
            Some(true) if !self.inverted => self.is_about(model, queue),
            Some(false) if !self.inverted => Covers::default(),
            _ => Covers { when: Vec::new(), perhaps: true },
        }
    }

    /// When a queue is among its resources.
    pub(crate) fn is_about(&self, model: &Model<'d>, queue: usize) -> Covers<'d> {
        let mut covers = Covers::default();
        for (when, text) in &self.resources {
            match self.means(model, text, queue) {
                Some(true) => covers.when.push([self.facts.as_slice(), when].concat()),
                Some(false) => {}
                None => covers.perhaps = true,
            }
        }
        covers
    }

    /// Whether one of its resources is a queue.
    fn means(&self, model: &Model<'d>, text: &Text<'d>, queue: usize) -> Option<bool> {
        if text.literal() == Some("*") {
            return Some(true);
        }
        let is_wild = |part: &Part<'_>| matches!(part, Part::Literal(text) if text.contains(['*', '?']));
        if text.0.iter().any(is_wild) {
            if text.service().is_some_and(|service| !fits(service, "sqs")) {
                return Some(false);
            }
            let name = text.last_segment();
            let own = model.resources[queue].properties.get("QueueName").and_then(Node::as_str);
            let own = own.filter(|own| own.len() <= LONGEST_NAME);
            return match name.literal() {
                Some("*") => Some(true),
                pattern => pattern.zip(own).map(|(pattern, own)| fits(pattern, own)),
            };
        }
        let wanted = if self.named { "QueueName" } else { "Arn" };
        match text.0.as_slice() {
            // The address of a queue is neither its name nor its ARN.
            [Part::Name(id)] if model.resource(id) == Some(queue) => return Some(false),
            [Part::Attribute(id, attribute)] if model.resource(id) == Some(queue) => return Some(*attribute == wanted),
            _ => {}
        }
        if !self.named && text.first().starts_with("http") {
            return Some(false);
        }
        match model.queue(text, self.named) {
            Target::Here(found) => Some(found == queue),
            Target::Elsewhere => Some(false),
            Target::Unknown => None,
        }
    }
}

/// The policy documents that a resource holds for an identity, each with its place and when it is there; `None` where
/// one is unknown.
pub(crate) fn documents<'d>(context: &Context<'d>, resource: &Resource<'d>) -> Option<Vec<Document<'d>>> {
    let (key, inner) = match resource.kind {
        SAM_FUNCTION | "AWS::Serverless::StateMachine" => ("Policies", None),
        "AWS::IAM::Role" | "AWS::IAM::User" | "AWS::IAM::Group" => ("Policies", Some("PolicyDocument")),
        "AWS::IAM::Policy"
        | "AWS::IAM::ManagedPolicy"
        | "AWS::IAM::RolePolicy"
        | "AWS::IAM::UserPolicy"
        | "AWS::IAM::GroupPolicy" => ("PolicyDocument", None),
        _ => return Some(Vec::new()),
    };
    let mut found = Vec::new();
    for (index, way) in members(context, resource.ways(context, &[key])) {
        let Some(node) = way.node else { continue };
        let place = member_path(&resource.path(&[key]), index);
        let facts = [resource.facts.as_slice(), &way.facts].concat();
        match inner {
            Some(inner) => found.push(Document { place: place.join(inner), node: node.get(inner)?, facts }),
            None if node.get("Statement").is_some() => found.push(Document { place, node, facts }),
            None if resource.kind.starts_with("AWS::Serverless::") => {}
            None => return None,
        }
    }
    Some(found)
}

/// A policy document.
pub(crate) struct Document<'d> {
    pub(crate) place: Path,
    pub(crate) node: &'d Node,
    pub(crate) facts: Vec<Fact<'d>>,
}

/// The statements of a policy document; `None` where some are unknown.
pub(crate) fn statements<'d>(context: &Context<'d>, document: &Document<'d>) -> Option<Vec<Statement<'d>>> {
    let mut found = Vec::new();
    for way in expand(context, Some(document.node), document.facts.clone()) {
        let Some(node) = way.node else { continue };
        let list = node.as_object().filter(|_| Function::call(node).is_none())?.get("Statement")?;
        for (index, way) in members(context, expand(context, Some(list), way.facts)) {
            let Some(node) = way.node else { continue };
            let statement = node.as_object().filter(|_| Function::call(node).is_none())?;
            let list = |key: &str| -> Vec<Value<'d>> {
                let ways = statement.get(key).map(|node| expand(context, Some(node), Vec::new())).unwrap_or_default();
                members(context, ways).into_iter().map(|(_, way)| way).collect()
            };
            let resources = list("Resource").into_iter().filter_map(|way| Some((way.facts, Text::of(way.node?))));
            found.push(Statement {
                allows: statement.get("Effect").and_then(Node::as_str) == Some("Allow"),
                actions: list("Action").iter().map(|way| way.node.map_or(Some(""), Node::as_str)).collect(),
                resources: resources.collect(),
                principal: statement.get("Principal"),
                inverted: ["NotAction", "NotResource", "NotPrincipal"].iter().any(|key| statement.contains_key(*key)),
                conditional: statement.contains_key("Condition"),
                internal: false,
                polls: false,
                named: false,
                facts: way.facts,
                path: member_path(&document.place.join("Statement"), index),
            });
        }
    }
    Some(found)
}
