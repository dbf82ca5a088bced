//! The common parts of events of several triggers: records of SQS, requests, and errors of an event.

pub(crate) mod header;
pub(crate) mod path;
mod record;
mod reply;
mod response;
mod source;

#[cfg(feature = "sqs")]
pub(crate) use record::typed;
pub(crate) use record::{attribute, group, message_attribute, receive_count};
#[cfg(feature = "local")]
pub(crate) use record::{record, set_attribute};
#[cfg(feature = "local")]
pub(crate) use reply::is_delivered_as_bytes;
pub(crate) use reply::{first_header, in_form_of_request};
pub use response::Json;
pub(crate) use response::proxy_response;
pub(crate) use source::Source;

use serde_json::Value;

/// An event that is not what the trigger gives.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum EventError {
    /// A field is missing or of the wrong type.
    #[error("event: `{field}` must be {expected}, got {got}")]
    Field {
        /// The field.
        field: &'static str,
        /// The value that it must be.
        expected: &'static str,
        /// The value that it is.
        got: String,
    },
    /// The payload is not what the task's type says.
    #[error("payload of `{task}`: {source}")]
    Payload {
        /// The task.
        task: String,
        /// The error of serde.
        source: serde_json::Error,
    },
    /// An image of a record of DynamoDB is not what the handler's type says.
    #[error("record of DynamoDB: `{image}`: {source}")]
    Image {
        /// `NewImage`, `OldImage` or `Keys`.
        image: &'static str,
        /// The error of serde.
        source: crate::BoxError,
    },
    /// The event is not of the form that `aws_lambda_events` gives it.
    #[error("event: must be {form}: {source}")]
    Form {
        /// The kind of event that it must be.
        form: &'static str,
        /// The error of serde.
        source: serde_json::Error,
    },
    /// The event of an API task is not a request.
    #[error(
        "event: must be a request of a REST API, an HTTP API, a function URL or an application load balancer, got {got}; \
         {help}"
    )]
    NoRequest {
        /// The kind of event that it is, or what is missing.
        got: String,
        /// The fix.
        help: &'static str,
    },
    /// The body says that it is base64, and is not.
    #[error("event: the body must be base64: {0}")]
    Base64(#[from] base64::DecodeError),
}

/// A field that has to be a text.
pub(crate) fn text(event: &Value, field: &'static str) -> Result<String, EventError> {
    match &event[field] {
        Value::String(text) => Ok(text.clone()),
        other => Err(wrong(field, "a string", other)),
    }
}

/// A record that is no message of this library.
pub(crate) fn no_message() -> EventError {
    wrong("body", "a message of async-lambda", &Value::Null)
}

pub(crate) fn wrong(field: &'static str, expected: &'static str, got: &Value) -> EventError {
    let got = match got {
        Value::Null => "nothing",
        Value::Bool(_) => "a boolean",
        Value::Number(_) => "a number",
        Value::String(_) => "a string",
        Value::Array(_) => "a list",
        Value::Object(_) => "an object",
    };
    EventError::Field { field, expected, got: got.to_owned() }
}
