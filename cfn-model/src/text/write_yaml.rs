//! The writer of YAML.

use std::fmt::Write as _;

use super::{write_json::push_spaces, yaml::resolve};
use crate::{Node, Number};

/// YAML in block style with an indent of two spaces, functions in their long form.
///
/// A text stands without quotes only where every reader of YAML 1.1 and 1.2 sees that text; with
/// line breaks in it, it is a literal block where that says exactly the same.
pub fn to_yaml(node: &Node) -> String {
    let mut text = String::new();
    write(&mut text, node, Place { indent: 0, start: Start::Line });
    text
}

/// Where a value is about to be written.
#[derive(Clone, Copy)]
struct Place {
    /// The indent of the lines that the value may fill: deeper than that of what is around it.
    indent: usize,
    start: Start,
}

/// What stands before a value on its line.
#[derive(Clone, Copy, PartialEq)]
enum Start {
    /// Nothing: the value may begin with the line, its indent is written.
    Line,
    /// `key:`
    Key,
    /// `- ` or `? `, which count as indent.
    Dash,
}

/// Writes a value, to the end of its last line.
fn write(text: &mut String, node: &Node, place: Place) {
    match node {
        Node::Array(items) if !items.is_empty() => {
            for (index, item) in items.iter().enumerate() {
                begin(text, place, index);
                text.push_str("- ");
                write(text, item, Place { indent: place.indent + 2, start: Start::Dash });
            }
        }
        Node::Object(object) if !object.is_empty() => {
            for (index, (key, value)) in object.iter().enumerate() {
                begin(text, place, index);
                write_key(text, key, place.indent);
                write(text, value, Place { indent: place.indent + 2, start: Start::Key });
            }
        }
        scalar => {
            if place.start == Start::Key {
                text.push(' ');
            }
            write_scalar(text, scalar, place);
        }
    }
}

/// Begins the line of a member; the first one of a list in a list goes on behind the dash.
fn begin(text: &mut String, place: Place, index: usize) {
    if index == 0 && place.start == Start::Key {
        text.push('\n');
    }
    if index > 0 || place.start == Start::Key {
        push_spaces(text, place.indent);
    }
}

fn write_key(text: &mut String, key: &str, indent: usize) {
    /// YAML looks for the colon of a key within 1024 characters only. Escapes take up to ten.
    const LONGEST: usize = 100;
    let is_long = key.len() > LONGEST;
    if is_long {
        text.push_str("? ");
    }
    write_string(text, key);
    if is_long {
        text.push('\n');
        push_spaces(text, indent);
    }
    text.push(':');
}

fn write_scalar(text: &mut String, node: &Node, place: Place) {
    match node {
        Node::Null => text.push_str("null"),
        Node::Bool(bool) => text.push_str(if *bool { "true" } else { "false" }),
        Node::Number(Number::Int(int)) => write!(text, "{int}").expect("a String takes all text"),
        Node::Number(number @ Number::Decimal(decimal)) => {
            // To YAML 1.1, `1e3` is a text.
            if !matches!(resolve(decimal), Ok(Some(Node::Number(read))) if read == *number) {
                text.push_str("!!float ");
            }
            text.push_str(decimal);
        }
        Node::String(string) if can_be_block(string) => {
            // At the root, lines need an indent too.
            return write_block(text, string, place.indent.max(2));
        }
        Node::String(string) => write_string(text, string),
        Node::Array(_) => text.push_str("[]"),
        Node::Object(_) => text.push_str("{}"),
    }
    text.push('\n');
}

fn write_string(text: &mut String, string: &str) {
    if can_be_plain(string) { text.push_str(string) } else { write_quoted(text, string) }
}

/// Whether a text needs no quotes anywhere: it begins like a name, and holds nothing but what is
/// harmless in every place.
fn can_be_plain(string: &str) -> bool {
    /// What YAML 1.1 or 1.2 reads as something else.
    const WORDS: [&str; 9] = ["null", "true", "false", "yes", "no", "on", "off", "y", "n"];
    let is_harmless = |char: char| char.is_ascii_alphanumeric() || " _-./+@$()*=~^:;%&!?<>".contains(char);
    string.starts_with(|char: char| char.is_ascii_alphabetic() || matches!(char, '_' | '/' | '$'))
        && string.chars().all(is_harmless)
        && !string.ends_with([' ', ':'])
        && !string.contains(": ")
        && !WORDS.iter().any(|word| word.eq_ignore_ascii_case(string))
}

fn write_quoted(text: &mut String, string: &str) {
    text.push('"');
    for char in string.chars() {
        match char {
            '"' => text.push_str("\\\""),
            '\\' => text.push_str("\\\\"),
            '\n' => text.push_str("\\n"),
            '\r' => text.push_str("\\r"),
            '\t' => text.push_str("\\t"),
            char if is_printable(char) => text.push(char),
            char => match char as u32 {
                code @ 0..=0xff => write!(text, "\\x{code:02x}"),
                code @ 0..=0xffff => write!(text, "\\u{code:04x}"),
                code => write!(text, "\\U{code:08x}"),
            }
            .expect("a String takes all text"),
        }
    }
    text.push('"');
}

/// Whether a character may stand for itself. YAML 1.1 takes some for line breaks that 1.2 does not.
fn is_printable(char: char) -> bool {
    matches!(char, ' '..='~' | '\u{a0}'..='\u{fffd}' | '\u{10000}'..='\u{10ffff}')
        && !matches!(char, '\u{2028}' | '\u{2029}' | '\u{feff}')
}

/// Whether a literal block says exactly this text: one with line breaks, where the first line shows
/// the indent, and no line consists of white space or begins with a tab.
fn can_be_block(string: &str) -> bool {
    string.contains('\n')
        && !string.starts_with([' ', '\n'])
        && string.chars().all(|char| matches!(char, '\n' | '\t') || is_printable(char))
        && string.split('\n').all(|line| line.is_empty() || !(line.starts_with('\t') || line.trim().is_empty()))
}

fn write_block(text: &mut String, string: &str, indent: usize) {
    let body = string.trim_end_matches('\n');
    text.push_str(match string.len() - body.len() {
        0 => "|-",
        1 => "|",
        _ => "|+",
    });
    // What the header says of the last line break, the body leaves out.
    for line in string.strip_suffix('\n').unwrap_or(string).split('\n') {
        text.push('\n');
        if !line.is_empty() {
            push_spaces(text, indent);
            text.push_str(line);
        }
    }
    text.push('\n');
}
