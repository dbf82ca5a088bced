//! Messages in memory.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::{Duration, SystemTime},
};

use async_lambda_model::{OtherApp, TaskId};
use bytes::Bytes;
use serde::Serialize;

#[cfg(feature = "table")]
use crate::table::{Access, Table, TableAnswer, TableCall};
use crate::{
    BoxFuture, Client, FifoTask, Invoke, InvokeExternal, InvokeFifo, InvokeLater, Once, Recorder, Task,
    envelope::Envelope,
    fifo::AsTask,
    json,
    once::{self, OnceState, OnceTable},
    recorder::no_schedule,
    transport::{HiddenMessage, OutgoingMessage, OutgoingSchedule, Refused, Transport, TransportError},
};

/// The reason of what [`Outbox::fail_sends`] refuses.
const REFUSED: &str = "the test refuses it (`fail_sends`)";

/// The longest run of a handler that a test calls.
const IN_TEST: Duration = Duration::from_secs(60);

/// Gives a handler its [`Invoke`]s, [`InvokeLater`]s and [`Once`]s, and keeps what it sends.
#[derive(Clone, Debug, Default)]
pub struct Outbox(Arc<Wire>);

/// A message that was sent to the task `T`.
#[non_exhaustive]
pub struct Sent<T: Task> {
    /// The payload.
    pub payload: T::Payload,
    /// The delay of the message in seconds: 0 to 900, and more for one that was sent with [`InvokeLater`].
    pub delay_secs: u64,
    /// The name of its schedule, where it waits for more than 900 s: the message's own id, or a random one.
    pub schedule: Option<String>,
    /// The lane that it goes to.
    pub lane: u32,
    /// The message group.
    pub group: Option<String>,
    /// The application whose task it goes to, if it is another one.
    pub application: Option<String>,
    /// The task that sent it; `None` outside an application.
    pub source_task_id: Option<String>,
    /// The chain of invocations that it belongs to.
    pub invocation_id: String,
}

/// A transport that keeps everything in memory, and fails where a test asks for it.
#[derive(Debug, Default)]
pub(super) struct Wire {
    recorder: Recorder,
    state: Mutex<State>,
}

/// A message that was sent.
#[derive(Clone, Debug)]
pub(super) struct Kept {
    pub(super) task: TaskId,
    pub(super) message: OutgoingMessage,
    schedule: Option<Scheduled>,
}

/// The schedule of a message.
#[derive(Clone, Debug)]
struct Scheduled {
    name: String,
    wait_secs: u64,
    is_cancelled: bool,
}

impl Kept {
    pub(super) fn delay_secs(&self) -> u64 {
        let wait_secs = self.schedule.as_ref().map_or(0, |schedule| schedule.wait_secs);
        wait_secs + u64::from(self.message.delay_secs)
    }

    fn is_cancelled(&self) -> bool {
        self.schedule.as_ref().is_some_and(|schedule| schedule.is_cancelled)
    }
}

impl State {
    /// The newest schedule of this name that was not cancelled.
    fn pending(&mut self, name: &str) -> Option<&mut Scheduled> {
        let schedules = self.sent.iter_mut().rev().filter_map(|kept| kept.schedule.as_mut());
        schedules.filter(|schedule| !schedule.is_cancelled).find(|schedule| schedule.name == name)
    }
}

#[derive(Debug, Default)]
struct State {
    /// All messages that were ever sent.
    sent: Vec<Kept>,
    /// Every payload that was ever stored, by its key: what a test asks for may be gone from the bucket.
    payloads: BTreeMap<String, String>,
    /// For each task, how many of the next messages are refused.
    refusals: Vec<(String, usize)>,
}

impl Outbox {
    /// An empty one.
    pub fn new() -> Outbox {
        Outbox::default()
    }

    /// Lets a handler invoke the task `T`.
    pub fn invoke<T: Task>(&self) -> Invoke<T> {
        Client::new(Arc::clone(&self.0)).invoke()
    }

    /// Lets a handler invoke the FIFO task `T`.
    pub fn invoke_fifo<T: FifoTask>(&self) -> InvokeFifo<T> {
        Client::new(Arc::clone(&self.0)).invoke_fifo()
    }

