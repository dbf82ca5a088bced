//! The keys that are taken, and the results: a table of DynamoDB in the cloud, memory elsewhere.

use std::{
    collections::HashMap,
    future::ready,
    sync::{Mutex, MutexGuard, PoisonError},
    time::{Duration, SystemTime, UNIX_EPOCH},
};

#[cfg(feature = "local")]
use serde_json::Value;

use crate::{BoxFuture, model::TaskId, transport::TransportError};

/// Keeps which keys are taken, and the results of runs. Each method is one attempt of a call, and may be made again with the
/// same arguments where no answer came.
pub trait OnceTable: Send + Sync {
    /// Takes a key for a run, if no other run has it, and no result is kept. The same run can take it twice.
    ///
    /// # Errors
    ///
    /// Whether another attempt can succeed.
    fn claim<'a>(&'a self, key: &'a OnceKey, times: OnceTimes) -> BoxFuture<'a, Result<Claimed, TransportError>>;

    /// Keeps the result of a run, which is JSON; `None` for one that cannot be kept. `false` where the key is no longer that
    /// run's.
    ///
    /// # Errors
    ///
    /// Whether another attempt can succeed.
    fn complete<'a>(
        &'a self,
        key: &'a OnceKey,
        result: Option<&'a str>,
        times: OnceTimes,
    ) -> BoxFuture<'a, Result<bool, TransportError>>;

    /// Frees a key, if it is still that run's and no result is kept.
    ///
    /// # Errors
    ///
    /// Whether another attempt can succeed.
    fn release<'a>(&'a self, key: &'a OnceKey) -> BoxFuture<'a, Result<(), TransportError>>;
}

impl<T: OnceTable + ?Sized> OnceTable for &T {
    fn claim<'a>(&'a self, key: &'a OnceKey, times: OnceTimes) -> BoxFuture<'a, Result<Claimed, TransportError>> {
        T::claim(self, key, times)
    }

    fn complete<'a>(
        &'a self,
        key: &'a OnceKey,
        result: Option<&'a str>,
        times: OnceTimes,
    ) -> BoxFuture<'a, Result<bool, TransportError>> {
        T::complete(self, key, result, times)
    }

    fn release<'a>(&'a self, key: &'a OnceKey) -> BoxFuture<'a, Result<(), TransportError>> {
        T::release(self, key)
    }
}

/// A key, and the run that it is about.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct OnceKey {
    /// The task. Keys of different tasks are different.
    pub task: TaskId,
    /// The key, as JSON.
    pub text: String,
    /// The run: different for each call of [`Once::run`](super::Once::run), the same for all attempts of a call of the table.
    pub token: String,
}

/// Times of a record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct OnceTimes {
    /// The time, in milliseconds since 1970.
    pub now_ms: u64,
    /// The time at which a key that is taken is free again, in milliseconds since 1970: the deadline of the function.
    pub locked_until_ms: u64,
    /// The time from which on a result is no longer kept, in seconds since 1970.
    pub expires: u64,
}

impl OnceTimes {
    pub(super) fn new(now: SystemTime, locked_for: Duration, expires_after: Duration) -> OnceTimes {
        let ms = |duration: Duration| u64::try_from(duration.as_millis()).unwrap_or(u64::MAX);
        let now_ms = ms(now.duration_since(UNIX_EPOCH).unwrap_or_default());
        let locked_until_ms = now_ms.saturating_add(ms(locked_for));
        // DynamoDB's numbers have more digits than that.
        let expires = now_ms.saturating_add(ms(expires_after)).div_ceil(1000);
        OnceTimes { now_ms, locked_until_ms, expires }
    }

    /// The time, in whole seconds.
    pub(crate) fn now(self) -> u64 {
        self.now_ms / 1000
    }

    /// The time from which on the record of a run that has not ended may be deleted: not before its key is free.
    pub(crate) fn lock_expires(self) -> u64 {
        self.expires.max(self.locked_until_ms.div_ceil(1000))
    }
}

/// Whether a run has the key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Claimed {
    /// This run has it: the work is to be done.
    New,
    /// Another run has it.
    Locked {
        /// The time until which it has the key, at the latest.
        until: SystemTime,
    },
    /// The work was done.
    Done {
        /// The result, as JSON; `None` for one that was not kept.
        result: Option<String>,
    },
}

/// The state of a key, for tests.
#[cfg(feature = "local")]
#[derive(Clone, Debug, PartialEq)]
pub enum OnceState {
    /// A run has the key.
    InProgress,
    /// The work was done, with this result; `null` for one that could not be kept.
    Completed(Value),
}

/// A table in memory: for tests and local runs.
#[derive(Debug, Default)]
pub struct MemoryTable {
    records: Mutex<HashMap<(String, String), Record>>,
    #[cfg(feature = "local")]
    bucket: Option<async_lambda_local::bucket::Bucket>,
}

/// As an item of the table.
#[derive(Clone, Debug)]
pub(super) struct Record {
    pub(super) token: String,
    pub(super) expires: u64,
    pub(super) status: Status,
}

#[derive(Clone, Debug)]
pub(super) enum Status {
    InProgress { until_ms: u64 },
    Completed { result: Option<String> },
}

