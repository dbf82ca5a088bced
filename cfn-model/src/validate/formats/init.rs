//! What `cfn-init` does with an instance: the key `AWS::CloudFormation::Init` of its metadata.

use crate::{
    Function, Node,
    validate::{
        Finding,
        place::Place,
        rules,
        schema::{self, is_no_value},
        suggest, text,
    },
};

const INIT: &str = "AWS::CloudFormation::Init";

/// How deep functions are followed into each other.
const DEEPEST: usize = 32;

/// What a value is.
#[derive(Clone, Copy)]
enum Shape {
    Anything,
    Text,
    Boolean,
    Encoding,
    /// A file's mode: six digits.
    Mode,
    Texts,
    TextOrObject,
    TextOrList,
    /// An object whose keys are names that somebody chose.
    Each(&'static Shape),
    /// An object with these keys; whether others can be there.
    Keys(&'static [(&'static str, Shape)], bool),
}

const COMMANDS: Shape = Shape::Each(&Shape::Keys(
    &[
        ("command", Shape::Text),
        ("cwd", Shape::Text),
        ("env", Shape::Each(&Shape::Text)),
        ("ignoreErrors", Shape::Text),
        ("test", Shape::Text),
        ("waitAfterCompletion", Shape::Text),
    ],
    false,
));
const FILES: Shape = Shape::Each(&Shape::Keys(
    &[
        ("authentication", Shape::Anything),
        ("content", Shape::TextOrObject),
        ("context", Shape::Anything),
        ("encoding", Shape::Encoding),
        ("group", Shape::Text),
        ("mode", Shape::Mode),
        ("owner", Shape::Text),
        ("source", Shape::Text),
    ],
    false,
));
const PACKAGE: Shape = Shape::Each(&Shape::TextOrList);
const PACKAGES: Shape = Shape::Keys(
    &[
        ("apt", PACKAGE),
        ("msi", PACKAGE),
        ("python", PACKAGE),
        ("rpm", PACKAGE),
        ("rubygems", PACKAGE),
        ("yum", PACKAGE),
        ("zypper", PACKAGE),
    ],
    false,
);
const SERVICE: Shape = Shape::Each(&Shape::Keys(
    &[
        ("commands", Shape::Texts),
        ("enabled", Shape::Boolean),
        ("ensureRunning", Shape::Boolean),
        ("files", Shape::Texts),
        ("packages", Shape::Each(&Shape::Texts)),
        ("sources", Shape::Texts),
    ],
    false,
));
const SERVICES: Shape = Shape::Keys(&[("systemd", SERVICE), ("sysvinit", SERVICE), ("windows", SERVICE)], false);
const USERS: Shape =
    Shape::Each(&Shape::Keys(&[("groups", Shape::Texts), ("homeDir", Shape::Text), ("uid", Shape::Text)], false));
/// A configuration: the keys that mean something.
const CONFIGURATION: Shape = Shape::Keys(
    &[
        ("commands", COMMANDS),
        ("files", FILES),
        ("groups", Shape::Each(&Shape::Keys(&[("gid", Shape::Text)], false))),
        ("packages", PACKAGES),
        ("services", SERVICES),
        ("sources", Shape::Each(&Shape::Text)),
        ("users", USERS),
    ],
    true,
);

/// Checks what the metadata of a resource say about `cfn-init`.
pub(super) fn check(id: &str, metadata: &Node) -> Vec<Finding> {
    let mut findings = Vec::new();
    if let Some(init) = metadata.get(INIT) {
        let section = Place::Root.key("Resources");
        let resource = section.key(id);
        let place = resource.key("Metadata");
        fits(Shape::Each(&CONFIGURATION), init, &place.key(INIT), 0, &mut findings);
    }
    findings
}

fn fits(shape: Shape, node: &Node, place: &Place<'_>, depth: usize, findings: &mut Vec<Finding>) {
    if depth > DEEPEST || is_no_value(node) {
        return;
    }
    if let Some((_, branches)) = schema::if_arguments(node) {
        let function = place.key(Function::If.name());
        for (position, branch) in branches.into_iter().enumerate() {
            fits(shape, branch, &function.index(position + 1), depth + 1, findings);
        }
        return;
    }
    if Function::call(node).is_some() || matches!(node, Node::Null) {
        return;
    }
    let scalar = text::scalar(node);
    let expected = match (shape, node) {
        (Shape::Anything, _) => return,
        (Shape::TextOrObject | Shape::Each(_) | Shape::Keys(..), Node::Object(object)) => {
            for (key, value) in object.iter().filter(|(key, _)| !key.starts_with("Fn::")) {
                let place = place.key(key);
                match shape {
                    Shape::Each(inner) => fits(*inner, value, &place, depth + 1, findings),
                    Shape::Keys(known, is_open) => match known.iter().find(|(name, _)| name == key) {
                        Some((_, inner)) => fits(*inner, value, &place, depth + 1, findings),
                        None if is_open => {}
                        None => {
                            let message = format!("`{}` means nothing to `cfn-init` here", text::shortened(key));
                            let help = suggest::did_you_mean(key, known.iter().map(|(name, _)| *name));
                            findings.push(Finding::new(&rules::E3009, place.to_path(), message).actual(key).help(help));
                        }
                    },
                    _ => {}
                }
            }
            return;
        }
        (Shape::Texts, Node::Array(items)) => {
            for (index, item) in items.iter().enumerate() {
                fits(Shape::Text, item, &place.index(index), depth + 1, findings);
            }
            return;
        }
        (Shape::TextOrList, Node::Array(_)) => return,
        (Shape::Mode, Node::String(mode)) if mode.chars().count() != 6 => "six digits, such as `000644`",
        (Shape::Encoding, _) if scalar.is_some() => match scalar.as_deref() {
            Some("plain" | "base64") => return,
            _ => "`plain` or `base64`",
        },
        (Shape::Boolean, Node::Bool(_)) => return,
        (Shape::Boolean, Node::String(text)) if text.eq_ignore_ascii_case("true") => return,
        (Shape::Boolean, Node::String(text)) if text.eq_ignore_ascii_case("false") => return,
        (Shape::Text | Shape::Mode | Shape::TextOrObject | Shape::TextOrList, _) if scalar.is_some() => return,
        (Shape::Each(_) | Shape::Keys(..), _) => "an object",
        (Shape::Text | Shape::Mode | Shape::Encoding, _) => "a string",
        (Shape::Boolean, _) => "a boolean",
        (Shape::Texts, _) => "a list",
        (Shape::TextOrObject, _) => "a string or an object",
        (Shape::TextOrList, _) => "a string or a list",
    };
    let message = format!("`{}` must be {expected}, got {}", place.name(), text::shown(node));
    findings.push(Finding::new(&rules::E3009, place.to_path(), message).expected(expected));
}
