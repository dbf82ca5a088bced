//! What is different in newer data, in lines that a person reads: first what breaks programs that use the generated Rust.

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt,
};

use cfn_codegen::model::{Parts, Struct, Type};
use cfn_schema::{Constant, Keyword, Regions, ResourceType, Schema};

/// How many names stand in a line before the rest is counted.
const MOST_NAMED: usize = 8;

/// The changes from older data to newer.
#[derive(Debug, Default)]
pub struct Summary {
    /// Of the generated Rust: what no longer compiles.
    breaking: Vec<String>,
    added: Vec<String>,
    removed: Vec<String>,
    /// Types, each with its changes.
    changed: Vec<(String, Vec<String>)>,
}

/// What is known of a property, or of a definition.
#[derive(Debug, Default, PartialEq)]
struct Facts {
    required: bool,
    kinds: BTreeSet<String>,
    values: BTreeSet<String>,
    patterns: BTreeSet<String>,
    limits: BTreeMap<&'static str, String>,
}

impl Summary {
    /// Compares the types of two versions of the data.
    pub fn new(old: &[ResourceType], new: &[ResourceType]) -> Summary {
        let by_name = |types: &[ResourceType]| -> BTreeMap<&'static str, ResourceType> {
            types.iter().map(|kind| (kind.name(), *kind)).collect()
        };
        let (old, new) = (by_name(old), by_name(new));
        let mut summary = Summary::default();
        for (name, before) in &old {
            match new.get(name) {
                Some(after) => summary.compare(name, *before, *after),
                None => {
                    summary.removed.push((*name).to_owned());
                    summary.breaking.push(format!("{name}: the type is gone"));
                }
            }
        }
        summary.added = new.keys().filter(|name| !old.contains_key(*name)).map(|name| (*name).to_owned()).collect();
        summary
    }

    /// Whether there is nothing to say.
    pub fn is_empty(&self) -> bool {
        self.breaking.is_empty() && self.added.is_empty() && self.removed.is_empty() && self.changed.is_empty()
    }

    fn compare(&mut self, name: &str, old: ResourceType, new: ResourceType) {
        self.breaking.extend(broken(old, new).into_iter().map(|what| format!("{name}: {what}")));
        let (before, after) = (facts(old), facts(new));
        let mut lines = Vec::new();
        for (path, facts) in &after {
            match before.get(path) {
                None => lines.push(format!(
                    "+ {path} ({}{})",
                    listed(&facts.kinds),
                    if facts.required { ", required" } else { "" }
                )),
                Some(old) if old != facts => {
                    lines.extend(changes(old, facts).into_iter().map(|what| format!("~ {path}: {what}")));
                }
                Some(_) => {}
            }
        }
        lines.extend(before.keys().filter(|path| !after.contains_key(*path)).map(|path| format!("- {path}")));
        let attributes =
            |kind: ResourceType| kind.attributes().map(|(name, _)| name.to_owned()).collect::<BTreeSet<_>>();
        lines.extend(
            difference("attributes of Fn::GetAtt", &attributes(old), &attributes(new)).map(|what| format!("~ {what}")),
        );
        let regions = |kind: ResourceType| {
            kind.regions().into_iter().flat_map(Regions::names).map(str::to_owned).collect::<BTreeSet<_>>()
        };
        lines.extend(difference("regions", &regions(old), &regions(new)).map(|what| format!("~ {what}")));
        if !lines.is_empty() {
            self.changed.push((name.to_owned(), lines));
        }
    }
}

impl fmt::Display for Summary {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let section = |f: &mut fmt::Formatter<'_>, title: &str, lines: &[String]| -> fmt::Result {
            if !lines.is_empty() {
                writeln!(f, "\n{title}: {}", lines.len())?;
            }
            lines.iter().try_for_each(|line| writeln!(f, "  {line}"))
        };
        if self.is_empty() {
            return writeln!(f, "no type has changed");
        }
        section(f, "breaks programs that use the generated Rust", &self.breaking)?;
        section(f, "new types", &self.added)?;
        section(f, "removed types", &self.removed)?;
        if !self.changed.is_empty() {
            let count = |mark: char| {
                self.changed.iter().flat_map(|(_, lines)| lines).filter(|line| line.starts_with(mark)).count()
            };
            let (new, removed, changed) = (count('+'), count('-'), count('~'));
            let total = self.changed.len();
            writeln!(
                f,
                "\nchanged types: {total} (properties: {new} new, {removed} removed; facts: {changed} changed)"
            )?;
        }
        for (name, lines) in &self.changed {
            writeln!(f, "  {name}")?;
            lines.iter().try_for_each(|line| writeln!(f, "    {line}"))?;
        }
        Ok(())
    }
}

