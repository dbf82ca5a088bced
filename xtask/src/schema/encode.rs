//! The two data files.

use std::{collections::BTreeMap, error::Error};

use cfn_schema::tag;
use serde_json::Value;

use super::{
    attributes, documents,
    inputs::Inputs,
    node::{Document, Offset, Words},
};

/// The bytes of `schemas.bin` and `schemas.txt`.
pub struct Data {
    pub words: Vec<u8>,
    pub text: String,
    pub nodes: usize,
    pub strings: usize,
}

pub fn encode(inputs: &Inputs) -> Result<Data, Box<dyn Error>> {
    let mut words = Words::default();
    words.words = vec![0; tag::HEADER_WORDS];
    let fingerprint = words.string(&inputs.fingerprint);
    documents::encode(&mut words, inputs)?;
    let mut records = Vec::new();
    for (name, schema) in &inputs.types {
        records.push(record(&mut words, inputs, name, schema).map_err(|error| format!("{name}: {error}"))?);
    }
    let globals = words.schema(&mut Document::new(&inputs.globals, &inputs.patterns), &inputs.globals)?;
    let extensions = extensions(&mut words, inputs)?;
    inputs.patterns.check_all_used()?;

    let types = words.list(&records);
    let mut text = String::new();
    let mut offsets = Vec::new();
    for string in &words.strings {
        offsets.push(text.len() as u32);
        text.push_str(string);
    }
    offsets.push(text.len() as u32);
    let strings = words.words.len() as u32;
    words.words.extend(&offsets);
    let slots = words.words.len() as u32;
    words.words.extend(&words.slots);
    let header = [fingerprint, strings, words.strings.len() as u32, slots, types, globals, extensions];
    words.words[..tag::HEADER_WORDS].copy_from_slice(&header);
    Ok(Data {
        words: words.words.iter().flat_map(|word| word.to_le_bytes()).collect(),
        text,
        nodes: words.nodes,
        strings: words.strings.len(),
    })
}

/// The records of extensions, by type.
fn extensions(words: &mut Words, inputs: &Inputs) -> Result<Offset, Box<dyn Error>> {
    let mut by_type: BTreeMap<&str, Vec<u32>> = BTreeMap::new();
    for extension in &inputs.extensions {
        let mut document = Document::new(&extension.schema, &inputs.patterns);
        let all = u32::from(extension.all);
        let node = words
            .schema(&mut document, &extension.schema)
            .map_err(|error| format!("extension {}: {error}", extension.rule))?;
        for at in &extension.at {
            let (kind, path) = at.split_once('/').unwrap_or((at, ""));
            if !inputs.types.contains_key(kind) {
                return Err(format!("extension {}: there is no type {kind}", extension.rule).into());
            }
            let record: [u32; tag::EXTENSION_WORDS] = [words.string(&extension.rule), words.string(path), node, all];
            by_type.entry(kind).or_default().push(words.run(record.to_vec()));
        }
    }
    let mut pairs = Vec::new();
    for (kind, records) in by_type {
        pairs.push((words.string(kind), words.list(&records)));
    }
    Ok(words.pairs(&pairs))
}

fn record(words: &mut Words, inputs: &Inputs, name: &str, schema: &Value) -> Result<Offset, Box<dyn Error>> {
    let mut document = Document::new(schema, &inputs.patterns);
    let mut record = vec![0; tag::RECORD_WORDS];
    record[tag::RECORD_NAME] = words.string(name);
    record[tag::RECORD_NODE] = words.schema(&mut document, schema)?;
    record[tag::RECORD_ATTRIBUTES] = attributes::encode(words, inputs, name)?;
    for (position, keyword) in [
        (tag::RECORD_READ_ONLY, "readOnlyProperties"),
        (tag::RECORD_CREATE_ONLY, "createOnlyProperties"),
        (tag::RECORD_CONDITIONAL_CREATE_ONLY, "conditionalCreateOnlyProperties"),
        (tag::RECORD_WRITE_ONLY, "writeOnlyProperties"),
        (tag::RECORD_DEPRECATED, "deprecatedProperties"),
        (tag::RECORD_PRIMARY_IDENTIFIER, "primaryIdentifier"),
    ] {
        let mut paths: Vec<u32> = schema[keyword]
            .as_array()
            .into_iter()
            .flatten()
            .filter_map(Value::as_str)
            .map(|path| words.string(property_path(path)))
            .collect();
        paths.dedup();
        record[position] = words.list(&paths);
    }
    record[tag::RECORD_TAGS] =
        words.string(property_path(schema["tagging"]["tagProperty"].as_str().unwrap_or_default()));
    let lifecycle = &schema["lifecycle"];
    let lifecycle = match (lifecycle["status"].as_str(), lifecycle["date"].as_str()) {
        (Some(status), Some(date)) => format!("{status} {date}"),
        (status, _) => status.unwrap_or_default().to_owned(),
    };
    record[tag::RECORD_LIFECYCLE] = words.string(&lifecycle);
    Ok(words.run(record))
}

/// `/properties/A/B` as `A/B`.
fn property_path(pointer: &str) -> &str {
    pointer.strip_prefix("/properties/").unwrap_or(pointer)
}
