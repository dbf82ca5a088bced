//! State machines: that the state to start at is there, and that what is named as a path is one.

use cfn_model::{Finding, Function, Node};

use crate::{
    codes as rules,
    facts::{context::Context, place::Place, text},
    found::Findings,
};

/// The fields of a state, in JSONPath, in which `x.$` gives `x` the value that a path leads to.
const TEMPLATES: [&str; 8] = [
    "Assign",
    "Credentials",
    "ItemBatcher",
    "ItemReader",
    "ItemSelector",
    "Parameters",
    "ResultSelector",
    "ResultWriter",
];

/// Reports the machines, this one and those inside of its states, whose `StartAt` names no state of theirs, and literals
/// in the place of paths.
pub(crate) fn check(context: &Context<'_>, machine: &Node, place: &Place<'_>, findings: &mut Findings) {
    let Some(states) = machine.get("States").filter(|states| Function::call(states).is_none()) else { return };
    let Some(states) = states.as_object() else { return };
    if let Some(start) = machine.get("StartAt").and_then(Node::as_str).filter(|start| !states.contains_key(*start)) {
        let message = format!("`{}` is not a state of this machine", text::shortened(start));
        let help = context.did_you_mean(start, states.keys().map(String::as_str));
        findings.push(Finding::new(&rules::E3601, place.key("StartAt").to_path(), message).actual(start).help(help));
    }
    let place = place.key("States");
    for (name, state) in states {
        let place = place.key(name);
        for key in TEMPLATES {
            if let Some(template) = state.get(key) {
                paths(template, &place.key(key), findings);
            }
        }
        match state.get("Type").and_then(Node::as_str) {
            Some("Parallel") => {
                let place = place.key("Branches");
                let branches = state.get("Branches").and_then(Node::as_array).unwrap_or_default();
                branches
                    .iter()
                    .enumerate()
                    .for_each(|(index, branch)| check(context, branch, &place.index(index), findings));
            }
            Some("Map") => {
                for key in ["ItemProcessor", "Iterator"] {
                    if let Some(inner) = state.get(key) {
                        check(context, inner, &place.key(key), findings);
                    }
                }
            }
            _ => {}
        }
    }
}

/// Reports the fields `x.$` whose values are literals.
fn paths(template: &Node, place: &Place<'_>, findings: &mut Findings) {
    match template {
        Node::Object(object) if Function::call(template).is_none() => {
            for (key, value) in object {
                let place = place.key(key);
                match key.strip_suffix(".$") {
                    Some(name) if is_literal(value) => {
                        let message = format!(
                            "`{}` must be a path or an intrinsic function, got {}",
                            text::shortened(key),
                            text::shown(value)
                        );
                        let help = format!("write `{}` for a literal value", text::shortened(name));
                        findings.push(Finding::new(&rules::E3601, place.to_path(), message).help(help));
                    }
                    Some(_) => {}
                    None => paths(value, &place, findings),
                }
            }
        }
        Node::Array(items) => {
            items.iter().enumerate().for_each(|(index, item)| paths(item, &place.index(index), findings));
        }
        _ => {}
    }
}

/// Whether a value is certainly neither a path nor an intrinsic function of the states language, whatever CloudFormation
/// puts into it.
fn is_literal(value: &Node) -> bool {
    match value {
        Node::String(text) => {
            let text = text.trim_start();
            !text.starts_with('$') && !text.starts_with("States.") && !text.contains("${")
        }
        Node::Number(_) | Node::Bool(_) | Node::Array(_) => true,
        Node::Object(_) => Function::call(value).is_none(),
        Node::Null => false,
    }
}