/// What no longer compiles in a program that uses the Rust of a type.
fn broken(old: ResourceType, new: ResourceType) -> Vec<String> {
    let (old, new) = (cfn_codegen::resource(old), cfn_codegen::resource(new));
    let mut broken = Vec::new();
    compare_structs(&old.properties, &old.parts, Some(&new.properties), &new.parts, &mut broken);
    for before in &old.parts.structs {
        let after = new.parts.structs.iter().find(|after| after.name == before.name);
        compare_structs(before, &old.parts, after, &new.parts, &mut broken);
    }
    for before in &old.parts.enums {
        let Some(after) = new.parts.enums.iter().find(|after| after.name == before.name) else {
            broken.push(format!("enum `{}` is gone", before.name));
            continue;
        };
        let has = |name: &String| after.variants.iter().any(|(known, _)| known == name);
        let gone = before.variants.iter().filter(|(name, _)| !has(name));
        broken.extend(gone.map(|(name, _)| format!("variant `{}::{name}` is gone", before.name)));
    }
    for before in &old.attributes {
        match new.attributes.iter().find(|after| after.name == before.name) {
            None => broken.push(format!("attribute `{}` is gone", before.name)),
            Some(after) if after.ty != before.ty => {
                let (before_type, after_type) = (written(&before.ty, &old.parts), written(&after.ty, &new.parts));
                broken.push(format!("attribute `{}`: {before_type} -> {after_type}", before.name));
            }
            Some(_) => {}
        }
    }
    broken
}

fn compare_structs(old: &Struct, old_parts: &Parts, new: Option<&Struct>, new_parts: &Parts, broken: &mut Vec<String>) {
    let Some(new) = new else {
        broken.push(format!("struct `{}` is gone", old.name));
        return;
    };
    for before in &old.fields {
        let name = format!("{}.{}", old.name, before.name);
        let Some(after) = new.fields.iter().find(|after| after.name == before.name) else {
            broken.push(format!("field `{name}` is gone"));
            continue;
        };
        let (before_type, after_type) = (written(&before.ty, old_parts), written(&after.ty, new_parts));
        if before_type != after_type {
            broken.push(format!("field `{name}`: {before_type} -> {after_type}"));
        }
        match (before.required, after.required) {
            (false, true) => broken.push(format!("field `{name}` is required now")),
            (true, false) => broken.push(format!("field `{name}` is no longer required")),
            _ => {}
        }
    }
    let is_new = |name: &str| old.fields.iter().all(|before| before.name != name);
    let required = new.fields.iter().filter(|after| after.required && is_new(&after.name));
    broken.extend(required.map(|after| format!("field `{}.{}` is new and required", old.name, after.name)));
}

/// A type as Rust has it.
fn written(ty: &Type, parts: &Parts) -> String {
    match ty {
        Type::String => "String".to_owned(),
        Type::Integer => "i64".to_owned(),
        Type::Number => "f64".to_owned(),
        Type::Boolean => "bool".to_owned(),
        Type::Node => "Node".to_owned(),
        Type::Named(path) => (*path).to_owned(),
        Type::List(inner) => format!("Vec<{}>", written(inner, parts)),
        Type::Map(inner) => format!("Map<{}>", written(inner, parts)),
        Type::Struct(number) => parts.structs[*number].name.clone(),
        Type::Enum(number) => parts.enums[*number].name.clone(),
    }
}

/// The facts of every property of a type, by its path; those of a definition stand below its name.
fn facts(kind: ResourceType) -> BTreeMap<String, Facts> {
    let mut found = BTreeMap::new();
    let mut definitions = BTreeSet::new();
    collect(kind.schema(), "", &mut found, &mut definitions);
    found
}

