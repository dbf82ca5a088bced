//! A resource type as a standard JSON Schema document.

use std::{collections::BTreeMap, fmt::Write as _};

use crate::{Constant, Constants, Keyword, Schema, Strings, resource_type};

/// A resource type's properties as a JSON Schema document of draft 2020-12, for editors and other tools.
///
/// The extensions are said in standard words: `requiredXor` becomes `oneOf`, `dependentExcluded` a `not`.
/// `uniqueKeys` and `maxUniqueItems`, which JSON Schema cannot say, are left out, and so is what rules of their own
/// say, such as those of policies. Formats keep their names
/// (`AWS::IAM::Role.Arn`), which other tools ignore.
pub fn json_schema(type_name: &str) -> Option<String> {
    let resource = resource_type(type_name)?;
    let mut document = Document::default();
    let mut out = String::from("{\"$schema\":\"https://json-schema.org/draft/2020-12/schema\",\"title\":");
    string(&mut out, resource.name());
    document.keywords(&mut out, resource.schema());
    out.push_str(",\"$defs\":{");
    let mut written = 0;
    // Writing a definition may bring up further ones.
    while let Some((name, schema)) = document.pending.pop_first() {
        if document.done.insert(name, schema).is_none() {
            comma(&mut out, written);
            written += 1;
            string(&mut out, name);
            out.push(':');
            document.schema(&mut out, schema);
        }
    }
    out.push_str("}}");
    Some(out)
}

#[derive(Default)]
struct Document {
    pending: BTreeMap<&'static str, Schema>,
    done: BTreeMap<&'static str, Schema>,
}

impl Document {
    fn schema(&mut self, out: &mut String, schema: Schema) {
        if schema.is_true() || schema.is_false() {
            let _ = write!(out, "{}", schema.is_true());
            return;
        }
        out.push('{');
        let start = out.len();
        self.keywords(out, schema);
        if out[start..].starts_with(',') {
            out.remove(start);
        }
        out.push('}');
    }

    /// The keywords, each with a comma before it.
    fn keywords(&mut self, out: &mut String, schema: Schema) {
        let mut all_of = Vec::new();
        for keyword in schema.keywords() {
            self.keyword(out, &keyword, &mut all_of);
        }
        if !all_of.is_empty() {
            let _ = write!(out, ",\"allOf\":[{}]", all_of.join(","));
        }
    }

    fn keyword(&mut self, out: &mut String, keyword: &Keyword, all_of: &mut Vec<String>) {
        let mut number = |name: &str, value: &dyn std::fmt::Display| {
            let _ = write!(out, ",\"{name}\":{value}");
        };
        match keyword {
            Keyword::MinLength(count) => number("minLength", count),
            Keyword::MaxLength(count) => number("maxLength", count),
            Keyword::MinItems(count) => number("minItems", count),
            Keyword::MaxItems(count) => number("maxItems", count),
            Keyword::MinProperties(count) => number("minProperties", count),
            Keyword::MaxProperties(count) => number("maxProperties", count),
            Keyword::Minimum(bound) => number("minimum", &bound.as_str()),
            Keyword::Maximum(bound) => number("maximum", &bound.as_str()),
            Keyword::ExclusiveMinimum(bound) => number("exclusiveMinimum", &bound.as_str()),
            Keyword::ExclusiveMaximum(bound) => number("exclusiveMaximum", &bound.as_str()),
            Keyword::MultipleOf(bound) => number("multipleOf", &bound.as_str()),
            Keyword::UniqueItems => number("uniqueItems", &true),
            Keyword::Type(types) => {
                let names: Vec<_> = types.names().map(|name| format!("\"{name}\"")).collect();
                match names.as_slice() {
                    [name] => number("type", name),
                    names => number("type", &format!("[{}]", names.join(","))),
                }
            }
            Keyword::Pattern(pattern) => pair(out, "pattern", |out| string(out, pattern)),
            Keyword::Format(format) => pair(out, "format", |out| string(out, format)),
            Keyword::Enum(values) => pair(out, "enum", |out| constants(out, *values)),
            Keyword::Const(value) => pair(out, "const", |out| constant(out, *value)),
            Keyword::Default(value) => pair(out, "default", |out| constant(out, *value)),
            Keyword::Required(names) => pair(out, "required", |out| strings(out, *names)),
            Keyword::Items(schema) => pair(out, "items", |out| self.schema(out, *schema)),
            Keyword::AdditionalProperties(schema) => {
                pair(out, "additionalProperties", |out| self.schema(out, *schema));
            }
            Keyword::Contains(schema) => pair(out, "contains", |out| self.schema(out, *schema)),
            Keyword::PropertyNames(schema) => pair(out, "propertyNames", |out| self.schema(out, *schema)),
            Keyword::Not(schema) => pair(out, "not", |out| self.schema(out, *schema)),
            Keyword::Properties(map) => pair(out, "properties", |out| self.map(out, *map)),
            Keyword::PatternProperties(map) => pair(out, "patternProperties", |out| self.map(out, *map)),
            Keyword::DependentSchemas(map) => pair(out, "dependentSchemas", |out| self.map(out, *map)),
            Keyword::PrefixItems(schemas) => pair(out, "prefixItems", |out| self.list(out, *schemas)),
            Keyword::AnyOf(schemas) => pair(out, "anyOf", |out| self.list(out, *schemas)),
            Keyword::OneOf(schemas) => pair(out, "oneOf", |out| self.list(out, *schemas)),
            Keyword::AllOf(schemas) => all_of.extend(schemas.map(|schema| {
                let mut text = String::new();
                self.schema(&mut text, schema);
                text
            })),
            Keyword::If(condition, then, otherwise) => {
                pair(out, "if", |out| self.schema(out, *condition));
                pair(out, "then", |out| self.schema(out, *then));
                pair(out, "else", |out| self.schema(out, *otherwise));
            }
            Keyword::Ref(name, schema) => {
                self.pending.insert(name, *schema);
                let escaped = name.replace('~', "~0").replace('/', "~1");
                pair(out, "$ref", |out| string(out, &format!("#/$defs/{escaped}")));
            }
            Keyword::DependentRequired(lists) => pair(out, "dependentRequired", |out| {
                out.push('{');
                for (position, (name, names)) in lists.enumerate() {
                    comma(out, position);
                    string(out, name);
                    out.push(':');
                    strings(out, names);
                }
                out.push('}');
            }),
            Keyword::DependentExcluded(lists) => all_of.extend(lists.map(|(name, names)| {
                let mut text = String::from("{\"if\":{\"required\":[");
                string(&mut text, name);
                let _ = write!(text, "]}},\"then\":{{\"not\":{{\"anyOf\":[{}]}}}}}}", each_required(names));
                text
            })),
            Keyword::RequiredXor(names) => all_of.push(format!("{{\"oneOf\":[{}]}}", each_required(*names))),
            Keyword::RequiredOr(names) => all_of.push(format!("{{\"anyOf\":[{}]}}", each_required(*names))),
            Keyword::EnumCaseInsensitive(values) => {
                let alternatives: Vec<String> = values.map(|value| any_case(value.text())).collect();
                pair(out, "pattern", |out| string(out, &format!("^(?:{})$", alternatives.join("|"))));
            }
            Keyword::False
            | Keyword::UniqueKeys(_)
            | Keyword::MaxUniqueItems(_)
            | Keyword::InsertionOrder
            | Keyword::Document(..) => {}
        }
    }

