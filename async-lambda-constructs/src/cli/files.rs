//! Reading and writing files.

use std::{
    fs,
    io::{self, Write},
    path::Path,
};

use cfn_validate::{Diagnostic, read_text};

pub(super) use cfn_validate::{Source, display, plain};

use super::Session;

/// Reads a file, `-` being stdin, whose root must be an object.
pub(super) fn read(session: &mut Session<'_>, path: &Path) -> Result<Source, Box<Diagnostic>> {
    Source::parse(display(path), text(session, path)?)
}

/// Reads a file, `-` being stdin.
pub(super) fn text(session: &mut Session<'_>, path: &Path) -> Result<String, Box<Diagnostic>> {
    let name = display(path);
    if path == Path::new("-") {
        return read_text(&name, &mut session.input, 0);
    }
    let failed = |error| Box::new(Diagnostic::error(format!("{name}: {}", plain(&error))));
    let file = fs::File::open(session.environment.path(path)).map_err(failed)?;
    let length = file.metadata().map_err(failed)?.len();
    read_text(&name, file, usize::try_from(length).unwrap_or(usize::MAX))
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
