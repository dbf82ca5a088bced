//! What an update policy or a creation policy looks like.

use cfn_model::{Function, Node, Object, Rule};

use super::Sections;
use crate::{
    facts::{context, place::Place, suggest, text},
    rules::functions::{self, Kind, Scope},
};

/// The form of a value.
pub(super) enum Shape {
    Flag,
    Text,
    /// An integer from the first to the second.
    Int(i64, i64),
    /// One of these texts.
    OneOf(&'static [&'static str]),
    /// At most so many members.
    List(usize, &'static Shape),
    /// The properties, and those that must be there.
    Object(&'static [(&'static str, &'static Shape)], &'static [&'static str]),
    /// The properties that are known; there may be others.
    Open(&'static [(&'static str, &'static Shape)]),
    /// Names that somebody chose, each with a value of this form.
    Map(&'static Shape),
    /// A text of so many characters.
    Exactly(usize),
    TextOrList,
    TextOrObject,
    Any,
}

impl Sections<'_> {
    /// Checks a value and every function call in it.
    pub(super) fn shape(&mut self, rule: &'static Rule, shape: &Shape, node: &Node, place: &Place<'_>) {
        let scope = Scope::VALUE.causing(rule);
        if let Some((function, argument)) = Function::call(node) {
            if function == Function::If {
                let place = place.key(function.name());
                for (index, branch) in self.branches(argument, &place, scope) {
                    self.shape(rule, shape, branch, &place.index(index));
                }
            } else if self.gives(shape, function, argument, node, place) {
                self.walker.walk(node, place, scope);
            }
            return;
        }
        let scalar = text::scalar(node);
        let given = scalar.as_deref();
        match (shape, node) {
            (_, Node::Null) => {}
            (Shape::Flag, _) if given.is_some_and(is_flag) => {}
            (Shape::Flag, _) => self.wrong(rule, place, "a boolean", node),
            (Shape::Text, _) if given.is_some() => self.walker.walk(node, place, scope),
            (Shape::Text, _) => self.wrong(rule, place, "a string", node),
            (Shape::Int(least, most), _) => match given.and_then(|text| integer(text, node)) {
                Some(value) if (*least..=*most).contains(&value) => {}
                Some(_) => self.wrong(rule, place, &format!("an integer from {least} to {most}"), node),
                None => self.wrong(rule, place, "an integer", node),
            },
            (Shape::OneOf(names), _) if given.is_some_and(|text| names.contains(&text)) => {}
            (Shape::OneOf(names), _) => {
                self.wrong(rule, place, &text::listed(names.iter().copied(), "or"), node);
            }
            (Shape::List(most, inner), Node::Array(items)) => {
                self.at_most(rule, place, "members", *most, items.len());
                for (index, item) in items.iter().enumerate() {
                    self.shape(rule, inner, item, &place.index(index));
                }
            }
            (Shape::List(..), _) => self.wrong(rule, place, "a list", node),
            (Shape::Object(properties, required), Node::Object(object)) => {
                self.properties_of(rule, properties, object, place, false);
                for name in required.iter().filter(|name| !object.contains_key(**name)) {
                    let message = format!("`{}` needs the property `{name}`", place.name());
                    self.fail(rule, place, message).help = Some(format!("add `{name}`"));
                }
            }
            (Shape::Open(properties), Node::Object(object)) => {
                self.properties_of(rule, properties, object, place, true);
            }
            (Shape::Map(inner), Node::Object(object)) => {
                for (key, value) in object {
                    self.shape(rule, inner, value, &place.key(key));
                }
            }
            (Shape::Object(..) | Shape::Open(..) | Shape::Map(_), _) => self.wrong(rule, place, "an object", node),
            (Shape::Exactly(count), Node::String(text)) if text.chars().count() != *count => {
                self.wrong(rule, place, &format!("a text of {count} characters"), node);
            }
            (Shape::Exactly(_), _) if given.is_some() => {}
            (Shape::Exactly(_), _) => self.wrong(rule, place, "a string", node),
            (Shape::TextOrList, Node::Object(_)) => self.wrong(rule, place, "a string or a list", node),
            (Shape::TextOrObject, Node::Array(_)) => self.wrong(rule, place, "a string or an object", node),
            (Shape::TextOrList | Shape::TextOrObject | Shape::Any, _) => {}
        }
    }

    fn properties_of(
        &mut self,
        rule: &'static Rule,
        properties: &[(&str, &Shape)],
        object: &Object,
        place: &Place<'_>,
        is_open: bool,
    ) {
        for (key, value) in object.iter().filter(|(key, _)| !context::is_replaced(key)) {
            let place = place.key(key);
            match properties.iter().find(|(name, _)| name == key) {
                Some((_, inner)) => self.shape(rule, inner, value, &place),
                None if is_open => {}
                None => {
                    let message = format!("`{}` is not allowed here", text::shortened(key));
                    let known = properties.iter().map(|(name, _)| *name);
                    let help = suggest::did_you_mean(key, known.clone())
                        .or_else(|| Some(format!("known are {}", text::listed(known, "and"))));
                    self.fail(rule, &place, message).help = help;
                }
            }
        }
    }

    /// The branches of an `Fn::If` whose condition exists, with their positions; reports what is wrong with it.
    pub(super) fn branches<'n>(
        &mut self,
        argument: &'n Node,
        place: &Place<'_>,
        scope: Scope,
    ) -> impl Iterator<Item = (usize, &'n Node)> + use<'n> {
        let branches = self.walker.if_shape(argument, place, scope);
        let name = argument.as_array().and_then(|parts| parts.first()?.as_str());
        let is_known = name.is_some_and(|name| self.context.conditions.id(name).is_some());
        branches.filter(|_| is_known).into_iter().flatten().enumerate().map(|(index, branch)| (index + 1, branch))
    }

    /// Whether a call can give a value of this form; reports one that cannot.
    fn gives(&mut self, shape: &Shape, function: Function, argument: &Node, node: &Node, place: &Place<'_>) -> bool {
        let (fits, expected) = match (shape, functions::result(self.context, function, argument)) {
            (Shape::Any | Shape::TextOrList | Shape::TextOrObject, _) => (true, ""),
            (Shape::Object(..) | Shape::Open(..) | Shape::Map(_), kind) => {
                (kind == Kind::Any && function != Function::FindInMap, "an object")
            }
            (Shape::List(..), kind) => (kind != Kind::Scalar, "a list"),
            (_, kind) => (kind != Kind::List, "a single value"),
        };
        if !fits {
            self.wrong(functions::rule(function), place, expected, node);
        }
        fits
    }
}

/// Of a number that is written as one, what is behind the point is left out.
fn integer(text: &str, node: &Node) -> Option<i64> {
    let whole = || text.split('.').next().filter(|_| matches!(node, Node::Number(_)));
    text.trim().parse().ok().or_else(|| whole()?.parse().ok()).filter(|_| !matches!(node, Node::Bool(_)))
}

fn is_flag(text: &str) -> bool {
    matches!(text, "true" | "True" | "TRUE" | "false" | "False" | "FALSE")
}
