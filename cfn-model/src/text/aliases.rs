//! Where a YAML text repeats a part of itself, and where it merges one object into another.

use super::{Limits, read, watch::Watch};
use crate::{Path, Segment};

/// The places of a text with an alias, `*name`, for a text that was read with the default limits. An alias that is merged
/// into an object, `<<: *name`, stands at the object.
///
/// ```
/// let paths = cfn_model::text::aliases("A: &tags [1]\nB: {C: *tags}\n");
/// assert_eq!(paths.iter().map(ToString::to_string).collect::<Vec<_>>(), ["B/C"]);
/// ```
pub fn aliases(text: &str) -> Vec<Path> {
    // Hardly any text has an alias: most need not be read again.
    if !has_mark(text, '&') || !has_mark(text, '*') {
        return Vec::new();
    }
    let mut watch = Aliases::default();
    match read(text, &Limits::default(), &mut watch) {
        (Ok(_), _) => watch.found,
        (Err(_), _) => Vec::new(),
    }
}

/// The places of the objects of a text into which others are merged with `<<`, for a text that was read with the default
/// limits.
///
/// ```
/// let paths = cfn_model::text::merges("A: &tags {B: 1}\nC: {<<: *tags}\n");
/// assert_eq!(paths.iter().map(ToString::to_string).collect::<Vec<_>>(), ["C"]);
/// ```
pub fn merges(text: &str) -> Vec<Path> {
    // As above.
    if !text.contains("<<") {
        return Vec::new();
    }
    let mut watch = Merges::default();
    match read(text, &Limits::default(), &mut watch) {
        (Ok(_), _) => watch.found,
        (Err(_), _) => Vec::new(),
    }
}

/// Whether a text has a word behind a mark, as anchors and aliases are.
fn has_mark(text: &str, mark: char) -> bool {
    let is_before = |byte: &u8| byte.is_ascii_whitespace() || b"[,{".contains(byte);
    let is_word = |byte: &u8| byte.is_ascii_alphanumeric() || b"_-".contains(byte) || !byte.is_ascii();
    text.match_indices(mark).any(|(at, _)| {
        let (before, behind) = (&text.as_bytes()[..at], &text.as_bytes()[at + 1..]);
        before.last().is_some_and(is_before) && behind.first().is_some_and(is_word)
    })
}

#[derive(Default)]
struct Aliases {
    path: Path,
    found: Vec<Path>,
}

impl Watch for Aliases {
    fn key(&mut self, key: &str, _start: usize, _end: usize) {
        self.path.0.push(Segment::from(key));
    }

    fn item(&mut self, index: usize) {
        self.path.0.push(Segment::from(index));
    }

    fn value(&mut self, _start: usize, _end: usize) {
        self.path.0.pop();
    }

    fn alias(&mut self) {
        self.found.push(self.path.clone());
    }

    fn restart(&mut self) {
        *self = Aliases::default();
    }
}

#[derive(Default)]
struct Merges {
    path: Path,
    found: Vec<Path>,
    /// The value that an alias repeats: its merges stand where it is written.
    repeated: Option<Path>,
}

impl Merges {
    fn end_repetition(&mut self) {
        if self.repeated.as_ref() == Some(&self.path) {
            self.repeated = None;
        }
    }
}

impl Watch for Merges {
    fn key(&mut self, key: &str, _start: usize, _end: usize) {
        self.path.0.push(Segment::from(key));
    }

    fn item(&mut self, index: usize) {
        self.path.0.push(Segment::from(index));
    }

    fn value(&mut self, _start: usize, _end: usize) {
        self.end_repetition();
        self.path.0.pop();
    }

    fn alias(&mut self) {
        self.repeated.get_or_insert_with(|| self.path.clone());
    }

    fn merging(&mut self) {
        if self.repeated.is_none() && self.found.last() != Some(&self.path) {
            self.found.push(self.path.clone());
        }
    }

    fn merged(&mut self) {
        self.end_repetition();
    }

    fn restart(&mut self) {
        *self = Merges::default();
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn where_aliases_stand() {
        let check = |text: &str, expected: &[&str]| {
            let found: Vec<String> = super::aliases(text).iter().map(ToString::to_string).collect();
            assert_eq!(found, expected, "{text}");
        };
        check("A: &a {B: 1}\nC: *a\nD: [2, *a]\n", &["C", "D/1"]);
        check("A: &a {B: 1}\nC:\n  <<: *a\n  D: 1\n", &["C"]);
        // What is repeated can repeat: that is said once, where it is written.
        check("A: &a [1]\nB: &b [*a]\nC: *b\n", &["B/0", "C"]);
        check("A: '&a'\nB: '*a'\nC: a && b * c\n", &[]);
        check("{\"A\": \" &a\", \"B\": \" *a\"}", &[]);
    }

    #[test]
    fn where_objects_are_merged() {
        let check = |text: &str, expected: &[&str]| {
            let found: Vec<String> = super::merges(text).iter().map(ToString::to_string).collect();
            assert_eq!(found, expected, "{text}");
        };
        check("A: &a {B: 1}\nC:\n  <<: *a\n  D: {<<: *a}\nE: '<<'\n", &["C", "C/D"]);
        check("A: &a {B: 1}\nC: [1, {<<: *a, <<: *a}]\n", &["C/1"]);
        // A merge in what is repeated is said once, where it is written.
        check("A: &a {B: 1}\nC: &c {D: {<<: *a}}\nE: *c\nF: {<<: *c}\nG: {<<: {H: 1}}\n", &["C/D", "F", "G"]);
        check("A: 1\nB: 2\n", &[]);
    }
}
