//! Dead-letter tasks: messages that other tasks did not handle.

use std::{
    fmt,
    time::{Duration, SystemTime},
};

use async_lambda_model::{self as model, TaskId};
#[cfg(feature = "sqs")]
use aws_lambda_events::sqs::SqsMessage;
use serde_json::Value;
use tracing::Span;

use super::{Kind, Opened, ReturnsJson, Trigger, sealed};
use crate::{
    App, BoxFuture, Error, FromInvocation, Task,
    engine::Run,
    envelope::Envelope,
    event::{EventError, message_attribute, receive_count, text},
    extract::{Edge, Invocation},
    failure::Failure,
    handler::Handler,
    options::{Accepts, ManagedTask, QueueTask, ReadingTask},
};
#[cfg(feature = "local")]
use crate::{
    event::record,
    local::{Invoke, LocalError},
};

/// Messages that other tasks did not handle.
pub struct DeadLetters;

impl Trigger for DeadLetters {}
impl ReturnsJson for DeadLetters {}
impl sealed::Trigger for DeadLetters {}
impl Accepts<ReadingTask> for DeadLetters {}
impl Accepts<QueueTask> for DeadLetters {}
impl Accepts<ManagedTask> for DeadLetters {}

impl App {
    /// A task that takes dead letters: messages that were received `max_receive_count` times by a task that names this one
    /// with [`dead_letters_to`](crate::options::TaskBuilder::dead_letters_to), or by any async task of an application
    /// that does ([`App::dead_letters_to`]). Its handler gets a [`DeadLetterEvent`].
    ///
    /// It has a queue of its own, which keeps messages for 13 days. A letter that it does not handle goes to the
    /// application's dead-letter queue.
    ///
    /// ```
    /// use async_lambda::prelude::*;
    ///
    /// # struct Mail; impl Task for Mail { const ID: &'static str = "Mail"; type Payload = String; }
    /// # async fn mail(_: ManagedSqsEvent<Mail>) -> Result<(), Error> { Ok(()) }
    /// async fn letter(letter: DeadLetterEvent) -> Result<(), Error> {
    ///     if letter.task.as_deref() == Some(Mail::ID) {
    ///         println!("no mail to {}: {:?}", letter.payload::<Mail>().await?, letter.reason);
    ///     }
    ///     Ok(())
    /// }
    ///
    /// let app = App::new("demo")
    ///     .async_task(Mail, task(mail).dead_letters_to("Letters"))
    ///     .dead_letter_task("Letters", letter);
    /// # assert!(app.model().is_ok());
    /// ```
    #[track_caller]
    pub fn dead_letter_task<H, Args>(self, id: &str, handler: H) -> Self
    where
        H: Handler<DeadLetters, Args>,
        DeadLetters: Accepts<H::Kind>,
    {
        let trigger = model::trigger::DeadLetters::default();
        self.add(TaskId::new(id.to_owned()), Ok(trigger), None, handler)
    }
}

impl Kind for model::trigger::DeadLetters {
    /// A letter that is no message of async-lambda, which may be why it is here, begins a chain.
    fn open<'a>(
        &'a self,
        run: &'a Run,
        _message_id: &'a str,
        record: &'a Value,
    ) -> BoxFuture<'a, Result<Opened, Failure>> {
        let envelope = record["body"].as_str().and_then(|body| Envelope::from_body(body).ok());
        let (invocation_id, hops) = match envelope {
            Some(envelope) => (envelope.invocation_id, envelope.hops.saturating_add(1)),
            None => (run.transport().new_invocation_id(), 0),
        };
        Span::current().record("invocationId", &invocation_id);
        Box::pin(std::future::ready(Ok(Opened { invocation_id, hops, message: None })))
    }

    #[cfg(feature = "local")]
    fn options(&self) -> &'static [&'static str] {
        &["--body"]
    }

    #[cfg(feature = "local")]
    fn event(&self, _: &model::TaskModel, invoke: &Invoke, _: &[model::MediaType]) -> Result<Value, LocalError> {
        Ok(record("local-1", invoke.body.as_deref().unwrap_or_default(), 1))
    }
}

