//! The form of an attribute of a resource that has no schema: update policies, creation policies, cfn-init.

use cfn_model::{Function, Node, Object};

use super::{
    definition::Reporter,
    functions::{self, Kind, Scope, Walker},
};
use crate::facts::{
    context::{self, Context},
    place::Place,
    suggest, text,
};

/// The form of a value.
pub(crate) enum Shape {
    Boolean,
    String,
    /// An integer from the first to the second.
    Int(i64, i64),
    /// One of these strings.
    OneOf(&'static [&'static str]),
    /// At most so many members.
    List(usize, &'static Shape),
    /// The properties, and those that are required.
    Object(&'static [(&'static str, &'static Shape)], &'static [&'static str]),
    /// The known properties; others are allowed.
    Open(&'static [(&'static str, &'static Shape)]),
    /// Names of the user's choice, each with a value of this form.
    Map(&'static Shape),
    /// A string of so many characters.
    Exactly(usize),
    StringOrList,
    StringOrObject,
    Any,
}

/// Checks values against shapes, and the function calls in them.
pub(crate) struct Shapes<'s, 'd, 'c, 'r> {
    context: &'s Context<'d>,
    walker: &'s mut Walker<'c>,
    report: &'s mut Reporter<'r>,
    scope: Scope,
}

impl<'s, 'd, 'c, 'r> Shapes<'s, 'd, 'c, 'r> {
    pub(crate) fn new(
        context: &'s Context<'d>,
        walker: &'s mut Walker<'c>,
        report: &'s mut Reporter<'r>,
    ) -> Shapes<'s, 'd, 'c, 'r> {
        let scope = Scope::VALUE.causing(report.rule);
        Shapes { context, walker, report, scope }
    }

    /// Checks a value and every function call in it.
    pub(crate) fn check(&mut self, shape: &Shape, node: &Node, place: &Place<'_>) {
        if let Some((function, argument)) = Function::call(node) {
            if function == Function::If {
                let place = place.key(function.name());
                for (index, branch) in branches(self.context, self.walker, argument, &place, self.scope) {
                    self.check(shape, branch, &place.index(index));
                }
            } else if self.gives(shape, function, argument, node, place) {
                self.walker.walk(node, place, self.scope);
            }
            return;
        }
        let scalar = text::scalar(node);
        let given = scalar.as_deref();
        let expected = match (shape, node) {
            (_, Node::Null) => return,
            (Shape::Boolean, _) if given.is_some_and(text::is_boolean) => return,
            (Shape::Boolean, _) => "a boolean".to_owned(),
            (Shape::String, _) if given.is_some() => return self.walker.walk(node, place, self.scope),
            (Shape::String, _) => "a string".to_owned(),
            (Shape::Int(least, most), _) => match given.and_then(|text| integer(text, node)) {
                Some(value) if (*least..=*most).contains(&value) => return,
                Some(_) => format!("an integer from {least} to {most}"),
                None => "an integer".to_owned(),
            },
            (Shape::OneOf(names), _) if given.is_some_and(|text| names.contains(&text)) => return,
            (Shape::OneOf(names), _) => text::listed(names.iter().copied(), "or"),
            (Shape::List(most, inner), Node::Array(items)) => {
                self.report.at_most(place, "members", *most, items.len());
                for (index, item) in items.iter().enumerate() {
                    self.check(inner, item, &place.index(index));
                }
                return;
            }
            (Shape::List(..), _) => "a list".to_owned(),
            (Shape::Object(properties, required), Node::Object(object)) => {
                self.properties(properties, object, place, false);
                for name in required.iter().filter(|name| !object.contains_key(**name)) {
                    let message = format!("`{}` needs the property `{name}`", place.name());
                    self.report.at(place.to_path(), message).help(format!("add `{name}`"));
                }
                return;
            }
            (Shape::Open(properties), Node::Object(object)) => return self.properties(properties, object, place, true),
            (Shape::Map(inner), Node::Object(object)) => {
                return object.iter().for_each(|(key, value)| self.check(inner, value, &place.key(key)));
            }
            (Shape::Object(..) | Shape::Open(..) | Shape::Map(_), _) => "an object".to_owned(),
            (Shape::Exactly(count), Node::String(text)) if text.chars().count() != *count => {
                format!("a string of {count} characters")
            }
            (Shape::Exactly(_), _) if given.is_some() => return,
            (Shape::Exactly(_), _) => "a string".to_owned(),
            (Shape::StringOrList, Node::Object(_)) => "a string or a list".to_owned(),
            (Shape::StringOrObject, Node::Array(_)) => "a string or an object".to_owned(),
            (Shape::StringOrList | Shape::StringOrObject | Shape::Any, _) => return,
        };
        self.report.must_be(place, &expected, node);
    }

    fn properties(&mut self, properties: &[(&str, &Shape)], object: &Object, place: &Place<'_>, is_open: bool) {
        for (key, value) in object.iter().filter(|(key, _)| !context::is_replaced(key)) {
            let place = place.key(key);
            match properties.iter().find(|(name, _)| name == key) {
                Some((_, inner)) => self.check(inner, value, &place),
                None if is_open => {}
                None => {
                    let message = format!("`{}` is not allowed here", text::shortened(key));
                    let known = properties.iter().map(|(name, _)| *name);
                    let help = suggest::did_you_mean(key, known.clone())
                        .unwrap_or_else(|| format!("allowed are {}", text::listed(known, "and")));
                    self.report.at(place.to_path(), message).help(help);
                }
            }
        }
    }

    /// Whether a call can give a value of this form; reports one that cannot.
    fn gives(&mut self, shape: &Shape, function: Function, argument: &Node, node: &Node, place: &Place<'_>) -> bool {
        let (fits, expected) = match (shape, functions::result(self.context, function, argument)) {
            (Shape::Any | Shape::StringOrList | Shape::StringOrObject, _) => (true, ""),
            (Shape::Object(..) | Shape::Open(..) | Shape::Map(_), kind) => {
                (kind == Kind::Any && function != Function::FindInMap, "an object")
            }
            (Shape::List(..), kind) => (kind != Kind::Scalar, "a list"),
            (_, kind) => (kind != Kind::List, "a single value"),
        };
        if !fits {
            self.report.under(functions::rule(function)).must_be(place, expected, node);
        }
        fits
    }
}

/// The branches of an `Fn::If` whose condition exists, with their positions; the walker reports what is wrong with it.
pub(crate) fn branches<'n>(
    context: &Context<'_>,
    walker: &mut Walker<'_>,
    argument: &'n Node,
    place: &Place<'_>,
    scope: Scope,
) -> impl Iterator<Item = (usize, &'n Node)> + use<'n> {
    let branches = walker.if_shape(argument, place, scope);
    let name = argument.as_array().and_then(|parts| parts.first()?.as_str());
    let is_known = name.is_some_and(|name| context.conditions.id(name).is_some());
    branches.filter(|_| is_known).into_iter().flatten().enumerate().map(|(index, branch)| (index + 1, branch))
}

/// The integer that a scalar is; CloudFormation drops the decimals of a number.
fn integer(text: &str, node: &Node) -> Option<i64> {
    let whole = || text.split('.').next().filter(|_| matches!(node, Node::Number(_)));
    text.trim().parse().ok().or_else(|| whole()?.parse().ok()).filter(|_| !matches!(node, Node::Bool(_)))
}
