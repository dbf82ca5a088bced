//! Errors of calls, from AWS or on the way there, on one line.

use std::fmt;

use super::clock::{Clock, Correction};
use crate::{
    failure::{chain, one_line},
    transport::TransportError,
};

/// The environment, or AWS, does not let a message through.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum AwsError {
    /// A variable that Lambda, or the template, should have set.
    #[error("environment: `{0}` must be set")]
    NotSet(&'static str),
    /// A variable that cannot be used.
    #[error("environment: `{variable}` must be {rule}, got `{value}`")]
    Variable {
        /// Its name.
        variable: &'static str,
        /// The rule for the value.
        rule: &'static str,
        /// The actual value.
        value: String,
    },
    /// AWS refused a call.
    #[error("{call}: {}", answer(.code, .message, .request_id.as_deref()))]
    Answer {
        /// The service and its operation.
        call: &'static str,
        /// AWS's code: `AccessDenied`.
        code: String,
        /// AWS's explanation; may be empty.
        message: String,
        /// AWS's id of the request, for its support.
        request_id: Option<String>,
    },
    /// The network, or an answer that is none.
    #[error("{call}: {reason}")]
    Network {
        /// The service and its operation.
        call: &'static str,
        /// The reason.
        reason: String,
    },
    /// SQS refused a message.
    #[error("sqs SendMessageBatch: message was refused: {0}")]
    Refused(String),
    /// A payload that is not what was stored.
    #[error("s3 GetObject: payload must {0}")]
    Payload(&'static str),
}

fn answer(code: &str, message: &str, request_id: Option<&str>) -> String {
    let mut text = code.to_owned();
    if !message.is_empty() {
        text += ": ";
        text += message;
    }
    if let Some(id) = request_id {
        text += &format!(" (request id {id})");
    }
    one_line(&text)
}

impl AwsError {
    pub(super) fn network(call: &'static str, error: &dyn std::error::Error) -> AwsError {
        AwsError::Network { call, reason: one_line(&chain(error)) }
    }
}

/// An answer that says no.
pub(super) struct Refusal<'a> {
    pub(super) call: &'static str,
    pub(super) status: u16,
    pub(super) code: Option<String>,
    pub(super) message: Option<String>,
    pub(super) request_id: Option<String>,
    /// The header `Date`.
    pub(super) date: Option<&'a str>,
    /// The correction of the clock when the request was signed.
    pub(super) signed: Correction,
}

impl Refusal<'_> {
    /// The error, with the clock corrected where it is what was wrong.
    pub(super) fn into_error(self, clock: &Clock) -> TransportError {
        let Refusal { call, status, code, message, request_id, date, signed } = self;
        let code = code.unwrap_or_else(|| match status {
            200..300 => format!("answer cannot be read (HTTP {status})"),
            _ => format!("HTTP {status}"),
        });
        let transient = is_transient(status, &code) || SIGNATURE.contains(&&*code) && clock.correct(signed, date);
        let error = AwsError::Answer { call, code, message: message.unwrap_or_default(), request_id };
        if transient { TransportError::transient(error) } else { TransportError::permanent(error) }
    }
}

/// Codes of a signature that may be wrong because of its time.
const SIGNATURE: [&str; 6] = [
    "RequestTimeTooSkewed",
    "RequestExpired",
    "RequestInTheFuture",
    "InvalidSignatureException",
    "SignatureDoesNotMatch",
    "AuthFailure",
];

/// Codes of refusals that pass, besides all with the word `Throttl`: those that AWS's SDKs retry.
const TRANSIENT: [&str; 12] = [
    "BandwidthLimitExceeded",
    "InternalError",
    "InternalFailure",
    "LimitExceededException",
    "OverLimit",
    "PriorRequestNotComplete",
    "RequestLimitExceeded",
    "RequestTimeout",
    "RequestTimeoutException",
    "ServiceUnavailable",
    "SlowDown",
    "TooManyRequestsException",
];

/// Whether the same call may succeed later.
pub(super) fn is_transient(status: u16, code: &str) -> bool {
    let code = code.rsplit(['.', '#']).next().unwrap_or(code);
    // A success that is an error for us is an answer that cannot be read: whether anything was done is not known.
    status >= 500
        || status == 429
        || (200..300).contains(&status)
        || code.contains("Throttl")
        || TRANSIENT.contains(&code)
}

/// A text inside of the first element of this name, for answers in XML of which three names are read: no
/// reason to have a parser of XML in every bootstrap.
pub(super) fn element(xml: &str, name: &str) -> Option<String> {
    let (_, rest) = xml.split_once(&format!("<{name}>"))?;
    let (text, _) = rest.split_once(&format!("</{name}>"))?;
    let entities = [("&lt;", "<"), ("&gt;", ">"), ("&quot;", "\""), ("&apos;", "'"), ("&amp;", "&")];
    Some(entities.iter().fold(text.to_owned(), |text, (entity, character)| text.replace(entity, character)))
}

impl fmt::Debug for Refusal<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Refusal of {}: {:?}", self.call, self.code)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_passes_is_tried_again() {
        for (status, code, expected) in [
            (500, "InternalError", true),
            (503, "SlowDown", true),
            (429, "Unknown", true),
            (200, "answer cannot be read (HTTP 200)", true),
            (400, "RequestThrottled", true),
            (400, "KMS.ThrottlingException", true),
            (400, "com.amazonaws.sqs#RequestThrottled", true),
            (400, "RequestTimeout", true),
            (403, "AccessDenied", false),
            (400, "AWS.SimpleQueueService.NonExistentQueue", false),
            (400, "QueueDoesNotExist", false),
            (400, "BatchRequestTooLong", false),
            (403, "ExpiredToken", false),
            (404, "NoSuchKey", false),
        ] {
            assert_eq!(is_transient(status, code), expected, "{status} {code}");
        }
    }

    #[test]
    fn an_answer_is_one_line() {
        let refusal = Refusal {
            call: "s3 GetObject",
            status: 403,
            code: Some("AccessDenied".to_owned()),
            message: Some("User: x is not\n  authorized".to_owned()),
            request_id: Some("7f3a".to_owned()),
            date: None,
            signed: Correction::default(),
        };
        let error = refusal.into_error(&Clock::default());
        assert!(!error.is_transient());
        assert_eq!(error.to_string(), "s3 GetObject: AccessDenied: User: x is not authorized (request id 7f3a)");
    }

    #[test]
    fn elements_are_found() {
        let xml = "<?xml version=\"1.0\"?><Error><Code>NoSuchKey</Code><Message>a &amp;lt; b</Message></Error>";
        assert_eq!(element(xml, "Code").as_deref(), Some("NoSuchKey"));
        assert_eq!(element(xml, "Message").as_deref(), Some("a &lt; b"));
        assert_eq!(element(xml, "RequestId"), None);
    }
}
