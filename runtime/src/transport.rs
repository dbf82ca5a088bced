//! Transports of messages and payloads: SQS and S3 in the cloud, memory elsewhere.

use std::{fmt, future::ready, time::SystemTime};

use async_lambda_model::TaskId;
use bytes::Bytes;

use crate::{BoxError, BoxFuture};

pub use crate::envelope::{DEFAULT_INLINE_LIMIT, MAX_MESSAGE_BYTES};
#[cfg(feature = "aws")]
pub use crate::lambda::AwsError;
pub use crate::once::{Claimed, MemoryTable, OnceKey, OnceTable, OnceTimes};
#[cfg(feature = "table")]
pub use crate::table::{
    Attributes, ItemUpdate, MemoryTables, PageOf, SortRange, TableAnswer, TableCall, TableKeys, TableOperation,
};

/// A transport of messages and payloads.
///
/// A call is one attempt: retries, with their pauses and time limits, are the caller's. An attempt may be dropped at
/// any time.
pub trait Transport: Send + Sync + 'static {
    /// Sends at most ten messages, of at most 1,048,576 bytes together, to a task's queue: that of their
    /// [lane](OutgoingMessage::lane), which is the same for all of them. Returns those that the queue did not confirm; an
    /// error means that none was sent.
    ///
    /// # Errors
    ///
    /// Whether another attempt can succeed. No message was sent then; those that the queue refused are no error.
    fn send<'a>(
        &'a self,
        destination: &'a TaskId,
        messages: &'a [OutgoingMessage],
    ) -> BoxFuture<'a, Result<Vec<Refused>, TransportError>>;

    /// Sends a message to the application's dead-letter queue.
    ///
    /// # Errors
    ///
    /// Whether another attempt can succeed.
    fn send_dead_letter<'a>(&'a self, message: &'a OutgoingMessage) -> BoxFuture<'a, Result<(), TransportError>>;

    /// Sets for how long at most ten messages of a queue stay hidden from now on. Returns those that the queue refused. By
    /// default an error: they come again after the visibility timeout of the queue.
    ///
    /// # Errors
    ///
    /// Whether another attempt can succeed.
    fn change_visibility<'a>(
        &'a self,
        _queue_arn: &'a str,
        _messages: &'a [HiddenMessage],
    ) -> BoxFuture<'a, Result<Vec<Refused>, TransportError>> {
        Box::pin(async { Err(TransportError::permanent("this transport changes no visibility timeouts")) })
    }

    /// Puts a payload, which is JSON, into the bucket and returns its key.
    ///
    /// # Errors
    ///
    /// Whether another attempt can succeed.
    fn store_payload(&self, payload: Bytes) -> BoxFuture<'_, Result<String, TransportError>>;

    /// Reads a payload from the bucket.
    ///
    /// # Errors
    ///
    /// [Missing](TransportError::missing) where it is not there; else whether another attempt can succeed.
    fn load_payload<'a>(&'a self, key: &'a str) -> BoxFuture<'a, Result<String, TransportError>>;

    /// Deletes a payload from the bucket.
    ///
    /// # Errors
    ///
    /// Whether another attempt can succeed.
    fn delete_payload<'a>(&'a self, key: &'a str) -> BoxFuture<'a, Result<(), TransportError>>;

    /// Calls a function task with a request, which is JSON, and waits for its answer. It is never called again for the same
    /// request: whether the task ran is not known after an error.
    ///
    /// `None`, the default, lets the engine run the task itself.
    ///
    /// # Errors
    ///
    /// The task did not run, or whether it did is not known. Its own failure is [`Called::Failed`].
    fn call<'a>(
        &'a self,
        _task: &'a TaskId,
        _request: Bytes,
        _trace_header: Option<&'a str>,
    ) -> Option<BoxFuture<'a, Result<Called, TransportError>>> {
        None
    }

    /// The id of a new chain of invocations: a UUID.
    fn new_invocation_id(&self) -> String;

    /// Makes a schedule that sends a message to a task's queue, which then has the message's delay. Without this and the next
    /// two methods, a transport has no schedules.
    ///
    /// # Errors
    ///
    /// A [conflict](TransportError::conflict) where another schedule has the name; not where the same call, with the same
    /// token, was made before. Else whether another attempt can succeed.
    fn schedule<'a>(
        &'a self,
        _destination: &'a TaskId,
        _message: &'a OutgoingMessage,
        _schedule: &'a OutgoingSchedule,
    ) -> BoxFuture<'a, Result<(), TransportError>> {
        Box::pin(ready(Err(no_schedules())))
    }

    /// The time at which a schedule fires, or has fired.
    ///
    /// # Errors
    ///
    /// [Missing](TransportError::missing) where it is not there; else whether another attempt can succeed.
    fn schedule_time<'a>(&'a self, _name: &'a str) -> BoxFuture<'a, Result<SystemTime, TransportError>> {
        Box::pin(ready(Err(no_schedules())))
    }

    /// Deletes a schedule.
    ///
    /// # Errors
    ///
    /// [Missing](TransportError::missing) where it is not there; else whether another attempt can succeed.
    fn delete_schedule<'a>(&'a self, _name: &'a str) -> BoxFuture<'a, Result<(), TransportError>> {
        Box::pin(ready(Err(no_schedules())))
    }

    /// The keys of [`Once`](crate::Once) that are taken, and the results of runs. Without it, a transport has no table, and
    /// each of its calls is an error.
    ///
    /// # Errors
    ///
    /// As those of a call: whether another attempt can succeed.
    fn once_table(&self) -> Result<Box<dyn OnceTable + '_>, TransportError> {
        Err(TransportError::permanent("the transport has no table, which `Once` needs"))
    }

    /// Makes a call of a table. By default an error: a transport has no tables.
    ///
    /// # Errors
    ///
    /// Whether another attempt can succeed, and may be made: not where an update may have been made that is not
    /// [repeatable](ItemUpdate::is_repeatable). A call of many items that did nothing is an error for which another attempt can
    /// succeed.
    #[cfg(feature = "table")]
    fn table<'a>(&'a self, _call: &'a TableCall) -> BoxFuture<'a, Result<TableAnswer, TransportError>> {
        Box::pin(ready(Err(TransportError::permanent("the transport has no tables, which `Table` needs"))))
    }

    /// The time that schedules and keys go by.
    fn now(&self) -> SystemTime {
        SystemTime::now()
    }
}

