//! The differences that are known, each with its reason.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::Path,
};

use serde::Deserialize;

use super::Verdict;
use crate::Error;

/// `differences.json`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Known {
    /// The names that codes of AWS's validator have here. An empty name: we have no such rule, on purpose.
    renamed: BTreeMap<String, String>,
    /// The explanations; the first that fits is what explains a difference.
    #[serde(rename = "differences")]
    pub entries: Vec<Entry>,
}

/// An explanation.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Entry {
    /// The rule, by our name.
    pub code: String,
    /// The side that has the finding.
    pub side: Side,
    /// The end of the template's path, where only one is meant.
    #[serde(default)]
    template: String,
    /// The subject, such as `Resources/Jobs`, where only one is meant.
    #[serde(default)]
    subject: String,
    /// The side that is right.
    pub right: Right,
    /// The reason.
    pub reason: String,
}

/// The side that has a finding that the other has not.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Side {
    /// We.
    Ours,
    /// AWS.
    Theirs,
}

/// The side that is right.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Right {
    /// We.
    Ours,
    /// AWS.
    Theirs,
    /// It is said in different words, or of different places.
    Both,
}

impl Known {
    /// Reads the file.
    pub fn read(path: &Path) -> Result<Known, Error> {
        let text = fs::read_to_string(path).map_err(Error::io(format!("read {}", path.display())))?;
        Known::parse(&text)
    }

    pub(super) fn parse(text: &str) -> Result<Known, Error> {
        let known: Known = serde_json::from_str(text).map_err(Error::json("differences.json"))?;
        match known.entries.iter().find(|entry| entry.reason.trim().is_empty()) {
            Some(entry) => {
                let source = format!("the entry of {} needs a reason", entry.code).into();
                Err(Error::Data { subject: "differences.json", source })
            }
            None => Ok(known),
        }
    }

    /// Verdicts under our names, without those of rules that we have not on purpose.
    pub fn renamed(&self, verdicts: BTreeSet<Verdict>) -> BTreeSet<Verdict> {
        let rename = |verdict: Verdict| match self.renamed.get(&verdict.code) {
            Some(code) => Verdict { code: code.clone(), ..verdict },
            None => verdict,
        };
        verdicts.into_iter().map(rename).filter(|verdict| !verdict.code.is_empty()).collect()
    }

    /// The index of the entry that explains why only this side has a finding.
    pub fn explain(&self, side: Side, verdict: &Verdict) -> Option<usize> {
        self.entries.iter().position(|entry| {
            entry.side == side
                && entry.code == verdict.code
                && verdict.template.ends_with(&entry.template)
                && (entry.subject.is_empty() || entry.subject == verdict.subject)
        })
    }
}

impl Side {
    /// The word in the file.
    pub fn name(self) -> &'static str {
        match self {
            Side::Ours => "ours",
            Side::Theirs => "theirs",
        }
    }
}

impl Right {
    /// The word in the file, as the subject of a sentence.
    pub fn verb(self) -> &'static str {
        match self {
            Right::Ours => "we are",
            Right::Theirs => "they are",
            Right::Both => "both are",
        }
    }
}
