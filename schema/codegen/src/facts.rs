//! The facts of a property as a line of documentation.

use cfn_schema::{Constant, Keyword, Schema};

use crate::shape;

/// How long a pattern or a list of texts may be to be shown.
const LONGEST: usize = 100;

/// `DelaySeconds, 0 to 900.`: what the schema says that the type does not.
pub(crate) fn of_property(name: &str, schema: Schema, required: bool) -> String {
    let mut facts = Facts::default();
    for schema in shape::flatten(schema) {
        schema.keywords().for_each(|keyword| facts.add(&keyword));
    }
    let mut text = code(name);
    if required {
        text.push_str(", required");
    }
    for fact in [
        range("", facts.minimum, facts.maximum),
        range("length ", facts.min_length, facts.max_length),
        range("members ", facts.min_items, facts.max_items),
        range("keys ", facts.min_keys, facts.max_keys),
        facts.format.map(|format| format!("format {}", code(format))),
        facts.pattern.filter(|text| text.len() <= LONGEST).map(|pattern| format!("pattern {}", code(pattern))),
        facts.default.map(|value| format!("default {}", code(value.text()))),
    ]
    .into_iter()
    .flatten()
    {
        text.push_str(", ");
        text.push_str(&fact);
    }
    text.push('.');
    text
}

#[derive(Default)]
struct Facts {
    minimum: Option<String>,
    maximum: Option<String>,
    min_length: Option<String>,
    max_length: Option<String>,
    min_items: Option<String>,
    max_items: Option<String>,
    min_keys: Option<String>,
    max_keys: Option<String>,
    format: Option<&'static str>,
    pattern: Option<&'static str>,
    default: Option<Constant>,
}

impl Facts {
    fn add(&mut self, keyword: &Keyword) {
        match keyword {
            Keyword::Minimum(bound) => self.minimum = Some(bound.as_str().to_owned()),
            Keyword::Maximum(bound) => self.maximum = Some(bound.as_str().to_owned()),
            Keyword::ExclusiveMinimum(bound) => self.minimum = Some(format!("more than {}", bound.as_str())),
            Keyword::ExclusiveMaximum(bound) => self.maximum = Some(format!("less than {}", bound.as_str())),
            // At least none is no news.
            Keyword::MinLength(count) => self.min_length = Some(count.to_string()).filter(|_| *count > 0),
            Keyword::MaxLength(count) => self.max_length = Some(count.to_string()),
            Keyword::MinItems(count) => self.min_items = Some(count.to_string()).filter(|_| *count > 0),
            Keyword::MaxItems(count) => self.max_items = Some(count.to_string()),
            Keyword::MinProperties(count) => self.min_keys = Some(count.to_string()).filter(|_| *count > 0),
            Keyword::MaxProperties(count) => self.max_keys = Some(count.to_string()),
            Keyword::Format(format) => self.format = Some(format),
            Keyword::Pattern(pattern) => self.pattern = Some(pattern),
            Keyword::Default(value) => self.default = Some(*value),
            _ => {}
        }
    }
}

fn range(what: &str, from: Option<String>, to: Option<String>) -> Option<String> {
    Some(match (from, to) {
        (Some(from), Some(to)) if from == to => format!("{what}{from}"),
        (Some(from), Some(to)) => format!("{what}{from} to {to}"),
        (Some(from), None) => format!("{what}at least {from}"),
        (None, Some(to)) => format!("{what}at most {to}"),
        (None, None) => return None,
    })
}

/// The text as code in Markdown, whatever is in it.
pub(crate) fn code(text: &str) -> String {
    let text: String =
        text.chars().flat_map(|c| if c.is_control() { c.escape_default().collect() } else { vec![c] }).collect();
    let mut longest = 0;
    let mut run = 0;
    for c in text.chars() {
        run = if c == '`' { run + 1 } else { 0 };
        longest = longest.max(run);
    }
    let fence = "`".repeat(longest + 1);
    let edge = text.is_empty() || text.starts_with(['`', ' ']) || text.ends_with(['`', ' ']);
    let space = if edge { " " } else { "" };
    format!("{fence}{space}{text}{space}{fence}")
}
