//! Messages of queues.

use std::fmt;

use aws_lambda_events::sqs::{SqsMessage, SqsMessageAttribute};
use serde::{Deserialize, de::DeserializeOwned};
use serde_json::Value;

use super::{EventError, text, wrong};
#[cfg(feature = "local")]
use crate::model::Trigger;
use crate::{
    Error, FromInvocation, Task,
    envelope::Envelope,
    extract::{Edge, Invocation},
    json,
    trigger::{Managed, Queue},
};

/// A message that another task sent to the task `T`.
#[non_exhaustive]
pub struct ManagedSqsEvent<T: Task> {
    /// What it carries.
    pub payload: T::Payload,
    /// The task that sent it; `None` if it came from outside the application.
    pub source_task_id: Option<String>,
    /// The task that it was sent to.
    pub destination_task_id: String,
    /// The chain of invocations that it belongs to: a UUID, which messages inherit.
    pub invocation_id: String,
    /// SQS's id of the message.
    pub message_id: String,
    /// How often the message has been received, this time included.
    pub receive_count: u32,
    record: SqsMessage,
    invocation: Invocation,
}

impl<T: Task> ManagedSqsEvent<T> {
    /// The record: receipt handle, attributes, queue.
    pub fn record(&self) -> &SqsMessage {
        &self.record
    }

    /// The record as Lambda got it.
    pub fn raw(&self) -> &Value {
        self.invocation.raw()
    }

    fn of_invocation(
        payload: T::Payload,
        envelope: &Envelope,
        invocation: Invocation,
    ) -> Result<ManagedSqsEvent<T>, EventError> {
        let raw = invocation.raw();
        Ok(ManagedSqsEvent {
            payload,
            source_task_id: envelope.source_task_id.clone(),
            destination_task_id: envelope.destination_task_id.clone(),
            invocation_id: envelope.invocation_id.clone(),
            message_id: text(raw, "messageId")?,
            receive_count: receive_count(raw),
            record: typed(raw)?,
            invocation,
        })
    }
}

#[cfg(feature = "local")]
impl<T: Task> ManagedSqsEvent<T> {
    /// A message with a payload, for a test that calls a handler. It comes from outside the application, and is received
    /// for the first time.
    pub fn new(payload: T::Payload) -> ManagedSqsEvent<T> {
        let text = serde_json::to_string(&payload).unwrap_or_default();
        let envelope = Envelope::from_outside(T::ID, "00000000-0000-4000-8000-000000000001", text);
        ManagedSqsEvent::by_hand(payload, &envelope, record("test-1", "", 1))
    }

    /// With the task that sent it.
    pub fn with_source_task_id(self, task: impl Into<String>) -> ManagedSqsEvent<T> {
        self.changed(|envelope, _| envelope.source_task_id = Some(task.into()))
    }

    /// With the id of its chain of invocations.
    pub fn with_invocation_id(self, id: impl Into<String>) -> ManagedSqsEvent<T> {
        self.changed(|envelope, _| envelope.invocation_id = id.into())
    }

    /// With SQS's id of the message.
    pub fn with_message_id(self, id: impl Into<String>) -> ManagedSqsEvent<T> {
        self.changed(|_, raw| raw["messageId"] = id.into().into())
    }

    /// With the number of times that it has been received.
    pub fn with_receive_count(self, count: u32) -> ManagedSqsEvent<T> {
        self.changed(|_, raw| set_attribute(raw, "ApproximateReceiveCount", &count.to_string()))
    }

    fn changed(self, change: impl FnOnce(&mut Envelope, &mut Value)) -> ManagedSqsEvent<T> {
        let mut raw = self.invocation.raw().clone();
        let body = raw["body"].as_str().unwrap_or_default();
        let mut envelope = Envelope::from_body(body).expect("the event was made of this body");
        change(&mut envelope, &mut raw);
        ManagedSqsEvent::by_hand(self.payload, &envelope, raw)
    }

    /// The event of a record, whose body becomes the envelope.
    fn by_hand(payload: T::Payload, envelope: &Envelope, mut raw: Value) -> ManagedSqsEvent<T> {
        raw["body"] = envelope.to_body().expect("an envelope consists of strings and a number").into();
        let invocation = Invocation::by_hand(Trigger::ManagedSqs, raw);
        ManagedSqsEvent::of_invocation(payload, envelope, invocation)
            .expect("the record has all fields, and a change keeps them")
    }
}

impl<T: Task> fmt::Debug for ManagedSqsEvent<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ManagedSqsEvent")
            .field("source_task_id", &self.source_task_id)
            .field("destination_task_id", &self.destination_task_id)
            .field("invocation_id", &self.invocation_id)
            .field("message_id", &self.message_id)
            .field("receive_count", &self.receive_count)
            .finish_non_exhaustive()
    }
}

impl<T: Task> FromInvocation<Managed<T>> for ManagedSqsEvent<T> {
    const EDGES: &'static [Edge] = &[];

