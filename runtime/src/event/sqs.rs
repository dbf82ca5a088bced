//! Messages of queues.

use std::fmt;

use aws_lambda_events::sqs::{SqsMessage, SqsMessageAttribute};
use serde::{Deserialize, de::DeserializeOwned};
use serde_json::Value;

use super::{EventError, text, wrong};
use crate::{
    Error, FromInvocation, Task,
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
        let envelope = &received.envelope;
        Ok(ManagedSqsEvent {
            payload,
            source_task_id: envelope.source_task_id.clone(),
            destination_task_id: envelope.destination_task_id.clone(),
            invocation_id: envelope.invocation_id.clone(),
            message_id: text(invocation.raw(), "messageId")?,
            receive_count: receive_count(invocation.raw()),
            record: typed(invocation.raw())?,
            invocation: invocation.clone(),
        })
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
}

impl FromInvocation<Queue> for UnmanagedSqsEvent {
    const EDGES: &'static [Edge] = &[];

    async fn from_invocation(invocation: &Invocation) -> Result<Self, Error> {
        let raw = invocation.raw();
        Ok(UnmanagedSqsEvent {
            body: text(raw, "body")?,
            message_id: text(raw, "messageId")?,
            receive_count: receive_count(raw),
            record: typed(raw)?,
            invocation: invocation.clone(),
        })
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
