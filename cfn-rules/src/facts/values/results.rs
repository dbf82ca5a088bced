//! What a call results in, as far as the template says: values of parameters, mappings, and strings made of them.
//!
//! A value that comes from a parameter is one that somebody may choose; any other is what will be there. Values that
//! depend on each other stay together: where a parameter is `a` in one place of a string, it is `a` in all.

use cfn_model::{Function, Node, Object};

use super::{
    Choice, Value,
    parameters::{self, REGION, text_node},
};
use crate::facts::{conditions::Fact, context::Context, substitution, text};

/// How many values of one call are looked at.
const MOST: usize = 128;
/// How deep calls are followed into each other.
const DEEPEST: usize = 16;
/// The zones of [`REGION`].
const ZONES: [&str; 6] = ["us-east-1a", "us-east-1b", "us-east-1c", "us-east-1d", "us-east-1e", "us-east-1f"];

/// The results of a call where the facts hold; none where they are not known.
pub(crate) fn results<'c>(context: &'c Context<'c>, call: &Node, facts: &[Fact<'c>]) -> Vec<Value<'c, Node>> {
    Results { context }.of(call, &Value::start(facts), 0)
}

/// Whether facts about conditions and parameters can hold at once. What conditions compare is computed from the values of
/// the parameters, except in the middle of such a computation: a condition may compare an `Fn::If` on itself.
pub(super) fn possible(context: &Context<'_>, facts: &[Fact<'_>]) -> bool {
    if context.is_comparing.get() {
        return context.conditions.satisfiable(facts);
    }
    let given: Vec<Fact<'_>> = facts.iter().filter(|fact| matches!(fact, Fact::Parameter(..))).cloned().collect();
    let compared = |node: &Node| {
        context.is_comparing.set(true);
        let results = Results { context }.of(node, &Value::start(&given), 0);
        context.is_comparing.set(false);
        match results.as_slice() {
            // A value that takes another choice is not the only one.
            [only] if only.facts.len() == given.len() => text::scalar(&only.node).map(|text| text.into_owned()),
            _ => None,
        }
    };
    context.conditions.satisfiable_with(facts, &compared)
}

/// The computation of results.
pub(super) struct Results<'c> {
    pub(super) context: &'c Context<'c>,
}

impl<'d> Value<'d, Node> {
    /// Nothing yet.
    pub(super) fn start(facts: &[Fact<'d>]) -> Value<'d, Node> {
        Value::new(Node::Null, facts.to_vec())
    }

    pub(super) fn with(&self, node: Node) -> Value<'d, Node> {
        Value { node, ..self.clone() }
    }
}

type Known<'c> = Value<'c, Node>;

impl<'c> Results<'c> {
    /// What a node can be, when what led here has been chosen.
    pub(super) fn of(&self, node: &Node, so_far: &Known<'c>, depth: usize) -> Vec<Known<'c>> {
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
                let regions = self.of(argument, so_far, depth);
                let known = regions.iter().filter(|known| matches!(known.node.as_str(), Some("" | REGION)));
                known.map(|known| known.with(Node::Array(ZONES.map(text_node).to_vec()))).collect()
            }
            _ => Vec::new(),
        };
        found.retain(|known| possible(self.context, &known.facts));
        found.truncate(MOST);
        found
    }

    fn reference(&self, name: &str, so_far: &Known<'c>) -> Vec<Known<'c>> {
        match parameters::pseudo(name) {
            Some(value) => vec![so_far.with(value)],
            None => parameters::values(self.context, name, so_far),
        }
    }

    fn sub(&self, argument: &Node, so_far: &Known<'c>, depth: usize) -> Vec<Known<'c>> {
        let (given, variables) = match argument {
            Node::String(text) => (text, None),
            Node::Array(parts) => match parts.as_slice() {
                [Node::String(text), Node::Object(variables)] => (text, Some(variables)),
                _ => return Vec::new(),
            },
            _ => return Vec::new(),
        };
        // Where one variable is unknown, cfn-lint makes no text, whether it is used or not.
        let is_known = |value: &Node| !self.of(value, so_far, depth).is_empty();
        if !variables.into_iter().flat_map(Object::values).all(is_known) {
            return Vec::new();
        }
        let mut ways = vec![so_far.with(text_node(""))];
        let mut rest = given.as_str();
        // Everything up to the variable is as it is; then the variable is what it can be.
        while let Some((before, name, after)) = substitution::next(rest) {
            ways = self.longer(ways, before, |known| match variables.and_then(|variables| variables.get(name)) {
                Some(value) => self.of(value, known, depth),
                None => self.reference(name, known),
            });
            rest = after;
        }
        self.longer(ways, rest, |known| vec![known.with(text_node(""))])
    }

    /// Each text, then a fixed one, then each that can follow it.
    fn longer(&self, ways: Vec<Known<'c>>, fixed: &str, next: impl Fn(&Known<'c>) -> Vec<Known<'c>>) -> Vec<Known<'c>> {
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
                longer.push(Value { node: whole, ..known.clone() });
            }
            if longer.len() > MOST {
                break;
            }
        }
        longer
    }

    fn join(&self, argument: &Node, so_far: &Known<'c>, depth: usize) -> Vec<Known<'c>> {
        let Some([Node::String(delimiter), list]) = argument.as_array() else { return Vec::new() };
        let mut found = Vec::new();
        for list in self.of(list, so_far, depth) {
            let Node::Array(items) = &list.node else { return Vec::new() };
            let mut ways = vec![list.with(text_node(""))];
            for (index, item) in items.iter().enumerate() {
                let delimiter = if index == 0 { "" } else { delimiter };
                ways = self.longer(ways, delimiter, |known| self.of(item, known, depth));
            }
            if !items.is_empty() {
                found.append(&mut ways);
            }
        }
        found
    }

    fn split(&self, argument: &Node, so_far: &Known<'c>, depth: usize) -> Vec<Known<'c>> {
        let Some([Node::String(delimiter), source]) = argument.as_array() else { return Vec::new() };
        let sources = self.of(source, so_far, depth);
        let parts = |known: &Known<'c>| {
            let text = known.node.as_str().filter(|_| !delimiter.is_empty())?;
            Some(known.with(Node::Array(text.split(delimiter.as_str()).map(text_node).collect())))
        };
        sources.iter().filter_map(parts).collect()
    }

    fn select(&self, argument: &Node, so_far: &Known<'c>, depth: usize) -> Vec<Known<'c>> {
        let Some([index, list]) = argument.as_array() else { return Vec::new() };
        let mut found = Vec::new();
        for index in self.of(index, so_far, depth) {
            let Some(position) = text::scalar(&index.node).and_then(|text| text.trim().parse::<usize>().ok()) else {
                continue;
            };
            for list in self.of(list, &index, depth) {
                if let Some(item) = list.node.as_array().and_then(|items| items.get(position)) {
                    found.extend(self.of(item, &list, depth));
                }
            }
        }
        found
    }

    fn either(&self, argument: &Node, so_far: &Known<'c>, depth: usize) -> Vec<Known<'c>> {
        let Choice::Either(id, branches) = Choice::of_if(self.context, argument) else { return Vec::new() };
        let branch = |(branch, holds)| {
            let mut known = so_far.clone();
            known.facts.push(Fact::Condition(id, holds));
            match possible(self.context, &known.facts) {
                true => self.of(branch, &known, depth),
                false => Vec::new(),
            }
        };
        branches.into_iter().zip([true, false]).flat_map(branch).collect()
    }
}
