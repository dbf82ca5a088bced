//! What a call can give, as far as the template says: parameters' values, mappings, and texts made of them.
//!
//! A value that comes from a parameter is one that somebody may choose; any other is what will be there. Values that
//! depend on each other stay together: where a parameter is `a` in one place of a text, it is `a` in all.

use cfn_model::{Function, Node, Object};

use super::{conditions::Fact, context::Context, kinds::is_list_parameter, substitution, text};

/// How many values of one call are looked at.
const MOST: usize = 128;
/// How deep calls are followed into each other.
const DEEPEST: usize = 16;
/// The region in which pseudo parameters are looked at, and its zones.
const REGION: &str = "us-east-1";
const ZONES: [&str; 6] = ["us-east-1a", "us-east-1b", "us-east-1c", "us-east-1d", "us-east-1e", "us-east-1f"];

/// One value that a call can give.
#[derive(Clone, Debug)]
pub(crate) struct Known {
    pub(crate) node: Node,
    /// Which values of parameters lead to it.
    pub(crate) chosen: Vec<(String, String)>,
    /// Which conditions it takes.
    pub(crate) facts: Vec<Fact>,
}

/// What a call can give where the facts hold; nothing where that is not known.
pub(crate) fn values(context: &Context<'_>, call: &Node, facts: &[Fact]) -> Vec<Known> {
    Resolver { context }.values(call, &Known::start(facts), 0)
}

pub(crate) struct Resolver<'c> {
    pub(crate) context: &'c Context<'c>,
}

impl Known {
    /// Nothing yet.
    pub(crate) fn start(facts: &[Fact]) -> Known {
        Known { node: Node::Null, chosen: Vec::new(), facts: facts.to_vec() }
    }

    /// Which values of parameters lead to it, in words.
    pub(crate) fn choice(&self) -> Option<String> {
        let say = |(name, value): &(String, String)| format!("`{name}` is `{}`", text::shortened(value));
        let each: Vec<String> = self.chosen.iter().map(say).collect();
        (!each.is_empty()).then(|| format!("it does when {}", each.join(" and ")))
    }

    pub(crate) fn with(&self, node: Node) -> Known {
        Known { node, ..self.clone() }
    }

    /// The value of a parameter that an earlier step has chosen.
    fn chosen(&self, name: &str) -> Option<&str> {
        self.chosen.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }
}

