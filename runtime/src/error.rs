//! The error of handlers.

use std::{fmt, ops::Deref};

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

    /// The error that it was made of.
    pub fn into_inner(self) -> BoxError {
        self.0
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
        // The words of API Gateway for a failed invocation.
        (StatusCode::INTERNAL_SERVER_ERROR, Json(json!({"message": "Internal server error"}))).into_response()
    }
}
