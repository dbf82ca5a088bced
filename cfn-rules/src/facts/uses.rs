//! The declared names that a template uses.

use std::collections::HashSet;

use cfn_model::{Function, Node, Object};

use super::substitution;

/// The sections whose entries have to be used.
const SECTIONS: [&str; 3] = ["Parameters", "Mappings", "Conditions"];

/// How deep uses are looked for; the readers allow 128 levels.
const DEEPEST: usize = 256;

/// The names that a template uses.
#[derive(Debug, Default)]
pub(crate) struct Uses<'d> {
    /// In `Ref` and in the strings of `Fn::Sub`.
    pub(crate) names: HashSet<&'d str>,
    pub(crate) mappings: HashSet<&'d str>,
    /// Whether a function decides which mapping is looked into.
    pub(crate) any_mapping: bool,
    pub(crate) conditions: HashSet<&'d str>,
    /// Whether an `Fn::If` has a function in place of the name of its condition.
    pub(crate) any_condition: bool,
}

impl<'d> Uses<'d> {
    /// Everything that a template uses; nothing where it declares nothing.
    pub(crate) fn new(document: &'d Object) -> Uses<'d> {
        let mut uses = Uses::default();
        let declares =
            |name: &&str| document.get(*name).and_then(Node::as_object).is_some_and(|names| !names.is_empty());
        if !SECTIONS.iter().any(declares) {
            return uses;
        }
        for (name, node) in document {
            uses.look(node, name == "Conditions", 0);
        }
        for section in ["Resources", "Outputs"] {
            let entries = document.get(section).and_then(Node::as_object);
            for entry in entries.into_iter().flat_map(|entries| entries.values()) {
                uses.conditions.extend(entry.get("Condition").and_then(Node::as_str));
            }
        }
        uses
    }

    /// Adds what another version of the template uses.
    pub(crate) fn add(&mut self, other: Uses<'d>) {
        self.names.extend(other.names);
        self.mappings.extend(other.mappings);
        self.conditions.extend(other.conditions);
        self.any_mapping |= other.any_mapping;
        self.any_condition |= other.any_condition;
    }

    fn look(&mut self, node: &'d Node, in_conditions: bool, depth: usize) {
        if depth > DEEPEST {
            return;
        }
        match node {
            Node::Object(object) => {
                for (key, value) in object {
                    self.entry(key, value, in_conditions);
                    self.look(value, in_conditions, depth + 1);
                }
            }
            Node::Array(items) => items.iter().for_each(|item| self.look(item, in_conditions, depth + 1)),
            _ => {}
        }
    }

    fn entry(&mut self, key: &str, value: &'d Node, in_conditions: bool) {
        // Most keys are names of properties.
        if !key.starts_with("Fn::") && key != "Ref" && key != "Condition" {
            return;
        }
        let first = || value.as_array().map_or(Some(value), <[Node]>::first);
        match Function::from_name(key) {
            Some(Function::Ref) => self.names.extend(value.as_str()),
            Some(Function::Sub) => {
                self.names.extend(first().and_then(Node::as_str).into_iter().flat_map(substitution::names));
            }
            Some(Function::If) => match first() {
                Some(Node::Object(_)) => self.any_condition = true,
                first => self.conditions.extend(first.and_then(Node::as_str)),
            },
            Some(Function::Condition) if in_conditions => self.conditions.extend(value.as_str()),
            Some(Function::FindInMap) => match first() {
                Some(Node::Object(_)) => self.any_mapping = true,
                first => self.mappings.extend(first.and_then(Node::as_str)),
            },
            _ => {}
        }
    }
}