impl Record {
    /// Whether a run may take the key of this record: DynamoDB's condition says the same.
    fn is_free(&self, token: &str, times: OnceTimes) -> bool {
        let is_over = match self.status {
            Status::InProgress { until_ms } => until_ms < times.now_ms || self.token == token,
            Status::Completed { .. } => false,
        };
        is_over || self.expires < times.now()
    }
}

pub(crate) fn time(ms: u64) -> SystemTime {
    UNIX_EPOCH.checked_add(Duration::from_millis(ms)).unwrap_or(UNIX_EPOCH)
}

impl MemoryTable {
    /// An empty one.
    pub fn new() -> MemoryTable {
        MemoryTable::default()
    }

    /// The state of a key at a time.
    #[cfg(feature = "local")]
    pub(crate) fn state(&self, task: &str, key: &str, times: OnceTimes) -> Option<OnceState> {
        let records = self.lock();
        let record = records.get(&(task.to_owned(), key.to_owned())).filter(|record| !record.is_free("", times))?;
        Some(match &record.status {
            Status::InProgress { .. } => OnceState::InProgress,
            Status::Completed { result } => {
                let result = result.as_deref().and_then(|text| serde_json::from_str(text).ok());
                OnceState::Completed(result.unwrap_or_default())
            }
        })
    }

    /// Makes a record of somebody else's run.
    #[cfg(feature = "local")]
    pub(crate) fn set(&self, task: &str, key: String, state: OnceState, times: OnceTimes) {
        let (expires, status) = match state {
            OnceState::InProgress => (times.lock_expires(), Status::InProgress { until_ms: times.locked_until_ms }),
            OnceState::Completed(result) => (times.expires, Status::Completed { result: Some(result.to_string()) }),
        };
        self.lock().insert((task.to_owned(), key), Record { token: "test".to_owned(), expires, status });
    }

    /// Writes a record where the table outlives the process.
    #[cfg(feature = "local")]
    fn keep(&self, place: &(String, String), record: Option<&Record>) -> Result<(), TransportError> {
        self.bucket.as_ref().map_or(Ok(()), |bucket| super::kept::keep(bucket, place, record))
    }

    #[cfg(not(feature = "local"))]
    #[expect(clippy::unused_self, clippy::unnecessary_wraps, reason = "as with the feature `local`")]
    fn keep(&self, _: &(String, String), _: Option<&Record>) -> Result<(), TransportError> {
        Ok(())
    }

    /// A table whose records are objects of a bucket, which has those of an earlier process.
    #[cfg(feature = "local")]
    pub(crate) fn kept_in(
        bucket: async_lambda_local::bucket::Bucket,
    ) -> Result<MemoryTable, async_lambda_local::bucket::BucketError> {
        let records = super::kept::read(&bucket)?;
        Ok(MemoryTable { records: Mutex::new(records), bucket: Some(bucket) })
    }

    /// A panic of another thread leaves nothing half done here, so its poison is ignored.
    fn lock(&self) -> MutexGuard<'_, HashMap<(String, String), Record>> {
        self.records.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn place(key: &OnceKey) -> (String, String) {
    (key.task.to_string(), key.text.clone())
}

impl OnceTable for MemoryTable {
    fn claim<'a>(&'a self, key: &'a OnceKey, times: OnceTimes) -> BoxFuture<'a, Result<Claimed, TransportError>> {
        let mut records = self.lock();
        let known = records.get(&place(key)).filter(|record| !record.is_free(&key.token, times));
        let claimed = match known.map(|record| &record.status) {
            Some(Status::InProgress { until_ms }) => Claimed::Locked { until: time(*until_ms) },
            Some(Status::Completed { result }) => Claimed::Done { result: result.clone() },
            None => {
                let status = Status::InProgress { until_ms: times.locked_until_ms };
                let record = Record { token: key.token.clone(), expires: times.lock_expires(), status };
                let kept = self.keep(&place(key), Some(&record));
                records.insert(place(key), record);
                return Box::pin(ready(kept.map(|()| Claimed::New)));
            }
        };
        Box::pin(ready(Ok(claimed)))
    }

    fn complete<'a>(
        &'a self,
        key: &'a OnceKey,
        result: Option<&'a str>,
        times: OnceTimes,
    ) -> BoxFuture<'a, Result<bool, TransportError>> {
        let mut records = self.lock();
        let known = records.get_mut(&place(key)).filter(|record| record.token == key.token);
        let is_own = known.is_some();
        if let Some(record) = known {
            record.status = Status::Completed { result: result.map(ToOwned::to_owned) };
            record.expires = times.expires;
            let kept = self.keep(&place(key), Some(record));
            return Box::pin(ready(kept.map(|()| true)));
        }
        Box::pin(ready(Ok(is_own)))
    }

    fn release<'a>(&'a self, key: &'a OnceKey) -> BoxFuture<'a, Result<(), TransportError>> {
        let mut records = self.lock();
        let is_own = |record: &Record| record.token == key.token && matches!(record.status, Status::InProgress { .. });
        if records.get(&place(key)).is_some_and(is_own) {
            records.remove(&place(key));
            return Box::pin(ready(self.keep(&place(key), None)));
        }
        Box::pin(ready(Ok(())))
    }
}