/// A message that another task did not handle.
#[non_exhaustive]
pub struct DeadLetterEvent {
    /// The task that the message was sent to; `None` if the message is not one of async-lambda.
    pub task: Option<String>,
    /// The task that sent it; `None` if it came from outside the application.
    pub source_task_id: Option<String>,
    /// The chain of invocations that the message belongs to; `None` if it is not one of async-lambda.
    pub invocation_id: Option<String>,
    /// The reason why it is here, where the library put it here itself. A message that SQS moved says nothing: the reason is in
    /// the log of its task, under the same message id.
    pub reason: Option<String>,
    /// The kind of that reason, as in the log: `recursion` or `permanent`.
    pub kind: Option<String>,
    /// The message: JSON, unless it is not one of async-lambda.
    pub body: String,
    /// SQS's id of the message, which it keeps when SQS moves it.
    pub message_id: String,
    /// The number of receives of the letter by this task, this one included.
    pub receive_count: u32,
    /// The time at which the message was first sent. SQS keeps that time when it moves a message; of one that the library put
    /// here, it is the time at which it did.
    pub sent: Option<SystemTime>,
    invocation: Invocation,
}

impl DeadLetterEvent {
    /// The payload of a message to the task `T`. One in the bucket is loaded.
    ///
    /// # Errors
    ///
    /// The message is one to another task, the payload is not in the bucket any more, or it is not a payload of `T`: which
    /// may be why it is here.
    pub async fn payload<T: Task>(&self) -> Result<T::Payload, Error> {
        if self.task.as_deref() != Some(T::ID) {
            let task = self.task.as_deref().map_or_else(|| "nobody".to_owned(), |task| format!("`{task}`"));
            return Err(format!("dead letter: must be a message to `{}`, is one to {task}", T::ID).into());
        }
        let sender = self.invocation.sender();
        let received = Envelope::from_body(&self.body)?.receive(&*sender.transport, sender.cut_off).await?;
        Ok(received.payload_of(T::ID)?)
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

    fn of_invocation(invocation: Invocation) -> Result<DeadLetterEvent, EventError> {
        let raw = invocation.raw();
        let body = text(raw, "body")?;
        let envelope = Envelope::from_body(&body).ok();
        let attribute = |name: &str| message_attribute(raw, name).map(ToOwned::to_owned);
        let millis = raw["attributes"]["SentTimestamp"].as_str().and_then(|millis| millis.parse().ok());
        Ok(DeadLetterEvent {
            task: envelope.as_ref().map(|envelope| envelope.destination_task_id.clone()),
            source_task_id: envelope.as_ref().and_then(|envelope| envelope.source_task_id.clone()),
            invocation_id: envelope.map(|envelope| envelope.invocation_id),
            reason: attribute("AsyncLambdaReason"),
            kind: attribute("AsyncLambdaKind"),
            body,
            message_id: text(raw, "messageId")?,
            receive_count: receive_count(raw),
            sent: millis.and_then(|millis| SystemTime::UNIX_EPOCH.checked_add(Duration::from_millis(millis))),
            invocation,
        })
    }
}

impl fmt::Debug for DeadLetterEvent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("DeadLetterEvent")
            .field("task", &self.task)
            .field("source_task_id", &self.source_task_id)
            .field("invocation_id", &self.invocation_id)
            .field("reason", &self.reason)
            .field("message_id", &self.message_id)
            .field("receive_count", &self.receive_count)
            .finish_non_exhaustive()
    }
}

impl FromInvocation<DeadLetters> for DeadLetterEvent {
    const EDGES: &'static [Edge] = &[];

    async fn from_invocation(invocation: &Invocation) -> Result<Self, Error> {
        Ok(DeadLetterEvent::of_invocation(invocation.clone())?)
    }
}
