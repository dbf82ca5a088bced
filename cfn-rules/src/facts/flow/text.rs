//! Texts that are put together of literals and references: ARNs, names and addresses of queues.

use std::borrow::Cow;

use cfn_model::{Function, Node, Object};

use crate::facts::text::scalar;

/// How deep functions are followed into each other.
const DEEPEST: usize = 16;

/// A piece of a text.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Part<'d> {
    Literal(Cow<'d, str>),
    /// What `Ref` gives: a parameter, a pseudo parameter or a resource.
    Name(&'d str),
    /// An attribute of a resource.
    Attribute(&'d str, &'d str),
    Unknown,
}

/// A text in pieces. Neighbouring literals are one piece.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Text<'d>(pub(crate) Vec<Part<'d>>);

impl<'d> Text<'d> {
    /// The text that a value will be.
    pub(crate) fn of(node: &'d Node) -> Text<'d> {
        let mut text = Text::default();
        text.read(node, 0);
        text
    }

    /// The whole text, if it is a literal.
    pub(crate) fn literal(&self) -> Option<&str> {
        match self.0.as_slice() {
            [] => Some(""),
            [Part::Literal(only)] => Some(only),
            _ => None,
        }
    }

    /// What stands behind the last `:` or `/` of the literals; the whole text where there is none.
    pub(crate) fn last_segment(&self) -> Text<'d> {
        let found = self.0.iter().enumerate().rev().find_map(|(index, part)| match part {
            Part::Literal(text) => text.rfind([':', '/']).map(|at| (index, at + 1)),
            _ => None,
        });
        let Some((index, at)) = found else { return self.clone() };
        let mut segment = Text::default();
        if let Part::Literal(text) = &self.0[index] {
            segment.push(match text {
                Cow::Borrowed(text) => Cow::Borrowed(&text[at..]),
                Cow::Owned(text) => Cow::Owned(text[at..].to_owned()),
            });
        }
        segment.0.extend_from_slice(&self.0[index + 1..]);
        segment
    }

    /// The text that a piece of this one is, where the piece is as [`Display`](std::fmt::Display) shows it.
    pub(crate) fn part(&self, shown: &str) -> Text<'d> {
        let mut part = Text::default();
        let mut rest = shown;
        while let Some(start) = rest.find("${") {
            part.push(Cow::Owned(rest[..start].to_owned()));
            let end = rest[start..].find('}').map_or(rest.len(), |end| start + end + 1);
            let is_it = |known: &&Part<'d>| match known {
                Part::Name(name) => rest[start..end] == format!("${{{name}}}"),
                Part::Attribute(id, attribute) => rest[start..end] == format!("${{{id}.{attribute}}}"),
                _ => false,
            };
            part.0.push(self.0.iter().find(is_it).cloned().unwrap_or(Part::Unknown));
            rest = &rest[end..];
        }
        part.push(Cow::Owned(rest.to_owned()));
        part
    }

    /// Whether two texts are the same; `None` where that depends on what nobody knows yet.
    pub(crate) fn same(&self, other: &Text<'_>) -> Option<bool> {
        if self.0.len() == other.0.len() && self.0.iter().zip(&other.0).all(|(left, right)| left == right) {
            return (!self.0.contains(&Part::Unknown)).then_some(true);
        }
        if let (Some(left), Some(right)) = (self.literal(), other.literal()) {
            return Some(left == right);
        }
        let (left, right) = (self.first(), other.first());
        let starts = left.starts_with(right) || right.starts_with(left);
        let (left, right) = (self.last(), other.last());
        let ends = left.ends_with(right) || right.ends_with(left);
        if starts && ends { None } else { Some(false) }
    }

    /// The service of an ARN, `sqs` of `arn:${AWS::Partition}:sqs:...`; `None` where it is none, or not known.
    pub(crate) fn service(&self) -> Option<&str> {
        // What is no literal is one part of the ARN, and has no colon.
        let mut colons = 0;
        for part in &self.0 {
            let Part::Literal(text) = part else { continue };
            if colons == 0 && !text.starts_with("arn:") {
                return None;
            }
            let mut rest: &str = text;
            while let Some((before, after)) = rest.split_once(':') {
                if colons == 2 {
                    return Some(before).filter(|service| !service.is_empty());
                }
                colons += 1;
                rest = after;
            }
        }
        None
    }

    /// The literal at the beginning.
    pub(crate) fn first(&self) -> &str {
        if let Some(Part::Literal(text)) = self.0.first() { text } else { "" }
    }

    /// The literal at the end.
    pub(crate) fn last(&self) -> &str {
        if let Some(Part::Literal(text)) = self.0.last() { text } else { "" }
    }

    pub(crate) fn push(&mut self, more: Cow<'d, str>) {
        match self.0.last_mut() {
            _ if more.is_empty() => {}
            Some(Part::Literal(text)) => text.to_mut().push_str(&more),
            _ => self.0.push(Part::Literal(more)),
        }
    }

    fn read(&mut self, node: &'d Node, depth: usize) {
        if let Some(text) = scalar(node) {
            return self.push(text);
        }
        match Function::call(node).filter(|_| depth < DEEPEST) {
            Some((Function::Ref, Node::String(name))) => self.0.push(Part::Name(name)),
            Some((Function::GetAtt, Node::String(name))) => self.name(name),
            Some((Function::GetAtt, Node::Array(parts))) => match parts.as_slice() {
                [Node::String(id), Node::String(attribute)] => self.0.push(Part::Attribute(id, attribute)),
                _ => self.0.push(Part::Unknown),
            },
            Some((Function::Sub, Node::String(text))) => self.substitute(text, None, depth),
            Some((Function::Sub, Node::Array(parts))) => match parts.as_slice() {
                [Node::String(text), Node::Object(variables)] => self.substitute(text, Some(variables), depth),
                _ => self.0.push(Part::Unknown),
            },
            Some((Function::Join, Node::Array(parts))) => match parts.as_slice() {
                [Node::String(between), Node::Array(items)] => {
                    for (index, item) in items.iter().enumerate() {
                        if index > 0 {
                            self.push(Cow::Borrowed(between));
                        }
                        self.read(item, depth + 1);
                    }
                }
                _ => self.0.push(Part::Unknown),
            },
            _ => self.0.push(Part::Unknown),
        }
    }

    /// `Name` or `Resource.Attribute`.
    fn name(&mut self, name: &'d str) {
        self.0.push(match name.split_once('.') {
            Some((id, attribute)) => Part::Attribute(id, attribute),
            None => Part::Name(name),
        });
    }

    fn substitute(&mut self, text: &'d str, variables: Option<&'d Object>, depth: usize) {
        let mut rest = text;
        while let Some(start) = rest.find("${") {
            self.push(Cow::Borrowed(&rest[..start]));
            let inside = &rest[start + 2..];
            let Some(end) = inside.find('}') else {
                return self.push(Cow::Borrowed(&rest[start..]));
            };
            let name = inside[..end].trim();
            rest = &inside[end + 1..];
            match (variables.and_then(|variables| variables.get(name)), name.strip_prefix('!')) {
                (Some(value), _) => self.read(value, depth + 1),
                (None, Some(literal)) => self.push(Cow::Owned(format!("${{{literal}}}"))),
                (None, None) => self.name(name),
            }
        }
        self.push(Cow::Borrowed(rest));
    }
}

