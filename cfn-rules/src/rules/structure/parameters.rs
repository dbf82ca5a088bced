//! The section `Parameters`.

use std::borrow::Cow;

use cfn_model::{Node, Number, Object};
use cfn_pattern::{MOST_STEPS, Pattern};
use indexmap::IndexSet;

use super::Sections;
use crate::{
    codes as rules,
    facts::{
        context::{self, Context},
        place::Place,
        suggest, text,
    },
    rules::functions::{self, AWS_TYPES},
};

/// The other types that a parameter can have.
const TYPES: [&str; 5] = ["String", "Number", "CommaDelimitedList", "List<Number>", "AWS::SSM::Parameter::Name"];

/// The properties of a parameter, and what each is.
const PROPERTIES: [(&str, Property); 11] = [
    ("AllowedPattern", Property::Text(usize::MAX)),
    ("AllowedValues", Property::List),
    ("ConstraintDescription", Property::Text(usize::MAX)),
    ("Default", Property::Text(LONGEST_VALUE)),
    ("Description", Property::Text(4000)),
    ("MaxLength", Property::Length(4096)),
    ("MaxValue", Property::Number),
    ("MinLength", Property::Length(i64::MAX)),
    ("MinValue", Property::Number),
    ("NoEcho", Property::Flag),
    ("Type", Property::Text(usize::MAX)),
];

#[derive(Clone, Copy)]
enum Property {
    /// At most so many characters.
    Text(usize),
    List,
    /// An integer up to this one.
    Length(i64),
    Number,
    Flag,
}

/// The most characters of a value.
const LONGEST_VALUE: usize = 4096;

impl Sections<'_> {
    pub(super) fn parameters(&mut self) {
        let Some(node) = self.context.document.get("Parameters") else { return };
        let section = Place::Root.key("Parameters");
        let Some(parameters) = self.object(&rules::E2001, &section, node) else { return };
        self.at_most(&rules::E2010, &section, "parameters", 200, parameters.len());
        for (name, node) in parameters.iter().filter(|(name, _)| !context::is_replaced(name)) {
            let place = section.key(name);
            self.length(&rules::E2011, &place, 255, name);
            if !self.name(&rules::E2001, &place, name) {
                continue;
            }
            if let Some(parameter) = self.object(&rules::E2001, &place, node) {
                self.parameter(parameter, &place);
            }
        }
    }

    fn parameter(&mut self, parameter: &Object, place: &Place<'_>) {
        let kind = parameter.get("Type").and_then(Node::as_str);
        for (key, value) in parameter.iter().filter(|(key, _)| !context::is_replaced(key)) {
            let place = place.key(key);
            let known = PROPERTIES.iter().find(|(name, _)| name == key).map(|(_, property)| *property);
            let fits = match key.as_str() {
                "MinValue" | "MaxValue" => kind == Some("Number"),
                "MinLength" | "MaxLength" | "AllowedPattern" => kind != Some("Number"),
                _ => true,
            };
            match known {
                None => {
                    let message = format!("`{}` is not a property of a parameter", text::shortened(key));
                    let help = suggest::did_you_mean(key, PROPERTIES.map(|(name, _)| name));
                    self.fail(&rules::E2001, &place, message).help = help;
                }
                Some(_) if !fits => {
                    let message = match kind {
                        Some(kind) => format!("`{key}` is not for a parameter of type `{}`", text::shortened(kind)),
                        None => format!("`{key}` is for a parameter of type `Number` only"),
                    };
                    self.fail(&rules::E2001, &place, message);
                }
                Some(property) => self.parameter_property(property, value, &place),
            }
        }
        match parameter.get("Type") {
            None | Some(Node::Null) if !context::has_unknown_entries(parameter) => {
                let message = format!("`{}` needs the property `Type`", place.name());
                self.fail(&rules::E2001, place, message).help = Some("add `Type`".to_owned());
            }
            Some(Node::String(kind)) if !is_type(kind) => {
                let known = TYPES.into_iter().chain(AWS_TYPES);
                let message = format!("`{}` is not a type of a parameter", text::shortened(kind));
                let help = suggest::did_you_mean(kind, known);
                self.fail(&rules::E2002, &place.key("Type"), message).help = help;
            }
            _ => {}
        }
        if kind.is_some() {
            self.default(parameter, &place.key("Default"));
        }
    }

    fn parameter_property(&mut self, property: Property, value: &Node, place: &Place<'_>) {
        let scalar = text::scalar(value);
        match (property, &scalar) {
            (Property::Text(most), Some(given)) if matches!(value, Node::String(_)) => {
                self.length(&rules::E2011, place, most, given);
            }
            (Property::Text(_), Some(_)) => {}
            (Property::Text(_), None) => self.wrong(&rules::E2001, place, "a string", value),
            (Property::Length(most), Some(given)) => match given.trim().parse::<i64>() {
                Ok(length) if length <= most => {}
                Ok(_) => self.wrong(&rules::E2001, place, &format!("at most {most}"), value),
                // Of a number that is written as one, what is behind the point is left out.
                Err(_) if matches!(value, Node::Number(_)) => {}
                Err(_) => self.wrong(&rules::E2001, place, "an integer", value),
            },
            (Property::Length(_), None) => self.wrong(&rules::E2001, place, "an integer", value),
            (Property::Number, Some(given)) if is_number(given) && !matches!(value, Node::Bool(_)) => {}
            (Property::Number, _) => self.wrong(&rules::E2001, place, "a number", value),
            (Property::Flag, Some(given)) if is_flag(given) => {}
            (Property::Flag, _) => self.wrong(&rules::E2001, place, "a boolean", value),
            (Property::List, _) => match value {
                Node::Array(items) => {
                    for (index, item) in items.iter().enumerate() {
                        match text::scalar(item) {
                            // Only a text has a length.
                            Some(given) if matches!(item, Node::String(_)) => {
                                self.length(&rules::E2011, &place.index(index), LONGEST_VALUE, &given);
                            }
                            Some(_) => {}
                            None => self.wrong(&rules::E2001, &place.index(index), "a string", item),
                        }
                    }
                }
                _ => self.wrong(&rules::E2001, place, "a list", value),
            },
        }
    }

    /// The default has to be a value that the parameter can have.
    fn default(&mut self, parameter: &Object, place: &Place<'_>) {
        let Some(default) = parameter.get("Default") else { return };
        let Some(given) = text::scalar(default) else {
            let allowed = parameter.get("AllowedValues").and_then(Node::as_array).unwrap_or_default();
            if !allowed.is_empty() && !matches!(default, Node::Null) {
                self.wrong(&rules::E2015, place, "one of the allowed values", default);
            }
            return;
        };
        let is_list = parameter.get("Type").and_then(Node::as_str).is_some_and(functions::is_list_parameter);
        let values: Vec<&str> = if is_list { given.split(',').map(str::trim).collect() } else { vec![&given] };
        let mut wants = Wants::new(parameter, default);
        let mut unfit = |value: &&str| wants.instead_of(value, self.context);
        // A list fits as a whole or in each of its members.
        let broken = values.iter().find_map(&mut unfit).filter(|_| !is_list || unfit(&given.as_ref()).is_some());
        let gave_up = wants.gave_up;
        if let Some(expected) = broken {
            self.wrong(&rules::E2015, place, &expected, default);
        }
        if gave_up {
            let what = format!("`AllowedPattern` takes more than {} steps", MOST_STEPS);
            self.context.too_much(place.to_path(), what);
        }
    }
}

