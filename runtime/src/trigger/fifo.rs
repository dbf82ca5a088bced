//! FIFO tasks: messages of a FIFO queue that belongs to the task.

use std::{fmt, marker::PhantomData};

use async_lambda_model::{self as model, FifoTask, TaskId};
#[cfg(feature = "sqs")]
use aws_lambda_events::sqs::SqsMessage;
use serde_json::Value;

use super::{Kind, Opened, ReturnsJson, Trigger, managed_sqs, sealed};
use crate::{
    App, BoxFuture, Error, FromInvocation,
    engine::Run,
    envelope::Envelope,
    event::{EventError, group, receive_count, text},
    extract::{Edge, Invocation},
    failure::Failure,
    handler::Handler,
    options::{Accepts, ManagedTask, QueueTask, ReadingTask},
};
#[cfg(feature = "local")]
use crate::{
    event::{record, set_attribute},
    local::{Invoke, LocalError},
};

/// Messages of the FIFO queue that belongs to the task `T`.
pub struct Fifo<T>(PhantomData<fn() -> T>);

impl<T: FifoTask> Trigger for Fifo<T> {}
impl<T: FifoTask> ReturnsJson for Fifo<T> {}
impl<T> sealed::Trigger for Fifo<T> {}
impl<T: FifoTask> Accepts<QueueTask> for Fifo<T> {}
impl<T: FifoTask> Accepts<ManagedTask> for Fifo<T> {}
impl<T: FifoTask> Accepts<ReadingTask> for Fifo<T> {}

impl App {
    /// A task with a FIFO queue of its own, which other tasks invoke with [`InvokeFifo<T>`](crate::InvokeFifo). Messages of one
    /// group are handled one after the other, in the order in which they were sent; those of different groups at once.
    ///
    /// A message whose handler fails comes again, 5 times by default, and the others of its group wait for it. Then it goes
    /// to the application's FIFO dead-letter queue, and they go on without it.
    #[track_caller]
    pub fn fifo_task<T, H, Args>(self, _task: T, handler: H) -> Self
    where
        T: FifoTask,
        H: Handler<Fifo<T>, Args>,
        Fifo<T>: Accepts<H::Kind>,
    {
        let trigger = model::trigger::Fifo::default();
        self.add(TaskId::new(T::ID), Ok(trigger), T::RECURSION, handler)
    }
}

impl Kind for model::trigger::Fifo {
    fn open<'a>(
        &'a self,
        run: &'a Run,
        message_id: &'a str,
        record: &'a Value,
    ) -> BoxFuture<'a, Result<Opened, Failure>> {
        Box::pin(managed_sqs::open(run, message_id, record))
    }

    #[cfg(feature = "local")]
    fn options(&self) -> &'static [&'static str] {
        &["--payload"]
    }

    #[cfg(feature = "local")]
    fn event(&self, task: &model::TaskModel, invoke: &Invoke, _: &[model::MediaType]) -> Result<Value, LocalError> {
        let mut record = managed_sqs::message(task, invoke)?;
        set_attribute(&mut record, "MessageGroupId", "local");
        Ok(record)
    }
}

/// A message that another task sent to the FIFO task `T`.
#[non_exhaustive]
pub struct FifoEvent<T: FifoTask> {
    /// The payload.
    pub payload: T::Payload,
    /// The group whose order it is in.
    pub group: String,
    /// SQS's number of the message, which grows within its group: 20 digits.
    pub sequence_number: String,
    /// The task that sent it; `None` if it came from outside the application.
    pub source_task_id: Option<String>,
    /// The chain of invocations that it belongs to: a UUID, which messages inherit.
    pub invocation_id: String,
    /// SQS's id of the message.
    pub message_id: String,
    /// The number of receives of the message, this one included.
    pub receive_count: u32,
    invocation: Invocation,
}

impl<T: FifoTask> FifoEvent<T> {
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
    ) -> Result<FifoEvent<T>, EventError> {
        let raw = invocation.raw();
        Ok(FifoEvent {
            payload,
            group: group(raw).unwrap_or_default().to_owned(),
            sequence_number: raw["attributes"]["SequenceNumber"].as_str().unwrap_or_default().to_owned(),
            source_task_id: envelope.source_task_id.clone(),
            invocation_id: envelope.invocation_id.clone(),
            message_id: text(raw, "messageId")?,
            receive_count: receive_count(raw),
            invocation,
        })
    }
}

#[cfg(feature = "local")]
impl<T: FifoTask> FifoEvent<T> {
    /// A message with a payload, for a test that calls a handler. It comes from outside the application, and is received
    /// for the first time.
    pub fn new(group: &T::Group, payload: T::Payload) -> FifoEvent<T> {
        let text = serde_json::to_string(&payload).unwrap_or_default();
        let envelope = Envelope::from_outside(T::ID, "00000000-0000-4000-8000-000000000001", text);
        let body = envelope.to_body().expect("an envelope consists of strings and a number");
        let mut record = record("test-1", &body, 1);
        set_attribute(&mut record, "MessageGroupId", &group.to_string());
        let trigger = model::Trigger::Fifo(model::trigger::Fifo::default());
        let invocation = Invocation::by_hand(trigger, record);
        FifoEvent::of_invocation(payload, &envelope, invocation).expect("the record has all fields")
    }
}

impl<T: FifoTask> fmt::Debug for FifoEvent<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("FifoEvent")
            .field("group", &self.group)
            .field("sequence_number", &self.sequence_number)
            .field("source_task_id", &self.source_task_id)
            .field("invocation_id", &self.invocation_id)
            .field("message_id", &self.message_id)
            .field("receive_count", &self.receive_count)
            .finish_non_exhaustive()
    }
}

impl<T: FifoTask> FromInvocation<Fifo<T>> for FifoEvent<T> {
    const EDGES: &'static [Edge] = &[];

    async fn from_invocation(invocation: &Invocation) -> Result<Self, Error> {
        let received = invocation.message()?;
        let payload = received.payload_of(T::ID)?;
        Ok(FifoEvent::of_invocation(payload, &received.envelope, invocation.clone())?)
    }
}
