//! Invoking other tasks at a later time.

use std::{
    fmt,
    marker::PhantomData,
    time::{Duration, SystemTime},
};

use async_lambda_model::{IntoBounded, Lane};
use serde_json::Value;

use crate::{
    Error, FromInvocation, SendError, Task,
    extract::{Edge, Invocation},
    send::{Choices, Sender, When},
    trigger::Trigger,
    wanted,
};

pub use crate::send::CancelError;

/// Lets a handler invoke the task `T` at a time of its choice: in an hour, on Monday at nine.
///
/// [`Invoke`](crate::Invoke) can wait up to 900 s, SQS's limit. This makes a schedule of EventBridge Scheduler for each
/// message that is to wait longer. As a parameter, it is what gives the function the permission to, and what adds the
/// schedule group `<app>-delay`, its role and the dead-letter queue `<app>-delay-dlq` to the application.
///
/// ```
/// use std::time::Duration;
///
/// use async_lambda::prelude::*;
///
/// # struct Remind; impl Task for Remind { const ID: &'static str = "Remind"; type Payload = u32; }
/// # struct Order; impl Task for Order { const ID: &'static str = "Order"; type Payload = u32; }
/// async fn order(event: ManagedSqsEvent<Order>, remind: InvokeLater<Remind>) -> Result<(), Error> {
///     let order = event.payload;
///     remind.message(order).after(Duration::from_secs(24 * 60 * 60)).id(format!("order-{order}")).send().await?;
///     Ok(())
/// }
///
/// # struct Paid; impl Task for Paid { const ID: &'static str = "Paid"; type Payload = u32; }
/// async fn paid(event: ManagedSqsEvent<Paid>, remind: InvokeLater<Remind>) -> Result<(), Error> {
///     Ok(remind.cancel(format!("order-{}", event.payload)).await?)
/// }
/// # async fn reminder(_: ManagedSqsEvent<Remind>) -> Result<(), Error> { Ok(()) }
/// # let app = App::new("shop").async_task(Order, order).async_task(Paid, paid).async_task(Remind, reminder);
/// # assert_eq!(app.model().unwrap().tasks[0].invokes_later[0].as_str(), "Remind");
/// ```
pub struct InvokeLater<T: Task> {
    sender: Sender,
    task: PhantomData<fn() -> T>,
}

/// A message that is being written; it can be sent once it has a [`Time`].
#[must_use = "a message is sent with `.send().await`"]
pub struct LaterMessage<'a, T: Task, W = NoTime> {
    invoke: &'a InvokeLater<T>,
    payload: T::Payload,
    choices: Choices,
    id: Option<String>,
    time: W,
}

/// No time yet: [`LaterMessage::at`] or [`LaterMessage::after`] gives one.
#[derive(Clone, Copy, Debug)]
pub struct NoTime;

/// The time of a message.
#[derive(Clone, Copy, Debug)]
pub struct Time(When);

impl<T: Task> InvokeLater<T> {
    pub(crate) fn new(sender: Sender) -> InvokeLater<T> {
        wanted::schedules();
        InvokeLater { sender, task: PhantomData }
    }

    pub(crate) fn in_chain(&self, invocation_id: String, hops: u32, record: &Value) -> InvokeLater<T> {
        InvokeLater::new(self.sender.in_chain(invocation_id, hops, record))
    }

    /// A message, to say when it is to be handled.
    pub fn message(&self, payload: T::Payload) -> LaterMessage<'_, T> {
        LaterMessage { invoke: self, payload, choices: Choices::default(), id: None, time: NoTime }
    }

    /// Cancels the message with this [id](LaterMessage::id), of any task of the application.
    ///
    /// # Errors
    ///
    /// [`CancelError::TooLate`] when there is no schedule of this id that has not fired: in the last 900 s before the
    /// message's time, after it, or if there never was one. An id that breaks its rule; a call that failed.
    pub async fn cancel(&self, id: impl AsRef<str>) -> Result<(), CancelError> {
        self.sender.cancel(id.as_ref()).await
    }
}

