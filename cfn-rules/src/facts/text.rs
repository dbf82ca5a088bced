//! Values as text, the way CloudFormation compares them.

use std::{borrow::Cow, fmt::Write as _};

use cfn_model::{Node, Number};

/// The text of a string, a number or a boolean: CloudFormation makes no difference between `900` and `"900"`.
pub(crate) fn scalar(node: &Node) -> Option<Cow<'_, str>> {
    match node {
        Node::String(text) => Some(Cow::Borrowed(text)),
        Node::Bool(value) => Some(Cow::Borrowed(if *value { "true" } else { "false" })),
        Node::Number(Number::Int(int)) => Some(Cow::Owned(int.to_string())),
        Node::Number(Number::Decimal(text)) => Some(Cow::Borrowed(text)),
        Node::Null | Node::Array(_) | Node::Object(_) => None,
    }
}

/// A text that two values share only when they are equal; the order of keys does not matter.
pub(crate) fn canonical(node: &Node) -> String {
    let mut out = String::new();
    write(&mut out, node);
    out
}

fn write(out: &mut String, node: &Node) {
    match node {
        Node::Null => out.push_str("null"),
        Node::Array(items) => {
            out.push('[');
            for item in items {
                write(out, item);
                out.push(',');
            }
            out.push(']');
        }
        Node::Object(object) => {
            let entries = cfn_model::sorted(object.iter().collect(), &|left, right| left.0.cmp(right.0));
            out.push('{');
            for (key, value) in entries {
                let _ = write!(out, "{key:?}:");
                write(out, value);
                out.push(',');
            }
            out.push('}');
        }
        other => {
            let _ = write!(out, "{:?}", scalar(other).unwrap_or_default());
        }
    }
}

/// The value as it goes into a message: short, and recognisable.
pub(crate) fn shown(node: &Node) -> String {
    match node {
        Node::Null => "null".to_owned(),
        Node::String(text) => format!("\"{}\"", shortened(text)),
        Node::Array(items) => match items.len() {
            1 => "a list of 1 item".to_owned(),
            count => format!("a list of {count} items"),
        },
        Node::Object(object) => match cfn_model::Function::call(node) {
            Some((function, _)) => format!("`{}`", function.name()),
            None if object.is_empty() => "an empty object".to_owned(),
            None => {
                let keys: Vec<_> = object.keys().take(4).map(|key| format!("`{}`", shortened(key))).collect();
                let more = if object.len() > 4 { ", ..." } else { "" };
                format!("an object with {}{more}", keys.join(", "))
            }
        },
        scalar_node => shortened(&scalar(scalar_node).unwrap_or_default()).into_owned(),
    }
}

/// At most 60 characters of a text.
pub(crate) fn shortened(text: &str) -> Cow<'_, str> {
    match text.char_indices().nth(60) {
        Some((end, _)) => Cow::Owned(format!("{}...", &text[..end])),
        None => Cow::Borrowed(text),
    }
}

/// Names in a row: "`A`, `B` or `C`".
pub(crate) fn listed<'a>(names: impl IntoIterator<Item = &'a str>, last: &str) -> String {
    let mut all = names.into_iter();
    let mut names: Vec<String> = all.by_ref().take(12).map(|name| format!("`{}`", shortened(name))).collect();
    let rest = all.count();
    if rest > 0 {
        let more = rest + names.len() - 10;
        names.truncate(10);
        return format!("{} {last} {more} more", names.join(", "));
    }
    match names.pop() {
        Some(end) if !names.is_empty() => format!("{} {last} {end}", names.join(", ")),
        Some(only) => only,
        None => String::new(),
    }
}

/// Whether a domain is another one, or below it.
pub(crate) fn is_within_domain(domain: &str, parent: &str) -> bool {
    domain.strip_suffix(parent).is_some_and(|rest| rest.is_empty() || rest.ends_with('.'))
}

/// Whether CloudFormation reads a string as a boolean.
pub(crate) fn is_boolean(text: &str) -> bool {
    matches!(text, "true" | "True" | "TRUE" | "false" | "False" | "FALSE")
}
