//! Batches: entries that succeed or fail one by one, in a request that is refused as a whole where it breaks a rule of batches.

use std::collections::BTreeSet;

use serde::Deserialize;
use serde_json::{Value, json};

use super::error::{Kind, Problem};

/// The most entries of a batch.
const MAX_ENTRIES: usize = 10;
/// The longest id of an entry.
const MAX_ID: usize = 80;

/// The input of a batch operation.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Batch<T> {
    pub(super) queue_url: Option<String>,
    entries: Option<Vec<T>>,
}

/// An entry of a batch.
pub(super) trait Entry {
    /// The name of its shape.
    const SHAPE: &'static str;

    /// Its id.
    fn id(&self) -> Option<&str>;
}

impl<T: Entry> Batch<T> {
    /// The entries, each with its id: 1 to 10 with different ids.
    pub(super) fn entries(self) -> Result<Vec<(String, T)>, Problem> {
        let entries = self.entries.unwrap_or_default();
        let shape = T::SHAPE;
        if entries.is_empty() {
            let message = format!("There should be at least one {shape} in the request.");
            return Err(Problem::new(Kind::EmptyBatchRequest, message));
        }
        if entries.len() > MAX_ENTRIES {
            let message =
                format!("Maximum number of entries per request are {MAX_ENTRIES}. You have sent {}.", entries.len());
            return Err(Problem::new(Kind::TooManyEntriesInBatchRequest, message));
        }
        let mut ids = BTreeSet::new();
        let mut checked = Vec::with_capacity(entries.len());
        for (place, entry) in (1..).zip(entries) {
            let id = entry.id().ok_or_else(|| Problem::missing(&format!("{shape}.{place}.Id")))?.to_owned();
            let is_allowed = |char: char| char.is_ascii_alphanumeric() || "-_".contains(char);
            if id.is_empty() || id.len() > MAX_ID || !id.chars().all(is_allowed) {
                let message = "A batch entry id can only contain alphanumeric characters, hyphens and underscores. \
                               It can be at most 80 letters long.";
                return Err(Problem::new(Kind::InvalidBatchEntryId, message));
            }
            if !ids.insert(id.clone()) {
                return Err(Problem::new(Kind::BatchEntryIdsNotDistinct, format!("Id {id} repeated.")));
            }
            checked.push((id, entry));
        }
        Ok(checked)
    }
}

/// The answer to a batch, made of the result of each entry.
pub(super) fn answer(results: impl IntoIterator<Item = (String, Result<Value, Problem>)>) -> Value {
    let (mut successful, mut failed) = (Vec::new(), Vec::new());
    for (id, result) in results {
        match result {
            Ok(mut entry) => {
                entry["Id"] = id.into();
                successful.push(entry);
            }
            Err(problem) => failed.push(json!({
                "Id": id,
                "SenderFault": problem.is_of_sender(),
                "Code": problem.code(),
                "Message": problem.message(),
            })),
        }
    }
    let mut answer = json!({ "Successful": successful });
    if !failed.is_empty() {
        answer["Failed"] = failed.into();
    }
    answer
}