    fn map(&mut self, out: &mut String, map: crate::Properties) {
        out.push('{');
        for (position, (name, schema)) in map.enumerate() {
            comma(out, position);
            string(out, name);
            out.push(':');
            self.schema(out, schema);
        }
        out.push('}');
    }

    fn list(&mut self, out: &mut String, list: crate::Schemas) {
        out.push('[');
        for (position, schema) in list.enumerate() {
            comma(out, position);
            self.schema(out, schema);
        }
        out.push(']');
    }
}

fn pair(out: &mut String, name: &str, value: impl FnOnce(&mut String)) {
    out.push(',');
    string(out, name);
    out.push(':');
    value(out);
}

fn comma(out: &mut String, position: usize) {
    if position > 0 {
        out.push(',');
    }
}

fn constants(out: &mut String, values: Constants) {
    out.push('[');
    for (position, value) in values.enumerate() {
        comma(out, position);
        constant(out, value);
    }
    out.push(']');
}

fn constant(out: &mut String, value: Constant) {
    match value {
        Constant::String(text) => string(out, text),
        Constant::Json(text) => out.push_str(text),
    }
}

fn strings(out: &mut String, names: Strings) {
    out.push('[');
    for (position, name) in names.enumerate() {
        comma(out, position);
        string(out, name);
    }
    out.push(']');
}

fn each_required(names: Strings) -> String {
    let mut out = String::new();
    for (position, name) in names.enumerate() {
        comma(&mut out, position);
        out.push_str("{\"required\":[");
        string(&mut out, name);
        out.push_str("]}");
    }
    out
}

/// A regular expression for the text in any mix of cases.
fn any_case(text: &str) -> String {
    text.chars().fold(String::new(), |mut pattern, character| {
        let _ = match character {
            letter if letter.is_ascii_alphabetic() => {
                write!(pattern, "[{}{}]", letter.to_ascii_lowercase(), letter.to_ascii_uppercase())
            }
            plain if plain.is_ascii_digit() || plain == '_' => write!(pattern, "{plain}"),
            other => write!(pattern, "\\{other}"),
        };
        pattern
    })
}

/// A JSON string.
fn string(out: &mut String, text: &str) {
    out.push('"');
    for character in text.chars() {
        match character {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            control if control < ' ' => {
                let _ = write!(out, "\\u{:04x}", u32::from(control));
            }
            other => out.push(other),
        }
    }
    out.push('"');
}
