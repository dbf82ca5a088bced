//! Tags that AWS refuses.

use std::collections::HashSet;

use cfn_model::{Finding, Function, Node, Segment, Severity};

use crate::{
    facts::{
        context::Context,
        text,
        values::{Step, Value},
    },
    rules::{
        definition::{On, Reporter},
        functions::{self, Kind},
        values::Look,
    },
};

rule! {
    /// A tag has a key of 1 to 128 characters, which is given once and does not begin with `aws:`, the prefix of AWS's
    /// own tags. A value has at most 256 characters. A mistake in a function within a tag is reported under the rule of
    /// the function, with this one as a cause.
    ///
    /// ## Mistake
    ///
    /// ```yaml
    /// Resources:
    ///   Jobs:
    ///     Type: AWS::SQS::Queue
    ///     Properties:
    ///       Tags:
    ///         - Key: team
    ///           Value: shop
    ///         - Key: team
    ///           Value: mail
    /// ```
    ///
    /// ## Fix
    ///
    /// ```yaml
    /// Resources:
    ///   Jobs:
    ///     Type: AWS::SQS::Queue
    ///     Properties:
    ///       Tags:
    ///         - Key: team
    ///           Value: shop
    ///         - Key: channel
    ///           Value: mail
    /// ```
    E3024: error "invalid tag",
    on: On::Resource(&[], check),
}

/// The property. Types that call it something else have rules of their own.
const TAGS: &str = "Tags";
const LONGEST_KEY: usize = 128;
const LONGEST_VALUE: usize = 256;

/// Whether the resources of a type have tags.
fn are_in(context: &Context<'_>, kind: &str) -> bool {
    context.resource_type(kind).is_some_and(|known| known.tag_property() == Some(TAGS))
}

fn check(look: &Look<'_, '_>, report: &mut Reporter<'_>) {
    let has_tags = look.resource.get("Properties").is_some_and(|properties| properties.get(TAGS).is_some());
    if !has_tags || !are_in(look.context, look.kind) {
        return;
    }
    for tags in look.get(TAGS) {
        match tags.node {
            Some(Node::Array(items)) => list(look, report, &tags, items),
            Some(Node::Object(object)) if !tags.is_call() => {
                for (name, value) in object {
                    let value = below(&tags, Step::Key(name), value);
                    if is_no_key(name) {
                        key_fails(look, report, &value, name);
                    }
                    long(look, report, &value, "", LONGEST_VALUE);
                }
            }
            Some(call @ Node::Object(_)) if gives_text(look.context, call) => {
                let message = format!("`{TAGS}` must be a list or an object, got {}", text::shown(call));
                report.at(look.path(&tags.steps), message);
            }
            Some(Node::Null | Node::Object(_)) | None => {}
            Some(other) => {
                let message = format!("`{TAGS}` must be a list or an object, got {}", text::shown(other));
                report.at(look.path(&tags.steps), message);
            }
        }
    }
}

/// Whether a function gives one value, which cannot be a list of tags.
fn gives_text(context: &Context<'_>, call: &Node) -> bool {
    let Some((function, argument)) = Function::call(call) else { return false };
    let is_there =
        !matches!(function, Function::Length | Function::ToJsonString) || context.transforms.language_extensions;
    is_there && functions::result(context, function, argument) == Kind::Scalar
}

fn list<'d>(look: &Look<'_, 'd>, report: &mut Reporter<'_>, tags: &Value<'d>, items: &'d [Node]) {
    let mut seen = HashSet::new();
    let keys = items.iter().filter_map(|item| item.get("Key")).map(|key| (key, text::canonical(key)));
    if let Some((twice, _)) = { keys }.find(|(_, key)| !seen.insert(key.clone())) {
        let shown = text::shown(twice);
        let message = format!("`{TAGS}` must have different keys, got {shown} twice");
        report.at(look.path(&tags.steps), message).actual(shown);
    }
    for (index, item) in items.iter().enumerate() {
        let item = below(tags, Step::Index(index), item);
        let mut lacks_key = false;
        for tag in look.below(&item, "") {
            match tag.node {
                None | Some(Node::Null) => {}
                Some(Node::Object(_)) if tag.is_call() => lacks_key = true,
                Some(Node::Object(_)) => {
                    for key in look.below(&tag, "Key") {
                        match key.node.and_then(text::scalar) {
                            Some(text) if is_no_key(&text) && !text.contains("{{") => {
                                key_fails(look, report, &key, &text);
                            }
                            _ => lacks_key |= matches!(key.node, None | Some(Node::Null)),
                        }
                    }
                    long(look, report, &tag, "Key", LONGEST_KEY);
                    long(look, report, &tag, "Value", LONGEST_VALUE);
                }
                Some(other) => {
                    let message = format!("a tag must be an object, got {}", text::shown(other));
                    report.at(look.path(&tag.steps), message);
                }
            }
        }
        if lacks_key {
            report.at(look.path(&item.steps), "a tag needs the property `Key`").help("add `Key`");
        }
    }
}

