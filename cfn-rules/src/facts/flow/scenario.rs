//! When something holds: which conditions are true, and which values parameters have.

use std::borrow::Cow;

use cfn_model::{Function, Node};

use super::{
    model::{MOST_WAYS, Way},
    text::{Part, Text},
};
use crate::facts::{
    conditions::ConditionId,
    context::{Context, PSEUDO_PARAMETERS},
    text::scalar,
};

/// How much work it is to look for a scenario with values of parameters in it.
const SEARCH: usize = 128;

/// How many parts a text may have whose parameters are followed: no name has so many.
const MOST_PARTS: usize = 64;

/// How many keys of a mapping are looked at, of which at most [`MOST_WAYS`] may lead to a value.
const MOST_KEYS: usize = 256;

/// Something that has to be so.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Fact<'d> {
    Condition(ConditionId, bool),
    /// A parameter, or a pseudo parameter, has a value.
    Value(&'d str, Cow<'d, str>),
}

/// Whether all these facts can hold at once.
pub(crate) fn possible(context: &Context<'_>, facts: &[&[Fact<'_>]]) -> bool {
    let mut conditions = Vec::new();
    let mut values: Vec<(String, String)> = Vec::new();
    for fact in facts.iter().copied().flatten() {
        match fact {
            Fact::Condition(id, holds) => conditions.push((*id, *holds)),
            Fact::Value(name, value) => match values.iter().find(|(known, _)| known == name) {
                Some((_, known)) if known == value => {}
                Some(_) => return false,
                None => values.push(((*name).to_owned(), value.to_string())),
            },
        }
    }
    if values.is_empty() || conditions.is_empty() {
        return context.conditions.satisfiable(&conditions);
    }
    // What takes too much work is left alone.
    context.conditions.satisfiable(&conditions)
        && context.spend(SEARCH)
        && context.conditions.satisfiable_with(&conditions, &values)
}

/// Follows a parameter to its values, and `Fn::FindInMap` into its mapping. What nobody knows stays what it is.
///
/// A parameter has its `AllowedValues`, or else its `Default`: with it the template is deployed unless somebody says
/// otherwise.
pub(crate) fn settle<'d>(context: &Context<'d>, way: Way<'d>) -> Vec<Way<'d>> {
    let found = match way.node.and_then(Function::call) {
        Some((Function::Ref, Node::String(name))) => {
            let choices = choices(context, name).into_iter();
            Some(choices.filter_map(|node| Some((vec![Fact::Value(name, scalar(node)?)], node))).collect())
        }
        Some((Function::FindInMap, Node::Array(parts))) => entries(context, parts),
        _ => None,
    };
    let found: Option<Vec<(Vec<Fact<'d>>, &'d Node)>> = found;
    let is_known = |found: &Vec<_>| (1..=MOST_WAYS).contains(&found.len());
    let Some(found) = found.filter(is_known) else { return vec![way] };
    let with = |(facts, node): (Vec<Fact<'d>>, &'d Node)| {
        let facts = [way.facts.as_slice(), &facts].concat();
        possible(context, &[&facts]).then_some(Way { facts, node: Some(node) })
    };
    found.into_iter().filter_map(with).collect()
}

/// The entries that `Fn::FindInMap` can give; `None` where nobody knows.
fn entries<'d>(context: &Context<'d>, parts: &'d [Node]) -> Option<Vec<(Vec<Fact<'d>>, &'d Node)>> {
    let [Node::String(map), first, second] = parts else { return None };
    let mapping = context.section("Mappings")?.get(map)?;
    let mut found = Vec::new();
    for (fact, key) in keys(context, first, mapping)? {
        let Some(inner) = mapping.get(&key) else { continue };
        for (other, key) in keys(context, second, inner)? {
            let facts: Vec<_> = fact.iter().cloned().chain(other).collect();
            found.extend(inner.get(&key).map(|node| (facts, node)));
        }
    }
    Some(found)
}

