//! The writer of JSON.

use std::fmt::Write as _;

use crate::Node;

/// JSON with an indent of two spaces and a line break at its end.
///
/// Empty lists and objects stand on one line, characters stand for themselves unless JSON wants
/// them escaped.
pub fn to_json(node: &Node) -> String {
    let mut text = String::new();
    write(&mut text, node, Some(0));
    text.push('\n');
    text
}

/// JSON without any white space.
pub fn to_json_compact(node: &Node) -> String {
    let mut text = String::new();
    write(&mut text, node, None);
    text
}

/// Writes a value; `indent` is that of the line, or `None` where all is on one line.
fn write(text: &mut String, node: &Node, indent: Option<usize>) {
    match node {
        Node::Null => text.push_str("null"),
        Node::Bool(bool) => text.push_str(if *bool { "true" } else { "false" }),
        Node::Number(number) => write!(text, "{number}").expect("a String takes all text"),
        Node::String(string) => write_string(text, string),
        Node::Array(items) => {
            write_members(text, indent, ['[', ']'], items, write);
        }
        Node::Object(object) => write_members(text, indent, ['{', '}'], object, |text, (key, value), indent| {
            write_string(text, key);
            text.push_str(if indent.is_some() { ": " } else { ":" });
            write(text, value, indent);
        }),
    }
}

fn write_members<T>(
    text: &mut String,
    indent: Option<usize>,
    [open, close]: [char; 2],
    members: impl IntoIterator<Item = T>,
    mut write_member: impl FnMut(&mut String, T, Option<usize>),
) {
    text.push(open);
    let inner = indent.map(|indent| indent + 2);
    let mut is_empty = true;
    for member in members {
        if !is_empty {
            text.push(',');
        }
        is_empty = false;
        break_line(text, inner);
        write_member(text, member, inner);
    }
    if !is_empty {
        break_line(text, indent);
    }
    text.push(close);
}

fn break_line(text: &mut String, indent: Option<usize>) {
    if let Some(indent) = indent {
        text.push('\n');
        push_spaces(text, indent);
    }
}

/// Writes an indent.
pub(super) fn push_spaces(text: &mut String, mut count: usize) {
    const SPACES: &str = "                                ";
    while count > SPACES.len() {
        text.push_str(SPACES);
        count -= SPACES.len();
    }
    text.push_str(&SPACES[..count]);
}

fn write_string(text: &mut String, string: &str) {
    text.push('"');
    let mut rest = string;
    while let Some(place) = rest.bytes().position(|byte| matches!(byte, b'"' | b'\\' | 0..0x20)) {
        text.push_str(&rest[..place]);
        match rest.as_bytes()[place] {
            b'"' => text.push_str("\\\""),
            b'\\' => text.push_str("\\\\"),
            b'\n' => text.push_str("\\n"),
            b'\r' => text.push_str("\\r"),
            b'\t' => text.push_str("\\t"),
            0x8 => text.push_str("\\b"),
            0xc => text.push_str("\\f"),
            byte => write!(text, "\\u{byte:04x}").expect("a String takes all text"),
        }
        rest = &rest[place + 1..];
    }
    text.push_str(rest);
    text.push('"');
}