/// What a parameter wants of its default.
struct Wants<'p> {
    parameter: &'p Object,
    default: &'p Node,
    pattern: Option<(&'p str, Pattern)>,
    allowed: Option<IndexSet<Cow<'p, str>>>,
    /// Whether the pattern was too much work.
    gave_up: bool,
}

impl<'p> Wants<'p> {
    fn new(parameter: &'p Object, default: &'p Node) -> Wants<'p> {
        let pattern = parameter.get("AllowedPattern").and_then(Node::as_str);
        // CloudFormation wants the whole value to match.
        let pattern = pattern.and_then(|text| Some((text, Pattern::new(&format!("^(?:{text})")).ok()?)));
        let allowed = parameter.get("AllowedValues").and_then(Node::as_array).filter(|allowed| !allowed.is_empty());
        let allowed = allowed.map(|allowed| allowed.iter().filter_map(text::scalar).collect());
        Wants { parameter, default, pattern, allowed, gave_up: false }
    }

    /// What the parameter wants instead of a value.
    fn instead_of(&mut self, value: &str, context: &Context<'_>) -> Option<String> {
        let number = |key: &str| match (self.parameter.get(key), self.default) {
            (Some(Node::Number(Number::Int(bound))), Node::Number(Number::Int(value))) => Some((*bound, *value)),
            _ => None,
        };
        let length = |key: &str| int(self.parameter.get(key)?).map(|bound| (bound, value.chars().count() as i64));
        if let Some((text, pattern)) = &self.pattern {
            match context.matches(pattern, value) {
                Some(true) => {}
                Some(false) => return Some(format!("a value that matches `{}`", text::shortened(text))),
                None => self.gave_up = true,
            }
        }
        if let Some((least, _)) = number("MinValue").filter(|(bound, value)| value < bound) {
            return Some(format!("at least {least}"));
        }
        if let Some((most, _)) = number("MaxValue").filter(|(bound, value)| value > bound) {
            return Some(format!("at most {most}"));
        }
        if let Some((least, _)) = length("MinLength").filter(|(bound, value)| value < bound) {
            return Some(format!("a text of at least {least} characters"));
        }
        if let Some((most, _)) = length("MaxLength").filter(|(bound, value)| value > bound) {
            return Some(format!("a text of at most {most} characters"));
        }
        // Whoever forgot the list still means this one value.
        if let Some(only) = self.parameter.get("AllowedValues").and_then(Node::as_str) {
            return (!only.contains(value)).then(|| format!("`{}`", text::shortened(only)));
        }
        let allowed = self.allowed.as_ref().filter(|allowed| !allowed.contains(value))?;
        Some(text::listed(allowed.iter().map(|text| &**text), "or"))
    }
}

fn is_flag(text: &str) -> bool {
    matches!(text, "true" | "True" | "TRUE" | "false" | "False" | "FALSE")
}

fn is_number(text: &str) -> bool {
    text.trim().parse::<f64>().is_ok()
}

fn is_type(kind: &str) -> bool {
    let wrapped = kind.starts_with("List<") || kind.starts_with("AWS::SSM::Parameter::Value<");
    wrapped || TYPES.contains(&kind) || AWS_TYPES.contains(&kind)
}

fn int(node: &Node) -> Option<i64> {
    match node {
        Node::Number(number) => number.as_i64(),
        Node::String(text) => text.trim().parse().ok(),
        _ => None,
    }
}
