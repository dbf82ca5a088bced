//! Work that goes on by itself.

use tokio::task::JoinHandle;

use crate::run::BoxFuture;

/// Starts work in the background. It comes in a box, because tokio's code for a task is compiled for each type of its future.
///
/// # Panics
///
/// Outside of a tokio runtime.
pub fn background(work: BoxFuture<'static, ()>) -> JoinHandle<()> {
    tokio::spawn(work)
}
