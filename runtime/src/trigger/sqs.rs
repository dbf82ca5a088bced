//! SQS tasks: messages of somebody else's queue.

use std::borrow::Cow;

#[cfg(feature = "local")]
use async_lambda_model as model;
use async_lambda_model::TaskId;
#[cfg(feature = "sqs")]
use aws_lambda_events::sqs::SqsMessage;
use serde::de::DeserializeOwned;
use serde_json::Value;

use super::{Kind, ReturnsJson, Trigger, sealed};
use crate::{
    App, Error, FromInvocation,
    event::{self, EventError, group, receive_count, text},
    extract::{Edge, Invocation},
    handler::Handler,
    json,
    options::{Accepts, QueueTask, ReadingTask},
};
#[cfg(feature = "local")]
use crate::{
    event::{record, set_attribute},
    local::{Invoke, LocalError},
};

pub use async_lambda_model::trigger::Sqs;

impl Trigger for Sqs {}
impl ReturnsJson for Sqs {}
impl sealed::Trigger for Sqs {}
impl Accepts<ReadingTask> for Sqs {}
impl Accepts<QueueTask> for Sqs {}

impl App {
    /// A task that reads somebody else's queue: its ARN, which is a string or an intrinsic function as JSON, or an [`Sqs`] with
    /// a batch size, a batching window and filters.
    ///
    /// ```
    /// use async_lambda::prelude::*;
    ///
    /// async fn import(event: UnmanagedSqsEvent) -> Result<(), Error> { Ok(println!("{}", event.body)) }
    ///
    /// let uploads = Sqs::new("arn:aws:sqs:eu-west-1:123456789012:uploads").batch_size(100).batching_window_secs(5);
    /// let app = App::new("demo").sqs_task("Import", uploads, task(import).record_concurrency(10));
    /// assert!(app.model().is_ok());
    /// ```
    ///
    /// Records of a batch are handled one after the other, or as many at once as
    /// [`record_concurrency`](crate::options::TaskBuilder::record_concurrency) says; each fails alone.
    #[track_caller]
    pub fn sqs_task<H, Args>(self, id: &str, queue: impl Into<Sqs>, handler: H) -> Self
    where
        H: Handler<Sqs, Args>,
        Sqs: Accepts<H::Kind>,
    {
        self.add(TaskId::new(id.to_owned()), Ok(queue.into()), None, handler)
    }
}

impl Kind for Sqs {
    #[cfg(feature = "local")]
    fn options(&self) -> &'static [&'static str] {
        &["--body"]
    }

    #[cfg(feature = "local")]
    fn event(&self, _: &model::TaskModel, invoke: &Invoke, _: &[model::MediaType]) -> Result<Value, LocalError> {
        Ok(record("local-1", invoke.body.as_deref().unwrap_or_default(), 1))
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
    /// The number of receives of the message, this one included.
    pub receive_count: u32,
    /// SQS's `MessageGroupId`, which messages inherit.
    pub message_group_id: Option<String>,
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
    pub fn attribute(&self, name: &str) -> Option<Cow<'_, str>> {
        event::attribute(self.raw(), name)
    }

    /// The text of one of the sender's attributes; of one of bytes it is base64.
    pub fn message_attribute(&self, name: &str) -> Option<&str> {
        event::message_attribute(self.raw(), name)
    }

    /// The typed record: receipt handle, all attributes, queue. It needs the feature `sqs`, and is decoded when it is asked for.
    ///
    /// # Errors
    ///
    /// [`EventError::Form`]: the record has another form.
    #[cfg(feature = "sqs")]
    pub fn record(&self) -> Result<SqsMessage, EventError> {
        crate::event::typed(self.raw())
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
            message_group_id: group(raw).map(ToOwned::to_owned),
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

    /// Sets SQS's id of the message.
    pub fn with_message_id(self, id: impl Into<String>) -> UnmanagedSqsEvent {
        self.changed(|raw| raw["messageId"] = id.into().into())
    }

    /// Sets the number of times that it has been received.
    pub fn with_receive_count(self, count: u32) -> UnmanagedSqsEvent {
        self.with_attribute("ApproximateReceiveCount", count.to_string())
    }

    /// Sets one of SQS's own attributes: `SentTimestamp`, `MessageGroupId` ...
    pub fn with_attribute(self, name: &str, value: impl Into<String>) -> UnmanagedSqsEvent {
        self.changed(|raw| set_attribute(raw, name, &value.into()))
    }

    /// Sets an attribute of the sender, of the type `String`.
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
        let invocation = Invocation::by_hand(model::Trigger::Sqs(Sqs::new("")), raw);
        UnmanagedSqsEvent::of_invocation(invocation).expect("the record has all fields, and a change keeps them")
    }
}

impl FromInvocation<Sqs> for UnmanagedSqsEvent {
    const EDGES: &'static [Edge] = &[];

    async fn from_invocation(invocation: &Invocation) -> Result<Self, Error> {
        Ok(UnmanagedSqsEvent::of_invocation(invocation.clone())?)
    }
}