    async fn from_invocation(invocation: &Invocation) -> Result<Self, Error> {
        let received = invocation.message().ok_or_else(|| wrong("body", "a message of async-lambda", &Value::Null))?;
        let payload = json::from_str(&received.payload)
            .map_err(|source| EventError::Payload { task: T::ID.to_owned(), source })?;
        Ok(ManagedSqsEvent::of_invocation(payload, &received.envelope, invocation.clone())?)
    }
}

/// A message of a queue that is not the application's.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct UnmanagedSqsEvent {
    /// The body.
    pub body: String,
    /// SQS's id of the message.
    pub message_id: String,
    /// How often the message has been received, this time included.
    pub receive_count: u32,
    record: SqsMessage,
    invocation: Invocation,
}

impl UnmanagedSqsEvent {
    /// The body, read as JSON.
    ///
    /// # Errors
    ///
    /// The body is not JSON of this type; or `T` is [`Value`] and the body has an integer beyond 64 bits, which it
    /// would change.
    pub fn json<T: DeserializeOwned + 'static>(&self) -> Result<T, serde_json::Error> {
        json::from_str(&self.body)
    }

    /// One of SQS's own attributes: `SentTimestamp`, `MessageGroupId` ...
    pub fn attribute(&self, name: &str) -> Option<&str> {
        self.record.attributes.get(name).map(String::as_str)
    }

    /// One of the sender's attributes.
    pub fn message_attribute(&self, name: &str) -> Option<&SqsMessageAttribute> {
        self.record.message_attributes.get(name)
    }

    /// The record: receipt handle, all attributes, queue.
    pub fn record(&self) -> &SqsMessage {
        &self.record
    }

    /// The record as Lambda got it.
    pub fn raw(&self) -> &Value {
        self.invocation.raw()
    }

    fn of_invocation(invocation: Invocation) -> Result<UnmanagedSqsEvent, EventError> {
        let raw = invocation.raw();
        Ok(UnmanagedSqsEvent {
            body: text(raw, "body")?,
            message_id: text(raw, "messageId")?,
            receive_count: receive_count(raw),
            record: typed(raw)?,
            invocation,
        })
    }
}

#[cfg(feature = "local")]
impl UnmanagedSqsEvent {
    /// A message with a body, for a test that calls a handler. It is received for the first time.
    pub fn new(body: impl Into<String>) -> UnmanagedSqsEvent {
        UnmanagedSqsEvent::by_hand(record("test-1", &body.into(), 1))
    }

    /// With SQS's id of the message.
    pub fn with_message_id(self, id: impl Into<String>) -> UnmanagedSqsEvent {
        self.changed(|raw| raw["messageId"] = id.into().into())
    }

    /// With the number of times that it has been received.
    pub fn with_receive_count(self, count: u32) -> UnmanagedSqsEvent {
        self.with_attribute("ApproximateReceiveCount", count.to_string())
    }

    /// With one of SQS's own attributes: `SentTimestamp`, `MessageGroupId` ...
    pub fn with_attribute(self, name: &str, value: impl Into<String>) -> UnmanagedSqsEvent {
        self.changed(|raw| set_attribute(raw, name, &value.into()))
    }

    /// With an attribute of the sender, of the type `String`.
    pub fn with_message_attribute(self, name: &str, value: impl Into<String>) -> UnmanagedSqsEvent {
        self.changed(|raw| {
            let value: String = value.into();
            raw["messageAttributes"][name] = serde_json::json!({"dataType": "String", "stringValue": value});
        })
    }

    fn changed(self, change: impl FnOnce(&mut Value)) -> UnmanagedSqsEvent {
        let mut raw = self.invocation.raw().clone();
        change(&mut raw);
        UnmanagedSqsEvent::by_hand(raw)
    }

    fn by_hand(raw: Value) -> UnmanagedSqsEvent {
        let invocation = Invocation::by_hand(Trigger::Sqs { queue_arn: String::new().into() }, raw);
        UnmanagedSqsEvent::of_invocation(invocation).expect("the record has all fields, and a change keeps them")
    }
}

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
fn set_attribute(record: &mut Value, name: &str, value: &str) {
    record["attributes"][name] = value.into();
}

impl FromInvocation<Queue> for UnmanagedSqsEvent {
    const EDGES: &'static [Edge] = &[];

    async fn from_invocation(invocation: &Invocation) -> Result<Self, Error> {
        Ok(UnmanagedSqsEvent::of_invocation(invocation.clone())?)
    }
}

/// The record in its typed form. Emulators write numbers where SQS writes strings among its attributes; those become
/// strings.
fn typed(record: &Value) -> Result<SqsMessage, EventError> {
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

/// A record's receive count: 1 where it does not say.
pub(crate) fn receive_count(record: &Value) -> u32 {
    match &record["attributes"]["ApproximateReceiveCount"] {
        Value::String(text) => text.parse().unwrap_or(1),
        Value::Number(number) => number.as_u64().and_then(|number| u32::try_from(number).ok()).unwrap_or(1),
        _ => 1,
    }
}