impl<'a, T: Task> LaterMessage<'a, T> {
    /// Sets the time at which it is to be handled: a [`SystemTime`], or what becomes one, as date-times of `chrono`, `time` and
    /// `jiff` do. A time that has passed is now.
    ///
    /// It arrives no earlier, and usually within the following 60 s, Scheduler's precision.
    pub fn at(self, time: impl Into<SystemTime>) -> LaterMessage<'a, T, Time> {
        self.timed(When::At(time.into()))
    }

    /// After how long it is to be handled, rounded up to seconds; up to 900 s without a schedule.
    pub fn after(self, duration: Duration) -> LaterMessage<'a, T, Time> {
        self.timed(When::After(duration))
    }

    fn timed(self, when: When) -> LaterMessage<'a, T, Time> {
        let LaterMessage { invoke, payload, choices, id, time: NoTime } = self;
        LaterMessage { invoke, payload, choices, id, time: Time(when) }
    }
}

impl<T: Task, W> LaterMessage<'_, T, W> {
    /// An id of one's own, which is the name of the schedule: 1 to 64 letters, digits, `-`, `_` and `.`. Without it, the
    /// schedule has a random one. With it, the message can be [cancelled](InvokeLater::cancel), and a second message with the
    /// same id is [`SendFailure::AlreadyScheduled`](crate::invoke::SendFailure::AlreadyScheduled).
    ///
    /// It is taken from when the message is sent until 900 s before its time. A message whose time is nearer than that goes
    /// to the queue at once, and leaves the id free.
    pub fn id(mut self, id: impl Into<String>) -> Self {
        self.id = Some(id.into());
        self
    }

    /// As [`Message::group`](crate::invoke::Message::group).
    pub fn group(mut self, group: impl Into<String>) -> Self {
        self.choices.group(group);
        self
    }

    /// As [`Message::lane`](crate::invoke::Message::lane).
    pub fn lane<N>(mut self, lane: N) -> Self
    where
        N: IntoBounded<Lane>,
    {
        self.choices.lane(lane);
        self
    }
}

impl<T: Task> LaterMessage<'_, T, Time> {
    /// Makes the schedule, which takes one call for each message; a message that is to wait 900 s or less is sent at once.
    ///
    /// # Errors
    ///
    /// As [`Message::send`](crate::invoke::Message::send); an id that is taken or breaks its rule; a time after the year
    /// 9999; a payload that is too large for a schedule, 250,000 bytes or less as JSON, and that would be deleted from the
    /// bucket before its time, which is at most `App::payload_retention_days` ahead (default 30 days).
    pub async fn send(self) -> Result<(), SendError> {
        let LaterMessage { invoke, payload, choices, id, time: Time(when) } = self;
        invoke.sender.send_later::<T>(payload, choices, when, id).await
    }
}

impl<Tr: Trigger, T: Task> FromInvocation<Tr> for InvokeLater<T> {
    const EDGES: &'static [Edge] = &[Edge::invoke_later::<T>()];

    async fn from_invocation(invocation: &Invocation) -> Result<Self, Error> {
        // As for `Invoke`.
        if !invocation.model().invokes_later.iter().any(|id| id.as_str() == T::ID) {
            let task = invocation.task();
            return Err(
                format!("task `{task}`: an extractor uses `InvokeLater` of `{}` without the edge", T::ID).into()
            );
        }
        Ok(InvokeLater::new(invocation.sender().clone()))
    }
}

impl<T: Task> Clone for InvokeLater<T> {
    fn clone(&self) -> Self {
        InvokeLater::new(self.sender.clone())
    }
}

impl<T: Task> fmt::Debug for InvokeLater<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "InvokeLater<{}>", T::ID)
    }
}