/// Reports the strings at a path that are too long.
fn long<'d>(look: &Look<'_, 'd>, report: &mut Reporter<'_>, value: &Value<'d>, path: &'d str, most: usize) {
    for value in look.below(value, path) {
        let Some(given) = value.text().filter(|text| text.len() > most && !text.contains("{{")) else { continue };
        let count = given.chars().count();
        if count > most {
            let message = format!("a {} must have at most {most} characters, got {count}", words(path));
            report.at(look.path(&value.steps), message);
        }
    }
}

fn words(path: &str) -> &'static str {
    if path == "Key" { "tag's key" } else { "tag's value" }
}

/// Whether a string cannot be a key: it is empty, of several lines, or reserved for AWS.
fn is_no_key(key: &str) -> bool {
    let line = key.strip_suffix('\n').unwrap_or(key);
    line.is_empty() || line.contains('\n') || line.starts_with("aws:")
}

fn key_fails(look: &Look<'_, '_>, report: &mut Reporter<'_>, at: &Value<'_>, key: &str) {
    let rule = if key.starts_with("aws:") {
        "not begin with `aws:`, which is reserved for AWS"
    } else {
        "be one line, and not empty"
    };
    let message = format!("tag `{}` must {rule}", text::shortened(key));
    report.at(look.path(&at.steps), message).actual(key);
}

fn below<'d>(value: &Value<'d>, step: Step<'d>, node: &'d Node) -> Value<'d> {
    Value { node: Some(node), steps: [&value.steps[..], &[step]].concat(), facts: value.facts.clone() }
}

/// Findings about functions within tags, reported as mistakes of the tags too.
pub(crate) fn broken_by(context: &Context<'_>, found: &[Finding]) -> Vec<Finding> {
    let is_in_tags = |finding: &&Finding| {
        let [Segment::Key(section), Segment::Key(id), Segment::Key(properties), Segment::Key(tags), ..] =
            finding.path.0.as_slice()
        else {
            return false;
        };
        finding.rule.severity == Severity::Error
            && finding.rule.code.starts_with("E10")
            && (section.as_str(), properties.as_str(), tags.as_str()) == ("Resources", "Properties", TAGS)
            && context.resource(id).is_some_and(|kind| are_in(context, kind))
    };
    let echo = |finding: &Finding| {
        let message = format!("invalid tag: {}", finding.message);
        Finding { rule: &RULE.rule, message, causes: Vec::new(), ..finding.clone() }
    };
    found.iter().filter(is_in_tags).map(echo).collect()
}

#[cfg(test)]
mod tests {
    use super::RULE;
    use crate::testing::check;

    #[test]
    fn cases() {
        let queue = |tags: &str| format!("Resources: {{Q: {{Type: AWS::SQS::Queue, Properties: {{Tags: {tags}}}}}}}\n");
        check(&RULE, &queue("[{Key: a, Value: b}, {Key: b, Value: b}, !Ref AWS::NoValue]"), &[]);
        let twice = "`Tags` must have different keys, got \"a\" twice";
        check(&RULE, &queue("[{Key: a, Value: b}, {Key: a, Value: c}]"), &[("Resources/Q/Properties/Tags", twice)]);
        let place = "Resources/Q/Properties/Tags/0/Key";
        let reserved = "tag `aws:a` must not begin with `aws:`, which is reserved for AWS";
        check(&RULE, &queue("[{Key: 'aws:a', Value: b}]"), &[(place, reserved)]);
        let empty = "tag `` must be one line, and not empty";
        check(&RULE, &queue("[{Key: '', Value: b}]"), &[(place, empty)]);
        let long = "a tag's key must have at most 128 characters, got 129";
        check(&RULE, &queue(&format!("[{{Key: {}, Value: b}}]", "a".repeat(129))), &[(place, long)]);
        let without = "a tag needs the property `Key`";
        check(&RULE, &queue("[{Value: b}]"), &[("Resources/Q/Properties/Tags/0", without)]);
    }
}
