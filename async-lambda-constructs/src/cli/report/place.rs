//! A line of Rust or of a file that somebody has to look at.

use std::{fs, path::Path};

use cfn_model::{
    Finding, Origin,
    text::{Location, Position, Span},
};
use cfn_rules::codes::{
    AL0001 as UNKNOWN_EXTRA, AL0101 as UNKNOWN_KEY, AL0103 as UNKNOWN_TASK, AL0104 as TASK_DOMAIN,
    AL0106 as UNKNOWN_STAGE, AL0108 as RESERVED, AL0109 as VARIABLE_NAME, AL0110 as TOO_MANY_BYTES, AL0112 as NETWORK,
    AL0116 as TOO_LARGE, AL0117 as STAGE_OF_TASK, AL0118 as NO_DOMAIN, AL0120 as TAG,
};
use cfn_validate::{Place, Source, nth_line};

use crate::cli::environment::Environment;

/// The place of a Rust line, with the line where its file can be found: the compiler names files from the
/// workspace's root, which is where the program was started or above it.
pub(in crate::cli) fn rust_place(origin: Origin, environment: &Environment) -> Place {
    let line = origin.line as usize;
    let text = environment.surroundings.directory.ancestors().find_map(|folder| read_source(&folder.join(origin.file)));
    match text {
        Some(text) => {
            let column = match origin.column {
                0 => nth_line(&text, line).map_or(1, first_word),
                column => column as usize,
            };
            let mut place = Place::file(origin.file.to_owned(), &text, line, column);
            if let Some(excerpt) = &mut place.excerpt {
                let rest = excerpt.line.chars().skip(column.saturating_sub(1 + excerpt.skipped));
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

/// Where to look, where some rules are those of a file of settings.
pub(in crate::cli) fn file_place(
    source: &Source,
    finding: &Finding,
    path: &cfn_model::Path,
    location: &Location,
) -> Place {
    let part = finding.actual.as_deref().filter(|_| finding.rule.code == UNKNOWN_EXTRA.code);
    let spans = location.key.into_iter().chain([location.value]);
    if let Some(span) = part.and_then(|part| spans.into_iter().find_map(|span| span_of_part(&source.text, span, part)))
    {
        return Place::span(source.name.clone(), &source.text, span);
    }
    source.place(finding, path, location, is_about_a_name(finding.rule.code))
}

/// Whether findings of this rule are about a name and not about what stands behind it.
fn is_about_a_name(code: &str) -> bool {
    let rules = [
        &UNKNOWN_KEY,
        &UNKNOWN_TASK,
        &TASK_DOMAIN,
        &UNKNOWN_STAGE,
        &STAGE_OF_TASK,
        &NO_DOMAIN,
        &RESERVED,
        &VARIABLE_NAME,
        &NETWORK,
        &TOO_LARGE,
        &TOO_MANY_BYTES,
        &TAG,
    ];
    rules.iter().any(|rule| rule.code == code)
}

/// Where a part of a string stands in it.
fn span_of_part(text: &str, whole: Span, part: &str) -> Option<Span> {
    let inside = text.get(whole.start.offset..whole.end.offset)?;
    let before = &inside[..inside.find(part)?];
    if before.contains(['\n', '\r']) {
        return None;
    }
    let (line, column) = (whole.start.line, whole.start.column + before.chars().count());
    let offset = whole.start.offset + before.len();
    let end = Position { line, column: column + part.chars().count(), offset: offset + part.len() };
    Some(Span { start: Position { line, column, offset }, end })
}
