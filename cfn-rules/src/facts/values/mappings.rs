//! The keys of `Fn::FindInMap`: which values they lead to, and which of them are not there.

use std::borrow::Cow;

use cfn_model::{Function, Node, Number, Object};

use super::{
    Value,
    parameters::{self, text_node},
    results::Results,
};
use crate::facts::{
    conditions::Fact,
    context::{self, Context, PSEUDO_PARAMETERS},
    kinds::REGIONS,
    text,
};

/// How many keys of a mapping are looked at where a pseudo parameter is the key.
const MOST_KEYS: usize = 256;

/// A key that is not there.
pub(crate) struct Missing<'c> {
    /// Which argument it is.
    pub(crate) index: usize,
    pub(crate) name: String,
    pub(crate) says: String,
    pub(crate) known: Option<&'c Object>,
    /// Whether it takes a parameter to come here. With another value of it, the key may be there.
    pub(crate) is_chosen: bool,
    /// Whether it is not there whatever anybody chooses.
    pub(crate) never: bool,
}

/// The keys of a call of `Fn::FindInMap` that are not there; none when any of the ways that are known leads to a value.
pub(crate) fn missing_keys<'c>(
    context: &'c Context<'c>,
    arguments: [&Node; 3],
    facts: &[Fact<'c>],
) -> Vec<Missing<'c>> {
    Results { context }.missing_keys(arguments, facts)
}

type Known<'c> = Value<'c, Node>;

impl<'c> Results<'c> {
    /// What `Fn::FindInMap` can give.
    pub(super) fn found_in_map(&self, argument: &Node, so_far: &Known<'c>, depth: usize) -> Vec<Known<'c>> {
        let Some([map, first, second, options @ ..]) = argument.as_array() else { return Vec::new() };
        let default = options.first().and_then(|options| options.get("DefaultValue"));
        let mut found = default.map(|default| self.of(default, so_far, depth)).unwrap_or_default();
        if pseudo_name(map).is_some() || pseudo_name(second).is_some() {
            return found;
        }
        if pseudo_name(first).is_some() && second.as_str().is_none() {
            return found;
        }
        for map in self.of(map, so_far, depth) {
            let mappings = self.context.section("Mappings");
            let Some(mapping) = map.node.as_str().and_then(|name| mappings?.get(name)?.as_object()) else { continue };
            let firsts: Vec<Known<'c>> = match pseudo_name(first) {
                Some(name) => fitting(mapping, name).map(|key| map.with(text_node(key))).collect(),
                None => self.of(first, &map, depth),
            };
            for first in firsts {
                if !self.context.spend(1) {
                    return Vec::new();
                }
                let inner = text::scalar(&first.node).and_then(|key| mapping.get(&*key)?.as_object());
                let Some(inner) = inner else { continue };
                for second in self.of(second, &first, depth) {
                    let value = text::scalar(&second.node).and_then(|key| inner.get(&*key));
                    let value = value.filter(|value| !matches!(value, Node::Object(_)));
                    found.extend(value.map(|value| second.with(value.clone())));
                }
            }
        }
        found
    }