    /// Lets a handler invoke the task `T` of another application.
    pub fn invoke_external<T: Task, A: OtherApp>(&self) -> InvokeExternal<T, A> {
        Client::new(Arc::clone(&self.0)).invoke_external()
    }

    /// Lets a handler invoke the task `T` at a later time.
    pub fn invoke_later<T: Task>(&self) -> InvokeLater<T> {
        Client::new(Arc::clone(&self.0)).invoke_later()
    }

    /// Lets a handler do work once for each key of the type `K`.
    pub fn once<K: Serialize + ?Sized>(&self) -> Once<K> {
        Once::in_test(self.0.clone())
    }

    /// Lets a handler use a table: a `Table<Orders>`, `ReadTable<Orders>` or `WriteTable<Orders>`. All of one outbox are the same
    /// table in memory, so a test puts items there, and looks at what the handler did, with a `Table` of its own.
    ///
    /// ```
    /// use async_lambda::{prelude::*, testing::Outbox};
    /// # #[derive(Serialize, Deserialize)] pub struct Order { id: String, paid: bool }
    /// # pub struct Orders;
    /// # impl TableOf for Orders {
    /// #     const NAME: &'static str = "Orders"; type Item = Order; type Key = String; const KEY: &'static str = "id";
    /// # }
    /// # struct Pay; impl Task for Pay { const ID: &'static str = "Pay"; type Payload = String; }
    ///
    /// async fn pay(event: ManagedSqsEvent<Pay>, orders: WriteTable<Orders>) -> Result<(), Error> {
    ///     Ok(orders.update(&event.payload).set("paid", &true).send().await?)
    /// }
    ///
    /// # tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap().block_on(async {
    /// let outbox = Outbox::new();
    /// let orders: Table<Orders> = outbox.table();
    /// orders.put(&Order { id: "order-7".to_owned(), paid: false }).await.unwrap();
    /// pay(ManagedSqsEvent::new("order-7".to_owned()), outbox.table()).await.unwrap();
    /// assert!(orders.get("order-7").await.unwrap().unwrap().paid);
    /// # });
    /// ```
    #[cfg(feature = "table")]
    pub fn table<T: crate::TableOf, A: Access>(&self) -> Table<T, A> {
        Table::outside(self.0.clone())
    }

    /// The state of a key for handlers that were given [`Outbox::once`]; `None` where the next one will do the work.
    ///
    /// # Panics
    ///
    /// If the key cannot be one.
    #[track_caller]
    pub fn once_state<K: Serialize + ?Sized>(&self, key: &K) -> Option<OnceState> {
        self.0.once_state(&once::TEST, key, IN_TEST)
    }

    /// Says what another run has done with a key, before the handler is called: it has it for a minute, or was done and is
    /// known for 14 days.
    ///
    /// # Panics
    ///
    /// If the key cannot be one.
    #[track_caller]
    pub fn set_once<K: Serialize + ?Sized>(&self, key: &K, state: OnceState) {
        self.0.set_once(&once::TEST, key, state, IN_TEST);
    }

    /// All messages to the task `T` so far, but for those that were cancelled.
    ///
    /// # Panics
    ///
    /// Where a payload cannot be read as the type that it was written as.
    #[track_caller]
    pub fn sent<T: Task>(&self) -> Vec<Sent<T>> {
        self.0.sent()
    }

    /// The payloads of [`Outbox::sent`].
    ///
    /// # Panics
    ///
    /// As there.
    #[track_caller]
    pub fn payloads<T: Task>(&self) -> Vec<T::Payload> {
        self.0.sent::<T>().into_iter().map(|sent| sent.payload).collect()
    }

    /// As [`Outbox::fail_sends`], for the FIFO task `T`.
    pub fn fail_fifo_sends<T: FifoTask>(&self, count: usize) {
        self.0.fail_sends(T::ID, count);
    }

