//! Errors of work that was not done, or whose result was not returned.

use std::time::{Duration, SystemTime};

use crate::{Error, error::RetryAfter, model::TaskId, transport::TransportError};

/// The reason why [`Once::run`](super::Once::run) returned no result, although the work itself did not fail.
///
/// ```
/// use async_lambda::{OnceError, prelude::*};
///
/// # async fn pay() -> Result<String, Error> { Ok(String::new()) }
/// async fn charge(event: ApiEvent, once: Once<str>) -> Result<StatusCode, Error> {
///     let key = event.header("idempotency-key").unwrap_or_default();
///     match once.run(key, pay).await {
///         Err(error) if matches!(OnceError::of(&error), Some(OnceError::InProgress { .. })) => Ok(StatusCode::CONFLICT),
///         done => done.map(|_| StatusCode::CREATED),
///     }
/// }
/// ```
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum OnceError {
    /// Another run has the key. The work was not done here.
    #[error(
        "once: key `{key}` of task `{task}` is locked by another run, for {:.1} s at most", remaining.as_secs_f64()
    )]
    InProgress {
        /// The task.
        task: TaskId,
        /// The key, as JSON.
        key: String,
        /// The deadline of the function that has it.
        until: SystemTime,
        /// The time from now until then.
        remaining: Duration,
    },
    /// The table did not say whether the work was done. It was not done here.
    #[error("once: key `{key}` of task `{task}`: {source}")]
    Table {
        /// The task.
        task: TaskId,
        /// The key, as JSON.
        key: String,
        /// The error of DynamoDB, or of the network.
        source: TransportError,
    },
    /// The key cannot be one. The work was not done.
    #[error("once: key of task `{task}` {reason}")]
    Key {
        /// The task.
        task: TaskId,
        /// The fault.
        reason: String,
    },
    /// The work was done, in this run or an earlier one, and its result could not be kept. It is not done again until the key
    /// expires.
    #[error(
        "once: key `{key}` of task `{task}`: the work is done, its result {reason}; return something smaller, an id"
    )]
    NotKept {
        /// The task.
        task: TaskId,
        /// The key, as JSON.
        key: String,
        /// The fault of the result.
        reason: String,
    },
    /// The result of an earlier run cannot be read as what the handler expects: its type has changed, or another work has the
    /// same key.
    #[error("once: key `{key}` of task `{task}`: result of an earlier run: {source}")]
    Unreadable {
        /// The task.
        task: TaskId,
        /// The key, as JSON.
        key: String,
        /// The error of serde.
        source: serde_json::Error,
    },
}

impl OnceError {
    /// The error of [`Once::run`](super::Once::run) that an error carries; `None` for an error of the work.
    pub fn of(error: &Error) -> Option<&OnceError> {
        match error.downcast_ref::<RetryAfter>() {
            Some(error) => std::error::Error::source(error)?.downcast_ref(),
            None => error.downcast_ref(),
        }
    }
}