    fn missing_keys(&self, [map, first, second]: [&Node; 3], facts: &[Fact<'c>]) -> Vec<Missing<'c>> {
        let mappings = self.context.section("Mappings");
        if mappings.is_some_and(context::has_unknown_entries) || pseudo_name(map).is_some() {
            return Vec::new();
        }
        let mut missing = Vec::new();
        for map in self.of(map, &Value::start(facts), 0) {
            let Some(name) = map.node.as_str() else { continue };
            let Some(mapping) = mappings.and_then(|mappings| mappings.get(name)) else {
                missing.push(Missing::new(0, name, "is not in `Mappings`", mappings, &map));
                continue;
            };
            // What is no mapping has no keys.
            let mapping = mapping.as_object();
            // Large mappings are paid for by their size.
            if mapping.is_some_and(|mapping| self.context.is_replaced_in(mapping))
                || !self.context.spend(1 + mapping.map_or(0, Object::len) / 8)
            {
                return Vec::new();
            }
            if pseudo_name(second).is_some() {
                continue;
            }
            match pseudo_name(first) {
                Some(pseudo) => missing.extend(no_key_of_pseudo(name, mapping, pseudo, second)),
                None => match self.missing_below((name, mapping), [first, second], &map) {
                    Some(more) => missing.extend(more),
                    None => return Vec::new(),
                },
            }
        }
        missing
    }

    /// What is missing in one mapping; nothing when something is found.
    fn missing_below(
        &self,
        (name, mapping): (&str, Option<&'c Object>),
        [first, second]: [&Node; 2],
        map: &Known<'c>,
    ) -> Option<Vec<Missing<'c>>> {
        let mut missing = Vec::new();
        let firsts = self.of(first, map, 0);
        if firsts.iter().all(Value::is_chosen)
            && let Node::String(wanted) = second
        {
            // Whatever the first key is, the second must be somewhere.
            let mut inner = mapping.into_iter().flat_map(Object::values).filter_map(Node::as_object).peekable();
            let known = inner.peek().copied();
            let is_replaced = || mapping.is_some_and(|mapping| self.context.is_replaced_below(mapping));
            if known.is_some() && !inner.any(|inner| inner.contains_key(wanted)) && !is_replaced() {
                let says = format!("is not a key of `{name}`");
                return Some(vec![Missing {
                    is_chosen: true,
                    never: true,
                    ..Missing::new(2, wanted, &says, known, map)
                }]);
            }
            return None;
        }
        for first in firsts {
            let Some(key) = key_of(&first.node) else { continue };
            let Some(inner) = mapping.and_then(|mapping| mapping.get(&*key)) else {
                missing.push(Missing::new(1, &key, &format!("is not a key of `{name}`"), mapping, &first));
                continue;
            };
            let inner = inner.as_object();
            if inner.is_some_and(context::has_unknown_entries) || !self.context.spend(1) {
                return None;
            }
            for second in self.of(second, &first, 0) {
                let Some(wanted) = key_of(&second.node) else { continue };
                match inner.and_then(|inner| inner.get(&*wanted)) {
                    Some(Node::Object(_)) | None => {
                        let says = format!("is not a key of `{name}` under `{}`", text::shortened(&key));
                        missing.push(Missing::new(2, &wanted, &says, inner, &second));
                    }
                    Some(_) => return None,
                }
            }
        }
        Some(missing)
    }
}

impl<'c> Missing<'c> {
    fn new(index: usize, name: &str, says: &str, known: Option<&'c Object>, led: &Known<'c>) -> Missing<'c> {
        Missing { index, name: name.to_owned(), says: says.to_owned(), known, is_chosen: led.is_chosen(), never: false }
    }
}

/// The key that a value is.
fn key_of(node: &Node) -> Option<Cow<'_, str>> {
    match node {
        Node::String(_) | Node::Number(Number::Int(_)) => text::scalar(node),
        _ => None,
    }
}

/// The region, the account or another pseudo parameter, where a key is one.
fn pseudo_name(node: &Node) -> Option<&str> {
    match Function::call(node) {
        Some((Function::Ref, Node::String(name))) if name.starts_with("AWS::") => Some(name),
        _ => None,
    }
}

/// The keys of a mapping that a pseudo parameter can be.
fn fitting<'m>(mapping: &'m Object, pseudo: &str) -> impl Iterator<Item = &'m str> {
    mapping.keys().map(String::as_str).filter(move |key| match pseudo {
        "AWS::AccountId" => key.len() == 12 && key.bytes().all(|byte| byte.is_ascii_digit()),
        "AWS::Region" => REGIONS.contains(key),
        _ => true,
    })
}

/// The key that is missing where the first one is a pseudo parameter.
fn no_key_of_pseudo<'c>(name: &str, mapping: Option<&'c Object>, pseudo: &str, second: &Node) -> Option<Missing<'c>> {
    let wanted = second.as_str()?;
    let led = Value::start(&[]);
    let says = format!("is not a key of `{name}`");
    let mut firsts = mapping.into_iter().flat_map(|mapping| fitting(mapping, pseudo)).peekable();
    if firsts.peek().is_none() {
        return Some(Missing::new(1, pseudo, &says, mapping, &led));
    }
    let mut inner = firsts.filter_map(|key| mapping?.get(key)?.as_object()).peekable();
    let known = inner.peek().copied();
    let is_there = |inner: &Object| context::has_unknown_entries(inner) || inner.contains_key(wanted);
    (!inner.any(is_there)).then(|| Missing::new(2, wanted, &says, known, &led))
}

/// The entries that `Fn::FindInMap` can give with the values of [`parameters::deployed`]; `None` where nobody knows.
pub(super) fn entries<'d>(context: &Context<'d>, parts: &'d [Node]) -> Option<Vec<(Vec<Fact<'d>>, &'d Node)>> {
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
    if let Some(key) = text::scalar(node) {
        return Some(vec![(None, key)]);
    }
    let Some((Function::Ref, Node::String(name))) = Function::call(node) else { return None };
    let given: Vec<Cow<'d, str>> = match PSEUDO_PARAMETERS.contains(&name.as_str()) {
        true => {
            let mapping = mapping.as_object().filter(|mapping| mapping.len() <= MOST_KEYS)?;
            mapping.keys().map(|key| Cow::Borrowed(key.as_str())).collect()
        }
        false => parameters::deployed(context, name).into_iter().filter_map(text::scalar).collect(),
    };
    let is_known = !given.is_empty();
    is_known.then(|| given.into_iter().map(|key| (Some(Fact::Parameter(name, key.clone())), key)).collect())
}
