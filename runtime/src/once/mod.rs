//! Work that is done once for each key, however often its message arrives.

mod error;
#[cfg(feature = "local")]
mod kept;
mod key;
mod table;

use std::{
    fmt,
    future::{Future, poll_fn},
    marker::PhantomData,
    panic::{AssertUnwindSafe, catch_unwind, resume_unwind},
    sync::Arc,
    task::Poll,
    thread,
    time::Duration,
};

use serde::{Serialize, de::DeserializeOwned};
use tokio::time::Instant;

pub use error::OnceError;
#[cfg(feature = "local")]
pub use table::OnceState;
#[cfg(feature = "aws")]
pub(crate) use table::time;
pub use table::{Claimed, MemoryTable, OnceKey, OnceTable, OnceTimes};

use crate::{
    BoxFuture, Error, FromInvocation,
    extract::{Edge, Invocation},
    json,
    model::{TaskId, TaskModel},
    retry::{self, Attempt},
    transport::{Transport, TransportError},
    trigger::Trigger,
    wanted,
};

/// The default time for which a result is kept: 14 days, the longest that a queue keeps a message.
const EXPIRES_AFTER: Duration = Duration::from_secs(14 * 24 * 60 * 60);

/// The largest result, in bytes of JSON: DynamoDB's items have at most 409,600 bytes with all their attributes.
const MOST_BYTES: usize = 400_000;

/// The time after the end of a lock at which a message comes again: clocks differ.
const LATER: Duration = Duration::from_secs(1);

/// Runs work once for each key of the type `K`, because SQS delivers a message at least once: a second message with the same
/// key gets the result of the first run.
///
/// A run has the key for itself until it ends. A result is kept for 14 days, or as long as
/// [`expires_after`](Once::expires_after) says; an error or a panic frees the key at once, so that the next attempt runs
/// again. Keys of one task have nothing to do with those of another. `docs/guide/once.md` says what is guaranteed and what is
/// not.
///
/// As a parameter, it is what adds the table `AsyncLambdaOnceTable` to the application, and gives the function the permission
/// to write to it.
///
/// ```
/// use async_lambda::prelude::*;
///
/// #[derive(Serialize, Deserialize)]
/// struct Order { id: u32, cents: u32 }
///
/// struct Charge;
/// impl Task for Charge { const ID: &'static str = "Charge"; type Payload = Order; }
///
/// # async fn pay(_: u32) -> Result<String, Error> { Ok("receipt-1".to_owned()) }
/// async fn charge(event: ManagedSqsEvent<Charge>, once: Once<u32>) -> Result<(), Error> {
///     let order = event.payload;
///     let receipt = once.run(&order.id, async || pay(order.cents).await).await?;
///     println!("{receipt}");
///     Ok(())
/// }
///
/// let app = App::new("shop").async_task(Charge, charge);
/// assert!(app.model().unwrap().tasks[0].once);
/// ```
///
/// A handler that does several things has a key for each, for example `Once<(u32, &'static str)>`.
pub struct Once<K: ?Sized> {
    runs: Arc<Runs>,
    expires_after: Duration,
    key: PhantomData<fn(&K)>,
}

/// The part that does not depend on the type of keys.
struct Runs {
    transport: Arc<dyn Transport>,
    task: TaskId,
    /// The time at which Lambda stops the function.
    deadline: Option<Instant>,
    /// The time at which the handler is stopped.
    cut_off: Option<Instant>,
    /// The time for which a run may have a key where there is no deadline.
    timeout: Duration,
    /// Whether a message comes again that failed.
    comes_again: bool,
}

