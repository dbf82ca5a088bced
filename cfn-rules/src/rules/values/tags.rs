//! Tags: each has a key, keys are different and not AWS's own, and nothing is too long.

use std::collections::HashSet;

use cfn_model::{Finding, Function, Node, Segment, Severity};

use super::check::Look;
use crate::{
    codes as rules,
    facts::{
        context::Context,
        text,
        value::{self, Step, Value},
    },
    rules::functions::{self, Kind},
};

/// The property. Types that call it something else have rules of their own.
const TAGS: &str = "Tags";
const LONGEST_KEY: usize = 128;
const LONGEST_VALUE: usize = 256;

/// Whether the resources of a type have tags.
pub(crate) fn are_in(kind: &str) -> bool {
    cfn_schema::resource_type(kind).is_some_and(|known| known.tag_property() == Some(TAGS))
}

/// Checks the tags of a resource.
pub(crate) fn check(look: &mut Look<'_, '_>) {
    for tags in look.get(TAGS) {
        match tags.node {
            Some(Node::Array(items)) => list(look, &tags, items),
            Some(Node::Object(object)) if !tags.is_call() => {
                for (name, value) in object {
                    let value = below(&tags, Step::Key(name), value);
                    if is_no_key(name) {
                        key_fails(look, &value, name);
                    }
                    long(look, &value, "", LONGEST_VALUE);
                }
            }
            Some(call @ Node::Object(_)) if gives_text(look.context, call) => {
                let message = format!("`{TAGS}` must be a list or an object, got {}", text::shown(call));
                look.fail(&rules::E3024, &tags.steps, message);
            }
            Some(Node::Null | Node::Object(_)) | None => {}
            Some(other) => {
                let message = format!("`{TAGS}` must be a list or an object, got {}", text::shown(other));
                look.fail(&rules::E3024, &tags.steps, message);
            }
        }
    }
}

/// Whether a function gives one value, which no list of tags is.
fn gives_text(context: &Context<'_>, call: &Node) -> bool {
    let Some((function, argument)) = Function::call(call) else { return false };
    let is_there =
        !matches!(function, Function::Length | Function::ToJsonString) || context.transforms.language_extensions;
    is_there && functions::result(context, function, argument) == Kind::Scalar
}

fn list<'d>(look: &mut Look<'_, 'd>, tags: &Value<'d>, items: &'d [Node]) {
    let mut seen = HashSet::new();
    let keys = items.iter().filter_map(|item| item.get("Key")).map(|key| (key, text::canonical(key)));
    if let Some((twice, _)) = { keys }.find(|(_, key)| !seen.insert(key.clone())) {
        let shown = text::shown(twice);
        let message = format!("`{TAGS}` must have different keys, got {shown} twice");
        look.fail(&rules::E3024, &tags.steps, message).actual = Some(shown);
    }
    for (index, item) in items.iter().enumerate() {
        let item = below(tags, Step::Index(index), item);
        // Nobody knows what comes of a condition that does not exist.
        let mut lacks_key = item
            .node
            .and_then(value::if_arguments)
            .is_some_and(|(condition, _)| look.context.conditions.id(condition).is_none());
        for tag in look.below(&item, "") {
            match tag.node {
                None | Some(Node::Null) => {}
                Some(Node::Object(_)) if tag.is_call() => lacks_key = true,
                Some(Node::Object(_)) => {
                    for key in look.below(&tag, "Key") {
                        match key.node.and_then(text::scalar) {
                            Some(text) if is_no_key(&text) && !text.contains("{{") => key_fails(look, &key, &text),
                            _ => lacks_key |= matches!(key.node, None | Some(Node::Null)),
                        }
                    }
                    long(look, &tag, "Key", LONGEST_KEY);
                    long(look, &tag, "Value", LONGEST_VALUE);
                }
                Some(other) => {
                    let message = format!("a tag must be an object, got {}", text::shown(other));
                    look.fail(&rules::E3024, &tag.steps, message);
                }
            }
        }
        if lacks_key {
            look.fail(&rules::E3024, &item.steps, "a tag needs the property `Key`").help = Some("add `Key`".to_owned());
        }
    }
}

/// Reports the texts at a path that are too long.
fn long<'d>(look: &mut Look<'_, 'd>, value: &Value<'d>, path: &'d str, most: usize) {
    for value in look.below(value, path) {
        let Some(given) = value.text().filter(|text| text.len() > most && !text.contains("{{")) else { continue };
        let count = given.chars().count();
        if count > most {
            let message = format!("a {} must have at most {most} characters, got {count}", words(path));
            look.fail(&rules::E3024, &value.steps, message);
        }
    }
}

fn words(path: &str) -> &'static str {
    if path == "Key" { "tag's key" } else { "tag's value" }
}

/// Whether a text cannot be a key: it is empty, of several lines, or AWS's own.
fn is_no_key(key: &str) -> bool {
    let line = key.strip_suffix('\n').unwrap_or(key);
    line.is_empty() || line.contains('\n') || line.starts_with("aws:")
}

fn key_fails(look: &mut Look<'_, '_>, at: &Value<'_>, key: &str) {
    let rule =
        if key.starts_with("aws:") { "not begin with `aws:`, which is AWS's own" } else { "be one line of text" };
    let message = format!("tag `{}` must {rule}", text::shortened(key));
    look.fail(&rules::E3024, &at.steps, message).actual = Some(key.to_owned());
}

fn below<'d>(value: &Value<'d>, step: Step<'d>, node: &'d Node) -> Value<'d> {
    Value { node: Some(node), steps: [&value.steps[..], &[step]].concat(), facts: value.facts.clone() }
}

/// What is wrong with a function inside of tags is wrong with the tags as well.
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
            && context.resource(id).is_some_and(are_in)
    };
    let echo = |finding: &Finding| {
        let message = format!("what a tag is made of is wrong: {}", finding.message);
        Finding { rule: &rules::E3024, message, causes: Vec::new(), ..finding.clone() }
    };
    found.iter().filter(is_in_tags).map(echo).collect()
}
