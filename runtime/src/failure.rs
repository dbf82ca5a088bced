//! What can go wrong with one run of a handler.

use std::{
    any::Any,
    future::poll_fn,
    panic::{AssertUnwindSafe, catch_unwind},
    task::Poll,
};

use tokio::time::Instant;

use crate::{BoxFuture, Error, envelope::MessageError};

/// Why one run of a handler, or a whole invocation, failed.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Failure {
    #[error(transparent)]
    Message(#[from] MessageError),
    #[error("recursion: a chain of invocations through this task must have at most {bound} hops, has {hops}")]
    Recursion { hops: u32, bound: u32 },
    #[error("recursion: the dead-letter queue did not take the message: {0}")]
    DeadLetter(Error),
    #[error("{}", chain(.0.as_ref()))]
    Handler(Error),
    #[error("panic: {0}")]
    Panic(String),
    #[error("deadline: the function's time is up")]
    Deadline,
    #[error("deadline: the function's time was up before this record's turn")]
    NoTime,
    // Without the id of a message, Lambda cannot be told that it failed, and the whole batch has to.
    #[error("event: must have `Records`, a list")]
    NoRecords,
    #[error("event: record {index} must have `messageId`, a string that is not empty")]
    NoMessageId { index: usize },
    #[error("order: an earlier message of the same group failed")]
    Order,
}

impl Failure {
    /// One word, to filter logs by.
    pub(crate) fn kind(&self) -> &'static str {
        match self {
            Failure::Message(_) => "message",
            Failure::Recursion { .. } | Failure::DeadLetter(_) => "recursion",
            Failure::Handler(_) => "error",
            Failure::Panic(_) => "panic",
            Failure::Deadline | Failure::NoTime => "deadline",
            Failure::NoRecords | Failure::NoMessageId { .. } => "event",
            Failure::Order => "order",
        }
    }
}

/// An error and its sources. Many errors print their source themselves; it is not said twice.
fn chain(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(error) = source {
        let next = error.to_string();
        if !text.contains(&next) {
            text = format!("{text}: {next}");
        }
        source = error.source();
    }
    text
}

/// Runs a handler until it is done, panics, or has no time left.
pub(crate) async fn guarded<T>(run: BoxFuture<'_, Result<T, Error>>, cut_off: Option<Instant>) -> Result<T, Failure> {
    let run = unwinding(run);
    let finished = match cut_off {
        Some(cut_off) => tokio::time::timeout_at(cut_off, run).await.map_err(|_| Failure::Deadline)?,
        None => run.await,
    };
    match finished {
        Ok(result) => result.map_err(Failure::Handler),
        Err(panic) => Err(Failure::Panic(panic_message(&*panic))),
    }
}

/// A future whose panics are its output. What a panic leaves half done is dropped with the future; a handler's
/// state is shared, as it is between the threads of a server.
async fn unwinding<T>(mut future: BoxFuture<'_, T>) -> Result<T, Box<dyn Any + Send>> {
    poll_fn(move |context| match catch_unwind(AssertUnwindSafe(|| future.as_mut().poll(context))) {
        Ok(Poll::Pending) => Poll::Pending,
        Ok(Poll::Ready(output)) => Poll::Ready(Ok(output)),
        Err(panic) => Poll::Ready(Err(panic)),
    })
    .await
}

fn panic_message(panic: &(dyn Any + Send)) -> String {
    let text = panic.downcast_ref::<&str>().copied().or_else(|| panic.downcast_ref::<String>().map(String::as_str));
    text.unwrap_or("without a message").to_owned()
}
