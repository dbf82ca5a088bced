//! Patterns that are broken upstream, or that must be said in another way: `schema/patches/patterns.json`.

use std::{cell::RefCell, collections::BTreeMap, error::Error};

use cfn_schema::build::{Patterns, Replacement};
use serde_json::Value;

/// The patches by pattern, and which of them were needed.
pub struct PatternPatches {
    patches: BTreeMap<String, Replacement>,
    used: RefCell<BTreeMap<String, usize>>,
}

impl PatternPatches {
    pub fn new(document: &Value) -> Result<PatternPatches, Box<dyn Error>> {
        let mut patches = BTreeMap::new();
        for patch in document.as_array().ok_or("patterns.json: must be a list")? {
            let pattern = patch["pattern"].as_str().ok_or("patterns.json: a patch needs `pattern`")?;
            let replace = &patch["replace"];
            let list = |value: &Value| -> Vec<String> {
                value.as_array().into_iter().flatten().filter_map(|text| text.as_str().map(str::to_owned)).collect()
            };
            let replacement = match replace.as_str() {
                Some(text) => Replacement { all: vec![text.to_owned()], none: Vec::new() },
                None => Replacement { all: list(&replace["all"]), none: list(&replace["none"]) },
            };
            if patch["reason"].as_str().is_none_or(str::is_empty) {
                return Err(format!("patterns.json: the patch of `{pattern}` needs a reason").into());
            }
            if patches.insert(pattern.to_owned(), replacement).is_some() {
                return Err(format!("patterns.json: two patches of `{pattern}`").into());
            }
        }
        Ok(PatternPatches { patches, used: RefCell::default() })
    }

    /// Fails when a patch was never needed: upstream has changed.
    pub fn check_all_used(&self) -> Result<(), Box<dyn Error>> {
        match self.patches.keys().find(|pattern| !self.used.borrow().contains_key(*pattern)) {
            Some(pattern) => Err(format!("patterns.json: upstream has no pattern `{pattern}` any more").into()),
            None => Ok(()),
        }
    }
}

impl Patterns for PatternPatches {
    fn replacement(&self, pattern: &str) -> Result<Option<Replacement>, String> {
        let Some(replacement) = self.patches.get(pattern) else { return Ok(None) };
        *self.used.borrow_mut().entry(pattern.to_owned()).or_default() += 1;
        Ok(Some(replacement.clone()))
    }
}