impl std::fmt::Display for Text<'_> {
    /// As it would be written in `Fn::Sub`.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.iter().try_for_each(|part| match part {
            Part::Literal(text) => f.write_str(text),
            Part::Name(name) => write!(f, "${{{name}}}"),
            Part::Attribute(id, attribute) => write!(f, "${{{id}.{attribute}}}"),
            Part::Unknown => f.write_str("..."),
        })
    }
}

/// Whether a pattern of IAM, in which `*` stands for any characters and `?` for one, fits a text. Case does not count.
pub(crate) fn fits(pattern: &str, text: &str) -> bool {
    let (pattern, text) = (pattern.as_bytes(), text.as_bytes());
    let (mut p, mut t) = (0, 0);
    let mut star: Option<(usize, usize)> = None;
    while t < text.len() {
        if p < pattern.len() && pattern[p] == b'*' {
            star = Some((p, t));
            p += 1;
        } else if p < pattern.len() && (pattern[p] == b'?' || pattern[p].eq_ignore_ascii_case(&text[t])) {
            (p, t) = (p + 1, t + 1);
        } else if let Some((at, from)) = star {
            star = Some((at, from + 1));
            (p, t) = (at + 1, from + 1);
        } else {
            return false;
        }
    }
    pattern[p..].iter().all(|byte| *byte == b'*')
}

