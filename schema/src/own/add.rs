//! Adds types, and keeps what was read of their schemas.

use std::{
    collections::HashMap,
    sync::{Mutex, PoisonError},
};

use super::{PAGE, STRING_PAGES, STRINGS, WORD_PAGES, WORDS};
use crate::{
    ResourceType,
    build::{Document, Json, Offset, Patterns, Problem, View, Words},
};

/// What one schema may take: the largest of AWS takes 45,000.
const MOST_WORDS: usize = 256 * PAGE;

static STORE: Mutex<Option<Store>> = Mutex::new(None);

/// What is there already.
#[derive(Default)]
struct Store {
    word_pages: usize,
    string_pages: usize,
    /// The types, by the text of their schemas.
    known: HashMap<String, Offset>,
}

/// A resource type out of its schema, as the registry of CloudFormation has it. The same schema gives the same type; it
/// stays until the process ends.
///
/// # Errors
///
/// The document is no schema of a resource type, or too large.
pub fn add_type<'a, J: Json<'a>>(name: &str, schema: J, patterns: &dyn Patterns) -> Result<ResourceType, Problem> {
    match schema.view() {
        View::Object(_) => {}
        _ => return Err(Problem::expected("an object", schema)),
    }
    match schema.get("properties").map(Json::view) {
        Some(View::Object(_)) => {}
        Some(_) => return Err(Problem::new("must be an object").below("properties")),
        None => return Err(Problem::new("must have `properties`, as every schema of a resource type")),
    }
    let text = format!("{name} {}", schema.text());
    let mut store = STORE.lock().unwrap_or_else(PoisonError::into_inner);
    let store = store.get_or_insert_default();
    if let Some(known) = store.known.get(&text) {
        return Ok(ResourceType::at(*known));
    }
    let mut words = store.words(Some(MOST_WORDS));
    let mut document = Document::new(schema, patterns);
    let attributes = words.read_only_attributes(&mut document)?;
    let record = words.record(&mut document, name, attributes, 0)?;
    store.keep(words)?;
    store.known.insert(text, record);
    Ok(ResourceType::at(record))
}

/// The types of another version of the data, whose records `build` makes: to compare them.
///
/// # Errors
///
/// What `build` says, or there is no room.
pub fn load<E: From<Problem>>(
    build: impl FnOnce(&mut Words) -> Result<Vec<Offset>, E>,
) -> Result<Vec<ResourceType>, E> {
    let mut store = STORE.lock().unwrap_or_else(PoisonError::into_inner);
    let store = store.get_or_insert_default();
    let mut words = store.words(None);
    let records = build(&mut words)?;
    store.keep(words)?;
    Ok(records.into_iter().map(ResourceType::at).collect())
}

impl Store {
    /// Words behind those that are there.
    fn words(&self, most: Option<usize>) -> Words {
        let (first_word, first_string) = crate::binary::behind();
        Words {
            first_word: first_word + (self.word_pages * PAGE) as u32,
            first_string: first_string + (self.string_pages * PAGE) as u32,
            most,
            ..Words::default()
        }
    }

    fn keep(&mut self, words: Words) -> Result<(), Problem> {
        let pages = (words.words.len().div_ceil(PAGE), words.strings.len().div_ceil(PAGE));
        if self.word_pages + pages.0 > WORD_PAGES || self.string_pages + pages.1 > STRING_PAGES {
            return Err(Problem::new("there is no room for the schemas of more types in this process"));
        }
        for (page, words) in WORDS[self.word_pages..].iter().zip(words.words.chunks(PAGE)) {
            page.set(words.into()).expect("pages behind those of the store are empty");
        }
        let strings: Vec<&'static str> =
            words.strings.into_iter().map(|text| &*Box::leak(text.into_boxed_str())).collect();
        for (page, strings) in STRINGS[self.string_pages..].iter().zip(strings.chunks(PAGE)) {
            page.set(strings.into()).expect("pages behind those of the store are empty");
        }
        self.word_pages += pages.0;
        self.string_pages += pages.1;
        Ok(())
    }
}
