//! Two resources that would be the same thing.

use std::collections::HashMap;

use cfn_schema::ResourceType;

use super::{Finding, conditions::Fact, context::Context, place::Place, rules, text};
use crate::{Function, Node};

/// A resource with its identifier.
struct Known<'d> {
    id: &'d str,
    condition: Option<Fact>,
    reported: bool,
}

/// Reports resources of one type with the same identifier, as far as both can be there at once.
pub(super) fn repeated(context: &Context<'_>) -> Vec<Finding> {
    let mut seen: HashMap<(&str, Vec<String>), Vec<Known<'_>>> = HashMap::new();
    let mut findings = Vec::new();
    for (id, resource) in context.section("Resources").into_iter().flatten() {
        let Some(known) = resource.get("Type").and_then(Node::as_str).and_then(cfn_schema::resource_type) else {
            continue;
        };
        let names = names(known);
        let values: Option<Vec<String>> =
            names.iter().map(|name| resource.get("Properties")?.get(name).and_then(identifier)).collect();
        let Some(values) = values.filter(|values| !values.is_empty()) else { continue };
        let condition = resource.get("Condition").and_then(Node::as_str);
        let condition = condition.and_then(|name| Some((context.conditions.id(name)?, true)));
        let same = seen.entry((known.name(), values)).or_default();
        let mut reported = false;
        for other in same.iter_mut() {
            let facts: Vec<Fact> = other.condition.into_iter().chain(condition).collect();
            if !context.conditions.satisfiable(&facts) {
                continue;
            }
            if !std::mem::replace(&mut other.reported, true) {
                findings.push(finding(other.id, id, &names));
            }
            if !std::mem::replace(&mut reported, true) {
                findings.push(finding(id, other.id, &names));
            }
        }
        same.push(Known { id, condition, reported });
    }
    findings
}

/// The properties that identify a resource of this type, when the template sets all of them.
fn names(known: ResourceType) -> Vec<&'static str> {
    if known.name() == "AWS::CodeBuild::Project" {
        // Its schema says that the identifier is made by AWS; names are unique all the same.
        return vec!["Name"];
    }
    let set_by_aws = known.primary_identifier().any(|path| known.read_only().any(|other| other == path));
    let nested = known.primary_identifier().any(|path| path.contains('/'));
    if set_by_aws || nested { Vec::new() } else { known.primary_identifier().collect() }
}

/// What can be compared: two functions give the same when they are the same, unless a condition decides.
fn identifier(node: &Node) -> Option<String> {
    match Function::call(node) {
        Some((Function::If, _)) => None,
        Some((Function::Ref, name)) if name.as_str() == Some("AWS::NoValue") => None,
        _ => Some(text::canonical(node)),
    }
}

fn finding(id: &str, other: &str, names: &[&str]) -> Finding {
    let section = Place::Root.key("Resources");
    let resource = section.key(id);
    let properties = resource.key("Properties");
    let name = text::listed(names.iter().copied(), "and");
    let message = format!("{name} must identify one resource, and `{}` has the same", text::shortened(other));
    let path = match names {
        [only] => properties.key(only).to_path(),
        _ => properties.to_path(),
    };
    Finding::new(&rules::E3019, path, message).help("give one of them another name".to_owned())
}
