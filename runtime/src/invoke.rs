//! Invoking other tasks.

use std::{fmt, marker::PhantomData, sync::Arc};

use async_lambda_model::{Delay, IntoBounded, Lane, NameError, OtherApp, TaskId};
use serde_json::Value;

use crate::{
    Error, FromInvocation, InvokeExternal, InvokeLater, SendError, Task,
    extract::{Edge, Invocation},
    send::{Choices, Sender},
    transport::Transport,
    trigger::Trigger,
};

pub use crate::{
    fifo::FifoMessage,
    later::{CancelError, LaterMessage, NoTime, Time},
    send::{SendFailure, Unsent},
};

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
///     mail.message("to a customer".to_owned()).group("customer-7").send().await?;
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
    choices: Choices,
}

/// Many messages that are being written.
#[must_use = "messages are sent with `.send().await`"]
pub struct Messages<'a, T: Task> {
    invoke: &'a Invoke<T>,
    payloads: Vec<T::Payload>,
    choices: Choices,
}

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

    /// A message, to say more about: its delay, its message group, its lane.
    pub fn message(&self, payload: T::Payload) -> Message<'_, T> {
        Message { invoke: self, payload, choices: Choices::default() }
    }

    /// Sends many messages: as few calls to each lane as SQS's limits allow (10 messages, 1,048,576 bytes), and up to 16
    /// calls at once. Messages of one call keep their order. Messages that the queue refuses are tried again.
    ///
    /// # Errors
    ///
    /// As those of [`send`](Invoke::send), for every message that was not sent, by its index; all others were sent. A failure that the next
    /// call would meet too, a missing permission for example, ends the sending, and the messages behind it are
    /// [`NotTried`](SendFailure::NotTried).
    pub async fn send_all(&self, payloads: impl IntoIterator<Item = T::Payload>) -> Result<(), SendError> {
        self.messages(payloads).send().await
    }

    /// Many messages, to say more about all of them.
    pub fn messages(&self, payloads: impl IntoIterator<Item = T::Payload>) -> Messages<'_, T> {
        Messages { invoke: self, payloads: payloads.into_iter().collect(), choices: Choices::default() }
    }

    /// As [`send_all`](Invoke::send_all), of messages of which each has a delay, a message group and a lane of its own.
    ///
    /// # Errors
    ///
    /// As there, and those of [`Message::send`]; a message that was written with another `Invoke`.
    ///
    /// ```
    /// # use async_lambda::prelude::*;
    /// # struct Mail; impl Task for Mail { const ID: &'static str = "Mail"; type Payload = String; }
    /// async fn remind(_: ScheduledEvent, mail: Invoke<Mail>) -> Result<(), Error> {
    ///     let customers = ["ada", "grace"].into_iter().enumerate();
    ///     mail.send_messages(customers.map(|(index, customer)| {
    ///         mail.message(format!("hello {customer}")).group(customer).delay_secs(60 * index as i64)
    ///     }))
    ///     .await?;
    ///     Ok(())
    /// }
    /// # let _ = App::new("demo").scheduled_task("Remind", schedule!("rate(1 day)"), remind);
    /// ```
    pub async fn send_messages<'a>(&self, messages: impl IntoIterator<Item = Message<'a, T>>) -> Result<(), SendError> {
        let messages = messages.into_iter().map(|Message { invoke, payload, mut choices }| {
            if !std::ptr::eq(invoke, self) {
                choices.of_another();
            }
            (payload, choices)
        });
        self.send_each(messages.collect()).await
    }

    /// Sends messages to a FIFO queue.
    pub(crate) async fn send_in_order(&self, messages: Vec<(T::Payload, Choices)>) -> Result<(), SendError> {
        let total = messages.len();
        let unsent = match TaskId::new(T::ID) {
            Ok(task) => self.sender.send_in_order::<T>(&task, messages).await,
            Err(source) => unnamed(&source, total),
        };
        SendError::unless_sent(total, unsent)
    }

    /// The same on behalf of a record, which belongs to another chain of invocations, which has run through so many async
    /// tasks.
    pub(crate) fn in_chain(&self, invocation_id: String, hops: u32, record: &Value) -> Invoke<T> {
        Invoke::of(self.sender.in_chain(invocation_id, hops, record))
    }

    pub(crate) fn of(sender: Sender) -> Invoke<T> {
        Invoke { sender, task: PhantomData }
    }

    /// The same for a task of another application.
    pub(crate) fn to_external(&self, application: &'static str) -> Invoke<T> {
        Invoke::of(self.sender.to_external(application))
    }

    async fn send_each(&self, messages: Vec<(T::Payload, Choices)>) -> Result<(), SendError> {
        let total = messages.len();
        let unsent = match TaskId::new(T::ID) {
            Ok(task) => self.sender.send::<T>(&task, messages).await,
            Err(source) => unnamed(&source, total),
        };
        SendError::unless_sent(total, unsent)
    }
}

