//! Async tasks: messages of a queue that belongs to the task.

use std::{fmt, marker::PhantomData};

use async_lambda_model::{self as model, TaskId};
#[cfg(feature = "sqs")]
use aws_lambda_events::sqs::SqsMessage;
use serde_json::Value;
use tracing::Span;

use super::{Kind, Opened, ReturnsJson, Trigger, sealed};
use crate::{
    App, BoxFuture, Error, FromInvocation, Task,
    dead_letter::{self, Letter},
    engine::Run,
    envelope::{Envelope, MessageError},
    event::{EventError, group, receive_count, text},
    extract::{Edge, Invocation},
    failure::Failure,
    handler::Handler,
    lane,
    options::{Accepts, InvokedTask, ManagedTask, QueueTask, ReadingTask},
};
#[cfg(feature = "local")]
use crate::{
    event::{record, set_attribute},
    local::{Invoke, LocalError},
};

/// Messages of the queue that belongs to the async task `T`.
pub struct ManagedSqs<T>(PhantomData<fn() -> T>);

impl<T: Task> Trigger for ManagedSqs<T> {}
impl<T: Task> ReturnsJson for ManagedSqs<T> {}
impl<T> sealed::Trigger for ManagedSqs<T> {}
impl<T: Task> Accepts<ReadingTask> for ManagedSqs<T> {}
impl<T: Task> Accepts<QueueTask> for ManagedSqs<T> {}
impl<T: Task> Accepts<ManagedTask> for ManagedSqs<T> {}
impl<T: Task> Accepts<InvokedTask> for ManagedSqs<T> {}

impl App {
    /// A task with a queue of its own, which other tasks invoke with [`Invoke<T>`](crate::Invoke). Its function gets one
    /// message an invocation. A message whose handler fails comes again, 5 times by default, and then goes to the
    /// dead-letter queue.
    #[track_caller]
    pub fn async_task<T, H, Args>(self, _task: T, handler: H) -> Self
    where
        T: Task,
        H: Handler<ManagedSqs<T>, Args>,
        ManagedSqs<T>: Accepts<H::Kind>,
    {
        let trigger = model::trigger::ManagedSqs::default();
        self.add(TaskId::new(T::ID), Ok(trigger), T::RECURSION, handler)
    }
}

impl Kind for model::trigger::ManagedSqs {
    fn open<'a>(
        &'a self,
        run: &'a Run,
        message_id: &'a str,
        record: &'a Value,
    ) -> BoxFuture<'a, Result<Opened, Failure>> {
        Box::pin(open(run, message_id, record))
    }

    #[cfg(feature = "local")]
    fn options(&self) -> &'static [&'static str] {
        &["--payload"]
    }

    #[cfg(feature = "local")]
    fn event(&self, task: &model::TaskModel, invoke: &Invoke, _: &[model::MediaType]) -> Result<Value, LocalError> {
        message(task, invoke)
    }
}

/// A message with the payload of `invoke`.
#[cfg(feature = "local")]
pub(super) fn message(task: &model::TaskModel, invoke: &Invoke) -> Result<Value, LocalError> {
    let invocation_id = "00000000-0000-4000-8000-000000000000";
    let message = Envelope::from_outside(task.id.as_str(), invocation_id, invoke.payload()?.to_string());
    let body = message.to_body().map_err(|error| LocalError::Json("--payload", error))?;
    Ok(record("local-1", &body, 1))
}

/// Reads a message. One whose chain of invocations is too long goes to the dead-letter queue.
pub(super) async fn open(run: &Run, message_id: &str, record: &Value) -> Result<Opened, Failure> {
    let body = record["body"].as_str().ok_or(MessageError::NoBody)?;
    let envelope = Envelope::from_body(body)?;
    Span::current().record("invocationId", &envelope.invocation_id);
    let hops = envelope.hops;
    if let Some(bound) = run.model().recursion
        && hops > bound
    {
        let failure = Failure::Recursion { hops, bound };
        let letter = Letter::of(run, record).ok_or(MessageError::NoBody)?;
        return Err(dead_letter::send(run, message_id, &letter, failure).await);
    }
    let invocation_id = envelope.invocation_id.clone();
    let message = envelope.receive(run.transport(), run.cut_off).await?;
    Ok(Opened { invocation_id, hops: hops.saturating_add(1), message: Some(message) })
}

