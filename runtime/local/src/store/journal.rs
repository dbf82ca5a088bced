//! A file that each change is appended to.

use std::{
    fs::{self, File, OpenOptions, TryLockError},
    io::{self, Write},
    mem,
    path::{Path, PathBuf},
};

use super::{
    Store, StoreError, if_there,
    record::{self, Head},
};
use crate::queue::{Broker, Change};

/// A journal that is shorter than this is not compacted: 64 MiB.
const SMALLEST: u64 = 64 << 20;
/// The length of a journal at which it is compacted, as a multiple of the state's.
const FACTOR: u64 = 3;
/// The bytes of a snapshot that are written at once.
const CHUNK: usize = 1 << 20;
/// A buffer that has become larger than this is given back.
const LARGEST_BUFFER: usize = 8 << 20;

/// A file that each change is appended to, with one `write` a call and no `fsync`: what was acknowledged survives the end of
/// the process, whatever ended it. A loss of power can cost the last seconds.
///
/// When it is longer than 64 MiB and three times the state, the state is written into another file, which then replaces it.
#[derive(Debug)]
pub struct Journal {
    path: PathBuf,
    file: File,
    head: Head,
    length: u64,
    smallest: u64,
    /// The length from which on it is compacted.
    compact_at: u64,
    buffer: Vec<u8>,
    /// Locked for as long as it is open.
    _lock: File,
}

impl Journal {
    /// Deletes a journal, so that the next program begins anew. Copies of damaged ones stay.
    ///
    /// # Errors
    ///
    /// A journal that another program has open, or that cannot be deleted.
    pub fn remove(path: &Path) -> Result<(), StoreError> {
        if !path.try_exists().map_err(StoreError::io(path, "read"))? {
            return Ok(());
        }
        let _lock = lock(path)?;
        for path in [next(path), path.to_owned()] {
            if_there(fs::remove_file(&path)).map_err(StoreError::io(&path, "deleted"))?;
        }
        Ok(())
    }

    /// Compacts it from this length on, in bytes, instead of 64 MiB.
    #[must_use]
    pub fn compact_from(mut self, bytes: u64) -> Journal {
        self.smallest = bytes;
        self.compact_at = bytes;
        self
    }

    /// The length of the file, in bytes.
    #[expect(clippy::len_without_is_empty, reason = "a journal has a head at least")]
    pub fn len(&self) -> u64 {
        self.length
    }

    /// A journal that was read. `state` is the approximate size of its state in bytes.
    pub(super) fn of_file(path: &Path, file: File, head: Head, length: u64, state: u64, lock: File) -> Journal {
        let compact_at = SMALLEST.max(state.saturating_mul(FACTOR));
        let (path, buffer) = (path.to_owned(), Vec::new());
        Journal { path, file, head, length, smallest: SMALLEST, compact_at, buffer, _lock: lock }
    }

    /// A journal that has only a snapshot.
    pub(super) fn of_state(path: &Path, head: Head, broker: &Broker, lock: File) -> Result<Journal, StoreError> {
        let (file, length) = write_snapshot(path, &head, broker).map_err(StoreError::io(path, "written"))?;
        Ok(Journal::of_file(path, file, head, length, length, lock))
    }

    fn rewrite(&mut self, broker: &Broker) -> io::Result<()> {
        (self.file, self.length) = write_snapshot(&self.path, &self.head, broker)?;
        self.compact_at = self.smallest.max(self.length.saturating_mul(FACTOR));
        Ok(())
    }
}

impl Store for Journal {
    fn write(&mut self, changes: &[Change]) -> io::Result<()> {
        self.buffer.clear();
        for (index, change) in changes.iter().enumerate() {
            record::append_change(&mut self.buffer, change, index + 1 < changes.len())?;
        }
        self.file.write_all(&self.buffer)?;
        self.length += self.buffer.len() as u64;
        if self.buffer.capacity() > LARGEST_BUFFER {
            self.buffer = Vec::new();
        }
        Ok(())
    }

    fn compact(&mut self, broker: &Broker) -> io::Result<()> {
        if self.length < self.compact_at {
            return Ok(());
        }
        // Until the rename, the old file has everything, and changes can go on into it.
        if let Err(error) = self.rewrite(broker) {
            let path = self.path.display();
            tracing::warn!("local state `{path}`: cannot be made smaller, and goes on growing: {error}");
            self.compact_at = self.length + self.smallest;
        }
        Ok(())
    }
}

/// Writes a snapshot beside a journal and puts it into its place. It is on the disk before it has the name: otherwise a loss
/// of power could leave a journal without anything.
fn write_snapshot(path: &Path, head: &Head, broker: &Broker) -> io::Result<(File, u64)> {
    let next = next(path);
    if_there(fs::remove_file(&next))?;
    let mut file = OpenOptions::new().append(true).create_new(true).open(&next)?;
    let (mut buffer, mut length) = (Vec::new(), 0);
    record::append_version(&mut buffer);
    record::append_head(&mut buffer, head)?;
    for change in broker.snapshot() {
        record::append_change(&mut buffer, &change, false)?;
        if buffer.len() >= CHUNK {
            length += buffer.len() as u64;
            file.write_all(&mem::take(&mut buffer))?;
        }
    }
    length += buffer.len() as u64;
    file.write_all(&buffer)?;
    file.sync_all()?;
    std::fs::rename(&next, path)?;
    Ok((file, length))
}

/// Locks a journal. The lock is on a file of its own, since the journal's own is replaced when it is compacted.
pub(super) fn lock(path: &Path) -> Result<File, StoreError> {
    let lock = with_extension(path, "lock");
    let file = OpenOptions::new().create(true).append(true).open(&lock).map_err(StoreError::io(&lock, "opened"))?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(TryLockError::WouldBlock) => Err(StoreError::InUse(path.to_owned())),
        Err(TryLockError::Error(error)) => Err(StoreError::io(&lock, "locked")(error)),
    }
}

/// The file that a snapshot is written into.
pub(super) fn next(path: &Path) -> PathBuf {
    with_extension(path, "next")
}

/// A file beside the journal: its name, a dot, and this.
pub(super) fn with_extension(path: &Path, extension: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(".");
    name.push(extension);
    name.into()
}
