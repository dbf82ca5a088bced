//! The two data files.

use std::{collections::BTreeMap, error::Error};

use cfn_schema::{
    build::{Document, Offset, Words},
    tag,
};

use super::{attributes, documents, inputs::Inputs, json::Value};

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
    let regions: Vec<&str> = inputs.regions.keys().map(String::as_str).collect();
    if regions.len() > tag::REGION_WORDS * 32 {
        return Err("there are more regions than `tag::REGION_WORDS` has room for".into());
    }
    let records = records(&mut words, inputs)?;
    let globals = words.schema(&mut Document::new(Value(&inputs.globals), &inputs.patterns), Value(&inputs.globals))?;
    let extensions = extensions(&mut words, inputs)?;
    inputs.patterns.check_all_used()?;
    let region_names: Vec<u32> = regions.iter().map(|name| words.string(name)).collect();
    let region_names = words.list(&region_names);
    let elsewhere = elsewhere(&mut words, inputs);

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
    let count = words.strings.len() as u32;
    let header = [fingerprint, strings, count, types, globals, extensions, region_names, elsewhere];
    words.words[..tag::HEADER_WORDS].copy_from_slice(&header);
    Ok(Data {
        words: words.words.iter().flat_map(|word| word.to_le_bytes()).collect(),
        text,
        nodes: words.nodes,
        strings: words.strings.len(),
    })
}

/// The records of all types.
pub fn records(words: &mut Words, inputs: &Inputs) -> Result<Vec<Offset>, Box<dyn Error>> {
    documents::encode(words, inputs)?;
    let mut records = Vec::new();
    for (name, schema) in &inputs.types {
        records.push(record(words, inputs, name, schema).map_err(|error| format!("{name}: {error}"))?);
    }
    Ok(records)
}

/// The records of extensions, by type.
fn extensions(words: &mut Words, inputs: &Inputs) -> Result<Offset, Box<dyn Error>> {
    let mut by_type: BTreeMap<&str, Vec<u32>> = BTreeMap::new();
    for extension in &inputs.extensions {
        let schema = Value(&extension.schema);
        let mut document = Document::new(schema, &inputs.patterns);
        let all = u32::from(extension.all);
        let node =
            words.schema(&mut document, schema).map_err(|error| format!("extension {}: {error}", extension.rule))?;
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

fn record(
    words: &mut Words,
    inputs: &Inputs,
    name: &str,
    schema: &serde_json::Value,
) -> Result<Offset, Box<dyn Error>> {
    let attributes = attributes::encode(words, inputs, name)?;
    let regions = match inputs.regions_of(name) {
        0 => 0,
        set => region_set(words, set),
    };
    Ok(words.record(&mut Document::new(Value(schema), &inputs.patterns), name, attributes, regions)?)
}

fn region_set(words: &mut Words, set: u64) -> Offset {
    let halves: [u32; tag::REGION_WORDS] = [set as u32, (set >> 32) as u32];
    words.run(halves.to_vec())
}

/// The types that other regions have, and that of the data has not: pairs of name and set of regions, sorted by name.
fn elsewhere(words: &mut Words, inputs: &Inputs) -> Offset {
    let mut names: Vec<&String> = inputs.regions.values().flatten().collect();
    names.sort_unstable();
    names.dedup();
    let mut pairs = Vec::new();
    for name in names.into_iter().filter(|name| !inputs.types.contains_key(*name)) {
        let set = region_set(words, inputs.regions_of(name));
        pairs.push((words.string(name), set));
    }
    words.pairs(&pairs)
}
