//! Stores of changes, so that a killed process loses none.

mod error;
mod journal;
mod open;
mod record;

use std::io;

pub use error::{Cut, Damage, StoreError};
pub use journal::Journal;
pub use open::Opened;

use crate::queue::{Broker, Change};

/// Keeps changes. It is called under the lock of the cloud, before anybody is told that a command was done.
pub trait Store: Send + 'static {
    /// Keeps changes, all of them or none. When it returns, the end of the process does not lose them.
    ///
    /// # Errors
    ///
    /// They are not kept: nothing may be acknowledged any more.
    fn write(&mut self, changes: &[Change]) -> io::Result<()>;

    /// Makes its file smaller where that is worth it: the state is all that a later start needs.
    ///
    /// # Errors
    ///
    /// As those of [`write`](Store::write).
    fn compact(&mut self, broker: &Broker) -> io::Result<()>;
}

/// Takes the deletion of a file that is not there as done.
///
/// # Errors
///
/// A file that is there and cannot be deleted.
pub fn if_there(deleted: io::Result<()>) -> io::Result<()> {
    deleted.or_else(|error| if error.kind() == io::ErrorKind::NotFound { Ok(()) } else { Err(error) })
}

/// Keeps nothing: the state ends with the process.
#[derive(Clone, Copy, Debug, Default)]
pub struct InMemory;

impl Store for InMemory {
    fn write(&mut self, _: &[Change]) -> io::Result<()> {
        Ok(())
    }

    fn compact(&mut self, _: &Broker) -> io::Result<()> {
        Ok(())
    }
}
