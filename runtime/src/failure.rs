//! The failures of one run of a handler, and the guard that turns each of them into a value.

use std::{
    any::Any,
    future::poll_fn,
    panic::{AssertUnwindSafe, catch_unwind},
    task::Poll,
};

use async_lambda_model::RetryDelay;
use tokio::time::{Instant, timeout_at};
use tracing::Span;

use crate::{
    BoxError, BoxFuture, EventError, envelope::MessageError, error::RetryAfter, in_hand::InHand,
    permanent::PermanentError,
};

/// A failure of one run of a handler, or of a whole invocation.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Failure {
    #[error(transparent)]
    Message(#[from] MessageError),
    #[error("recursion: a chain of invocations through this task must have at most {bound} hops, has {hops}")]
    Recursion { hops: u32, bound: u32 },
    /// A failure that could not be put into the dead-letter queue, and the reason why not.
    #[error("{failure}; the dead-letter queue did not take the message: {reason}")]
    DeadLetter { failure: Box<Failure>, reason: String },
    /// An error that a handler or an extractor returned, as text: its `Display` and its destructor are the
    /// application's code, and run inside the guard.
    #[error("{reason}")]
    Returned { kind: &'static str, reason: String, retry_after: Option<RetryDelay> },
    /// As [`Returned`](Failure::Returned), for a message that can never be handled.
    #[error("{0}")]
    Permanent(String),
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
    #[error("event: record {index} must have `dynamodb.SequenceNumber`, a string that is not empty")]
    NoSequenceNumber { index: usize },
    #[error("order: an earlier message of the same group failed")]
    Order,
    #[error("memory: the payloads of a batch must have at most {room} bytes together; this one comes again")]
    NoRoom { room: usize },
}

/// The cause of an error. `source` of an `io::Error` skips the error that it wraps, so that one is asked for first.
pub(crate) fn inner<'a>(error: &'a (dyn std::error::Error + 'static)) -> Option<&'a (dyn std::error::Error + 'static)> {
    let in_io = error.downcast_ref::<std::io::Error>().and_then(std::io::Error::get_ref);
    in_io.map(|error| error as &(dyn std::error::Error + 'static)).or_else(|| error.source())
}

impl Failure {
    /// An error of a handler or an extractor.
    pub(crate) fn returned(error: &BoxError) -> Failure {
        let error: &(dyn std::error::Error + 'static) = &**error;
        let chained = || std::iter::successors(Some(error), |error| inner(*error));
        let reason = one_line(&chain(error));
        if chained().any(|error| error.is::<PermanentError>()) {
            return Failure::Permanent(reason);
        }
        let retry_after = chained().find_map(|error| Some(error.downcast_ref::<RetryAfter>()?.delay));
        let kind = match error.downcast_ref::<EventError>() {
            Some(EventError::Payload { .. } | EventError::Image { .. }) => "payload",
            Some(_) => "event",
            None => "error",
        };
        Failure::Returned { kind, reason, retry_after }
    }

    /// A failure that the dead-letter queue should have been told of, and was not.
    pub(crate) fn not_taken(failure: Failure, reason: String) -> Failure {
        Failure::DeadLetter { failure: Box::new(failure), reason }
    }

    /// The same for each message of a batch.
    pub(crate) fn of_each(&self) -> Failure {
        match self {
            Failure::Permanent(reason) => Failure::Permanent(reason.clone()),
            _ => Failure::Returned { kind: self.kind(), reason: self.to_string(), retry_after: self.retry_after() },
        }
    }

    /// One word, to filter logs by.
    pub(crate) fn kind(&self) -> &'static str {
        match self {
            Failure::Message(MessageError::Missing { .. }) => "payload_missing",
            Failure::Message(MessageError::Load { .. }) => "payload_load",
            Failure::Message(_) => "message",
            Failure::Recursion { .. } => "recursion",
            Failure::DeadLetter { failure, .. } => failure.kind(),
            Failure::Permanent(_) => "permanent",
            Failure::Returned { kind, .. } => kind,
            Failure::Panic(_) => "panic",
            Failure::Deadline | Failure::NoTime => "deadline",
            Failure::NoRecords | Failure::NoMessageId { .. } | Failure::NoSequenceNumber { .. } => "event",
            Failure::Order => "order",
            Failure::NoRoom { .. } => "memory",
        }
    }

    /// Whether the message was put into the dead-letter queue, so that it must not come again.
    pub(crate) fn is_in_dead_letter_queue(&self) -> bool {
        matches!(self, Failure::Recursion { .. } | Failure::Permanent(_))
    }

    /// Whether the handler said that the message can never be handled.
    pub(crate) fn is_permanent(&self) -> bool {
        matches!(self, Failure::Permanent(_))
    }

    /// The time after which the message is to come again, where its handler said that.
    pub(crate) fn retry_after(&self) -> Option<RetryDelay> {
        match self {
            Failure::Returned { retry_after, .. } => *retry_after,
            _ => None,
        }
    }

    /// Whether it was the message's own turn.
    pub(crate) fn was_tried(&self) -> bool {
        !matches!(self, Failure::Order | Failure::NoTime | Failure::NoRoom { .. })
    }

    /// Says that a delay has no effect where no message comes again.
    pub(crate) fn warn_of_delay(&self) {
        if self.retry_after().is_some() {
            tracing::warn!("`retry_after` has no effect: only a message of a queue comes again");
        }
    }

    /// Logs why a record failed.
    pub(crate) fn log(&self) {
        let (kind, reason) = (self.kind(), self);
        if self.is_in_dead_letter_queue() {
            tracing::error!(kind, %reason, "record is in the dead-letter queue");
        } else {
            tracing::error!(kind, %reason, "record failed");
        }
    }
}

/// An error and its sources. Many errors print their source themselves; it is not said twice.
pub(crate) fn chain(error: &dyn std::error::Error) -> String {
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

/// The longest reason that is logged, in bytes.
const LONGEST_REASON: usize = 4096;

/// A text without line breaks and of bounded length.
pub(crate) fn one_line(text: &str) -> String {
    let mut line: String =
        text.split(['\n', '\r']).map(str::trim).filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" ");
    if line.len() > LONGEST_REASON {
        let end = (0..=LONGEST_REASON).rev().find(|&end| line.is_char_boundary(end));
        line.truncate(end.unwrap_or_default());
        line.push_str(" ...");
    }
    line
}

/// Runs until it is done, panics, or has no time left. Nothing that the application's code does gets out of here: a
/// panic, in a destructor too, is a value.
///
/// While a part of `run` is executed, `in_hand` has the span that it belongs to.
pub(crate) async fn guarded<T>(
    run: BoxFuture<'_, Result<T, Failure>>,
    cut_off: Option<Instant>,
    in_hand: &InHand,
) -> Result<T, Failure> {
    let span = Span::current();
    let mut run = Some(run);
    let polled = poll_fn(|context| {
        let Some(future) = run.as_mut() else { return Poll::Pending };
        let _held = in_hand.hold(&span);
        match catch_unwind(AssertUnwindSafe(|| future.as_mut().poll(context))) {
            Ok(Poll::Pending) => Poll::Pending,
            Ok(Poll::Ready(result)) => Poll::Ready(result),
            // A state that a panic leaves half done is dropped with the future; a handler's state is shared, as it is
            // between the threads of a server.
            Err(panic) => Poll::Ready(Err(Failure::Panic(panic_message(panic)))),
        }
    });
    let open = in_hand.open(&span);
    let result = match cut_off {
        Some(cut_off) => timeout_at(cut_off, polled).await.unwrap_or(Err(Failure::Deadline)),
        None => polled.await,
    };
    let _held = in_hand.hold(&span);
    if let Err(panic) = catch_unwind(AssertUnwindSafe(|| drop(run.take()))) {
        let reason = panic_message(panic);
        tracing::warn!(reason, "panic in a destructor after the handler was stopped");
    }
    drop(open);
    result
}

/// The output of a future, or the message of its panic.
#[cfg(any(feature = "aws", feature = "local"))]
pub(crate) async fn caught<T>(future: impl Future<Output = T>) -> Result<T, String> {
    let mut future = Box::pin(future);
    poll_fn(move |context| match catch_unwind(AssertUnwindSafe(|| future.as_mut().poll(context))) {
        Ok(poll) => poll.map(Ok),
        Err(panic) => Poll::Ready(Err(panic_message(panic))),
    })
    .await
}

/// The message of a panic.
fn panic_message(panic: Box<dyn Any + Send>) -> String {
    let text = one_line(panic_text(&*panic).unwrap_or("without a message"));
    // A panic's value may be of any type, with a destructor that panics.
    if let Err(next) = catch_unwind(AssertUnwindSafe(|| drop(panic))) {
        // The destructor of that may panic too. A few bytes are lost.
        std::mem::forget(next);
    }
    text
}

/// The text of a panic, if it has one.
pub(crate) fn panic_text(panic: &(dyn Any + Send)) -> Option<&str> {
    panic.downcast_ref::<&str>().copied().or_else(|| panic.downcast_ref::<String>().map(String::as_str))
}
