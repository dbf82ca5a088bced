//! Reading and writing files.

use std::{
    fs,
    io::{self, Read, Write},
    path::Path,
};

use cfn_model::{
    Node, Object,
    text::{self, ErrorKind, Limits, ReadError},
};

use super::{
    Session,
    report::{Diagnostic, Place},
};

/// A template or part of one that was read.
pub(super) struct Source {
    /// The name as the user wrote it.
    pub(super) name: String,
    pub(super) text: String,
    pub(super) document: Object,
}

/// The name for messages: the path as it was given, `stdin` for `-`.
pub(super) fn display(path: &Path) -> String {
    if path == Path::new("-") { "stdin".to_owned() } else { path.display().to_string() }
}

/// Reads a file, `-` being stdin, whose root must be an object.
pub(super) fn read(session: &mut Session<'_>, path: &Path) -> Result<Source, Box<Diagnostic>> {
    let (name, text, node) = read_node(session, path)?;
    match node {
        Node::Object(document) => Ok(Source { name, text, document }),
        other => {
            let message = format!("a template must be an object, got {}", other.kind());
            let diagnostic = Diagnostic { code: Some("E1001"), ..Diagnostic::error(message) };
            Err(Box::new(diagnostic.at(Place::file(name, &text, 1, 1))))
        }
    }
}

/// Reads a file, `-` being stdin: its name, its text and what stands in it.
pub(super) fn read_node(session: &mut Session<'_>, path: &Path) -> Result<(String, String, Node), Box<Diagnostic>> {
    let name = display(path);
    let text = match read_text(session, path) {
        Ok(Ok(text)) => text,
        Ok(Err(error)) => return Err(Box::new(syntax(name, "", &error))),
        Err(error) => return Err(Box::new(Diagnostic::error(format!("{name}: {}", plain(&error))))),
    };
    match text::parse(&text, &Limits::default()) {
        Ok(document) => Ok((name, text, document.node)),
        Err(error) => Err(Box::new(syntax(name, &text, &error))),
    }
}

/// The template at a relative path beside another one; `None` where there is none that can be read.
pub(super) fn beside(path: &Path, name: &str) -> Option<Object> {
    if path == Path::new("-") || Path::new(name).is_absolute() {
        return None;
    }
    let text = fs::read_to_string(path.parent()?.join(name)).ok()?;
    match text::parse(&text, &Limits::default()).ok()?.node {
        Node::Object(document) => Some(document),
        _ => None,
    }
}

/// A text that is neither JSON nor YAML, or breaks a limit.
fn syntax(name: String, text: &str, error: &ReadError) -> Diagnostic {
    let diagnostic = Diagnostic { code: Some("E0000"), ..Diagnostic::error(error.kind.to_string()) };
    match error.position {
        Some(position) => diagnostic.at(Place::file(name, text, position.line, position.column)),
        None => diagnostic.at(Place::whole(name)),
    }
}

fn read_text(session: &mut Session<'_>, path: &Path) -> io::Result<Result<String, ReadError>> {
    let limit = Limits::default().bytes;
    let mut bytes = Vec::new();
    let mut length = 0;
    // One byte more than the reader takes: enough to see that there is more.
    let most = limit as u64 + 1;
    if path == Path::new("-") {
        session.input.take(most).read_to_end(&mut bytes)?;
    } else {
        let file = fs::File::open(session.environment.directory.join(path))?;
        length = file.metadata()?.len() as usize;
        file.take(most).read_to_end(&mut bytes)?;
    }
    let length = bytes.len().max(length);
    if length > limit {
        return Ok(Err(ReadError { kind: ErrorKind::TooLong { limit, bytes: length }, position: None }));
    }
    String::from_utf8(bytes).map(Ok).map_err(|error| {
        let at = error.utf8_error().valid_up_to();
        io::Error::new(io::ErrorKind::InvalidData, format!("must be UTF-8, and is not from byte {at} on"))
    })
}

/// What a write came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Written {
    Changed,
    /// The file already said exactly this, and was left alone.
    Unchanged,
}

/// Writes a file in one step: whoever reads it sees the old content or the new one, never half of it.
pub(super) fn write(path: &Path, content: &str) -> io::Result<Written> {
    let target = match fs::metadata(path) {
        // What is no plain file, a pipe or `/dev/stdout`, can be neither compared nor replaced.
        Ok(metadata) if !metadata.is_file() && !metadata.is_dir() => {
            return fs::File::create(path)?.write_all(content.as_bytes()).map(|()| Written::Changed);
        }
        Ok(metadata) if metadata.len() == content.len() as u64 && fs::read(path)? == content.as_bytes() => {
            return Ok(Written::Unchanged);
        }
        // A link is followed, not replaced.
        Ok(_) => fs::canonicalize(path)?,
        Err(_) => path.to_owned(),
    };
    let mut name = target.file_name().unwrap_or_default().to_owned();
    name.push(format!(".{}.tmp", std::process::id()));
    let temporary = target.with_file_name(name);
    // Not synchronized with the disk, which takes longer than everything else: a template is made again at will.
    let result = fs::write(&temporary, content).and_then(|()| {
        // The new file is as readable as the old one was.
        if let Ok(metadata) = fs::metadata(&target) {
            fs::set_permissions(&temporary, metadata.permissions())?;
        }
        fs::rename(&temporary, &target)
    });
    if result.is_err() {
        // The first error is the one to tell; a file that is not there cannot be removed.
        let _ = fs::remove_file(&temporary);
    }
    result.map(|()| Written::Changed)
}

/// The system's words without the number that Rust adds.
pub(super) fn plain(error: &io::Error) -> String {
    let text = error.to_string();
    let text = text.split(" (os error").next().unwrap_or(&text);
    let mut letters = text.chars();
    letters.next().map(|first| first.to_lowercase().chain(letters).collect()).unwrap_or_default()
}
