//! Patterns and values as text.

use cfn_model::{Node, text::to_json_compact};

use super::matcher::Kind;

/// The longest value that stands on one line, in characters.
const LINE: usize = 80;

/// A value or a pattern as JSON, in which a matcher is the call that makes it. Short ones stand on one line.
pub(super) fn text(node: &Node) -> String {
    let mut text = String::new();
    write(&mut text, node, 0);
    text
}

fn write(text: &mut String, node: &Node, indent: usize) {
    let short = inline(node);
    if short.chars().count() <= LINE {
        text.push_str(&short);
        return;
    }
    let mut members = |open: &str, close: char, members: &mut dyn Iterator<Item = (String, &Node)>| {
        text.push_str(open);
        let mut separator = "\n";
        for (key, member) in members {
            text.push_str(separator);
            text.push_str(&" ".repeat(indent + 2));
            text.push_str(&key);
            write(text, member, indent + 2);
            separator = ",\n";
        }
        text.push('\n');
        text.push_str(&" ".repeat(indent));
        text.push(close);
    };
    let plain = |node| (String::new(), node);
    match (Kind::of(node), node) {
        (Some((kind, arguments)), _) => {
            members(&format!("{}(", kind.name()), ')', &mut arguments.iter().map(plain));
        }
        (None, Node::Array(items)) => members("[", ']', &mut items.iter().map(plain)),
        (None, Node::Object(object)) => {
            members("{", '}', &mut object.iter().map(|(key, value)| (format!("{}: ", quoted(key)), value)));
        }
        (None, _) => text.push_str(&short),
    }
}

fn inline(node: &Node) -> String {
    let all = |nodes: &[Node]| nodes.iter().map(inline).collect::<Vec<_>>().join(", ");
    match (Kind::of(node), node) {
        (Some((Kind::ArrayWith, members)), _) => format!("array_with([{}])", all(members)),
        (Some((kind, arguments)), _) => format!("{}({})", kind.name(), all(arguments)),
        (None, Node::Array(items)) => format!("[{}]", all(items)),
        (None, Node::Object(object)) => {
            let entries = object.iter().map(|(key, value)| format!("{}: {}", quoted(key), inline(value)));
            format!("{{{}}}", entries.collect::<Vec<_>>().join(", "))
        }
        (None, scalar) => to_json_compact(scalar),
    }
}

fn quoted(key: &str) -> String {
    to_json_compact(&Node::String(key.to_owned()))
}

#[cfg(test)]
mod tests {
    use cfn_model::IntoNode;
    use pretty_assertions::assert_eq;
    use serde_json::json;

    use super::super::matcher::{any_value, array_with, capture_matching, exact, starts_with};

    fn text(pattern: impl IntoNode) -> String {
        super::text(&pattern.into_node())
    }

    #[test]
    fn a_short_pattern_is_one_line() {
        assert_eq!(text(json!({"Fn::GetAtt": ["Dead", "Arn"]})), r#"{"Fn::GetAtt": ["Dead", "Arn"]}"#);
        assert_eq!(text(array_with(json!([1, any_value()]))), "array_with([1, any_value()])");
        assert_eq!(
            text(capture_matching("name", starts_with("a\n"))),
            r#"capture_matching("name", starts_with("a\n"))"#
        );
    }

    #[test]
    fn a_long_one_is_indented() {
        let long = "a".repeat(50);
        let expected =
            format!("exact(\n  {{\n    \"Name\": \"{long}\",\n    \"Tags\": [\"b\", null],\n    \"X\": {{}}\n  }}\n)");
        assert_eq!(text(exact(json!({"Name": long, "Tags": ["b", null], "X": {}}))), expected);
    }
}
