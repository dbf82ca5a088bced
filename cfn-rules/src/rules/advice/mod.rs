//! Advice: the template works, and there is a better way.
//!
//! | file | what it looks at |
//! |---|---|
//! | `passwords` | secrets that anybody could read |
//! | `properties` | properties of some types that are better left out, or need a companion |
//! | `arns` | partitions written out in ARNs |
//! | `metadata` | what `Metadata` says to the console and to linters |
//!
//! Advice about functions is given where they are looked at, in `functions`.

mod arns;
mod metadata;
mod passwords;
mod properties;

pub(crate) use properties::SECRETS;

use std::cell::LazyCell;

use cfn_model::{Function, Node, Object};

use crate::{
    facts::{context::Context, place::Place, values::is_no_value},
    found::Findings,
};

/// Everything that could be better.
pub(crate) fn findings(context: &Context<'_>) -> Findings {
    let mut findings = Findings::default();
    metadata::check(context, &mut findings);
    let versioned = LazyCell::new(|| properties::versioned(context));
    let has_version = |id: &str| versioned.contains(id);
    let section = Place::Root.key("Resources");
    for (id, resource) in context.section("Resources").into_iter().flatten() {
        let Some(resource) = resource.as_object() else { continue };
        let place = section.key(id);
        let kind = resource.get("Type").and_then(Node::as_str).unwrap_or_default();
        if let Some(properties) = resource.get("Properties") {
            let given = properties::Given { context, id, kind, node: properties, has_version: &has_version };
            let place = place.key("Properties");
            properties::check(&given, &place, &mut findings);
            passwords::check(&given, &place, &mut findings);
        }
        if !context.transforms.serverless {
            for (key, node) in resource {
                arns::check(node, &place.key(key), &mut findings);
            }
        }
    }
    findings
}

/// Visits the values that stand at a path below a node; `*` stands for every member of a list, and the branches of
/// `Fn::If` are followed. The last argument of the visitor says whether there was an `Fn::If` on the way.
fn each(
    node: &Node,
    path: &[&str],
    place: &Place<'_>,
    conditional: bool,
    visit: &mut dyn FnMut(&Node, &Place<'_>, bool),
) {
    if let Some((Function::If, Node::Array(parts))) = Function::call(node) {
        let place = place.key(Function::If.name());
        for (index, branch) in parts.iter().enumerate().skip(1) {
            each(branch, path, &place.index(index), true, visit);
        }
        return;
    }
    match (path.split_first(), node) {
        (None, _) => visit(node, place, conditional),
        (Some((&"*", rest)), Node::Array(items)) => {
            for (index, item) in items.iter().enumerate() {
                each(item, rest, &place.index(index), conditional, visit);
            }
        }
        (Some((key, rest)), Node::Object(object)) => {
            if let Some((_, key, value)) = object.get_full(*key) {
                each(value, rest, &place.key(key), conditional, visit);
            }
        }
        _ => {}
    }
}

/// Whether a property is there, and is not certainly `AWS::NoValue`.
fn has(properties: &Object, name: &str) -> bool {
    properties.get(name).is_some_and(|node| !is_no_value(node))
}
