//! Reasons why messages were not sent.

use std::fmt;

use async_lambda_model::{NameError, OutOfRange, TaskId};

use crate::BoxError;

/// Messages that were not sent: the error of [`send`](crate::Invoke::send) and [`send_all`](crate::Invoke::send_all).
///
/// All other messages of the call were sent.
///
/// ```
/// use async_lambda::prelude::*;
///
/// #[derive(Debug, thiserror::Error)]
/// enum TickError {
///     #[error("a mail is not on its way")]
///     Send(#[from] SendError),
/// }
///
/// # struct Mail; impl Task for Mail { const ID: &'static str = "Mail"; type Payload = String; }
/// async fn tick(_: ScheduledEvent, mail: Invoke<Mail>) -> Result<(), TickError> {
///     mail.send("one".to_owned()).await?;
///     mail.send_all(["two".to_owned(), "three".to_owned()]).await?;
///     Ok(())
/// }
/// # let _ = App::new("demo").scheduled_task("Tick", schedule!("rate(1 day)"), tick);
/// ```
#[derive(Debug)]
pub struct SendError {
    total: usize,
    unsent: Vec<Unsent>,
}

/// A message that was not sent.
#[derive(Debug)]
pub struct Unsent {
    /// Its index among those that were given; 0 for [`send`](crate::Invoke::send).
    pub index: usize,
    /// The reason.
    pub reason: SendFailure,
}

/// The reason why a message was not sent.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum SendFailure {
    /// The id of the task is not valid. An application with such a task does not start; a client has no application.
    #[error("message: {source}")]
    Name {
        /// The id, and the rule.
        source: NameError,
    },
    /// The payload's `Serialize` fails.
    #[error("message to `{task}`: payload cannot be written as json: {source}")]
    Encode {
        /// The task that it is for.
        task: TaskId,
        /// The error of serde.
        source: serde_json::Error,
    },
    /// The payload is too large for a message, and the bucket did not take it.
    #[error("message to `{task}`: payload of {bytes} bytes cannot be stored: {source}")]
    Store {
        /// The task that it is for.
        task: TaskId,
        /// The length of the payload's JSON.
        bytes: usize,
        /// The error of the transport.
        source: BoxError,
    },
    /// The delay is out of its range.
    #[error("message to `{task}`: {source}")]
    Delay {
        /// The task that it is for.
        task: TaskId,
        /// The range.
        source: OutOfRange,
    },
    /// The lane is out of its range.
    #[error("message to `{task}`: {source}")]
    Lane {
        /// The task that it is for.
        task: TaskId,
        /// The range.
        source: OutOfRange,
    },
    /// The deduplication id is not one that SQS takes.
    #[error(
        "message to `{task}`: deduplication id: must be 1 to 128 letters, digits and punctuation marks of ASCII, got `{id}`"
    )]
    DeduplicationId {
        /// The task that it is for.
        task: TaskId,
        /// The id.
        id: String,
    },
    /// The message group breaks SQS's rule.
    #[error(
        "message to `{task}`: group: must be 1 to 128 letters, digits and punctuation marks of ASCII, got `{group}`"
    )]
    Group {
        /// The task that it is for.
        task: TaskId,
        /// The group.
        group: String,
    },
    /// The id of a message for a later time breaks its rule.
    #[error("message to `{task}`: id: must be 1 to 64 letters, digits, `-`, `_` and `.`, got `{id}`")]
    ScheduleId {
        /// The task that it is for.
        task: TaskId,
        /// The id.
        id: String,
    },
    /// A message for a later time has this id already.
    #[error("message to `{task}`: id `{id}` must be free, is scheduled already")]
    AlreadyScheduled {
        /// The task that it is for.
        task: TaskId,
        /// The id.
        id: String,
    },
    /// The time of the message is too far away.
    #[error("message to `{task}`: time must be before the year 10000")]
    Time {
        /// The task that it is for.
        task: TaskId,
    },
    /// The payload is too large for a schedule, and would be deleted from the bucket before the time of the message.
    #[error(
        "message to `{task}`: payload of {bytes} bytes goes through the bucket, which keeps it for {kept} days, got a delay of \
         {days} days; send an id, and load the data in the handler"
    )]
    Retention {
        /// The task that it is for.
        task: TaskId,
        /// The length of the payload's JSON.
        bytes: usize,
        /// The delay in days, rounded up.
        days: u64,
        /// The number of days for which the bucket keeps a payload.
        kept: u64,
    },
    /// The payload is too large for a message, and the other application cannot read this one's bucket.
    #[error(
        "message to `{task}`: payload of {bytes} bytes is too large for a message to another application, which cannot read \
         this one's bucket; send where the data is instead"
    )]
    TooLarge {
        /// The task that it is for.
        task: TaskId,
        /// The length of the payload's JSON.
        bytes: usize,
    },
    /// A message of [`send_messages`](crate::Invoke::send_messages) was written with another
    /// [`Invoke`](crate::Invoke), which may be one for another application.
    #[error("message to `{task}`: must be written with the `Invoke` that sends it, got one of another `Invoke`")]
    OfAnother {
        /// The task that it is for.
        task: TaskId,
    },
    /// The queue did not take it.
    #[error("message to `{task}`: was refused: {reason}")]
    Refused {
        /// The task that it is for.
        task: TaskId,
        /// The reason that the queue gives.
        reason: String,
    },
    /// It was not tried, since an earlier message failed in a way that this one would too.
    #[error("message to `{task}`: was not tried after an earlier failure: {reason}")]
    NotTried {
        /// The task that it is for.
        task: TaskId,
        /// The earlier failure.
        reason: String,
    },
}

impl SendError {
    /// `Ok` where nothing is unsent.
    pub(crate) fn unless_sent(total: usize, unsent: Vec<Unsent>) -> Result<(), SendError> {
        if unsent.is_empty() { Ok(()) } else { Err(SendError { total, unsent }) }
    }

    /// The number of messages that were to be sent.
    pub fn total(&self) -> usize {
        self.total
    }

    /// The messages that were not sent, by index; at least one.
    pub fn unsent(&self) -> &[Unsent] {
        &self.unsent
    }
}

impl fmt::Display for SendError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.unsent[..] {
            [only] if self.total == 1 => only.reason.fmt(f),
            [first, ..] => {
                let (count, total) = (self.unsent.len(), self.total);
                let Unsent { index, reason } = first;
                write!(f, "{count} of {total} messages were not sent; the first is number {index}: {reason}")
            }
            [] => f.write_str("messages were not sent"),
        }
    }
}

impl std::error::Error for SendError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        let reason = &self.unsent.first()?.reason;
        if self.total == 1 { reason.source() } else { Some(reason) }
    }
}