fn collect(schema: Schema, path: &str, found: &mut BTreeMap<String, Facts>, definitions: &mut BTreeSet<Schema>) {
    let below = |name: &str| if path.is_empty() { name.to_owned() } else { format!("{path}.{name}") };
    for keyword in schema.keywords() {
        let mut limit = |name: &'static str, value: String| {
            found.entry(path.to_owned()).or_default().limits.insert(name, value);
        };
        match keyword {
            Keyword::Minimum(bound) => limit("minimum", bound.as_str().to_owned()),
            Keyword::Maximum(bound) => limit("maximum", bound.as_str().to_owned()),
            Keyword::MinLength(count) => limit("minLength", count.to_string()),
            Keyword::MaxLength(count) => limit("maxLength", count.to_string()),
            Keyword::MinItems(count) => limit("minItems", count.to_string()),
            Keyword::MaxItems(count) => limit("maxItems", count.to_string()),
            Keyword::Format(name) => limit("format", name.to_owned()),
            Keyword::Type(types) if !path.is_empty() => {
                found.entry(path.to_owned()).or_default().kinds.extend(types.names().map(str::to_owned));
            }
            Keyword::Enum(values) | Keyword::EnumCaseInsensitive(values) => {
                let values = values.map(Constant::text).map(str::to_owned);
                found.entry(path.to_owned()).or_default().values.extend(values);
            }
            Keyword::Pattern(pattern) => {
                found.entry(path.to_owned()).or_default().patterns.insert(pattern.to_owned());
            }
            Keyword::Ref(name, target) => {
                if !path.is_empty() {
                    found.entry(path.to_owned()).or_default().kinds.insert(name.to_owned());
                }
                if definitions.insert(target) {
                    collect(target, name, found, definitions);
                }
            }
            Keyword::Properties(map) => {
                for (name, property) in map {
                    found.entry(below(name)).or_default();
                    collect(property, &below(name), found, definitions);
                }
            }
            Keyword::Required(names) => {
                names.for_each(|name| found.entry(below(name)).or_default().required = true);
            }
            Keyword::Items(item) => collect(item, &below("*"), found, definitions),
            Keyword::PatternProperties(map) => {
                map.for_each(|(_, value)| collect(value, &below("*"), found, definitions));
            }
            Keyword::AdditionalProperties(value) if !value.is_false() => {
                collect(value, &below("*"), found, definitions);
            }
            // What is required in one of several forms is not required.
            Keyword::AnyOf(forms) | Keyword::OneOf(forms) => {
                for form in forms.filter(|form| form.required().len() == 0) {
                    collect(form, path, found, definitions);
                }
            }
            Keyword::AllOf(parts) => parts.for_each(|part| collect(part, path, found, definitions)),
            _ => {}
        }
    }
}

fn changes(old: &Facts, new: &Facts) -> Vec<String> {
    let mut changes = Vec::new();
    match (old.required, new.required) {
        (false, true) => changes.push("required".to_owned()),
        (true, false) => changes.push("no longer required".to_owned()),
        _ => {}
    }
    if old.kinds != new.kinds {
        changes.push(format!("type {} -> {}", listed(&old.kinds), listed(&new.kinds)));
    }
    changes.extend(difference("values", &old.values, &new.values));
    if old.patterns != new.patterns {
        changes.push(format!("pattern {} -> {}", listed(&old.patterns), listed(&new.patterns)));
    }
    let names: BTreeSet<&str> = old.limits.keys().chain(new.limits.keys()).copied().collect();
    for name in names {
        let value = |facts: &Facts| facts.limits.get(name).cloned().unwrap_or_else(|| "none".to_owned());
        if value(old) != value(new) {
            changes.push(format!("{name} {} -> {}", value(old), value(new)));
        }
    }
    changes
}

/// `values + a, b - c`
fn difference(what: &str, old: &BTreeSet<String>, new: &BTreeSet<String>) -> Option<String> {
    let without = |all: &BTreeSet<String>, others: &BTreeSet<String>| -> BTreeSet<String> {
        all.difference(others).cloned().collect()
    };
    let (added, gone) = (without(new, old), without(old, new));
    let part = |mark: &str, names: &BTreeSet<String>| match names.is_empty() {
        true => String::new(),
        false => format!(" {mark} {}", listed(names)),
    };
    (old != new).then(|| format!("{what}{}{}", part("+", &added), part("-", &gone)))
}

fn listed(names: &BTreeSet<String>) -> String {
    if names.is_empty() {
        return "any".to_owned();
    }
    let mut text = names.iter().take(MOST_NAMED).cloned().collect::<Vec<_>>().join(", ");
    if names.len() > MOST_NAMED {
        text.push_str(&format!(" and {} more", names.len() - MOST_NAMED));
    }
    text
}

#[cfg(test)]
mod tests {
    use cfn_schema::{
        ResourceType, add_type,
        build::{Patterns, Replacement},
    };
    use pretty_assertions::assert_eq;
    use serde_json::{Value, json};

