//! The error of handlers.

use std::{fmt, ops::Deref, time::Duration};

use async_lambda_model::RetryDelay;

use axum_core::response::{IntoResponse, Response};
use http::StatusCode;
use serde_json::json;

use crate::{BoxError, Json, failure::Failure};

/// Any error: what handlers and extractors fail with. `?` makes one of every `std::error::Error`, and of a string.
///
/// As the error of an API handler it is a response with the status 500, and is logged: a client never sees what it says.
/// Of every other handler it fails the invocation, or the record of a batch.
///
/// It derefs to the error that it was made of, and does not implement `std::error::Error` itself, like `anyhow::Error`.
///
/// ```
/// use async_lambda::prelude::*;
///
/// fn width(text: &str) -> Result<u32, Error> {
///     let width = text.parse()?;
///     if width == 0 { Err("width: must be above 0, got 0")? }
///     Ok(width)
/// }
///
/// assert_eq!(width("800").unwrap(), 800);
/// assert!(width("wide").unwrap_err().is::<std::num::ParseIntError>());
/// assert_eq!(width("0").unwrap_err().to_string(), "width: must be above 0, got 0");
/// ```
pub struct Error(BoxError);

impl Error {
    /// Whether [`Permanent`](crate::Permanent) made it, or the error that it comes from: its message goes to the
    /// dead-letter queue at once.
    pub fn is_permanent(&self) -> bool {
        Failure::returned(&self.0).is_permanent()
    }

    /// The same error, after which the message comes again when so much time has passed, instead of after the visibility
    /// timeout of its queue: 0 s to 42,000 s, rounded up to seconds; a longer time is taken as that. (SQS hides a message for 12
    /// hours at most, from when it was received.)
    ///
    /// The message has failed as any other: it counts as received, and is a dead letter after `max_receive_count` attempts. If
    /// the call of SQS that this needs fails, it comes again after the visibility timeout. It stays so as the source of another
    /// error. For tasks with a queue: another one has no message that comes again, and logs a warning.
    ///
    /// ```
    /// use std::time::Duration;
    ///
    /// use async_lambda::prelude::*;
    ///
    /// # struct Charge; impl Task for Charge { const ID: &'static str = "Charge"; type Payload = u32; }
    /// # async fn pay(_: u32) -> Result<(), u64> { Err(90) }
    /// async fn charge(event: ManagedSqsEvent<Charge>) -> Result<(), Error> {
    ///     let busy = |secs| Error::from("the bank is busy").retry_after(Duration::from_secs(secs));
    ///     pay(event.payload).await.map_err(busy)
    /// }
    /// # assert!(App::new("demo").async_task(Charge, charge).model().is_ok());
    /// ```
    pub fn retry_after(self, delay: Duration) -> Error {
        crate::wanted::visibility();
        let secs = delay.as_secs().saturating_add(u64::from(delay.subsec_nanos() > 0));
        let delay = i64::try_from(secs).unwrap_or(RetryDelay::MAX).min(RetryDelay::MAX);
        match RetryDelay::new(delay) {
            Ok(delay) => Error::from(RetryAfter { error: self.0, delay }),
            Err(_) => self,
        }
    }

    /// The error that it was made of.
    pub fn into_inner(self) -> BoxError {
        self.0
    }
}

/// An error, and when its message comes again.
#[derive(Debug)]
pub(crate) struct RetryAfter {
    error: BoxError,
    pub(crate) delay: RetryDelay,
}

impl fmt::Display for RetryAfter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.error.fmt(f)
    }
}

impl std::error::Error for RetryAfter {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        Some(&*self.error)
    }
}

impl<E: Into<BoxError>> From<E> for Error {
    fn from(error: E) -> Error {
        Error(error.into())
    }
}

impl Deref for Error {
    type Target = dyn std::error::Error + Send + Sync + 'static;

    fn deref(&self) -> &Self::Target {
        &*self.0
    }
}

impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl IntoResponse for Error {
    fn into_response(self) -> Response {
        let failure = Failure::returned(&self.0);
        tracing::error!(kind = failure.kind(), reason = failure.to_string(), "request failed");
        failure.warn_of_delay();
        // The words of API Gateway for a failed invocation.
        (StatusCode::INTERNAL_SERVER_ERROR, Json(json!({"message": "Internal server error"}))).into_response()
    }
}