fn no_schedules() -> TransportError {
    TransportError::permanent("the transport has no schedules, which a delay above 900 s needs")
}

/// The result of the call of a function task.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Called {
    /// Its answer, as JSON.
    Answer(Bytes),
    /// It ran, and failed.
    Failed {
        /// One word, as in its log: `error`, `panic`, `deadline`; or what Lambda says where the function did not end by itself.
        kind: String,
        /// The reason.
        reason: String,
    },
}

/// A message that was received, and is to stay hidden.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HiddenMessage {
    /// The receipt handle of its record.
    pub receipt_handle: String,
    /// The time for which it stays hidden: 0 to 42,000 s.
    pub seconds: u32,
}

/// A message on its way to a queue.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct OutgoingMessage {
    /// The envelope, as JSON.
    pub body: String,
    /// The time for which the queue keeps it to itself: 0 to 900 s.
    pub delay_secs: u16,
    /// The lane whose queue it goes to: 0 to 99. All messages of a call have the same.
    pub lane: u32,
    /// SQS's `MessageGroupId`, which makes a standard queue a fair one: 1 to 128 letters, digits and punctuation marks.
    pub group: Option<String>,
    /// SQS's `MessageDeduplicationId`: a message to a FIFO queue has one, and no other message has.
    pub deduplication_id: Option<String>,
    /// The application whose task it goes to, if it is another one. All messages of a call have the same.
    pub application: Option<String>,
    /// The system attribute `AWSTraceHeader`.
    pub trace_header: Option<String>,
    /// Names and values of attributes, each of the type `String`: at most ten.
    pub attributes: Vec<(&'static str, String)>,
}

impl OutgoingMessage {
    /// A message to lane 0, at once, with nothing but a body.
    pub(crate) fn new(body: String) -> OutgoingMessage {
        let (group, deduplication_id, application, trace_header) = (None, None, None, None);
        let attributes = Vec::new();
        OutgoingMessage { body, delay_secs: 0, lane: 0, group, deduplication_id, application, trace_header, attributes }
    }

    /// The bytes that count against SQS's limits. SQS says that it does not count system attributes, and does not say whether
    /// it counts the group; both are counted here, since other implementations do, and they are short.
    pub fn size(&self) -> usize {
        let header = self.trace_header.as_ref().map_or(0, |header| "AWSTraceHeaderString".len() + header.len());
        let attributes = self.attributes.iter().map(|(name, value)| name.len() + "String".len() + value.len());
        let group = self.group.as_ref().map_or(0, |group| "MessageGroupId".len() + group.len());
        let deduplication = self.deduplication_id.as_ref().map_or(0, |id| "MessageDeduplicationId".len() + id.len());
        self.body.len() + header + group + deduplication + attributes.sum::<usize>()
    }
}

/// A schedule that fires once.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct OutgoingSchedule {
    /// The name: 1 to 64 letters, digits, `-`, `_` and `.`.
    pub name: String,
    /// The time at which it fires: a whole second, before the year 10000.
    pub at: SystemTime,
    /// The time that it waits, in seconds: 60 or more.
    pub wait_secs: u64,
    /// The same for all attempts of a call.
    pub token: String,
}