    /// The groups and payloads of all messages to the FIFO task `T` so far.
    ///
    /// # Panics
    ///
    /// As those of [`Outbox::sent`].
    #[track_caller]
    pub fn fifo_payloads<T: FifoTask>(&self) -> Vec<(String, T::Payload)> {
        let sent = self.0.sent::<AsTask<T>>().into_iter();
        sent.map(|sent| (sent.group.unwrap_or_default(), sent.payload)).collect()
    }

    /// Refuses the next `count` messages to the task `T`: the handler gets a [`SendError`](crate::SendError) at once,
    /// without pauses.
    pub fn fail_sends<T: Task>(&self, count: usize) {
        self.0.fail_sends(T::ID, count);
    }
}

impl Wire {
    #[track_caller]
    pub(super) fn once_state<K: Serialize + ?Sized>(
        &self,
        task: &TaskId,
        key: &K,
        timeout: Duration,
    ) -> Option<OnceState> {
        let times = once::times_in_test(self, timeout);
        self.recorder.once().state(task.as_str(), &once::key_in_test(key), times)
    }

    #[track_caller]
    pub(super) fn set_once<K: Serialize + ?Sized>(&self, task: &TaskId, key: &K, state: OnceState, timeout: Duration) {
        let times = once::times_in_test(self, timeout);
        self.recorder.once().set(task.as_str(), once::key_in_test(key), state, times);
    }

    #[track_caller]
    pub(super) fn sent<T: Task>(&self) -> Vec<Sent<T>> {
        let sent = self.lock().sent.clone();
        let of_task = sent.iter().filter(|kept| kept.task.as_str() == T::ID && !kept.is_cancelled());
        of_task.map(|kept| self.read::<T>(kept)).collect()
    }

    #[track_caller]
    fn read<T: Task>(&self, kept: &Kept) -> Sent<T> {
        let Kept { message, schedule, .. } = kept;
        let envelope = Envelope::from_body(&message.body).unwrap_or_else(|error| panic!("task `{}`: {error}", T::ID));
        let payload = self.payload(&envelope);
        let payload = json::from_str(&payload).unwrap_or_else(|error| panic!("payload of `{}`: {error}", T::ID));
        let Envelope { source_task_id, invocation_id, .. } = envelope;
        let schedule = schedule.as_ref().map(|schedule| schedule.name.clone());
        let (delay_secs, lane, group) = (kept.delay_secs(), message.lane, message.group.clone());
        let application = message.application.clone();
        Sent { payload, delay_secs, schedule, lane, group, application, source_task_id, invocation_id }
    }

    /// The payload of a message as JSON, from the bucket where it was stored there.
    pub(super) fn payload(&self, envelope: &Envelope) -> String {
        let key = envelope.s3_payload_key.as_ref();
        let stored = key.and_then(|key| self.lock().payloads.get(key).cloned());
        stored.or_else(|| envelope.payload.clone()).unwrap_or_default()
    }

    pub(super) fn fail_sends(&self, task: &str, count: usize) {
        let refusals = &mut self.lock().refusals;
        refusals.retain(|(known, _)| known != task);
        refusals.push((task.to_owned(), count));
    }

    /// Notes a message that was sent.
    pub(super) fn note(&self, task: &TaskId, message: &OutgoingMessage, schedule: Option<(&str, u64)>) {
        let schedule =
            schedule.map(|(name, wait_secs)| Scheduled { name: name.to_owned(), wait_secs, is_cancelled: false });
        self.lock().sent.push(Kept { task: task.clone(), message: message.clone(), schedule });
    }

    /// Notes that the newest message with a schedule of this name was cancelled. `false` where there is none.
    pub(super) fn note_cancelled(&self, name: &str) -> bool {
        let mut state = self.lock();
        let pending = state.pending(name);
        pending.map(|schedule| schedule.is_cancelled = true).is_some()
    }

