//! Secrets that anybody who may look at the stack can read.

use cfn_model::{Finding, Function, Node};

use super::properties::Given;
use crate::{
    codes as rules,
    facts::{place::Place, text},
    found::Findings,
};

/// The names of properties that hold a secret, in whichever type.
const SECRETS: [&str; 9] = [
    "ADDomainJoinPassword",
    "AccountPassword",
    "AdminPassword",
    "CrossRealmTrustPrincipalPassword",
    "DbPassword",
    "KdcAdminPassword",
    "MasterUserPassword",
    "Password",
    "PasswordParam",
];

/// How deep secrets are looked for; the readers allow 128 levels.
const DEEPEST: usize = 256;

pub(super) fn check(given: &Given<'_>, place: &Place<'_>, findings: &mut Findings) {
    look(given, given.node, place, 0, findings);
}

fn look(given: &Given<'_>, node: &Node, place: &Place<'_>, depth: usize, findings: &mut Findings) {
    match node {
        Node::Object(object) if depth < DEEPEST => {
            for (key, value) in object {
                let place = place.key(key);
                if SECRETS.contains(&key.as_str()) {
                    secret(given, value, &place, findings);
                }
                look(given, value, &place, depth + 1, findings);
            }
        }
        Node::Array(items) if depth < DEEPEST => {
            for (index, item) in items.iter().enumerate() {
                look(given, item, &place.index(index), depth + 1, findings);
            }
        }
        _ => {}
    }
}

fn secret(given: &Given<'_>, node: &Node, place: &Place<'_>, findings: &mut Findings) {
    const HELP: &str = "take it from Secrets Manager: `{{resolve:secretsmanager:...}}`";
    let mut advise = |place: &Place<'_>, message: String, help: &str| {
        findings.push(Finding::new(&rules::W2501, place.to_path(), message).help(help.to_owned()));
    };
    match node {
        Node::String(text) if text.contains("{{resolve:ssm:") => {
            advise(place, format!("`{}` must come from a store that keeps secrets", place.name()), HELP);
        }
        Node::String(text) if text.contains("{{resolve:") => {}
        Node::String(_) => advise(place, format!("`{}` must not be written into the template", place.name()), HELP),
        Node::Object(object) if object.len() != 1 => {
            advise(place, format!("`{}` must be a text, got {}", place.name(), text::shown(node)), HELP);
        }
        Node::Object(_) => {
            let Some((Function::Ref, Node::String(name))) = Function::call(node) else { return };
            let Some(parameter) = given.context.section("Parameters").and_then(|all| all.get(name)) else { return };
            if matches!(parameter.get("NoEcho"), None | Some(Node::Bool(false) | Node::Null)) {
                let section = Place::Root.key("Parameters");
                let message = format!("parameter `{name}` is a secret, which the console shows");
                advise(&section.key(name), message, "add `NoEcho: true`");
            }
        }
        _ => {}
    }
}