/// A failed call of a [`Transport`], and whether another attempt can succeed.
#[derive(Debug)]
pub struct TransportError {
    class: Class,
    source: BoxError,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Class {
    Transient,
    Permanent,
    Missing,
    Conflict,
}

impl TransportError {
    /// A failure that can pass: throttling, a server error, a broken connection, no answer. The call is retried.
    pub fn transient(source: impl Into<BoxError>) -> TransportError {
        TransportError { class: Class::Transient, source: source.into() }
    }

    /// A failure that does not pass: access denied, no such queue. The call is not retried, and what else was to be
    /// sent to the same task is not tried.
    pub fn permanent(source: impl Into<BoxError>) -> TransportError {
        TransportError { class: Class::Permanent, source: source.into() }
    }

    /// A payload that is not in the bucket, or a schedule that is not in its group. The call is not retried.
    pub fn missing(source: impl Into<BoxError>) -> TransportError {
        TransportError { class: Class::Missing, source: source.into() }
    }

    /// A schedule whose name another one has. The call is not retried.
    pub fn conflict(source: impl Into<BoxError>) -> TransportError {
        TransportError { class: Class::Conflict, source: source.into() }
    }

    /// Whether another attempt can succeed.
    pub fn is_transient(&self) -> bool {
        self.class == Class::Transient
    }

    /// Whether the payload or the schedule is not there.
    pub fn is_missing(&self) -> bool {
        self.class == Class::Missing
    }

    /// Whether another schedule has the name.
    pub fn is_conflict(&self) -> bool {
        self.class == Class::Conflict
    }
}

impl fmt::Display for TransportError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.source.fmt(f)
    }
}

impl std::error::Error for TransportError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        // Its text is this one's.
        self.source.source()
    }
}

/// A message that a queue did not take.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refused {
    /// Its index among those that were given.
    pub index: usize,
    /// The reason that the queue gives.
    pub reason: String,
    /// Whether it may take the same message later.
    pub retry: bool,
}

impl<T: Transport + ?Sized> Transport for std::sync::Arc<T> {
    fn send<'a>(
        &'a self,
        destination: &'a TaskId,
        messages: &'a [OutgoingMessage],
    ) -> BoxFuture<'a, Result<Vec<Refused>, TransportError>> {
        T::send(self, destination, messages)
    }

    fn send_dead_letter<'a>(&'a self, message: &'a OutgoingMessage) -> BoxFuture<'a, Result<(), TransportError>> {
        T::send_dead_letter(self, message)
    }

    fn change_visibility<'a>(
        &'a self,
        queue_arn: &'a str,
        messages: &'a [HiddenMessage],
    ) -> BoxFuture<'a, Result<Vec<Refused>, TransportError>> {
        T::change_visibility(self, queue_arn, messages)
    }

    fn store_payload(&self, payload: Bytes) -> BoxFuture<'_, Result<String, TransportError>> {
        T::store_payload(self, payload)
    }

    fn load_payload<'a>(&'a self, key: &'a str) -> BoxFuture<'a, Result<String, TransportError>> {
        T::load_payload(self, key)
    }

    fn delete_payload<'a>(&'a self, key: &'a str) -> BoxFuture<'a, Result<(), TransportError>> {
        T::delete_payload(self, key)
    }

    fn call<'a>(
        &'a self,
        task: &'a TaskId,
        request: Bytes,
        trace_header: Option<&'a str>,
    ) -> Option<BoxFuture<'a, Result<Called, TransportError>>> {
        T::call(self, task, request, trace_header)
    }

    fn new_invocation_id(&self) -> String {
        T::new_invocation_id(self)
    }

    fn schedule<'a>(
        &'a self,
        destination: &'a TaskId,
        message: &'a OutgoingMessage,
        schedule: &'a OutgoingSchedule,
    ) -> BoxFuture<'a, Result<(), TransportError>> {
        T::schedule(self, destination, message, schedule)
    }

    fn schedule_time<'a>(&'a self, name: &'a str) -> BoxFuture<'a, Result<SystemTime, TransportError>> {
        T::schedule_time(self, name)
    }

    fn delete_schedule<'a>(&'a self, name: &'a str) -> BoxFuture<'a, Result<(), TransportError>> {
        T::delete_schedule(self, name)
    }

    fn once_table(&self) -> Result<Box<dyn OnceTable + '_>, TransportError> {
        T::once_table(self)
    }

    #[cfg(feature = "table")]
    fn table<'a>(&'a self, call: &'a TableCall) -> BoxFuture<'a, Result<TableAnswer, TransportError>> {
        T::table(self, call)
    }

    fn now(&self) -> SystemTime {
        T::now(self)
    }
}