impl<K: Serialize + ?Sized> Once<K> {
    /// Does the work, if it was not done before with this key. Otherwise returns the result of the run that did it, and does
    /// nothing.
    ///
    /// What identifies the key is its JSON, where the order of the fields of an object has no meaning. `key` must say
    /// something: `null`, an empty string and what consists of nothing else are errors.
    ///
    /// If this future is dropped before it is ready, at the function's deadline for example, the key stays locked until that
    /// deadline.
    ///
    /// # Errors
    ///
    /// The error of the work, as it is. Otherwise one that is made of an [`OnceError`], which [`OnceError::of`] finds: another
    /// run has the key, so a message of a queue comes again when that run must have ended; the table did not answer, and the
    /// work was not done; the result is larger than 400,000 bytes of JSON, or cannot be read as an `R`.
    ///
    /// If the work is done and the table does not take the result, the result is returned, and an `ERROR` line in the log says
    /// that the work may be done again.
    pub async fn run<R, E, F, Fut>(&self, key: &K, work: F) -> Result<R, Error>
    where
        R: Serialize + DeserializeOwned + 'static,
        E: Into<Error>,
        F: FnOnce() -> Fut,
        Fut: Future<Output = Result<R, E>>,
    {
        let key = self.runs.key(key::text(key))?;
        if let Some(result) = self.runs.claim(&key, self.expires_after).await? {
            return json::from_str(&result)
                .map_err(|source| OnceError::Unreadable { task: key.task, key: key.text, source }.into());
        }
        match caught(async { work().await }).await {
            Ok(Ok(result)) => {
                let text = serde_json::to_string(&result).map_err(|error| error.to_string());
                self.runs.complete(key, text, self.expires_after).await?;
                Ok(result)
            }
            Ok(Err(error)) => {
                self.runs.release(&key).await;
                Err(error.into())
            }
            Err(panic) => {
                self.runs.release(&key).await;
                resume_unwind(panic)
            }
        }
    }
}

impl<K: ?Sized> Once<K> {
    fn new(runs: Runs) -> Once<K> {
        Once { runs: Arc::new(runs), expires_after: EXPIRES_AFTER, key: PhantomData }
    }

    /// Sets the time for which a result is kept, and the work not done again; rounded up to seconds. Default 14 days, the
    /// longest that a queue keeps a message: a shorter time than that of the queue makes it possible that a message that is
    /// delivered late is handled twice. A key whose run has not ended is kept until the function's deadline at least.
    #[must_use = "it is another `Once`"]
    pub fn expires_after(mut self, duration: Duration) -> Once<K> {
        self.expires_after = duration;
        self
    }

    /// One for a test that calls a handler.
    #[cfg(feature = "local")]
    pub(crate) fn in_test(transport: Arc<dyn Transport>) -> Once<K> {
        let timeout = Duration::from_secs(60);
        Once::new(Runs { transport, task: TEST, deadline: None, cut_off: None, timeout, comes_again: false })
    }
}

impl Runs {
    fn key(&self, text: Result<String, String>) -> Result<OnceKey, OnceError> {
        let task = self.task.clone();
        match text {
            Ok(text) => Ok(OnceKey { task, text, token: self.transport.new_invocation_id() }),
            Err(reason) => Err(OnceError::Key { task, reason }),
        }
    }

    fn times(&self, expires_after: Duration) -> OnceTimes {
        let now = self.transport.now();
        let left = self.deadline.map(|deadline| deadline.saturating_duration_since(Instant::now()));
        let locked_for = left.unwrap_or(self.timeout);
        OnceTimes::new(now, locked_for, expires_after)
    }

