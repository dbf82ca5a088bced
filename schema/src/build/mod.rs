//! From JSON schemas to the binary form: for the data of this crate, which `xtask` makes, and for the types of a user.
//!
//! Equal nodes, lists and strings are stored once. A definition that contains itself is a word that is filled in when the
//! definition is done.

mod json;
mod node;
mod record;

use std::collections::{BTreeMap, HashMap};

pub use json::{Json, Problem, View};
pub use node::{KEYWORDS, UNKNOWN};

/// The offset of a node or a list in the words.
pub type Offset = u32;

/// How deep schemas may stand in schemas. The deepest of AWS has 38 levels.
const DEEPEST: usize = 64;

/// What becomes of the patterns of a document.
pub trait Patterns {
    /// What stands for a pattern, where it is not the pattern itself.
    ///
    /// # Errors
    ///
    /// The pattern does not compile.
    fn replacement(&self, pattern: &str) -> Result<Option<Replacement>, String>;
}

/// A replacement for a pattern: all of some patterns match, and none of some others.
#[derive(Clone, Debug)]
pub struct Replacement {
    /// Every one must match.
    pub all: Vec<String>,
    /// None may match.
    pub none: Vec<String>,
}

/// The words under construction. Equal runs of words are stored once.
#[derive(Default)]
pub struct Words {
    /// The offset of the first word.
    pub first_word: Offset,
    /// The words.
    pub words: Vec<u32>,
    /// The number of the first string.
    pub first_string: u32,
    /// The strings.
    pub strings: Vec<String>,
    pub(crate) string_numbers: HashMap<String, u32>,
    pub(crate) runs: HashMap<Vec<u32>, Offset>,
    /// How many schema nodes there are.
    pub nodes: usize,
    /// The nodes that the keyword `documents` of a schema can name: pairs of rule and node.
    pub documents: BTreeMap<String, Offset>,
    /// The nodes that the keyword `definition` of a schema can name: pairs of name and node.
    pub definitions: BTreeMap<String, Offset>,
    /// How many words there may be; without a number as many as fit.
    pub most: Option<usize>,
}

/// One document: what its references mean.
pub struct Document<'a, J> {
    root: J,
    patterns: &'a dyn Patterns,
    /// Definitions that are done, by reference.
    done: BTreeMap<String, Offset>,
    /// Definitions that are under way, and the word for those that turned out to contain themselves.
    open: Vec<(String, Option<Offset>)>,
    /// The definition that is being read, and whether there is a property or an item between it and here.
    here: (String, bool),
    /// Definitions that say something about the same value as others, by reference.
    same_value: BTreeMap<String, Vec<String>>,
    depth: usize,
}

impl<'a, J> Document<'a, J> {
    /// A document, with what becomes of its patterns.
    pub fn new(root: J, patterns: &'a dyn Patterns) -> Document<'a, J> {
        Document {
            root,
            patterns,
            done: BTreeMap::new(),
            open: Vec::new(),
            here: (String::new(), false),
            same_value: BTreeMap::new(),
            depth: 0,
        }
    }

    /// A definition that refers to itself about the same value: whoever checks a value by it never comes to an end.
    fn endless(&self) -> Option<&str> {
        let all: Vec<(&String, &Vec<String>)> = self.same_value.iter().collect();
        // None: not seen yet; false: on the way.
        let mut done: Vec<Option<bool>> = vec![None; all.len()];
        for start in 0..all.len() {
            // Depth first, without recursion: those on the way are not done.
            let mut stack = vec![(start, 0)];
            while let Some((number, next)) = stack.pop() {
                if next == 0 && done[number].is_some() {
                    continue;
                }
                done[number] = Some(false);
                let Some(target) = all[number].1.get(next) else {
                    done[number] = Some(true);
                    continue;
                };
                stack.push((number, next + 1));
                // One that refers to nothing ends there.
                let Ok(target) = all.binary_search_by(|(name, _)| name.as_str().cmp(target)) else { continue };
                match done[target] {
                    Some(false) => return Some(all[target].0),
                    Some(true) => {}
                    None => stack.push((target, 0)),
                }
            }
        }
        None
    }
}

impl Words {
    /// The number of a string.
    pub fn string(&mut self, text: &str) -> u32 {
        if let Some(number) = self.string_numbers.get(text) {
            return *number;
        }
        let number = self.first_string + self.strings.len() as u32;
        self.strings.push(text.to_owned());
        self.string_numbers.insert(text.to_owned(), number);
        number
    }

    fn end(&self) -> Offset {
        self.first_word + self.words.len() as u32
    }

    /// Stores a run of words, or finds it.
    pub fn run(&mut self, run: Vec<u32>) -> Offset {
        if let Some(offset) = self.runs.get(&run) {
            return *offset;
        }
        let offset = self.end();
        self.words.extend(&run);
        self.runs.insert(run, offset);
        offset
    }

    /// A counted list.
    pub fn list(&mut self, items: &[u32]) -> Offset {
        let mut run = vec![items.len() as u32];
        run.extend(items);
        self.run(run)
    }

    /// A counted list of pairs.
    pub fn pairs(&mut self, pairs: &[(u32, u32)]) -> Offset {
        let mut run = vec![pairs.len() as u32];
        run.extend(pairs.iter().flat_map(|(key, value)| [*key, *value]));
        self.run(run)
    }
}