/// A message that another task sent to the task `T`.
#[non_exhaustive]
pub struct ManagedSqsEvent<T: Task> {
    /// The payload.
    pub payload: T::Payload,
    /// The task that sent it; `None` if it came from outside the application.
    pub source_task_id: Option<String>,
    /// The application that sent it, if it is another one, and says so.
    pub source_app: Option<String>,
    /// The task that it was sent to; `<app>-<Task>` if another application sent it.
    pub destination_task_id: String,
    /// The chain of invocations that it belongs to: a UUID, which messages inherit.
    pub invocation_id: String,
    /// SQS's id of the message.
    pub message_id: String,
    /// The number of receives of the message, this one included.
    pub receive_count: u32,
    /// The lane that it came through: 0 to 99, and 0 for a task without lanes.
    pub lane: u32,
    /// SQS's `MessageGroupId`, which messages inherit.
    pub message_group_id: Option<String>,
    invocation: Invocation,
}

impl<T: Task> ManagedSqsEvent<T> {
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

    fn of_invocation(
        payload: T::Payload,
        envelope: &Envelope,
        invocation: Invocation,
    ) -> Result<ManagedSqsEvent<T>, EventError> {
        let raw = invocation.raw();
        Ok(ManagedSqsEvent {
            payload,
            source_task_id: envelope.source_task_id.clone(),
            source_app: envelope.source_app.clone(),
            destination_task_id: envelope.destination_task_id.clone(),
            invocation_id: envelope.invocation_id.clone(),
            message_id: text(raw, "messageId")?,
            receive_count: receive_count(raw),
            lane: lane::of_record(invocation.model(), raw),
            message_group_id: group(raw).map(ToOwned::to_owned),
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

    /// Sets the task that sent it.
    pub fn with_source_task_id(self, task: impl Into<String>) -> ManagedSqsEvent<T> {
        self.changed(|envelope, _| envelope.source_task_id = Some(task.into()))
    }

    /// Sets the id of its chain of invocations.
    pub fn with_invocation_id(self, id: impl Into<String>) -> ManagedSqsEvent<T> {
        self.changed(|envelope, _| envelope.invocation_id = id.into())
    }

    /// Sets SQS's id of the message.
    pub fn with_message_id(self, id: impl Into<String>) -> ManagedSqsEvent<T> {
        self.changed(|_, raw| raw["messageId"] = id.into().into())
    }

    /// Sets the number of times that it has been received.
    pub fn with_receive_count(self, count: u32) -> ManagedSqsEvent<T> {
        self.changed(|_, raw| set_attribute(raw, "ApproximateReceiveCount", &count.to_string()))
    }

    /// Sets the lane that it came through.
    pub fn with_lane(mut self, lane: u32) -> ManagedSqsEvent<T> {
        self.lane = lane;
        self
    }

    /// Sets its message group.
    pub fn with_message_group_id(self, group: impl Into<String>) -> ManagedSqsEvent<T> {
        self.changed(|_, raw| set_attribute(raw, "MessageGroupId", &group.into()))
    }

    fn changed(self, change: impl FnOnce(&mut Envelope, &mut Value)) -> ManagedSqsEvent<T> {
        let mut raw = self.invocation.raw().clone();
        let body = raw["body"].as_str().unwrap_or_default();
        let mut envelope = Envelope::from_body(body).expect("the event was made of this body");
        change(&mut envelope, &mut raw);
        // The task of an event that is made by hand has no queue whose name says the lane.
        ManagedSqsEvent::by_hand(self.payload, &envelope, raw).with_lane(self.lane)
    }

    /// The event of a record, whose body becomes the envelope.
    fn by_hand(payload: T::Payload, envelope: &Envelope, mut raw: Value) -> ManagedSqsEvent<T> {
        raw["body"] = envelope.to_body().expect("an envelope consists of strings and a number").into();
        let invocation = Invocation::by_hand(model::Trigger::ManagedSqs(model::trigger::ManagedSqs::default()), raw);
        ManagedSqsEvent::of_invocation(payload, envelope, invocation)
            .expect("the record has all fields, and a change keeps them")
    }
}

impl<T: Task> fmt::Debug for ManagedSqsEvent<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ManagedSqsEvent")
            .field("source_task_id", &self.source_task_id)
            .field("source_app", &self.source_app)
            .field("destination_task_id", &self.destination_task_id)
            .field("invocation_id", &self.invocation_id)
            .field("message_id", &self.message_id)
            .field("receive_count", &self.receive_count)
            .field("lane", &self.lane)
            .field("message_group_id", &self.message_group_id)
            .finish_non_exhaustive()
    }
}

impl<T: Task> FromInvocation<ManagedSqs<T>> for ManagedSqsEvent<T> {
    const EDGES: &'static [Edge] = &[];

    async fn from_invocation(invocation: &Invocation) -> Result<Self, Error> {
        let received = invocation.message()?;
        let payload = received.payload_of(T::ID)?;
        Ok(ManagedSqsEvent::of_invocation(payload, &received.envelope, invocation.clone())?)
    }
}
