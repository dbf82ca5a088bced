//! Mistakes in `Globals`, which every resource of the kind has, reported once.
//!
//! This is a pass over finished findings and no part of a rule. Rules and the interpreter of schemas see resources into which
//! `Globals` are merged, and none of them has to know where a value comes from; the path of a finding says it for all. Findings
//! of values that a resource has itself stay, so that the same mistake in two resources is two findings.

use std::collections::HashSet;

use cfn_model::{Finding, Node, Object, Segment};

use crate::facts::sam::GLOBALS;

/// Leaves out what was found in a value of `Globals` when the same was found there, or in a resource before.
pub(crate) fn once_for_globals(findings: &mut Vec<Finding>, document: &Object) {
    let globals = document.get("Globals").and_then(Node::as_object);
    let in_globals = findings.iter().filter_map(|finding| match finding.path.0.as_slice() {
        [Segment::Key(section), Segment::Key(key), rest @ ..] if section == "Globals" => {
            let kind = GLOBALS.iter().find(|(known, _)| known == key).map(|(_, kind)| (*kind).to_owned());
            Some((kind, finding.rule.code, rest.to_vec()))
        }
        _ => None,
    });
    let mut seen: HashSet<_> = in_globals.collect();
    findings.retain(|finding| {
        let [Segment::Key(section), Segment::Key(id), Segment::Key(properties), rest @ ..] = finding.path.0.as_slice()
        else {
            return true;
        };
        let resource = document.get("Resources").and_then(|resources| resources.get(id));
        let Some(resource) = resource.filter(|_| section == "Resources" && properties == "Properties") else {
            return true;
        };
        let kind = resource["Type"].as_str();
        let shared = GLOBALS.iter().find(|(_, about)| kind == Some(about)).and_then(|(key, _)| globals?.get(*key));
        is_own(shared, resource.get("Properties"), rest)
            || seen.insert((kind.map(str::to_owned), finding.rule.code, rest.to_vec()))
    });
}

/// Whether what stands at the end of the way is the resource's own, and not from `Globals`: where both have a list,
/// that of `Globals` comes first.
fn is_own(mut shared: Option<&Node>, mut own: Option<&Node>, way: &[Segment]) -> bool {
    for segment in way {
        match segment {
            Segment::Key(key) => {
                shared = shared.and_then(|shared| shared.get(key));
                own = own.and_then(|own| own.get(key));
            }
            Segment::Index(index) => {
                let Some(items) = own.and_then(Node::as_array) else { return false };
                let before = shared.and_then(Node::as_array).map_or(0, <[Node]>::len);
                shared = None;
                own = index.checked_sub(before).and_then(|index| items.get(index));
            }
        }
        if own.is_none() {
            return false;
        }
    }
    !way.is_empty()
}
