//! Reasons why messages were not sent.

use async_lambda_model::{OutOfRange, TaskId};

use crate::Error;

/// Why a message was not sent.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum SendError {
    /// The payload's `Serialize` fails.
    #[error("message to `{task}`: payload cannot be written as json: {source}")]
    Encode {
        /// The task that it is for.
        task: TaskId,
        /// What serde says.
        source: serde_json::Error,
    },
    /// The payload is too large for a message, and the bucket did not take it.
    #[error("message to `{task}`: payload of {bytes} bytes cannot be stored: {source}")]
    Store {
        /// The task that it is for.
        task: TaskId,
        /// The length of the payload's JSON.
        bytes: usize,
        /// What the transport says.
        source: Error,
    },
    /// The delay is out of its range.
    #[error("message to `{task}`: {source}")]
    Delay {
        /// The task that it is for.
        task: TaskId,
        /// The range.
        source: OutOfRange,
    },
    /// The queue did not take it.
    #[error("message to `{task}`: was refused: {reason}")]
    Refused {
        /// The task that it is for.
        task: TaskId,
        /// What the queue says.
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

/// Some of many messages were not sent; all others were.
#[derive(Debug, thiserror::Error)]
#[error("{} of {total} messages were not sent; the first is number {}: {}", unsent.len(), unsent[0].index, unsent[0].error)]
pub struct SendAllError {
    /// How many messages were to be sent.
    pub total: usize,
    /// Those that were not, by index; never empty.
    pub unsent: Vec<Unsent>,
}

/// A message that was not sent.
#[derive(Debug)]
pub struct Unsent {
    /// Its index among those that were given.
    pub index: usize,
    /// Why.
    pub error: SendError,
}
