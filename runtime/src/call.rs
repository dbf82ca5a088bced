//! Calling other tasks, and waiting for their answers.

use std::{fmt, sync::Arc};

use async_lambda_model::{CallTask, NameError, TaskId};
use bytes::Bytes;

use crate::{
    Error, FromInvocation,
    engine::Run,
    extract::{Edge, Invocation},
    json,
    transport::{Called, TransportError},
    trigger::Trigger,
    wanted,
};

/// The largest request and the largest answer, in bytes of JSON (Lambda's quota "invocation payload", synchronous).
const MOST_BYTES: usize = 6 * 1024 * 1024;

/// Lets a handler call the function task `T`, and wait for its answer.
///
/// As a parameter, it is also what gives the function the permission to. The caller pays for the time that it waits, and its
/// timeout has to be longer than that of the task.
///
/// ```
/// use async_lambda::prelude::*;
///
/// #[derive(Serialize, Deserialize)]
/// struct Order { items: u32 }
///
/// struct Price;
/// impl CallTask for Price { const ID: &'static str = "Price"; type Request = Order; type Answer = u32; }
///
/// async fn price(event: CallEvent<Price>) -> Result<u32, Error> { Ok(event.request.items * 5) }
///
/// async fn tick(_: ScheduledEvent, price: Call<Price>) -> Result<u32, Error> {
///     Ok(price.call(Order { items: 2 }).await?)
/// }
///
/// let app = App::new("shop").function_task(Price, price).scheduled_task("Tick", schedule!("rate(1 day)"), tick);
/// # tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap().block_on(async {
/// let app = async_lambda::testing::TestApp::new(app);
/// assert_eq!(app.run_schedule("Tick").await.unwrap(), 10);
/// # });
/// ```
pub struct Call<T: CallTask>(By<T>);

/// A function that answers in the place of the task, in a test.
type Answering<T> = dyn Fn(<T as CallTask>::Request) -> Result<<T as CallTask>::Answer, Error> + Send + Sync;

enum By<T: CallTask> {
    Run(Run),
    #[cfg_attr(not(feature = "local"), expect(dead_code, reason = "tests make it"))]
    Test(Arc<Answering<T>>),
}

/// A call without an answer.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum CallError {
    /// The task's id is not valid.
    #[error(transparent)]
    Name(#[from] NameError),
    /// The request cannot be written as JSON. The task was not called.
    #[error("call of `{task}`: request: {source}")]
    Request {
        /// The task.
        task: TaskId,
        /// The error of serde.
        source: serde_json::Error,
    },
    /// The request is too large. The task was not called.
    #[error("call of `{task}`: request must have at most 6291456 bytes of JSON, has {bytes}")]
    TooLarge {
        /// The task.
        task: TaskId,
        /// Its size.
        bytes: usize,
    },
    /// The task did not run, or whether it did is not known: it is not called again.
    #[error("call of `{task}`: {source}")]
    Transport {
        /// The task.
        task: TaskId,
        /// The error of AWS, or of the network.
        source: TransportError,
    },
    /// The task ran, and failed.
    #[error("call of `{task}`: {reason}")]
    Failed {
        /// The task.
        task: TaskId,
        /// One word, as in the task's log: `error`, `panic`, `deadline`; or what Lambda says of a function that did not end by
        /// itself.
        kind: String,
        /// The reason.
        reason: String,
    },
    /// The answer is not what the task's type says.
    #[error("call of `{task}`: answer: {source}")]
    Answer {
        /// The task.
        task: TaskId,
        /// The error of serde.
        source: serde_json::Error,
    },
}

impl<T: CallTask> Call<T> {
    /// Calls the task once, and waits for its answer. It is never tried again, since the task may have run: a handler that
    /// calls again after an error has to know that this does no harm.
    ///
    /// # Errors
    ///
    /// [`CallError`] says whether the task ran.
    pub async fn call(&self, request: T::Request) -> Result<T::Answer, CallError> {
        let task = TaskId::new(T::ID)?;
        let run = match &self.0 {
            By::Run(run) => run,
            By::Test(answer) => {
                let failed = |error: Error| CallError::Failed { task, kind: "error".into(), reason: error.to_string() };
                return answer(request).map_err(failed);
            }
        };
        let request = match serde_json::to_vec(&request) {
            Ok(request) if request.len() > MOST_BYTES => {
                return Err(CallError::TooLarge { task, bytes: request.len() });
            }
            Ok(request) => Bytes::from(request),
            Err(source) => return Err(CallError::Request { task, source }),
        };
        match run.call_function(&task, request).await {
            Ok(Called::Answer(answer)) => {
                let answer = String::from_utf8_lossy(&answer);
                json::from_str(&answer).map_err(|source| CallError::Answer { task, source })
            }
            Ok(Called::Failed { kind, reason }) => Err(CallError::Failed { task, kind, reason }),
            Err(source) => Err(CallError::Transport { task, source }),
        }
    }
}

#[cfg(feature = "local")]
impl<T: CallTask> Call<T> {
    /// One whose calls a function answers, for a test that calls a handler.
    pub fn answering(answer: impl Fn(T::Request) -> Result<T::Answer, Error> + Send + Sync + 'static) -> Call<T> {
        Call(By::Test(Arc::new(answer)))
    }
}

impl<Tr: Trigger, T: CallTask> FromInvocation<Tr> for Call<T> {
    const EDGES: &'static [Edge] = &[Edge::call::<T>()];

    async fn from_invocation(invocation: &Invocation) -> Result<Self, Error> {
        wanted::calls();
        // As for `Invoke`: better said here than by Lambda.
        let is_known = invocation.model().calls.iter().any(|id| id.as_str() == T::ID);
        match invocation.run().filter(|_| is_known) {
            Some(run) => Ok(Call(By::Run(run.clone()))),
            None => {
                let task = invocation.task();
                Err(format!("task `{task}`: an extractor uses `Call` of `{}` without the edge", T::ID).into())
            }
        }
    }
}

impl<T: CallTask> fmt::Debug for Call<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Call<{}>", T::ID)
    }
}
