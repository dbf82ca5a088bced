//! Regular expressions of the schemas.

/// A compiled regular expression of the ECMAScript kind, which JSON Schema uses.
#[derive(Debug)]
pub(super) struct Pattern(regress::Regex);

impl Pattern {
    /// Compiles a pattern; `None` when it is none.
    pub(super) fn new(pattern: &str) -> Option<Pattern> {
        regress::Regex::with_flags(pattern, "u").or_else(|_| regress::Regex::new(pattern)).ok().map(Pattern)
    }

    /// Whether it matches anywhere in the text.
    pub(super) fn is_match(&self, text: &str) -> bool {
        self.0.find(text).is_some()
    }
}
