//! `${Name}` in a text that is not in `Fn::Sub`.

use cfn_model::{Finding, Function, Node, Rule};

use super::functions;
use crate::{
    codes as rules,
    facts::{context::Context, place::Place},
    found::Findings,
};

/// How deep texts are looked for; the readers allow 128 levels.
const DEEPEST: usize = 256;
const RULE: &Rule = &rules::E1029;

/// Reports texts that name a parameter or a resource and would keep the name as it is.
pub(crate) fn forgotten(context: &Context<'_>) -> Findings {
    let mut findings = Findings::default();
    for (name, node) in context.document {
        look(context, node, &Place::Root.key(name), 0, &mut findings);
    }
    findings
}

fn look(context: &Context<'_>, node: &Node, place: &Place<'_>, depth: usize, findings: &mut Findings) {
    match node {
        Node::Object(object) if depth < DEEPEST => {
            for (key, value) in object {
                // A nested template, and an `Fn::Sub` of it, mean their own names.
                if key != Function::Sub.name() && key != "TemplateBody" {
                    look(context, value, &place.key(key), depth + 1, findings);
                }
            }
        }
        Node::Array(items) if depth < DEEPEST => {
            for (index, item) in items.iter().enumerate() {
                look(context, item, &place.index(index), depth + 1, findings);
            }
        }
        Node::String(text) if text.contains("${") => {
            if let Some(name) = functions::sub_names(text).find(|name| is_forgotten(context, name, place)) {
                let message = format!("`{}` has `${{{name}}}` outside of `Fn::Sub`", place.name());
                let help = "put the text into `Fn::Sub`, or write `${!...}` in one to mean the characters".to_owned();
                findings.push(Finding::new(RULE, place.to_path(), message).actual(format!("${{{name}}}")).help(help));
            }
        }
        _ => {}
    }
}

fn is_forgotten(context: &Context<'_>, name: &str, place: &Place<'_>) -> bool {
    if !name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"_:.".contains(&byte)) {
        return false;
    }
    let keys = place.keys();
    if let ["Resources", id, "Properties", definition @ ("Definition" | "DefinitionString"), ..] = keys.as_slice() {
        // A state machine has substitutions of its own.
        let properties = context.section("Resources").and_then(|resources| resources.get(*id)?.get("Properties"));
        let own = properties.and_then(|properties| properties.get("DefinitionSubstitutions")?.get(name));
        if own.is_some() {
            return false;
        }
        if *definition == "DefinitionString" {
            return true;
        }
    }
    context.is_named(name)
}
