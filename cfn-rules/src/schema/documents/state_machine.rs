//! State machines: that the state to start at is there.

use cfn_model::{Finding, Function, Node};

use crate::{
    codes as rules,
    facts::{context::Context, place::Place, text},
    found::Findings,
};

/// Reports the machines, this one and those inside of its states, whose `StartAt` names no state of theirs.
pub(crate) fn start(context: &Context<'_>, machine: &Node, place: &Place<'_>, findings: &mut Findings) {
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
        match state.get("Type").and_then(Node::as_str) {
            Some("Parallel") => {
                let place = place.key("Branches");
                let branches = state.get("Branches").and_then(Node::as_array).unwrap_or_default();
                branches
                    .iter()
                    .enumerate()
                    .for_each(|(index, branch)| start(context, branch, &place.index(index), findings));
            }
            Some("Map") => {
                for key in ["ItemProcessor", "Iterator"] {
                    if let Some(inner) = state.get(key) {
                        start(context, inner, &place.key(key), findings);
                    }
                }
            }
            _ => {}
        }
    }
}
