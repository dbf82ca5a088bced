//! Records of SQS, as Lambda hands them on.

use std::borrow::Cow;

#[cfg(feature = "sqs")]
use aws_lambda_events::sqs::SqsMessage;
#[cfg(feature = "sqs")]
use serde::Deserialize;
use serde_json::Value;

#[cfg(feature = "sqs")]
use super::EventError;

/// A record of a queue, as Lambda hands it on.
#[cfg(feature = "local")]
pub(crate) fn record(message_id: &str, body: &str, receive_count: u32) -> Value {
    serde_json::json!({
        "messageId": message_id,
        "receiptHandle": message_id,
        "body": body,
        "attributes": { "ApproximateReceiveCount": receive_count.to_string() },
        "messageAttributes": {},
        "eventSource": "aws:sqs",
        "eventSourceARN": "",
        "awsRegion": "",
    })
}

#[cfg(feature = "local")]
pub(crate) fn set_attribute(record: &mut Value, name: &str, value: &str) {
    record["attributes"][name] = value.into();
}

/// The record in its typed form. Emulators write numbers where SQS writes strings among its attributes; those become
/// strings.
#[cfg(feature = "sqs")]
pub(crate) fn typed(record: &Value) -> Result<SqsMessage, EventError> {
    let lenient = |_| {
        let mut record = record.clone();
        let attributes = record.get_mut("attributes").and_then(Value::as_object_mut);
        for value in attributes.into_iter().flat_map(|attributes| attributes.values_mut()) {
            if !value.is_string() {
                *value = value.to_string().into();
            }
        }
        SqsMessage::deserialize(record)
    };
    let message = SqsMessage::deserialize(record).or_else(lenient);
    message.map_err(|source| EventError::Form { form: "a record of SQS", source })
}

/// One of SQS's own attributes. Emulators write numbers where SQS writes strings; those become strings.
pub(crate) fn attribute<'a>(record: &'a Value, name: &str) -> Option<Cow<'a, str>> {
    match record.get("attributes")?.get(name)? {
        Value::String(text) => Some(text.into()),
        Value::Null => None,
        other => Some(other.to_string().into()),
    }
}

/// The text of one of the sender's attributes; of one of bytes it is base64.
pub(crate) fn message_attribute<'a>(record: &'a Value, name: &str) -> Option<&'a str> {
    let attribute = record.get("messageAttributes")?.get(name)?;
    attribute["stringValue"].as_str().or_else(|| attribute["binaryValue"].as_str())
}

/// A record's message group, of a standard or a FIFO queue.
pub(crate) fn group(record: &Value) -> Option<&str> {
    record["attributes"]["MessageGroupId"].as_str()
}

/// A record's receive count: 1 where it does not say.
pub(crate) fn receive_count(record: &Value) -> u32 {
    match &record["attributes"]["ApproximateReceiveCount"] {
        Value::String(text) => text.parse().unwrap_or(1),
        Value::Number(number) => number.as_u64().and_then(|number| u32::try_from(number).ok()).unwrap_or(1),
        _ => 1,
    }
}