/// The keys that can be asked for, each with what has to be so.
fn keys<'d>(context: &Context<'d>, node: &'d Node, mapping: &'d Node) -> Option<Vec<(Option<Fact<'d>>, Cow<'d, str>)>> {
    if let Some(key) = scalar(node) {
        return Some(vec![(None, key)]);
    }
    let Some((Function::Ref, Node::String(name))) = Function::call(node) else { return None };
    let given: Vec<Cow<'d, str>> = match PSEUDO_PARAMETERS.contains(&name.as_str()) {
        true => {
            let mapping = mapping.as_object().filter(|mapping| mapping.len() <= MOST_KEYS)?;
            mapping.keys().map(|key| Cow::Borrowed(key.as_str())).collect()
        }
        false => choices(context, name).into_iter().filter_map(scalar).collect(),
    };
    let is_known = !given.is_empty();
    is_known.then(|| given.into_iter().map(|key| (Some(Fact::Value(name, key.clone())), key)).collect())
}

/// The values that a parameter can have, as far as the template says.
fn choices<'d>(context: &Context<'d>, name: &str) -> Vec<&'d Node> {
    let Some(parameter) = parameter(context, name) else { return Vec::new() };
    match parameter.get("AllowedValues").and_then(Node::as_array) {
        Some(allowed) if !allowed.is_empty() && allowed.len() <= MOST_WAYS => allowed.iter().collect(),
        _ => parameter.get("Default").into_iter().collect(),
    }
}

/// A parameter whose value is a text or a number, and is what it says.
fn parameter<'d>(context: &Context<'d>, name: &str) -> Option<&'d Node> {
    let parameter = context.section("Parameters")?.get(name)?;
    let is_plain = |kind: &str| !kind.starts_with("AWS::SSM::Parameter::") && !kind.contains("List");
    parameter.get("Type").and_then(Node::as_str).is_some_and(is_plain).then_some(parameter)
}

/// The text where every parameter in it has its default, if there are any and they have; with these values.
fn by_default<'d>(context: &Context<'d>, text: &Text<'d>) -> Option<(Vec<Fact<'d>>, Text<'d>)> {
    if text.0.len() > MOST_PARTS {
        return None;
    }
    let (mut facts, mut settled) = (Vec::new(), Text::default());
    for part in &text.0 {
        let default = match part {
            Part::Name(name) => parameter(context, name).and_then(|parameter| scalar(parameter.get("Default")?)),
            _ => None,
        };
        match (default, part) {
            (Some(value), Part::Name(name)) => {
                facts.push(Fact::Value(name, value.clone()));
                settled.push(value);
            }
            (_, Part::Literal(literal)) => settled.push(literal.clone()),
            (_, part) => settled.0.push(part.clone()),
        }
    }
    (!facts.is_empty()).then_some((facts, settled))
}

/// A text that a value can be.
pub(crate) struct Reading<'d> {
    pub(crate) facts: Vec<Fact<'d>>,
    /// As it is written.
    pub(crate) text: Text<'d>,
    /// With the defaults of the parameters in it, if it has any.
    by_default: Option<(Vec<Fact<'d>>, Text<'d>)>,
}

/// The texts that a value can be. `Fn::FindInMap` is followed.
pub(crate) fn readings<'d>(context: &Context<'d>, ways: Vec<Way<'d>>) -> Vec<Reading<'d>> {
    let settled = ways.into_iter().flat_map(|way| match way.node.and_then(Function::call) {
        Some((Function::FindInMap, _)) => settle(context, way),
        _ => vec![way],
    });
    let read = |way: Way<'d>| {
        let text = Text::of(way.node?);
        let by_default = by_default(context, &text).and_then(|(facts, text)| {
            let facts = [way.facts.as_slice(), &facts].concat();
            possible(context, &[&facts]).then_some((facts, text))
        });
        Some(Reading { facts: way.facts, text, by_default })
    };
    settled.filter_map(read).collect()
}

impl<'d> Reading<'d> {
    /// With the defaults of parameters, or else as it is written.
    pub(crate) fn settled(self) -> (Vec<Fact<'d>>, Text<'d>) {
        self.by_default.unwrap_or((self.facts, self.text))
    }
}

/// The texts that a value can be: with the defaults of parameters, and as it is written.
pub(crate) fn texts<'d>(context: &Context<'d>, ways: Vec<Way<'d>>) -> Vec<(Vec<Fact<'d>>, Text<'d>)> {
    let both = |reading: Reading<'d>| reading.by_default.into_iter().chain([(reading.facts, reading.text)]);
    readings(context, ways).into_iter().flat_map(both).collect()
}
