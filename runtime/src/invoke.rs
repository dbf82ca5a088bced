//! Invoking other tasks.

use std::{fmt, marker::PhantomData, sync::Arc};

use async_lambda_model::{Delay, IntoBounded, OutOfRange, TaskId};

use crate::{
    Error, FromInvocation, SendError, Task,
    envelope::DEFAULT_INLINE_LIMIT,
    extract::{Edge, Invocation},
    send::Sender,
    transport::Transport,
    trigger::Trigger,
};

pub use crate::send::{SendFailure, Unsent};

/// Lets a handler invoke the task `T`.
///
/// As a parameter, it is also what gives the function the permission to: there is no other way to get one in a
/// handler. A message inherits the `invocation_id` of the one that is being handled.
///
/// ```
/// # use async_lambda::prelude::*;
/// # struct Mail; impl Task for Mail { const ID: &'static str = "Mail"; type Payload = String; }
/// async fn tick(_: ScheduledEvent, mail: Invoke<Mail>) -> Result<(), Error> {
///     mail.send("at once".to_owned()).await?;
///     mail.message("later".to_owned()).delay_secs(30).send().await?;
///     mail.send_all(["one".to_owned(), "two".to_owned()]).await?;
///     Ok(())
/// }
/// ```
pub struct Invoke<T: Task> {
    sender: Sender,
    task: PhantomData<fn() -> T>,
}

/// Invokes tasks from outside the application's handlers: a script, another service. It needs permission of its own.
#[derive(Clone)]
pub struct Client {
    transport: Arc<dyn Transport>,
}

/// A message that is being written.
#[must_use = "a message is sent with `.send().await`"]
pub struct Message<'a, T: Task> {
    invoke: &'a Invoke<T>,
    payload: T::Payload,
    delay: Result<Delay, OutOfRange>,
}

/// Many messages that are being written.
#[must_use = "messages are sent with `.send().await`"]
pub struct Messages<'a, T: Task> {
    invoke: &'a Invoke<T>,
    payloads: Vec<T::Payload>,
    delay: Result<Delay, OutOfRange>,
}

const AT_ONCE: Delay = Delay::of::<0>();

impl<T: Task> Invoke<T> {
    /// Sends one message. A payload of 250,000 bytes of JSON or more goes through the payload bucket
    /// ([`App::inline_payload_limit`](crate::App::inline_payload_limit)).
    ///
    /// # Errors
    ///
    /// The payload cannot be written as JSON or stored, or the queue did not take the message in up to 6
    /// attempts, or before the time at which the handler is stopped.
    pub async fn send(&self, payload: T::Payload) -> Result<(), SendError> {
        self.message(payload).send().await
    }

    /// A message, to say more about.
    pub fn message(&self, payload: T::Payload) -> Message<'_, T> {
        Message { invoke: self, payload, delay: Ok(AT_ONCE) }
    }

    /// Sends many messages, as few calls as SQS's limits allow (10 messages, 1,048,576 bytes), and up to 16 calls at
    /// once. Messages of one call keep their order. Messages that the queue refuses are tried again.
    ///
    /// # Errors
    ///
    /// As those of [`send`](Invoke::send), for every message that was not sent, by its index; all others were sent. A failure that the next
    /// call would meet too, a missing permission for example, ends the sending, and the messages behind it are
    /// [`NotTried`](SendFailure::NotTried).
    pub async fn send_all(&self, payloads: impl IntoIterator<Item = T::Payload>) -> Result<(), SendError> {
        self.messages(payloads).send().await
    }

    /// Many messages, to say more about.
    pub fn messages(&self, payloads: impl IntoIterator<Item = T::Payload>) -> Messages<'_, T> {
        Messages { invoke: self, payloads: payloads.into_iter().collect(), delay: Ok(AT_ONCE) }
    }
}

impl<T: Task> Invoke<T> {
    /// The same for what belongs to another chain of invocations, which has run through so many async tasks.
    pub(crate) fn in_chain(&self, invocation_id: String, hops: u32) -> Invoke<T> {
        let sender = Sender { invocation_id: Some(invocation_id), hops, ..self.sender.clone() };
        Invoke { sender, task: PhantomData }
    }
}

impl<T: Task> Message<'_, T> {
    /// For how many seconds the queue keeps the message to itself: 0 to 900. Another number is an error of
    /// [`send`](Message::send).
    pub fn delay_secs<N>(mut self, delay: N) -> Self
    where
        N: IntoBounded<Delay>,
    {
        self.delay = delay.into_bounded();
        self
    }

    /// Sends it, as [`Invoke::send`] does.
    ///
    /// # Errors
    ///
    /// As there, and a delay out of its range.
    pub async fn send(self) -> Result<(), SendError> {
        let Message { invoke, payload, delay } = self;
        Messages { invoke, payloads: vec![payload], delay }.send().await
    }
}

impl<T: Task> Messages<'_, T> {
    /// As [`Message::delay_secs`], for all of them.
    pub fn delay_secs<N>(mut self, delay: N) -> Self
    where
        N: IntoBounded<Delay>,
    {
        self.delay = delay.into_bounded();
        self
    }

    /// Sends them, as [`Invoke::send_all`] does.
    ///
    /// # Errors
    ///
    /// As there, and a delay out of its range.
    pub async fn send(self) -> Result<(), SendError> {
        let total = self.payloads.len();
        let task = match TaskId::new(T::ID) {
            Ok(task) => task,
            Err(source) => {
                let unsent = |index| Unsent { index, reason: SendFailure::Name { source: source.clone() } };
                return SendError::unless_sent(total, (0..total).map(unsent).collect());
            }
        };
        let unsent = match self.delay {
            Ok(delay) => self.invoke.sender.send::<T>(&task, self.payloads, delay).await,
            Err(source) => {
                let unsent =
                    |index| Unsent { index, reason: SendFailure::Delay { task: task.clone(), source: source.clone() } };
                (0..total).map(unsent).collect()
            }
        };
        SendError::unless_sent(total, unsent)
    }
}

impl Client {
    /// A client that sends through a transport.
    pub fn new(transport: impl Transport) -> Client {
        Client { transport: Arc::new(transport) }
    }

    /// Invokes the task `T`. Each message begins a new chain of invocations.
    pub fn invoke<T: Task>(&self) -> Invoke<T> {
        let sender = Sender {
            transport: Arc::clone(&self.transport),
            source: None,
            invocation_id: None,
            hops: 0,
            trace_header: None,
            inline_limit: DEFAULT_INLINE_LIMIT,
            cut_off: None,
        };
        Invoke { sender, task: PhantomData }
    }
}

impl<Tr: Trigger, T: Task> FromInvocation<Tr> for Invoke<T> {
    const EDGES: &'static [Edge] = &[Edge::invoke::<T>()];

    async fn from_invocation(invocation: &Invocation) -> Result<Self, Error> {
        // An extractor that somebody wrote by hand can hide an edge. Its function has no permission, and that is
        // better said here than by SQS.
        if !invocation.model().invokes.iter().any(|id| id.as_str() == T::ID) {
            let task = invocation.task();
            return Err(format!("task `{task}`: an extractor uses `Invoke` of `{}` without the edge", T::ID).into());
        }
        Ok(Invoke { sender: invocation.sender().clone(), task: PhantomData })
    }
}

impl<T: Task> Clone for Invoke<T> {
    fn clone(&self) -> Self {
        Invoke { sender: self.sender.clone(), task: PhantomData }
    }
}

impl<T: Task> fmt::Debug for Invoke<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Invoke<{}>", T::ID)
    }
}

impl fmt::Debug for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Client")
    }
}