    /// Takes the key; or the result of an earlier run.
    async fn claim(&self, key: &OnceKey, expires_after: Duration) -> Result<Option<String>, Error> {
        let claim = || -> BoxFuture<'_, Result<Claimed, TransportError>> {
            Box::pin(async move { self.transport.once_table()?.claim(key, self.times(expires_after)).await })
        };
        let OnceKey { task, text, .. } = key;
        match self.call("claim key", &claim).await {
            Ok(Claimed::New) => Ok(None),
            Ok(Claimed::Done { result: Some(result) }) => Ok(Some(result)),
            Ok(Claimed::Done { result: None }) => {
                let reason = "that of an earlier run was not kept".to_owned();
                Err(OnceError::NotKept { task: task.clone(), key: text.clone(), reason }.into())
            }
            Ok(Claimed::Locked { until }) => {
                let remaining = until.duration_since(self.transport.now()).unwrap_or_default();
                let error = OnceError::InProgress { task: task.clone(), key: text.clone(), until, remaining };
                let error = Error::from(error);
                Err(if self.comes_again { error.retry_after(remaining + LATER) } else { error })
            }
            Err(source) => Err(OnceError::Table { task: task.clone(), key: text.clone(), source }.into()),
        }
    }

    /// Keeps a result. What cannot be kept is an error, now and for every later run: the work is not done again.
    async fn complete(
        &self,
        key: OnceKey,
        result: Result<String, String>,
        expires_after: Duration,
    ) -> Result<(), OnceError> {
        let result = match result {
            Ok(text) if text.len() > MOST_BYTES => {
                Err(format!("must have at most {MOST_BYTES} bytes of JSON, has {}", text.len()))
            }
            result => result,
        };
        let kept = result.as_deref().ok();
        let complete = || -> BoxFuture<'_, Result<bool, TransportError>> {
            let key = &key;
            Box::pin(async move { self.transport.once_table()?.complete(key, kept, self.times(expires_after)).await })
        };
        let reason = match self.call("keep result", &complete).await {
            Ok(true) => None,
            Ok(false) => Some("another run has the key since".to_owned()),
            Err(error) => Some(error.to_string()),
        };
        if let Some(reason) = reason {
            tracing::error!(key = key.text, reason, "work is done and its result is not kept: it may be done again");
        }
        match result {
            Ok(_) => Ok(()),
            Err(reason) => Err(OnceError::NotKept { task: key.task, key: key.text, reason }),
        }
    }

    /// Frees the key of a run that failed.
    async fn release(&self, key: &OnceKey) {
        let release = || -> BoxFuture<'_, Result<(), TransportError>> {
            Box::pin(async move { self.transport.once_table()?.release(key).await })
        };
        if let Err(reason) = self.call("release key", &release).await {
            tracing::warn!(key = key.text, %reason, "key is locked until the function's deadline");
        }
    }

    async fn call<'a, T>(&self, name: &'static str, make: &Attempt<'a, T>) -> Result<T, TransportError> {
        retry::call(name, &|| retry::small(self.cut_off), self.cut_off, make).await
    }
}

/// The output of a future, or its panic.
async fn caught<T>(work: impl Future<Output = T>) -> thread::Result<T> {
    let mut work = Box::pin(work);
    poll_fn(|context| match catch_unwind(AssertUnwindSafe(|| work.as_mut().poll(context))) {
        Ok(poll) => poll.map(Ok),
        Err(panic) => Poll::Ready(Err(panic)),
    })
    .await
}

/// The key as the table has it, for a test.
#[cfg(feature = "local")]
#[track_caller]
pub(crate) fn key_in_test<K: Serialize + ?Sized>(key: &K) -> String {
    key::text(key).unwrap_or_else(|reason| panic!("key {reason}"))
}

/// The times of a record that a test makes or looks at.
#[cfg(feature = "local")]
pub(crate) fn times_in_test(transport: &dyn Transport, timeout: Duration) -> OnceTimes {
    OnceTimes::new(transport.now(), timeout, EXPIRES_AFTER)
}

/// The task of a handler that a test calls.
#[cfg(feature = "local")]
pub(crate) const TEST: TaskId = TaskId::literal("Test");

/// The longest run of a task.
pub(crate) fn timeout(task: &TaskModel) -> Duration {
    Duration::from_secs(u64::try_from(task.timeout().get()).unwrap_or_default())
}

impl<Tr: Trigger, K: Serialize + ?Sized> FromInvocation<Tr> for Once<K> {
    const EDGES: &'static [Edge] = &[Edge::once()];

    async fn from_invocation(invocation: &Invocation) -> Result<Self, Error> {
        let model = invocation.model();
        // As for `Invoke`: better said here than by DynamoDB.
        if !model.once {
            let task = invocation.task();
            return Err(format!("task `{task}`: an extractor uses `Once` without its edges: there is no table").into());
        }
        wanted::once_table();
        let sender = invocation.sender();
        Ok(Once::new(Runs {
            transport: Arc::clone(&sender.transport),
            task: model.id.clone(),
            deadline: invocation.context().deadline,
            cut_off: sender.cut_off,
            timeout: timeout(model),
            comes_again: model.trigger.reads_queue(),
        }))
    }
}

impl<K: ?Sized> Clone for Once<K> {
    fn clone(&self) -> Self {
        Once { runs: Arc::clone(&self.runs), expires_after: self.expires_after, key: PhantomData }
    }
}

impl<K: ?Sized> fmt::Debug for Once<K> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Once<{}>", std::any::type_name::<K>())
    }
}
