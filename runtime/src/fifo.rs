//! Invoking FIFO tasks.

use std::{fmt, marker::PhantomData};

use async_lambda_model::FifoTask;

use crate::{
    Client, Error, FromInvocation, Invoke, SendError, Task,
    extract::{Edge, Invocation},
    send::Choices,
    trigger::Trigger,
};

/// A FIFO task as a task, for what makes no difference between the two: ids, payloads, edges.
pub(crate) struct AsTask<T>(PhantomData<fn() -> T>);

impl<T: FifoTask> Task for AsTask<T> {
    const ID: &'static str = T::ID;
    type Payload = T::Payload;
    const RECURSION: Option<u32> = T::RECURSION;
}

/// Lets a handler invoke the FIFO task `T`. As a parameter, it is also what gives the function the permission to.
///
/// ```
/// # use async_lambda::prelude::*;
/// # struct Ship; impl FifoTask for Ship { const ID: &'static str = "Ship"; type Payload = String; type Group = u32; }
/// async fn tick(_: ScheduledEvent, ship: InvokeFifo<Ship>) -> Result<(), Error> {
///     ship.send(7, "packed".to_owned()).await?;
///     ship.message(7, "sent".to_owned()).deduplication_id("order-7-sent").send().await?;
///     Ok(())
/// }
/// ```
///
/// Each message is tried again until the queue has taken it, and is there once all the same: attempts of one message have one
/// deduplication id.
pub struct InvokeFifo<T: FifoTask>(Invoke<AsTask<T>>);

/// A message to a FIFO task that is being written. It has no delay: SQS knows delays of a FIFO queue as a whole only.
#[must_use = "a message is sent with `.send().await`"]
pub struct FifoMessage<'a, T: FifoTask> {
    invoke: &'a InvokeFifo<T>,
    payload: T::Payload,
    choices: Choices,
}

impl<T: FifoTask> InvokeFifo<T> {
    /// Sends one message. Messages of one group are handled in the order in which they were sent.
    ///
    /// # Errors
    ///
    /// As those of [`Invoke::send`], and a group that is not 1 to 128 letters, digits and punctuation marks of ASCII.
    pub async fn send(&self, group: T::Group, payload: T::Payload) -> Result<(), SendError> {
        self.message(group, payload).send().await
    }

    /// A message, to say more about.
    pub fn message(&self, group: T::Group, payload: T::Payload) -> FifoMessage<'_, T> {
        FifoMessage { invoke: self, payload, choices: Choices::in_order(group.to_string()) }
    }

    /// Sends many messages, up to ten of different groups a call, one call after the other: messages of one group keep their
    /// order.
    ///
    /// # Errors
    ///
    /// As those of [`send`](InvokeFifo::send), for every message that was not sent, by its index. Behind one of them, the
    /// others of its group are [`NotTried`](crate::invoke::SendFailure::NotTried).
    pub async fn send_all(&self, messages: impl IntoIterator<Item = (T::Group, T::Payload)>) -> Result<(), SendError> {
        let messages = messages.into_iter().map(|(group, payload)| (payload, Choices::in_order(group.to_string())));
        self.0.send_in_order(messages.collect()).await
    }

    pub(crate) fn of(invoke: Invoke<AsTask<T>>) -> InvokeFifo<T> {
        InvokeFifo(invoke)
    }
}

impl<T: FifoTask> FifoMessage<'_, T> {
    /// An id of the message: of those with one id, SQS takes only the first in five minutes. By default each message is
    /// another. 1 to 128 letters, digits and punctuation marks of ASCII; another string is an error of
    /// [`send`](FifoMessage::send).
    pub fn deduplication_id(mut self, id: impl Into<String>) -> Self {
        self.choices.deduplication_id(id);
        self
    }

    /// Sends it, as [`InvokeFifo::send`] does.
    ///
    /// # Errors
    ///
    /// As there.
    pub async fn send(self) -> Result<(), SendError> {
        self.invoke.0.send_in_order(vec![(self.payload, self.choices)]).await
    }
}

impl Client {
    /// Invokes the FIFO task `T`. Each message begins a new chain of invocations.
    pub fn invoke_fifo<T: FifoTask>(&self) -> InvokeFifo<T> {
        InvokeFifo::of(self.invoke())
    }
}

impl<Tr: Trigger, T: FifoTask> FromInvocation<Tr> for InvokeFifo<T> {
    const EDGES: &'static [Edge] = &[Edge::invoke::<AsTask<T>>()];

    async fn from_invocation(invocation: &Invocation) -> Result<Self, Error> {
        Ok(InvokeFifo::of(<Invoke<AsTask<T>> as FromInvocation<Tr>>::from_invocation(invocation).await?))
    }
}

impl<T: FifoTask> Clone for InvokeFifo<T> {
    fn clone(&self) -> Self {
        InvokeFifo(self.0.clone())
    }
}

impl<T: FifoTask> fmt::Debug for InvokeFifo<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "InvokeFifo<{}>", T::ID)
    }
}
