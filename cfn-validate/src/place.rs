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

/// How many characters of a line are kept on either side of what is meant: more than anybody looks at, and little where
/// a file of megabytes is one line.
const KEPT: usize = 200;

/// A line, or of a long one the part around what is meant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Excerpt {
    /// The line without its end.
    pub line: String,
    /// How many characters of it are left out at its beginning.
    pub skipped: usize,
    /// Whether characters are left out at its end.
    pub is_cut: bool,
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
        let excerpt = nth_line(text, line).map(|line| {
            let at = line.char_indices().nth(column.saturating_sub(1)).map_or(line.len(), |(at, _)| at);
            Excerpt::around(line, at, column)
        });
        Place { file, position: Some((line, column)), end: None, excerpt }
    }

    /// A stretch of a text. Of one that fills several lines, what stands on the first is shown.
    pub fn span(file: String, text: &str, span: Span) -> Place {
        let (start, end) = (span.start, span.end);
        let mut excerpt = Excerpt::around(text, start.offset, start.column);
        excerpt.width = match end.line == start.line {
            true => end.column.saturating_sub(start.column).max(1),
            false => (excerpt.line.chars().count() + excerpt.skipped + 1).saturating_sub(start.column).max(1),
        };
        Place {
            file,
            position: Some((start.line, start.column)),
            end: Some((end.line, end.column)),
            excerpt: Some(excerpt),
        }
    }
}

impl Excerpt {
    /// The line of a place, which is so many bytes into a text. The work does not grow with the text.
    fn around(text: &str, at: usize, column: usize) -> Excerpt {
        let is_end = |letter: &char| matches!(letter, '\n' | '\r');
        let before: Vec<char> = text[..at].chars().rev().take(KEPT.min(column.saturating_sub(1))).collect();
        let mut after = text[at..].chars().take_while(|letter| !is_end(letter));
        let mut line: String = before.iter().rev().collect();
        line.extend(after.by_ref().take(KEPT));
        let is_cut = after.next().is_some();
        Excerpt { line, skipped: column.saturating_sub(1 + before.len()), is_cut, width: 1 }
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
