//! The words of a failure: which entry came closest, and where it differs.

use std::fmt::Write as _;

use cfn_model::{Node, Path, Template};

use super::{
    compare::Mismatch,
    section::{Candidate, Selection},
    show,
};

/// How many mismatches are shown.
const SHOWN: usize = 20;

/// Words for no match: the closest entry, and the places where it differs.
pub(super) fn none_matches(template: &Template, selection: &Selection<'_>, candidates: &[Candidate<'_>]) -> String {
    // Of several, `min_by_key` gives the first.
    let Some(closest) = candidates.iter().min_by_key(|candidate| candidate.comparison.cost) else {
        return selection.nothing(template);
    };
    let mut text = match candidates.len() {
        1 => format!("the only {} does not match\n\n", selection.words(1)),
        count => format!("none of the {count} {} matches\n\n", selection.words(count)),
    };
    let which = if candidates.len() == 1 { "" } else { "closest: " };
    text.push_str(&one(template, closest, which));
    text
}

/// Words for entries that do not match, where all must: each with the places where it differs.
pub(super) fn not_all_match(template: &Template, selection: &Selection<'_>, candidates: &[Candidate<'_>]) -> String {
    let wrong: Vec<_> = candidates.iter().filter(|candidate| !candidate.is_match()).collect();
    let count = candidates.len();
    let mut text = format!("{} of the {count} {} do not match\n", wrong.len(), selection.words(count));
    if wrong.len() == 1 {
        text = format!("one of the {count} {} does not match\n", selection.words(count));
    }
    for candidate in wrong {
        text.push('\n');
        text.push_str(&one(template, candidate, ""));
    }
    text
}

/// Words for another number of matches.
pub(super) fn other_count(
    template: &Template,
    selection: &Selection<'_>,
    candidates: &[Candidate<'_>],
    expected: usize,
) -> String {
    let matching: Vec<_> = candidates.iter().filter(|candidate| candidate.is_match()).collect();
    let names = matching.iter().map(|candidate| format!("`{}`", candidate.id)).collect::<Vec<_>>().join(", ");
    let names = if names.is_empty() { names } else { format!(": {names}") };
    let words = selection.words(expected);
    let (got, all) = (matching.len(), candidates.len());
    let mut text = format!("expected {expected} matching {words}, got {got} of {all}{names}\n");
    let closest = candidates.iter().filter(|candidate| !candidate.is_match());
    if let (true, Some(closest)) =
        (matching.len() < expected, closest.min_by_key(|candidate| candidate.comparison.cost))
    {
        text.push('\n');
        text.push_str(&one(template, closest, "closest of the others: "));
    }
    text
}

/// An entry, with its line and its differences.
fn one(template: &Template, candidate: &Candidate<'_>, which: &str) -> String {
    let mut text = format!("{which}`{}`", candidate.id);
    if let Some(origin) = template.origin(&candidate.path) {
        let _ = write!(text, ", added at {origin}");
    }
    if let Some(added_by) = template.added_by(&candidate.path) {
        let _ = write!(text, ", in the construct added at {added_by}");
    }
    text.push('\n');
    text.push_str(&differences("expected", "actual", &candidate.comparison.mismatches));
    text
}

/// Each place that differs, with both values.
pub(super) fn differences(left: &str, right: &str, mismatches: &[Mismatch]) -> String {
    let mut text = format!("Diff < {left} / {right} > :\n");
    for Mismatch { path, expected, actual, note } in mismatches.iter().take(SHOWN) {
        let place = if *path == Path::default() { "the template".to_owned() } else { path.to_string() };
        let note = note.as_ref().map(|note| format!(" ({note})")).unwrap_or_default();
        let _ = writeln!(text, " {place}{note}");
        value(&mut text, '<', expected.as_ref());
        value(&mut text, '>', actual.as_ref());
    }
    if let Some(more @ 1..) = mismatches.len().checked_sub(SHOWN) {
        let _ = writeln!(text, " and {more} more");
    }
    text
}

fn value(text: &mut String, sign: char, value: Option<&Node>) {
    let value = value.map_or_else(|| "absent()".to_owned(), show::text);
    for line in value.lines() {
        let _ = writeln!(text, "{sign}  {line}");
    }
}
