//! What is declared and never used.

use std::collections::HashSet;

use cfn_model::{Finding, Function, Node, Rule};

use crate::{
    codes as rules,
    facts::{
        context::{self, Context},
        place::Place,
        text,
    },
    found::Findings,
    rules::functions,
};

/// How deep uses are looked for; the readers allow 128 levels.
const DEEPEST: usize = 256;

/// The names that a template uses.
#[derive(Default)]
struct Uses<'d> {
    /// In `Ref` and in the texts of `Fn::Sub`.
    names: HashSet<&'d str>,
    mappings: HashSet<&'d str>,
    /// Whether a function decides which mapping is looked into.
    any_mapping: bool,
    conditions: HashSet<&'d str>,
}

pub(super) fn check(context: &Context<'_>, findings: &mut Findings) {
    let declares = |section| context.section(section).is_some_and(|names| !names.is_empty());
    if !["Parameters", "Mappings", "Conditions"].into_iter().any(declares) {
        return;
    }
    let mut uses = Uses::default();
    for (name, node) in context.document {
        uses.look(node, name == "Conditions", 0);
    }
    for section in ["Resources", "Outputs"] {
        for entry in context.section(section).into_iter().flat_map(|entries| entries.values()) {
            uses.conditions.extend(entry.get("Condition").and_then(Node::as_str));
        }
    }
    let mut report = |section: &str, rule: &'static Rule, what: &str, used: &dyn Fn(&str) -> bool| {
        let place = Place::Root.key(section);
        let names = context.section(section).into_iter().flat_map(|names| names.keys());
        for name in names.filter(|name| !context::is_replaced(name) && !used(name)) {
            let message = format!("{what} `{}` is not used", text::shortened(name));
            findings.push(
                Finding::new(rule, place.key(name).to_path(), message).help(format!("remove it, or use `{name}`")),
            );
        }
    };
    // A transform may use a parameter that nothing else names.
    if !context.document.contains_key("Transform") {
        report("Parameters", &rules::W2001, "parameter", &|name| uses.names.contains(name));
    }
    if !uses.any_mapping {
        report("Mappings", &rules::W7001, "mapping", &|name| uses.mappings.contains(name));
    }
    report("Conditions", &rules::W8001, "condition", &|name| uses.conditions.contains(name));
}

impl<'d> Uses<'d> {
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
                self.names.extend(first().and_then(Node::as_str).into_iter().flat_map(functions::sub_names));
            }
            Some(Function::If) => self.conditions.extend(first().and_then(Node::as_str)),
            Some(Function::Condition) if in_conditions => self.conditions.extend(value.as_str()),
            Some(Function::FindInMap) => match first() {
                Some(Node::Object(_)) => self.any_mapping = true,
                first => self.mappings.extend(first.and_then(Node::as_str)),
            },
            _ => {}
        }
    }
}