/// None is sent to a task whose id is not valid.
fn unnamed(source: &NameError, total: usize) -> Vec<Unsent> {
    let unsent = |index| Unsent { index, reason: SendFailure::Name { source: source.clone() } };
    (0..total).map(unsent).collect()
}

impl<T: Task> Message<'_, T> {
    /// Sets the seconds for which the queue keeps the message to itself: 0 to 900, SQS's limit; default 0. Another number is an
    /// error of [`send`](Message::send).
    pub fn delay_secs<N>(mut self, delay: N) -> Self
    where
        N: IntoBounded<Delay>,
    {
        self.choices.delay(delay);
        self
    }

    /// The message group, SQS's `MessageGroupId`: whom the message is for, a customer for example. Of a queue with groups,
    /// SQS delivers the messages of those first that have few in hand, so that a flood of one customer does not hold up the
    /// others. It keeps no order.
    ///
    /// By default the group of the message that is being handled, where there is one
    /// ([`App::propagate_message_group`](crate::App::propagate_message_group)). SQS's rule: 1 to 128 letters, digits and
    /// punctuation marks of ASCII. Another string is an error of [`send`](Message::send).
    pub fn group(mut self, group: impl Into<String>) -> Self {
        self.choices.group(group);
        self
    }

    /// The [lane](crate::options::TaskBuilder::lanes): 0 to 99. By default the lane of the message that is being handled, if
    /// the task keeps lanes ([`propagate_lane`](crate::options::TaskBuilder::propagate_lane)), else 0.
    ///
    /// A lane that the task does not have is lane 0, with a warning in the log. A [`Client`], which does not know how many
    /// lanes there are, sends to the lane as it is given. A number above 99 is an error of [`send`](Message::send).
    pub fn lane<N>(mut self, lane: N) -> Self
    where
        N: IntoBounded<Lane>,
    {
        self.choices.lane(lane);
        self
    }

    /// Sends it, as [`Invoke::send`] does.
    ///
    /// # Errors
    ///
    /// As there, and a delay, a group or a lane that breaks its rule.
    pub async fn send(self) -> Result<(), SendError> {
        self.invoke.send_each(vec![(self.payload, self.choices)]).await
    }
}

impl<T: Task> Messages<'_, T> {
    /// As [`Message::delay_secs`], for all of them.
    pub fn delay_secs<N>(mut self, delay: N) -> Self
    where
        N: IntoBounded<Delay>,
    {
        self.choices.delay(delay);
        self
    }

    /// As [`Message::group`], for all of them.
    pub fn group(mut self, group: impl Into<String>) -> Self {
        self.choices.group(group);
        self
    }

    /// As [`Message::lane`], for all of them.
    pub fn lane<N>(mut self, lane: N) -> Self
    where
        N: IntoBounded<Lane>,
    {
        self.choices.lane(lane);
        self
    }

    /// Sends them, as [`Invoke::send_all`] does.
    ///
    /// # Errors
    ///
    /// As there, and a delay, a group or a lane that breaks its rule.
    pub async fn send(self) -> Result<(), SendError> {
        let Messages { invoke, payloads, choices } = self;
        invoke.send_each(payloads.into_iter().map(|payload| (payload, choices.clone())).collect()).await
    }
}

impl Client {
    /// A client that sends through a transport.
    pub fn new(transport: impl Transport) -> Client {
        Client { transport: Arc::new(transport) }
    }

    /// Invokes the task `T`. Each message begins a new chain of invocations.
    pub fn invoke<T: Task>(&self) -> Invoke<T> {
        Invoke::of(Sender::outside(Arc::clone(&self.transport)))
    }

    /// Uses a table: with `Aws`, that of the variable `ASYNC_LAMBDA_TABLE_<name>`, its name or its ARN.
    #[cfg(feature = "table")]
    pub fn table<T: crate::TableOf, A: crate::table::Access>(&self) -> crate::Table<T, A> {
        crate::Table::outside(Arc::clone(&self.transport))
    }

    /// As [`invoke`](Client::invoke), of another application than the one whose name the transport knows.
    pub fn invoke_external<T: Task, A: OtherApp>(&self) -> InvokeExternal<T, A> {
        InvokeExternal::new(&self.invoke())
    }

    /// As [`invoke`](Client::invoke), at a later time.
    pub fn invoke_later<T: Task>(&self) -> InvokeLater<T> {
        InvokeLater::new(Sender::outside(Arc::clone(&self.transport)))
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
        Ok(Invoke::of(invocation.sender().clone()))
    }
}

impl<T: Task> Clone for Invoke<T> {
    fn clone(&self) -> Self {
        Invoke::of(self.sender.clone())
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
