//! Tasks as types.

use std::fmt;

use serde::{Serialize, de::DeserializeOwned};

/// An async task: a name, and what its messages carry.
///
/// ```
/// use async_lambda_model::Task; // or `async_lambda::prelude::*`
/// use serde::{Deserialize, Serialize};
///
/// #[derive(Serialize, Deserialize)]
/// pub struct Photo { pub key: String, pub width: u32 }
///
/// pub struct Resize;
///
/// impl Task for Resize {
///     const ID: &'static str = "Resize";
///     type Payload = Photo;
/// }
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a task",
    label = "not a task",
    note = "a task is a type that implements `Task`; write the task and not its payload: `ManagedSqsEvent<Resize>`, \
            `Invoke<Resize>`, `.async_task(Resize, resize)`",
    note = "a FIFO task implements `FifoTask` instead, and is invoked with `InvokeFifo`"
)]
pub trait Task: 'static {
    /// The name: 1 to 32 letters and digits, unique in the application. Another one is an error at synth and at the start,
    /// with the line that registers the task.
    const ID: &'static str;

    /// The type of the payload, which a message carries as JSON.
    type Payload: Serialize + DeserializeOwned + Send + 'static;

    /// How many hops a chain of invocations may have that comes back to this task. Without it, a loop through
    /// the task is an error at synth. A message with more hops behind it goes to the dead-letter queue at once, with
    /// the reason among its attributes: `AsyncLambdaReason`, `AsyncLambdaKind`, `AsyncLambdaTaskId`,
    /// `AsyncLambdaMessageId`.
    const RECURSION: Option<u32> = None;
}

/// An async task with a FIFO queue: messages of one group are handled in the order in which they were sent.
///
/// It is no [`Task`]: its messages have a group and no delay, so it is invoked with another parameter.
///
/// ```
/// use async_lambda_model::FifoTask; // or `async_lambda::prelude::*`
///
/// pub struct Ship;
///
/// impl FifoTask for Ship {
///     const ID: &'static str = "Ship";
///     type Payload = String;
///     /// The number of an order, whose events are handled in order.
///     type Group = u32;
/// }
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a FIFO task",
    label = "not a FIFO task",
    note = "a FIFO task is a type that implements `FifoTask`; write the task and not its payload: `FifoEvent<Ship>`, \
            `InvokeFifo<Ship>`, `.fifo_task(Ship, ship)`"
)]
pub trait FifoTask: 'static {
    /// The name: as that of a [`Task`].
    const ID: &'static str;

    /// The type of the payload, which a message carries as JSON.
    type Payload: Serialize + DeserializeOwned + Send + 'static;

    /// The type of what keeps messages in order: the id of an order, of a customer. As a string it has 1 to 128 letters, digits
    /// and punctuation marks of ASCII, SQS's rule for a `MessageGroupId`.
    type Group: fmt::Display;

    /// As [`Task::RECURSION`].
    const RECURSION: Option<u32> = None;
}

/// Another application in the same account and region, whose tasks this one invokes: a name for
/// `InvokeExternal<Invoice, Billing>`.
///
/// ```
/// use async_lambda_model::OtherApp;
///
/// pub struct Billing;
///
/// impl OtherApp for Billing {
///     const NAME: &'static str = "billing";
/// }
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not another application",
    label = "not an application",
    note = "write the task first and then its application, a type that implements `OtherApp`: \
            `InvokeExternal<Invoice, Billing>`"
)]
pub trait OtherApp: 'static {
    /// The application's name, the first part of its physical names.
    const NAME: &'static str;
}

/// A function task: a name, what it is asked, and what it answers. Other tasks call it and wait.
///
/// ```
/// use async_lambda_model::CallTask; // or `async_lambda::prelude::*`
/// use serde::{Deserialize, Serialize};
///
/// #[derive(Serialize, Deserialize)]
/// pub struct Order { pub items: u32 }
///
/// pub struct Price;
///
/// impl CallTask for Price {
///     const ID: &'static str = "Price";
///     type Request = Order;
///     type Answer = u32;
/// }
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a function task",
    label = "not a function task",
    note = "a function task is a type that implements `CallTask`: `CallEvent<Price>`, `Call<Price>`, \
            `.function_task(Price, price)`"
)]
pub trait CallTask: 'static {
    /// The name: 1 to 32 letters and digits, unique in the application. Another one is an error at synth and at the start,
    /// with the line that registers the task.
    const ID: &'static str;

    /// The type of the request, which a call carries as JSON: at most 6 MB.
    type Request: Serialize + DeserializeOwned + Send + 'static;

    /// The type of the answer, which comes back as JSON: at most 6 MB.
    type Answer: Serialize + DeserializeOwned + Send + 'static;
}
