//! Why a folder does not become an archive.

use std::{
    io,
    path::{Path, PathBuf},
};

/// Why a folder does not become an archive.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ArchiveError {
    /// There is something that an archive cannot say.
    #[error("asset `{name}`: must be {expected}, got {kind}")]
    Kind {
        /// Its name in the archive.
        name: String,
        /// What it is.
        kind: &'static str,
        /// What it could be.
        expected: &'static str,
    },
    /// A link that cannot be followed.
    #[error("asset `{name}`: a link must lead to a file or a folder of the asset, and this one {reason}")]
    Link {
        /// Its name in the archive.
        name: String,
        /// Where it leads.
        reason: &'static str,
    },
    /// A name is no text.
    #[error("asset `{name}`: its name must be UTF-8")]
    Name {
        /// The name, as far as it can be said.
        name: String,
    },
    /// A name is too long for the format.
    #[error("asset `{name}`: a name must be at most 65535 bytes, got {}", name.len())]
    LongName {
        /// The name.
        name: String,
    },
    /// More files than anybody packages on purpose.
    #[error("asset: a folder must have at most {most} files, and there are more")]
    TooMany {
        /// The most that there can be.
        most: usize,
    },
    /// The files cannot be put together.
    #[error("archive: cannot be made: {source}")]
    Write {
        /// What the format's writer says.
        source: io::Error,
    },
    /// A file cannot be read.
    #[error("{}: cannot be read: {source}", path.display())]
    Read {
        /// The file.
        path: PathBuf,
        /// What the system says.
        source: io::Error,
    },
}

impl ArchiveError {
    pub(crate) fn read(path: &Path, source: io::Error) -> ArchiveError {
        ArchiveError::Read { path: path.to_owned(), source }
    }
}
