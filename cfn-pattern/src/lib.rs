//! Regular expressions of CloudFormation's schemas: whether a string has a match, as Python's `regex.search` says.
//!
//! ```
//! let pattern = cfn_pattern::Pattern::new("^[a-z]+$")?;
//! assert!(pattern.is_match("jobs"));
//! assert!(cfn_pattern::Pattern::new("[a-z").is_err());
//! # Ok::<(), cfn_pattern::PatternError>(())
//! ```
//!
//! The schemas come with over 3,000 patterns, many of which take exponential time in an engine that backtracks, and
//! many of which need look-around or repetitions in the thousands, which automata cannot afford. Only a yes or no
//! is asked for, so this engine computes with sets of positions instead: see `eval`. Compiling is only parsing.
#![warn(clippy::missing_errors_doc)]
#![warn(missing_docs)]

mod bits;
mod category;
mod class;
mod eval;
mod parse;
#[cfg(test)]
mod tests;

pub use eval::MOST_STEPS;
pub use parse::PatternError;

/// A compiled pattern.
///
/// Look-around, Unicode classes and bounded repetitions of any size are supported; groups that a pattern refers
/// back to, possessive repetition and atomic groups are not. A flag like `(?i)` counts for the whole pattern,
/// wherever it stands.
#[derive(Debug)]
pub struct Pattern {
    tree: parse::Tree,
}

impl Pattern {
    /// Compiles `pattern`.
    ///
    /// # Errors
    ///
    /// [`PatternError`]: no pattern, or one with what is not supported.
    pub fn new(pattern: &str) -> Result<Pattern, PatternError> {
        parse::parse(pattern).map(|tree| Pattern { tree })
    }

    /// Whether `pattern` matches somewhere in `text`; what is too much work is taken for a match.
    pub fn is_match(&self, text: &str) -> bool {
        self.search(text, MOST_STEPS).0.unwrap_or(true)
    }

    /// Whether `pattern` matches somewhere in `text`, unless it takes more than so many steps to know; and how many
    /// it took. No search takes more than [`MOST_STEPS`].
    pub fn search(&self, text: &str, most: u64) -> (Option<bool>, u64) {
        eval::search(&self.tree, text, most)
    }
}

#[cfg(test)]
impl Pattern {
    /// How many words a match computes: what a test can bound where a clock would not do.
    fn steps(&self, text: &str) -> u64 {
        self.search(text, MOST_STEPS).1
    }

    /// Whether a class of `tree` accepts `c`.
    fn accepts(tree: &parse::Tree, class: usize, c: char) -> bool {
        tree.classes[class].find(&class::Text::new(c.encode_utf8(&mut [0; 4]))) == [1]
    }
}

/// The code of README.md.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
mod readme {}
