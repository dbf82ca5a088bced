//! Diagnostics for people, in the manner of a compiler.

use std::fmt::Write as _;

use unicode_width::UnicodeWidthStr;

use super::visible::{clean, visible};
use crate::{Diagnostic, Excerpt, Place, Style};

/// How much of a line is shown: with its number, what a terminal of 80 columns has room for. Templates without line
/// breaks exist.
const SHOWN: usize = 70;
/// How much of a value is shown.
const VALUE: usize = 200;

/// A finding or a failure for people. Nothing that a template holds can move the cursor or change colours.
///
/// Of what is silenced, nothing: [`Counts::words`](crate::Counts::words) counts it.
pub fn human(diagnostic: &Diagnostic, style: Style) -> String {
    if diagnostic.silenced.is_some() {
        return String::new();
    }
    let mut text = String::new();
    let severity = diagnostic.severity;
    let head = match diagnostic.code {
        Some(code) => format!("{severity}[{code}]"),
        None => severity.to_string(),
    };
    line(
        &mut text,
        &format!("{}{}", style.severity(severity, &head), style.bold(&format!(": {}", clean(&diagnostic.message)))),
    );
    // All bars stand below each other, right of the line's number.
    let position = diagnostic.place.as_ref().and_then(|place| place.position);
    let margin = position.map_or(1, |(number, _)| number.to_string().len());
    if let Some(place) = &diagnostic.place {
        line(&mut text, &format!("{:margin$}{} {}", "", style.frame("-->"), clean(&location(place))));
        if let (Some((number, column)), Some(excerpt)) = (place.position, &place.excerpt) {
            let (shown, indent, width) = window(excerpt, column);
            line(&mut text, &format!("{:margin$} {}", "", style.frame("|")));
            line(&mut text, &format!("{} {}", style.frame(&format!("{number:margin$} |")), shown));
            let caret = style.severity(severity, &"^".repeat(width));
            line(&mut text, &format!("{:margin$} {} {:indent$}{caret}", "", style.frame("|"), ""));
        }
    }
    let stack = diagnostic.stack.as_ref().map(|stack| format!("stack {stack}"));
    let at = match (stack, &diagnostic.path) {
        (Some(stack), Some(path)) => Some(format!("{path} ({stack})")),
        (stack, path) => path.clone().or(stack),
    };
    // Most messages say what was expected; once is enough.
    let expected = diagnostic.expected.clone().filter(|expected| !diagnostic.message.contains(expected.as_str()));
    let added_by = diagnostic.added_by.map(|line| line.to_string());
    for (label, value) in [("added by", &added_by), ("at", &at), ("expected", &expected), ("help", &diagnostic.help)] {
        if let Some(value) = value {
            let value = clean(value);
            let short: String = value.chars().take(VALUE).collect();
            let more = if short.len() < value.len() { "…" } else { "" };
            line(&mut text, &format!("{:margin$} {} {}: {short}{more}", "", style.frame("="), style.bold(label)));
        }
    }
    text.push('\n');
    text
}

fn line(text: &mut String, content: &str) {
    let _ = writeln!(text, "{}", content.trim_end());
}

fn location(place: &Place) -> String {
    match place.position {
        Some((line, column)) => format!("{}:{line}:{column}", place.file),
        None => place.file.clone(),
    }
}

/// The part of a line around a column, how far its caret is from the left, and how wide the caret is.
fn window(excerpt: &Excerpt, column: usize) -> (String, usize, usize) {
    let letters: Vec<char> = excerpt.line.chars().collect();
    let at = column.saturating_sub(1 + excerpt.skipped).min(letters.len());
    let start = if letters.len() <= SHOWN || at < SHOWN / 2 { 0 } else { at - SHOWN / 3 };
    let end = (start + SHOWN).min(letters.len());
    let mut shown = String::new();
    if start > 0 || excerpt.skipped > 0 {
        shown.push('…');
    }
    let (mut indent, mut width) = (shown.chars().count(), 0);
    for (position, letter) in letters[..end].iter().enumerate().skip(start) {
        let piece = visible(*letter);
        let columns = piece.width();
        if position < at {
            indent += columns;
        } else if position < at.saturating_add(excerpt.width) {
            width += columns;
        }
        shown.push_str(&piece);
    }
    if end < letters.len() || excerpt.is_cut {
        shown.push('…');
    }
    (shown, indent, width.max(1))
}