#[cfg(test)]
mod tests {
    use pretty_assertions::assert_eq;

    use super::*;
    use cfn_model::IntoNode;

    #[test]
    fn texts_are_put_together() {
        for (node, shown, segment) in [
            (serde_json::json!("arn:aws:sqs:eu-west-1:1:jobs"), "arn:aws:sqs:eu-west-1:1:jobs", "jobs"),
            (
                serde_json::json!({"Fn::Sub": "arn:aws:sqs:${AWS::Region}:1:${Q.QueueName}"}),
                "arn:aws:sqs:${AWS::Region}:1:${Q.QueueName}",
                "${Q.QueueName}",
            ),
            (
                serde_json::json!({"Fn::Join": [":", ["arn:aws:sqs", {"Ref": "AWS::Region"}, "1", "a-b"]]}),
                "arn:aws:sqs:${AWS::Region}:1:a-b",
                "a-b",
            ),
            (
                serde_json::json!({"Fn::Sub": ["${A}-${B}", {"A": "x", "B": {"Fn::ImportValue": "y"}}]}),
                "x-...",
                "x-...",
            ),
            (serde_json::json!({"Fn::GetAtt": ["Q", "Arn"]}), "${Q.Arn}", "${Q.Arn}"),
        ] {
            let node = node.into_node();
            let text = Text::of(&node);
            assert_eq!((text.to_string().as_str(), text.last_segment().to_string().as_str()), (shown, segment));
        }
    }

    #[test]
    fn pieces_of_a_text() {
        let node =
            serde_json::json!({"Fn::Sub": "{\"arn\": \"${Q.Arn}\", \"name\": \"a-${AWS::Region}\"}"}).into_node();
        let text = Text::of(&node);
        for (shown, expected) in [
            ("${Q.Arn}", vec![Part::Attribute("Q", "Arn")]),
            ("a-${AWS::Region}", vec![Part::Literal("a-".into()), Part::Name("AWS::Region")]),
            ("${Other}", vec![Part::Unknown]),
            ("plain", vec![Part::Literal("plain".into())]),
        ] {
            assert_eq!(text.part(shown).0, expected, "{shown}");
        }
    }

    #[test]
    fn services_of_arns() {
        for (text, expected) in [
            ("arn:aws:sqs:eu-west-1:1:jobs", Some("sqs")),
            ("arn:${AWS::Partition}:s3:::jobs", Some("s3")),
            ("arn:${AWS::Partition}:${Service}:a:b:jobs", None),
            ("https://sqs.eu-west-1.amazonaws.com/1/jobs", None),
            ("${Q.Arn}", None),
            ("jobs", None),
        ] {
            let node = serde_json::json!({"Fn::Sub": text}).into_node();
            assert_eq!(Text::of(&node).service(), expected, "{text}");
        }
    }

    #[test]
    fn sameness_has_three_values() {
        let sub = |text: &str| serde_json::json!({"Fn::Sub": text}).into_node();
        for (left, right, expected) in [
            ("jobs", "jobs", Some(true)),
            ("jobs", "job", Some(false)),
            ("${Stage}-jobs", "${Stage}-jobs", Some(true)),
            ("${Stage}-jobs", "prod-jobs", None),
            ("${Stage}-jobs", "prod-mail", Some(false)),
            ("jobs-${Stage}", "mail-prod", Some(false)),
        ] {
            let (a, b) = (sub(left), sub(right));
            assert_eq!(Text::of(&a).same(&Text::of(&b)), expected, "{left} {right}");
        }
    }

    #[test]
    fn wildcards_of_iam() {
        for (pattern, text, expected) in [
            ("*", "sqs:SendMessage", true),
            ("sqs:Send*", "sqs:SendMessage", true),
            ("SQS:sendmessage", "sqs:SendMessage", true),
            ("sqs:Receive*", "sqs:SendMessage", false),
            ("jobs-?", "jobs-1", true),
            ("*-jobs*x", "a-jobs-b", false),
        ] {
            assert_eq!(fits(pattern, text), expected, "{pattern} {text}");
        }
    }
}
