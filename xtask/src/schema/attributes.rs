//! The attributes that `Fn::GetAtt` offers: the read-only properties, and the exceptions that
//! `schema/patches/attributes.json` lists.

use std::{collections::BTreeMap, error::Error};

use cfn_schema::build::{Document, Offset, Words};
use serde_json::{Value, json};

use super::{inputs::Inputs, json};

/// The pairs of name and schema, sorted by name.
pub fn encode(words: &mut Words, inputs: &Inputs, name: &str) -> Result<Offset, Box<dyn Error>> {
    let mut pairs = Vec::new();
    for (attribute, (type_name, schema)) in attributes(inputs, name) {
        let root = inputs.types.get(&type_name).ok_or_else(|| format!("attributes.json: no type {type_name}"))?;
        let node = words.schema(&mut Document::new(json::Value(root), &inputs.patterns), json::Value(&schema))?;
        pairs.push((words.string(&attribute), node));
    }
    Ok(words.pairs(&pairs))
}

/// The attributes by name: the type whose document has the schema, and the schema.
fn attributes(inputs: &Inputs, name: &str) -> BTreeMap<String, (String, Value)> {
    let root = &inputs.types[name];
    let exceptions = &inputs.attributes;
    let lists = |keyword: &str| exceptions[keyword].as_array().is_some_and(|types| types.contains(&name.into()));
    let mut found = BTreeMap::new();
    let mut add = |attribute: String, schema: Value| {
        found.insert(attribute, (name.to_owned(), schema));
    };
    if lists("any") {
        add("*".to_owned(), json!(true));
    }
    if lists("any_output") {
        add("Outputs.*".to_owned(), json!({"type": "string"}));
    }
    if lists("every_property") {
        leaves(root, root, "", &mut add);
    }
    for path in exceptions["extra"][name].as_array().into_iter().flatten().filter_map(Value::as_str) {
        add(path.to_owned(), at(root, path));
    }
    for pointer in root["readOnlyProperties"].as_array().into_iter().flatten().filter_map(Value::as_str) {
        let path = pointer.trim_start_matches("/properties/");
        let attribute = path.replace('/', ".");
        if !(lists("any_output") && attribute == "Outputs") {
            add(attribute, at(root, path));
        }
    }
    if let Some(other) = exceptions["same_as"][name].as_str() {
        found.extend(attributes(inputs, other));
    }
    found
}

/// Every property that is no object and no list of objects, by its dotted path.
fn leaves(root: &Value, schema: &Value, path: &str, add: &mut impl FnMut(String, Value)) {
    let schema = resolve(root, schema);
    let is = |kind: &str| schema["type"] == kind || schema["type"].as_array().is_some_and(|t| t.contains(&kind.into()));
    if is("object") || path.is_empty() {
        for (name, property) in schema["properties"].as_object().into_iter().flatten() {
            let path = if path.is_empty() { name.clone() } else { format!("{path}.{name}") };
            leaves(root, property, &path, add);
        }
    } else if !is("array") || !matches!(schema["items"]["type"].as_str(), Some("object" | "array")) {
        add(path.to_owned(), schema.clone());
    }
}

/// The schema at a path of property names; `true` where the path leads into something free.
fn at(root: &Value, path: &str) -> Value {
    path.split('/').fold(root.clone(), |schema, step| {
        let schema = resolve(root, &schema).clone();
        match step {
            "*" => schema.get("items").or_else(|| schema.get("additionalProperties")).cloned(),
            name => schema["properties"].get(name).cloned(),
        }
        .unwrap_or(Value::Bool(true))
    })
}

fn resolve<'a>(root: &'a Value, schema: &'a Value) -> &'a Value {
    let mut schema = schema;
    for _ in 0..16 {
        match schema["$ref"].as_str().and_then(|reference| root.pointer(reference.trim_start_matches('#'))) {
            Some(target) => schema = target,
            None => break,
        }
    }
    schema
}
