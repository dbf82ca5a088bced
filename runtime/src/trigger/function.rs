//! Function tasks: calls of other tasks, which wait for the answer.

use std::{fmt, marker::PhantomData};

use async_lambda_model::{self as model, CallTask, TaskId};
use serde::Deserialize;
use serde_json::Value;

use super::{Kind, Trigger, sealed};
#[cfg(feature = "local")]
use crate::local::{Invoke, LocalError};
use crate::{
    App, BoxError, Error, FromInvocation,
    event::EventError,
    extract::{Edge, Invocation},
    handler::{Handler, Outcome, to_json},
    options::Accepts,
};

/// Calls of the function task `T`.
pub struct Function<T>(PhantomData<fn() -> T>);

impl<T: CallTask> Trigger for Function<T> {}
impl<T> sealed::Trigger for Function<T> {}

impl App {
    /// A task that other tasks call with [`Call<T>`](crate::Call), and whose answer they wait for. Nothing else starts it; other
    /// programs can invoke its function, `APPLICATION-TASK`, with the request as JSON.
    #[track_caller]
    pub fn function_task<T, H, Args>(self, _task: T, handler: H) -> Self
    where
        T: CallTask,
        H: Handler<Function<T>, Args>,
        Function<T>: Accepts<H::Kind>,
    {
        let trigger = model::trigger::Function::default();
        self.add(TaskId::new(T::ID), Ok(trigger), None, handler)
    }
}

/// The answer has the type that the task says.
impl<T: CallTask, E: Into<Error>> Outcome<Function<T>> for Result<T::Answer, E> {
    fn into_value(self) -> impl Future<Output = Result<Value, BoxError>> + Send {
        std::future::ready(to_json(self))
    }
}

impl Kind for model::trigger::Function {
    #[cfg(feature = "local")]
    fn options(&self) -> &'static [&'static str] {
        &["--payload"]
    }

    #[cfg(feature = "local")]
    fn event(&self, _: &model::TaskModel, invoke: &Invoke, _: &[model::MediaType]) -> Result<Value, LocalError> {
        invoke.payload()
    }
}

/// A call of the function task `T`.
#[non_exhaustive]
pub struct CallEvent<T: CallTask> {
    /// The request.
    pub request: T::Request,
    invocation: Invocation,
}

impl<T: CallTask> CallEvent<T> {
    /// The event as Lambda got it.
    pub fn raw(&self) -> &Value {
        self.invocation.raw()
    }

    fn of_invocation(invocation: Invocation) -> Result<CallEvent<T>, EventError> {
        let request = T::Request::deserialize(invocation.raw());
        let request = request.map_err(|source| EventError::Payload { task: T::ID.to_owned(), source })?;
        Ok(CallEvent { request, invocation })
    }
}

#[cfg(feature = "local")]
impl<T: CallTask> CallEvent<T> {
    /// A call with a request, for a test that calls a handler.
    ///
    /// # Panics
    ///
    /// If the request cannot be written as JSON and read again.
    pub fn new(request: &T::Request) -> CallEvent<T> {
        let raw = serde_json::to_value(request).expect("a test's request is JSON");
        let trigger = model::Trigger::Function(model::trigger::Function::default());
        CallEvent::of_invocation(Invocation::by_hand(trigger, raw)).expect("what was written is read as the same")
    }
}

impl<T: CallTask> FromInvocation<Function<T>> for CallEvent<T> {
    const EDGES: &'static [Edge] = &[];

    async fn from_invocation(invocation: &Invocation) -> Result<Self, Error> {
        Ok(CallEvent::of_invocation(invocation.clone())?)
    }
}

impl<T: CallTask> fmt::Debug for CallEvent<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CallEvent").field("task", &T::ID).finish_non_exhaustive()
    }
}