    use super::Summary;
    use crate::schema::json;

    struct AsTheyAre;

    impl Patterns for AsTheyAre {
        fn replacement(&self, _: &str) -> Result<Option<Replacement>, String> {
            Ok(None)
        }
    }

    fn kind(name: &str, schema: &Value) -> ResourceType {
        add_type(name, json::Value(schema), &AsTheyAre).unwrap()
    }

    #[track_caller]
    fn check(old: &[(&str, Value)], new: &[(&str, Value)], expected: &str) {
        let types = |list: &[(&str, Value)]| list.iter().map(|(name, schema)| kind(name, schema)).collect::<Vec<_>>();
        assert_eq!(Summary::new(&types(old), &types(new)).to_string(), expected);
    }

    fn box_of(properties: Value, required: &[&str]) -> Value {
        let rule = json!({"type": "object", "properties": {"Match": {"type": "string", "pattern": "^a$"}}});
        let mut all = json!({"Rule": {"$ref": "#/definitions/Rule"}, "Arn": {"type": "string"}});
        all.as_object_mut().unwrap().extend(properties.as_object().unwrap().clone());
        json!({
            "definitions": {"Rule": rule},
            "properties": all,
            "required": required,
            "readOnlyProperties": ["/properties/Arn"],
        })
    }

    #[test]
    fn nothing_is_said_in_a_line() {
        let schema = box_of(json!({"Size": {"type": "integer"}}), &[]);
        check(&[("A::B::Box", schema.clone())], &[("A::B::Box", schema)], "no type has changed\n");
    }

    #[test]
    fn types_and_properties_come_and_go() {
        let mut newer = box_of(
            json!({
                "Size": {"type": "string", "maxLength": 9},
                "Kind": {"type": "string", "enum": ["a", "c", "d"]},
                "Name": {"type": "string"},
                "Place": {"type": "array", "items": {"type": "string"}},
            }),
            &["Name"],
        );
        newer["definitions"]["Rule"]["properties"]["Match"]["pattern"] = "^[ab]$".into();
        newer["readOnlyProperties"] = json!(["/properties/Arn", "/properties/Place"]);
        let older = box_of(
            json!({
                "Size": {"type": "integer"},
                "Kind": {"type": "string", "enum": ["a", "b"]},
                "Name": {"type": "string"},
                "Color": {"type": "string"},
            }),
            &[],
        );
        check(
            &[("A::B::Box", older.clone()), ("A::B::Old", older.clone())],
            &[("A::B::Box", newer), ("A::B::New", older)],
            "
breaks programs that use the generated Rust: 5
  A::B::Box: field `Box.color` is gone
  A::B::Box: field `Box.name` is required now
  A::B::Box: field `Box.size`: i64 -> String
  A::B::Box: variant `Kind::B` is gone
  A::B::Old: the type is gone

new types: 1
  A::B::New

removed types: 1
  A::B::Old

changed types: 1 (properties: 2 new, 1 removed; facts: 6 changed)
  A::B::Box
    ~ Kind: values + c, d - b
    ~ Name: required
    + Place (array)
    + Place.* (string)
    ~ Rule.Match: pattern ^a$ -> ^[ab]$
    ~ Size: type integer -> string
    ~ Size: maxLength none -> 9
    - Color
    ~ attributes of Fn::GetAtt + Place
",
        );
    }

    /// A definition that contains itself, and forms of which one holds.
    #[test]
    fn recursion_and_forms() {
        let schema = |forms: Value, depth: i64| {
            json!({
                "definitions": {"Tree": {
                    "type": "object",
                    "properties": {"Trees": {"type": "array", "items": {"$ref": "#/definitions/Tree"}, "maxItems": depth}},
                }},
                "properties": {"Tree": {"$ref": "#/definitions/Tree"}, "Form": {"oneOf": forms}},
            })
        };
        let string = json!({"type": "string"});
        check(
            &[("A::B::Tree", schema(json!([string]), 1))],
            &[("A::B::Tree", schema(json!([string, {"type": "integer"}]), 2))],
            "
breaks programs that use the generated Rust: 1
  A::B::Tree: field `Tree.form`: String -> Node

changed types: 1 (properties: 0 new, 0 removed; facts: 2 changed)
  A::B::Tree
    ~ Form: type string -> integer, string
    ~ Tree.Trees: maxItems 1 -> 2
",
        );
    }
}
