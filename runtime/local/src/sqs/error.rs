//! Errors of operations: those of SQS, as AWS JSON 1.0 writes them.

use std::fmt::Display;

use http::{HeaderValue, StatusCode};
use serde_json::json;

use super::MAX_BATCH_BYTES;
use crate::{
    cloud::Stopped,
    http::{Response, response},
    queue::{MAX_MESSAGE_BYTES, MAX_VISIBILITY_MILLIS, Refusal},
};

/// The type of an answer, and of an error.
pub(super) const JSON: &str = "application/x-amz-json-1.0";

/// An error of an operation.
#[derive(Clone, Debug)]
pub(super) struct Problem {
    kind: Kind,
    message: String,
}

/// The errors that exist.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    BatchEntryIdsNotDistinct,
    BatchRequestTooLong,
    EmptyBatchRequest,
    Internal,
    InvalidAttributeName,
    InvalidBatchEntryId,
    InvalidMessageContents,
    InvalidParameterValue,
    MessageNotInflight,
    MissingParameter,
    OverLimit,
    QueueDoesNotExist,
    QueueNameExists,
    ReceiptHandleIsInvalid,
    ResourceNotFound,
    Serialization,
    TooManyEntriesInBatchRequest,
    UnknownOperation,
    UnsupportedOperation,
}

impl Kind {
    /// The shape, which tells clients the exception; the code that the query protocol had, which they show; the status. SQS's
    /// model has the first two and most of the statuses; the names that end with `Exception`, and their codes, are those of
    /// answers of SQS.
    fn terms(self) -> (&'static str, &'static str, StatusCode) {
        use StatusCode as Status;
        let bad = Status::BAD_REQUEST;
        match self {
            Kind::BatchEntryIdsNotDistinct => {
                ("BatchEntryIdsNotDistinct", "AWS.SimpleQueueService.BatchEntryIdsNotDistinct", bad)
            }
            Kind::BatchRequestTooLong => ("BatchRequestTooLong", "AWS.SimpleQueueService.BatchRequestTooLong", bad),
            Kind::EmptyBatchRequest => ("EmptyBatchRequest", "AWS.SimpleQueueService.EmptyBatchRequest", bad),
            Kind::Internal => ("InternalFailure", "InternalFailure", Status::INTERNAL_SERVER_ERROR),
            Kind::InvalidAttributeName => ("InvalidAttributeName", "InvalidAttributeName", bad),
            Kind::InvalidBatchEntryId => ("InvalidBatchEntryId", "AWS.SimpleQueueService.InvalidBatchEntryId", bad),
            Kind::InvalidMessageContents => ("InvalidMessageContents", "InvalidMessageContents", bad),
            Kind::InvalidParameterValue => ("InvalidParameterValueException", "InvalidParameterValue", bad),
            Kind::MessageNotInflight => ("MessageNotInflight", "AWS.SimpleQueueService.MessageNotInflight", bad),
            Kind::MissingParameter => ("MissingRequiredParameterException", "MissingParameter", bad),
            Kind::OverLimit => ("OverLimit", "OverLimit", Status::FORBIDDEN),
            Kind::QueueDoesNotExist => ("QueueDoesNotExist", "AWS.SimpleQueueService.NonExistentQueue", bad),
            Kind::QueueNameExists => ("QueueNameExists", "QueueAlreadyExists", bad),
            Kind::ReceiptHandleIsInvalid => ("ReceiptHandleIsInvalid", "ReceiptHandleIsInvalid", Status::NOT_FOUND),
            Kind::ResourceNotFound => ("ResourceNotFoundException", "ResourceNotFoundException", Status::NOT_FOUND),
            Kind::Serialization => ("SerializationException", "SerializationException", bad),
            Kind::TooManyEntriesInBatchRequest => {
                ("TooManyEntriesInBatchRequest", "AWS.SimpleQueueService.TooManyEntriesInBatchRequest", bad)
            }
            Kind::UnknownOperation => ("UnknownOperationException", "InvalidAction", bad),
            Kind::UnsupportedOperation => ("UnsupportedOperation", "AWS.SimpleQueueService.UnsupportedOperation", bad),
        }
    }
}

