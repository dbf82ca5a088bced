//! The dynamic references in a string: `{{resolve:service:...}}`.

use crate::rules::definition::Literal;

const START: &str = "{{resolve:";

/// What each dynamic reference of a string names, service first, unless a function changes the string.
pub(super) fn references<'t>(literal: &Literal<'t>) -> impl Iterator<Item = &'t str> {
    // Few strings have a brace, which is found faster than a string.
    let mut rest = Some(literal.text).filter(|text| !literal.is_argument && text.contains('{')).unwrap_or_default();
    std::iter::from_fn(move || {
        if rest.is_empty() {
            return None;
        }
        let inside = &rest[rest.find(START)? + START.len()..];
        let (reference, after) = inside.split_once("}}")?;
        rest = after;
        Some(reference)
    })
}