    /// Notes a payload that was stored.
    pub(super) fn note_payload(&self, key: &str, text: String) {
        self.lock().payloads.insert(key.to_owned(), text);
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The number of the next messages to a task that are refused.
    pub(super) fn refuse(&self, task: &TaskId, count: usize) -> usize {
        let mut state = self.lock();
        let left = state.refusals.iter_mut().find(|(known, _)| known == task.as_str());
        let Some((_, left)) = left else { return 0 };
        let refused = (*left).min(count);
        *left -= refused;
        refused
    }
}

impl Transport for Wire {
    fn send<'a>(
        &'a self,
        destination: &'a TaskId,
        messages: &'a [OutgoingMessage],
    ) -> BoxFuture<'a, Result<Vec<Refused>, TransportError>> {
        Box::pin(async move {
            let refused = self.refuse(destination, messages.len());
            messages[refused..].iter().for_each(|message| self.note(destination, message, None));
            Ok((0..refused).map(refused_by_test).collect())
        })
    }

    fn send_dead_letter<'a>(&'a self, message: &'a OutgoingMessage) -> BoxFuture<'a, Result<(), TransportError>> {
        self.recorder.send_dead_letter(message)
    }

    fn change_visibility<'a>(
        &'a self,
        queue_arn: &'a str,
        messages: &'a [HiddenMessage],
    ) -> BoxFuture<'a, Result<Vec<Refused>, TransportError>> {
        self.recorder.change_visibility(queue_arn, messages)
    }

    fn store_payload(&self, payload: Bytes) -> BoxFuture<'_, Result<String, TransportError>> {
        Box::pin(async move {
            let text = String::from_utf8_lossy(&payload).into_owned();
            let key = self.recorder.store_payload(payload).await?;
            self.lock().payloads.insert(key.clone(), text);
            Ok(key)
        })
    }

    fn load_payload<'a>(&'a self, key: &'a str) -> BoxFuture<'a, Result<String, TransportError>> {
        self.recorder.load_payload(key)
    }

    fn delete_payload<'a>(&'a self, key: &'a str) -> BoxFuture<'a, Result<(), TransportError>> {
        self.recorder.delete_payload(key)
    }

    fn new_invocation_id(&self) -> String {
        self.recorder.new_invocation_id()
    }

    fn schedule<'a>(
        &'a self,
        destination: &'a TaskId,
        message: &'a OutgoingMessage,
        schedule: &'a OutgoingSchedule,
    ) -> BoxFuture<'a, Result<(), TransportError>> {
        Box::pin(async move {
            if self.refuse(destination, 1) > 0 {
                return Err(TransportError::permanent(REFUSED));
            }
            let OutgoingSchedule { name, wait_secs, .. } = schedule;
            if self.lock().pending(name).is_some() {
                return Err(TransportError::conflict(format!("a schedule `{name}` exists")));
            }
            self.note(destination, message, Some((name, *wait_secs)));
            Ok(())
        })
    }

    fn schedule_time<'a>(&'a self, name: &'a str) -> BoxFuture<'a, Result<SystemTime, TransportError>> {
        Box::pin(async move {
            let mut state = self.lock();
            let schedule = state.pending(name).ok_or_else(|| no_schedule(name))?;
            Ok(self.now() + Duration::from_secs(schedule.wait_secs))
        })
    }

    fn delete_schedule<'a>(&'a self, name: &'a str) -> BoxFuture<'a, Result<(), TransportError>> {
        Box::pin(async move { if self.note_cancelled(name) { Ok(()) } else { Err(no_schedule(name)) } })
    }

    fn once_table(&self) -> Result<Box<dyn OnceTable + '_>, TransportError> {
        Ok(Box::new(self.recorder.once()))
    }

    #[cfg(feature = "table")]
    fn table<'a>(&'a self, call: &'a TableCall) -> BoxFuture<'a, Result<TableAnswer, TransportError>> {
        self.recorder.table(call)
    }
}

pub(super) fn refused_by_test(index: usize) -> Refused {
    Refused { index, reason: REFUSED.to_owned(), retry: false }
}

impl<T: Task> std::fmt::Debug for Sent<T> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Sent")
            .field("task", &T::ID)
            .field("delay_secs", &self.delay_secs)
            .field("schedule", &self.schedule)
            .field("lane", &self.lane)
            .field("group", &self.group)
            .field("application", &self.application)
            .field("source_task_id", &self.source_task_id)
            .field("invocation_id", &self.invocation_id)
            .finish_non_exhaustive()
    }
}
