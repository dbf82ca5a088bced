//! A line of Rust that somebody has to look at.

use std::{fs, path::Path};

use cfn_model::Origin;
use cfn_validate::{Place, nth_line};

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