impl Problem {
    pub(super) fn new(kind: Kind, message: impl Into<String>) -> Problem {
        Problem { kind, message: message.into() }
    }

    /// A value that a parameter cannot have.
    pub(super) fn value(value: impl Display, parameter: &str, reason: &str) -> Problem {
        let message = format!("Value {value} for parameter {parameter} is invalid. Reason: {reason}");
        Problem::new(Kind::InvalidParameterValue, message)
    }

    /// A parameter that only the other kind of queue has.
    pub(super) fn queue_type(value: impl Display, parameter: &str) -> Problem {
        let reason = "The request include parameter that is not valid for this queue type.";
        Problem::value(value, parameter, reason)
    }

    /// A parameter that is missing.
    pub(super) fn missing(parameter: &str) -> Problem {
        Problem::new(Kind::MissingParameter, format!("The request must contain the parameter {parameter}."))
    }

    /// Anything else that is wrong with the parameters.
    pub(super) fn invalid(message: impl Into<String>) -> Problem {
        Problem::new(Kind::InvalidParameterValue, message)
    }

    /// A batch with too many bytes.
    pub(super) fn batch_too_long(size: usize) -> Problem {
        let message =
            format!("Batch requests cannot be longer than {MAX_BATCH_BYTES} bytes. You have sent {size} bytes.");
        Problem::new(Kind::BatchRequestTooLong, message)
    }

    /// A refusal by a queue. `value` is that of the parameter that it speaks of.
    pub(super) fn refused(refusal: Refusal, value: &str) -> Problem {
        let handle = |reason| Problem::value(value, "ReceiptHandle", reason);
        match refusal {
            Refusal::NotInFlight => Problem::new(Kind::MessageNotInflight, "The specified message isn't in flight."),
            Refusal::NoSuchMessage => {
                handle("Message does not exist or is not available for visibility timeout change.")
            }
            Refusal::ReceiptExpired => handle("The receipt handle has expired."),
            Refusal::BeyondTwelveHours => {
                let limit = MAX_VISIBILITY_MILLIS / 1000;
                let reason = format!("Total VisibilityTimeout for the message is beyond the limit [{limit} seconds].");
                Problem::value(value, "VisibilityTimeout", &reason)
            }
            Refusal::NoGroup => Problem::missing("MessageGroupId"),
            Refusal::NoDeduplication => Problem::invalid(
                "The queue should either have ContentBasedDeduplication enabled or MessageDeduplicationId provided explicitly",
            ),
            Refusal::DelayOfFifo => Problem::queue_type(value, "DelaySeconds"),
            Refusal::TooLarge(_) => Problem::invalid(format!(
                "One or more parameters are invalid. Reason: Message must be shorter than {MAX_MESSAGE_BYTES} bytes."
            )),
            Refusal::OverLimit => Problem::new(
                Kind::OverLimit,
                "Too many messages in flight: at most 120000 of a queue can be received and not yet deleted.",
            ),
        }
    }

    /// The code that clients show.
    pub(super) fn code(&self) -> &'static str {
        self.kind.terms().1
    }

    /// Whether the request is to blame.
    pub(super) fn is_of_sender(&self) -> bool {
        self.kind != Kind::Internal
    }

    /// The message.
    pub(super) fn message(&self) -> &str {
        &self.message
    }

    /// The response.
    pub(super) fn into_response(self) -> Response {
        let (shape, code, status) = self.kind.terms();
        let space = if shape.ends_with("Exception") { "com.amazon.coral.service" } else { "com.amazonaws.sqs" };
        let body = json!({ "__type": format!("{space}#{shape}"), "message": self.message });
        let mut response = response(status, JSON, body.to_string());
        let fault = if self.is_of_sender() { "Sender" } else { "Receiver" };
        // Both are from the table above, of ASCII.
        if let Ok(value) = HeaderValue::try_from(format!("{code};{fault}")) {
            response.headers_mut().insert("x-amzn-query-error", value);
        }
        response
    }
}

impl From<Stopped> for Problem {
    fn from(stopped: Stopped) -> Problem {
        Problem::new(Kind::Internal, stopped.to_string())
    }
}
