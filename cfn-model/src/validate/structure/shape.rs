//! What an update policy or a creation policy looks like.

use super::Sections;
use crate::{
    Function, Node,
    validate::{Rule, context, place::Place, rules, suggest, text},
};

/// The form of a value.
pub(super) enum Shape {
    Flag,
    Text,
    /// An integer from the first to the second.
    Int(i64, i64),
    /// One of these texts.
    OneOf(&'static [&'static str]),
    List(&'static Shape),
    /// The properties, and those that must be there.
    Object(&'static [(&'static str, &'static Shape)], &'static [&'static str]),
}

impl Sections<'_> {
    pub(super) fn shape(&mut self, rule: &'static Rule, shape: &Shape, node: &Node, place: &Place<'_>) {
        match Function::call(node) {
            Some((Function::If, Node::Array(parts))) => {
                let place = place.key(Function::If.name());
                for (index, branch) in parts.iter().enumerate().skip(1) {
                    self.shape(rule, shape, branch, &place.index(index));
                }
                return;
            }
            Some((function, _)) => {
                let is_value = matches!(function, Function::Ref | Function::Sub | Function::Join | Function::Select);
                let no_value = node.get("Ref").and_then(Node::as_str) == Some("AWS::NoValue");
                if is_value && !no_value && matches!(shape, Shape::Object(..)) {
                    let rule = if function == Function::Ref { &rules::E1020 } else { rule };
                    self.wrong(rule, place, "an object", node);
                }
                return;
            }
            None => {}
        }
        let scalar = text::scalar(node);
        let given = scalar.as_deref();
        match (shape, node) {
            (_, Node::Null) => {}
            (Shape::Flag, _) if given.is_some_and(|text| matches!(&*text.to_ascii_lowercase(), "true" | "false")) => {}
            (Shape::Flag, _) => self.wrong(rule, place, "a boolean", node),
            (Shape::Text, _) if given.is_some() => {}
            (Shape::Text, _) => self.wrong(rule, place, "a string", node),
            (Shape::Int(least, most), _) => match given.and_then(|text| text.trim().parse::<i64>().ok()) {
                Some(value) if (*least..=*most).contains(&value) => {}
                Some(_) => self.wrong(rule, place, &format!("an integer from {least} to {most}"), node),
                None => self.wrong(rule, place, "an integer", node),
            },
            (Shape::OneOf(names), _) if given.is_some_and(|text| names.contains(&text)) => {}
            (Shape::OneOf(names), _) => {
                self.wrong(rule, place, &text::listed(names.iter().copied(), "or"), node);
            }
            (Shape::List(inner), Node::Array(items)) => {
                for (index, item) in items.iter().enumerate() {
                    self.shape(rule, inner, item, &place.index(index));
                }
            }
            (Shape::List(_), _) => self.wrong(rule, place, "a list", node),
            (Shape::Object(properties, required), Node::Object(object)) => {
                for (key, value) in object.iter().filter(|(key, _)| !context::is_replaced(key)) {
                    let place = place.key(key);
                    match properties.iter().find(|(name, _)| name == key) {
                        Some((_, inner)) => self.shape(rule, inner, value, &place),
                        None => {
                            let message = format!("`{}` is not allowed here", text::shortened(key));
                            let known = properties.iter().map(|(name, _)| *name);
                            let help = suggest::did_you_mean(key, known.clone())
                                .or_else(|| Some(format!("known are {}", text::listed(known, "and"))));
                            self.fail(rule, &place, message).help = help;
                        }
                    }
                }
                for name in required.iter().filter(|name| !object.contains_key(**name)) {
                    let message = format!("`{}` needs the property `{name}`", place.name());
                    self.fail(rule, place, message).help = Some(format!("add `{name}`"));
                }
            }
            (Shape::Object(..), _) => self.wrong(rule, place, "an object", node),
        }
    }
}
