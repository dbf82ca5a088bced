//! Tags: keys and values that AWS takes, and how many of them.

use std::fmt::Display;

use cfn_model::{Finding, Node};
use indexmap::IndexMap;

use super::{
    Setting,
    rules::TAG,
    values::{literal, shortened},
};

/// The most tags of a function: AWS takes 50, and SAM adds `lambda:createdBy`.
const MOST_TAGS: usize = 49;
/// The longest key of a tag, in characters.
const LONGEST_KEY: usize = 128;
/// The longest value of a tag, in characters.
const LONGEST_VALUE: usize = 256;
/// The characters of tags beside letters, digits and spaces: those that every service takes.
const OTHERS: &str = "_.:/=+-@";

/// Findings about the tags of one level.
pub(super) fn check(tags: &IndexMap<String, Setting>) -> impl Iterator<Item = Finding> {
    tags.iter().filter_map(|(key, setting)| of_key(key, setting).or_else(|| of_value(key, setting)))
}

/// More tags of several levels than a resource can have.
pub(super) fn too_many(tags: &IndexMap<String, Setting>) -> Option<Finding> {
    let setting = tags.values().nth(MOST_TAGS)?;
    let message = format!("`tags`: a resource must have at most {MOST_TAGS} tags, got {}", tags.len());
    let help = "remove some: AWS takes 50, and SAM gives each function one".to_owned();
    let finding = Finding::new(&TAG, setting.path.clone(), message);
    Some(finding.expected(format!("at most {MOST_TAGS}")).actual(tags.len().to_string()).help(help))
}

fn of_key(key: &str, setting: &Setting) -> Option<Finding> {
    let length = key.chars().count();
    let (rule, got) = if key.to_ascii_lowercase().starts_with("aws:") {
        ("must not begin with `aws:`, which is for tags of AWS".to_owned(), None)
    } else if !(1..=LONGEST_KEY).contains(&length) {
        (format!("the key of a tag must have 1 to {LONGEST_KEY} characters"), Some(length.to_string()))
    } else {
        let character = key.chars().find(|character| !is_taken(*character))?;
        (characters("the key"), Some(format!("`{}`", character.escape_debug())))
    };
    Some(finding(key, setting, &rule, got, key))
}

fn of_value(key: &str, setting: &Setting) -> Option<Finding> {
    let value = literal(&setting.value)?;
    let length = value.chars().count();
    let (rule, got) = if length > LONGEST_VALUE {
        (format!("the value of a tag must have at most {LONGEST_VALUE} characters"), length.to_string())
    } else {
        let character = value.chars().find(|character| !is_taken(*character))?;
        (characters("the value"), format!("`{}`", character.escape_debug()))
    };
    Some(finding(key, setting, &rule, Some(got), value))
}

fn characters(part: &str) -> String {
    format!("{part} of a tag must consist of letters, digits, spaces and `{OTHERS}`")
}

fn is_taken(character: char) -> bool {
    character.is_alphanumeric() || character == ' ' || OTHERS.contains(character)
}

fn finding(key: &str, setting: &Setting, rule: &str, got: Option<String>, actual: impl Display) -> Finding {
    let got = got.map_or_else(String::new, |got| format!(", got {got}"));
    let message = format!("tag `{}`: {rule}{got}", shortened(key));
    Finding::new(&TAG, setting.path.clone(), message).actual(actual.to_string())
}

/// The value of a tag as a string, which is what AWS takes: `7` becomes `"7"`.
pub(crate) fn value(setting: &Setting) -> Node {
    match &setting.value {
        Node::Number(number) => Node::String(number.to_string()),
        Node::Bool(bool) => Node::String(bool.to_string()),
        other => other.clone(),
    }
}
