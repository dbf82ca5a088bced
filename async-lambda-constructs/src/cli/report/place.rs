//! A line of a file that somebody has to look at.

use std::{fs, path::Path};

use cfn_model::{text::Span, validate::Origin};

use crate::cli::environment::Environment;

/// A line of a file that somebody has to look at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::cli) struct Place {
    /// The file as the user named it, or as the compiler did.
    pub(in crate::cli) file: String,
    /// Line and column, both from 1.
    pub(in crate::cli) position: Option<(usize, usize)>,
    pub(in crate::cli) excerpt: Option<Excerpt>,
}

/// The line itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::cli) struct Excerpt {
    pub(in crate::cli) line: String,
    /// How many characters the caret is wide, from the column.
    pub(in crate::cli) width: usize,
}

impl Place {
    /// A file as a whole.
    pub(in crate::cli) fn whole(file: String) -> Place {
        Place { file, position: None, excerpt: None }
    }

    /// A place of a text.
    pub(in crate::cli) fn file(file: String, text: &str, line: usize, column: usize) -> Place {
        let excerpt = nth_line(text, line).map(|line| Excerpt { line: line.to_owned(), width: 1 });
        Place { file, position: Some((line, column)), excerpt }
    }

    /// A stretch of a text; of one that fills several lines, what stands on the first.
    pub(in crate::cli) fn span(file: String, text: &str, span: Span) -> Place {
        let mut place = Place::file(file, text, span.start.line, span.start.column);
        if let Some(excerpt) = &mut place.excerpt {
            let end = if span.end.line == span.start.line { span.end.column } else { excerpt.line.chars().count() + 1 };
            excerpt.width = end.saturating_sub(span.start.column).max(1);
        }
        place
    }
}

/// The place of a Rust line, with the line where its file can be found: the compiler names files from the
/// workspace's root, which is where the program was started or above it.
pub(in crate::cli) fn rust_place(origin: Origin, environment: &Environment) -> Place {
    let line = origin.line as usize;
    let text = environment.directory.ancestors().find_map(|folder| read_source(&folder.join(origin.file)));
    match text {
        Some(text) => {
            let column = match origin.column {
                0 => nth_line(&text, line).map_or(1, first_word),
                column => column as usize,
            };
            let mut place = Place::file(origin.file.to_owned(), &text, line, column);
            if let Some(excerpt) = &mut place.excerpt {
                let rest = excerpt.line.chars().skip(column - 1);
                excerpt.width = rest.take_while(|letter| letter.is_alphanumeric() || *letter == '_').count().max(1);
            }
            place
        }
        None => Place { position: Some((line, origin.column.max(1) as usize)), ..Place::whole(origin.file.to_owned()) },
    }
}

/// The column of the first letter: where one looks when only the line is known.
fn first_word(line: &str) -> usize {
    line.chars().position(char::is_alphanumeric).unwrap_or(0) + 1
}

fn read_source(path: &Path) -> Option<String> {
    // A source file of this size is not one that somebody wrote.
    const LIMIT: u64 = 4 << 20;
    fs::metadata(path).ok().filter(|metadata| metadata.is_file() && metadata.len() <= LIMIT)?;
    fs::read_to_string(path).ok()
}

/// A line by its number from 1. Lines end at `\n`, `\r\n` or `\r`, as in [`cfn_model::text::Position`].
fn nth_line(text: &str, line: usize) -> Option<&str> {
    let mut rest = text.strip_prefix('\u{feff}').unwrap_or(text);
    for _ in 1..line {
        let end = rest.find(['\n', '\r'])?;
        let width = if rest[end..].starts_with("\r\n") { 2 } else { 1 };
        rest = &rest[end + width..];
    }
    Some(&rest[..rest.find(['\n', '\r']).unwrap_or(rest.len())])
}