impl Resolver<'_> {
    /// What a node can be, when what led here has been chosen.
    pub(crate) fn values(&self, node: &Node, so_far: &Known, depth: usize) -> Vec<Known> {
        let Some((function, argument)) = Function::call(node) else { return vec![so_far.with(node.clone())] };
        if depth > DEEPEST || !self.context.spend(1) {
            return Vec::new();
        }
        let depth = depth + 1;
        let mut found = match function {
            Function::Ref => argument.as_str().map(|name| self.reference(name, so_far)).unwrap_or_default(),
            Function::Sub => self.sub(argument, so_far, depth),
            Function::Join => self.join(argument, so_far, depth),
            Function::Split => self.split(argument, so_far, depth),
            Function::Select => self.select(argument, so_far, depth),
            Function::FindInMap => self.found_in_map(argument, so_far, depth),
            Function::If => self.either(argument, so_far, depth),
            Function::GetAzs => {
                let regions = self.values(argument, so_far, depth);
                let known = regions.iter().filter(|known| matches!(known.node.as_str(), Some("" | REGION)));
                known.map(|known| known.with(Node::Array(ZONES.map(text_node).to_vec()))).collect()
            }
            _ => Vec::new(),
        };
        found.retain(|known| self.context.conditions.satisfiable_with(&known.facts, &known.chosen));
        found.truncate(MOST);
        found
    }

    fn reference(&self, name: &str, so_far: &Known) -> Vec<Known> {
        if let Some(value) = pseudo(name) {
            return vec![so_far.with(text_node(value))];
        }
        if name == "AWS::NotificationARNs" {
            let topic = format!("arn:aws:sns:{REGION}:123456789012:notification");
            return vec![so_far.with(Node::Array(vec![Node::String(topic)]))];
        }
        let Some(parameter) = self.context.section("Parameters").and_then(|all| all.get(name)) else {
            return Vec::new();
        };
        let kind = parameter.get("Type").and_then(Node::as_str).unwrap_or_default();
        if kind.starts_with("AWS::SSM::Parameter::") {
            // Its values are names of what is kept elsewhere.
            return Vec::new();
        }
        let allowed = parameter.get("AllowedValues").and_then(Node::as_array).filter(|allowed| !allowed.is_empty());
        // Long lists are paid for by their length.
        if !self.context.spend(allowed.map_or(0, <[Node]>::len) / 16) {
            return Vec::new();
        }
        let given: Vec<String> = match (allowed, so_far.chosen(name)) {
            (_, Some(value)) => vec![value.to_owned()],
            (Some(allowed), _) => allowed.iter().filter_map(text::scalar).map(|text| text.into_owned()).collect(),
            (None, _) => ["Default", "MinValue", "MaxValue"]
                .into_iter()
                .filter_map(|key| text::scalar(parameter.get(key)?).map(|text| text.into_owned()))
                .collect(),
        };
        given
            .into_iter()
            .map(|value| {
                let node = match is_list_parameter(kind) {
                    true => Node::Array(value.split(',').map(|item| text_node(item.trim())).collect()),
                    false => text_node(&value),
                };
                let mut known = so_far.with(node);
                if known.chosen(name).is_none() {
                    known.chosen.push((name.to_owned(), value));
                }
                known
            })
            .collect()
    }

    fn sub(&self, argument: &Node, so_far: &Known, depth: usize) -> Vec<Known> {
        let (given, variables) = match argument {
            Node::String(text) => (text, None),
            Node::Array(parts) => match parts.as_slice() {
                [Node::String(text), Node::Object(variables)] => (text, Some(variables)),
                _ => return Vec::new(),
            },
            _ => return Vec::new(),
        };
        // Where one variable is unknown, cfn-lint makes no text, whether it is used or not.
        let is_known = |value: &Node| !self.values(value, so_far, depth).is_empty();
        if !variables.into_iter().flat_map(Object::values).all(is_known) {
            return Vec::new();
        }
        let mut ways = vec![so_far.with(text_node(""))];
        let mut rest = given.as_str();
        // Everything up to the variable is as it is; then the variable is what it can be.
        while let Some((before, name, after)) = substitution::next(rest) {
            ways = self.longer(ways, before, |known| match variables.and_then(|variables| variables.get(name)) {
                Some(value) => self.values(value, known, depth),
                None => self.reference(name, known),
            });
            rest = after;
        }
        self.longer(ways, rest, |known| vec![known.with(text_node(""))])
    }

    /// Each text, then a fixed one, then each that can follow it.
    fn longer(&self, ways: Vec<Known>, fixed: &str, next: impl Fn(&Known) -> Vec<Known>) -> Vec<Known> {
        let mut longer = Vec::new();
        for way in ways {
            let Some(so_far) = way.node.as_str() else { continue };
            for known in next(&way) {
                let Some(more) = text::scalar(&known.node) else { return Vec::new() };
                // Texts are paid for by their length.
                if !self.context.spend(1 + (so_far.len() + fixed.len() + more.len()) / 64) {
                    return Vec::new();
                }
                let whole = Node::String(format!("{so_far}{fixed}{more}"));
                longer.push(Known { node: whole, ..known.clone() });
            }
            if longer.len() > MOST {
                break;
            }
        }
        longer
    }

    fn join(&self, argument: &Node, so_far: &Known, depth: usize) -> Vec<Known> {
        let Some([Node::String(delimiter), list]) = argument.as_array() else { return Vec::new() };
        let mut found = Vec::new();
        for list in self.values(list, so_far, depth) {
            let Node::Array(items) = &list.node else { return Vec::new() };
            let mut ways = vec![list.with(text_node(""))];
            for (index, item) in items.iter().enumerate() {
                let delimiter = if index == 0 { "" } else { delimiter };
                ways = self.longer(ways, delimiter, |known| self.values(item, known, depth));
            }
            if !items.is_empty() {
                found.append(&mut ways);
            }
        }
        found
    }

    fn split(&self, argument: &Node, so_far: &Known, depth: usize) -> Vec<Known> {
        let Some([Node::String(delimiter), source]) = argument.as_array() else { return Vec::new() };
        let sources = self.values(source, so_far, depth);
        let parts = |known: &Known| {
            let text = known.node.as_str().filter(|_| !delimiter.is_empty())?;
            Some(known.with(Node::Array(text.split(delimiter.as_str()).map(text_node).collect())))
        };
        sources.iter().filter_map(parts).collect()
    }

    fn select(&self, argument: &Node, so_far: &Known, depth: usize) -> Vec<Known> {
        let Some([index, list]) = argument.as_array() else { return Vec::new() };
        let mut found = Vec::new();
        for index in self.values(index, so_far, depth) {
            let Some(position) = text::scalar(&index.node).and_then(|text| text.trim().parse::<usize>().ok()) else {
                continue;
            };
            for list in self.values(list, &index, depth) {
                if let Some(item) = list.node.as_array().and_then(|items| items.get(position)) {
                    found.extend(self.values(item, &list, depth));
                }
            }
        }
        found
    }

    fn either(&self, argument: &Node, so_far: &Known, depth: usize) -> Vec<Known> {
        let Some([Node::String(condition), branches @ ..]) = argument.as_array() else { return Vec::new() };
        let Some(id) = self.context.conditions.id(condition).filter(|_| branches.len() == 2) else {
            return Vec::new();
        };
        let branch = |(branch, holds)| {
            let mut known = so_far.clone();
            known.facts.push((id, holds));
            match self.context.conditions.satisfiable(&known.facts) {
                true => self.values(branch, &known, depth),
                false => Vec::new(),
            }
        };
        branches.iter().zip([true, false]).flat_map(branch).collect()
    }
}

pub(crate) fn text_node(text: &str) -> Node {
    Node::String(text.to_owned())
}

/// What a pseudo parameter is in some stack.
fn pseudo(name: &str) -> Option<&'static str> {
    Some(match name {
        "AWS::AccountId" => "123456789012",
        "AWS::Partition" => "aws",
        "AWS::Region" => REGION,
        "AWS::StackId" => {
            "arn:aws:cloudformation:us-east-1:123456789012:stack/teststack/51af3dc0-da77-11e4-872e-1234567db123"
        }
        "AWS::StackName" => "teststack",
        "AWS::URLSuffix" => "amazonaws.com",
        _ => return None,
    })
}
