//! The message that one task sends to another. Its form is that of the Python package of the same name, so that
//! both can stand at either end.

use async_lambda_model::TaskId;
use serde::{
    Deserialize, Serialize,
    de::{DeserializeOwned, Error as _},
};
use tokio::time::Instant;

use crate::{
    event::EventError,
    json, retry,
    transport::{Transport, TransportError},
};

/// The size in bytes from which on a payload goes to the payload bucket: its JSON text, written as a JSON string once
/// more, is measured, as Python does it. A string of 249,993 letters is sent inline, one of 249,994 is not.
pub const DEFAULT_INLINE_LIMIT: usize = 250_000;

/// SQS's limit on a message, and on all messages of a batch together.
pub const MAX_MESSAGE_BYTES: usize = 1_048_576;

/// Characters that JSON may have and that SQS does not take; control characters are escaped anyway.
const REFUSED: [char; 2] = ['\u{fffe}', '\u{ffff}'];

/// The body of a message. Keys that are not known are ignored, as Python does.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct Envelope {
    /// Python writes `null` outside a task.
    pub(crate) source_task_id: Option<String>,
    pub(crate) destination_task_id: String,
    pub(crate) invocation_id: String,
    /// The application that sent it, if it is another one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) source_app: Option<String>,
    /// JSON, as a string.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) payload: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) s3_payload_key: Option<String>,
    /// The number of async tasks that the chain of invocations has run through before. Python drops it.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub(crate) hops: u32,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde passes a reference")]
fn is_zero(hops: &u32) -> bool {
    *hops == 0
}

/// A message that has arrived, with its payload.
#[derive(Debug)]
pub(crate) struct Received {
    pub(crate) envelope: Envelope,
    pub(crate) payload: String,
}

impl Received {
    /// The payload as the type that the task takes.
    pub(crate) fn payload_of<P: DeserializeOwned + 'static>(&self, task: &str) -> Result<P, EventError> {
        json::from_str(&self.payload).map_err(|source| EventError::Payload { task: task.to_owned(), source })
    }
}

/// A message that cannot be read.
#[derive(Debug, thiserror::Error)]
pub(crate) enum MessageError {
    #[error("message: is not one of async-lambda: {0}")]
    Form(#[from] serde_json::Error),
    #[error("message: must have a body, a string")]
    NoBody,
    #[error("message: must have `payload` or `s3_payload_key`")]
    NoPayload,
    #[error("message: payload `{key}` is not in the bucket, or may not be read: {source}")]
    Missing { key: String, source: TransportError },
    #[error("message: payload `{key}` cannot be read: {source}")]
    Load { key: String, source: TransportError },
}

impl Envelope {
    pub(crate) fn to_body(&self) -> Result<String, serde_json::Error> {
        let body = serde_json::to_string(self)?;
        // Two characters that SQS refuses in any message; they can only stand in strings.
        Ok(if body.contains(REFUSED) {
            body.replace('\u{fffe}', "\\ufffe").replace('\u{ffff}', "\\uffff")
        } else {
            body
        })
    }

    /// A message from outside the application, with a payload of JSON.
    #[cfg(feature = "local")]
    pub(crate) fn from_outside(destination: &str, invocation_id: &str, payload: String) -> Envelope {
        Envelope { payload: Some(payload), ..envelope(None, destination, invocation_id, 0) }
    }

    pub(crate) fn from_body(body: &str) -> Result<Envelope, MessageError> {
        // serde reads a struct from a list of its fields too.
        if body.trim_start().starts_with('[') {
            return Err(serde_json::Error::custom("must be an object, got a list").into());
        }
        Ok(serde_json::from_str(body)?)
    }

    /// Takes the payload out, and fetches it if it is in the bucket.
    pub(crate) async fn receive(
        mut self,
        transport: &dyn Transport,
        cut_off: Option<Instant>,
    ) -> Result<Received, MessageError> {
        let payload = match &self.s3_payload_key {
            Some(key) => {
                let limit = || retry::download(cut_off);
                let loaded = retry::call("load payload", &limit, cut_off, &|| transport.load_payload(key)).await;
                loaded.map_err(|source| match source.is_missing() {
                    true => MessageError::Missing { key: key.clone(), source },
                    false => MessageError::Load { key: key.clone(), source },
                })?
            }
            None => self.payload.take().ok_or(MessageError::NoPayload)?,
        };
        Ok(Received { envelope: self, payload })
    }
}

/// The number of bytes of a text as a JSON string, quotes included.
pub(crate) fn encoded_len(text: &str) -> usize {
    let bytes = text.bytes().map(|byte| match byte {
        b'"' | b'\\' | b'\n' | b'\r' | b'\t' | 0x08 | 0x0c => 2,
        0..=0x1f => 6,
        _ => 1,
    });
    bytes.sum::<usize>() + 2
}

/// The envelope of a message, ready to be sent: where it goes and what it says.
pub(crate) fn envelope(source: Option<&TaskId>, destination: &str, invocation_id: &str, hops: u32) -> Envelope {
    Envelope {
        source_task_id: source.map(ToString::to_string),
        destination_task_id: destination.to_owned(),
        invocation_id: invocation_id.to_owned(),
        source_app: None,
        payload: None,
        s3_payload_key: None,
        hops,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn the_limit_is_pythons() {
        let size = |letters: usize| encoded_len(&serde_json::to_string(&"x".repeat(letters)).unwrap());
        assert!(size(249_993) < DEFAULT_INLINE_LIMIT);
        assert!(size(249_994) >= DEFAULT_INLINE_LIMIT);
    }

    #[test]
    fn characters_that_sqs_refuses_are_escaped() {
        let mut envelope = envelope(None, "Mail", "i", 0);
        envelope.payload = Some(serde_json::to_string("a\u{ffff}\u{fffe}\u{fffd}ü\0").unwrap());
        let body = envelope.to_body().unwrap();
        let is_taken = |character| !REFUSED.contains(&character) && !character.is_ascii_control();
        assert!(body.chars().all(is_taken), "{body}");
        assert_eq!(Envelope::from_body(&body).unwrap(), envelope);
    }

    #[test]
    fn a_list_is_no_message() {
        let error = Envelope::from_body(r#" [null, "Resize", "i", "{}"]"#).unwrap_err();
        assert_eq!(error.to_string(), "message: is not one of async-lambda: must be an object, got a list");
    }

    proptest! {
        #[test]
        fn encoded_len_is_what_serde_writes(text in any::<String>()) {
            prop_assert_eq!(encoded_len(&text), serde_json::to_string(&text).unwrap().len());
        }
    }
}
