//! Folders and archives: what `build` and assets have in common.

mod error;
pub(crate) mod files;
pub(crate) mod zip;

use std::{fs, io, path::Path};

pub use error::ArchiveError;

/// The most bytes of an archive that Lambda takes in the request itself: more has to go through S3.
pub(crate) const DIRECT_UPLOAD: u64 = 50 * 1024 * 1024;
/// The most bytes of all files of a function. Lambda's own words: "unzipped size must be smaller than 262144000 bytes".
pub(crate) const UNZIPPED: u64 = 250 * 1024 * 1024;

/// Writes a file in one step, unless it is there already. Returns whether it is another one now.
pub(crate) fn write(path: &Path, content: &[u8]) -> io::Result<bool> {
    if fs::metadata(path).is_ok_and(|metadata| metadata.len() == content.len() as u64)
        && fs::read(path).is_ok_and(|old| old == content)
    {
        return Ok(false);
    }
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder)?;
    }
    let temporary = path.with_extension(format!("{}.tmp", std::process::id()));
    let result = fs::write(&temporary, content).and_then(|()| fs::rename(&temporary, path));
    if result.is_err() {
        // The first error is the one to tell; a file that is not there cannot be removed.
        let _ = fs::remove_file(&temporary);
    }
    result.map(|()| true)
}
