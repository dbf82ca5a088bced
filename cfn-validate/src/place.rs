//! A line of a file that somebody has to look at.

use cfn_model::text::Span;

/// A line of a file that somebody has to look at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    /// The file as the user named it, or as the compiler did.
    pub file: String,
    /// Line and column, both from 1.
    pub position: Option<(usize, usize)>,
    /// Line and column behind the last character, where that is known.
    pub end: Option<(usize, usize)>,
    /// The line itself.
    pub excerpt: Option<Excerpt>,
}

/// A line, and how much of it is meant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Excerpt {
    /// The line without its end.
    pub line: String,
    /// How many characters the caret is wide, from the column.
    pub width: usize,
}

impl Place {
    /// A file as a whole.
    pub fn whole(file: String) -> Place {
        Place { file, position: None, end: None, excerpt: None }
    }

    /// A character of a text.
    pub fn file(file: String, text: &str, line: usize, column: usize) -> Place {
        let excerpt = nth_line(text, line).map(|line| Excerpt { line: line.to_owned(), width: 1 });
        Place { file, position: Some((line, column)), end: None, excerpt }
    }

    /// A stretch of a text. Of one that fills several lines, what stands on the first is shown.
    pub fn span(file: String, text: &str, span: Span) -> Place {
        let mut place = Place::file(file, text, span.start.line, span.start.column);
        place.end = Some((span.end.line, span.end.column));
        if let Some(excerpt) = &mut place.excerpt {
            let end = if span.end.line == span.start.line { span.end.column } else { excerpt.line.chars().count() + 1 };
            excerpt.width = end.saturating_sub(span.start.column).max(1);
        }
        place
    }
}

/// A line by its number from 1. Lines end at `\n`, `\r\n` or `\r`, as in [`cfn_model::text::Position`].
pub fn nth_line(text: &str, line: usize) -> Option<&str> {
    let mut rest = text.strip_prefix('\u{feff}').unwrap_or(text);
    for _ in 1..line {
        let end = rest.find(['\n', '\r'])?;
        let width = if rest[end..].starts_with("\r\n") { 2 } else { 1 };
        rest = &rest[end + width..];
    }
    Some(&rest[..rest.find(['\n', '\r']).unwrap_or(rest.len())])
}
