//! Errors of opening a journal, and the end that was cut off from one that was opened.

use std::{
    fmt, io,
    path::{Path, PathBuf},
};

use super::record::VERSION;

/// An error of opening a journal.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// A file cannot be read or written.
    #[error("local state `{}`: cannot be {action}: {source}", path.display())]
    Io {
        /// The file.
        path: PathBuf,
        /// The action that was tried: opened, read, locked, ...
        action: &'static str,
        /// The error of the system.
        source: io::Error,
    },
    /// Another program has it open.
    #[error(
        "local state `{}`: must be open in one program at a time, and another program runs with it; stop that one first",
        .0.display()
    )]
    InUse(PathBuf),
    /// Another format, of an older or newer release.
    #[error(
        "local state `{}`: must have format {VERSION}, has format {version}; start once with `--fresh`, which deletes it",
        path.display()
    )]
    Version {
        /// The file.
        path: PathBuf,
        /// Its format.
        version: u32,
    },
    /// A file of something else, or one whose head is damaged.
    #[error("local state `{}`: must be a journal of async-lambda, is not; start once with `--fresh`, which deletes it", .0.display())]
    NotAJournal(PathBuf),
    /// An undamaged record that this release does not understand.
    #[error(
        "local state `{}`: record at byte {at} cannot be read: {reason}; start once with `--fresh`, which deletes it",
        path.display()
    )]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// The place where the record begins.
        at: u64,
        /// The fault of the record.
        reason: String,
    },
}

impl StoreError {
    pub(super) fn io(path: &Path, action: &'static str) -> impl FnOnce(io::Error) -> StoreError + use<> {
        let path = path.to_owned();
        move |source| StoreError::Io { path, action, source }
    }
}

/// The end of a journal that was cut off when it was opened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cut {
    /// The journal.
    pub path: PathBuf,
    /// The number of bytes that it kept.
    pub at: u64,
    /// The number of bytes that were cut off.
    pub bytes: u64,
    /// The reason.
    pub damage: Damage,
}

/// The reason why the end of a journal was cut off.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Damage {
    /// The process ended while it wrote. What it wrote was not acknowledged to anybody.
    Torn,
    /// The file is not as it was written. Messages may be lost.
    Changed {
        /// A copy of the file as it was.
        copy: PathBuf,
    },
}

impl fmt::Display for Cut {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Cut { path, at, bytes, damage } = self;
        let path = path.display();
        match damage {
            Damage::Torn => write!(
                f,
                "local state `{path}`: {bytes} bytes at its end were half written when the program ended, and are cut off; \
                 nothing that was acknowledged is lost"
            ),
            Damage::Changed { copy } => write!(
                f,
                "local state `{path}`: damaged at byte {at}; that and the rest of the file, {bytes} bytes, are dropped, and \
                 messages may be lost or come again; `{}` is a copy of the damaged file",
                copy.display()
            ),
        }
    }
}
