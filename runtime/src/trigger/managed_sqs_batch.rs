//! Async batch tasks: many messages of the task's own queue in one call of the handler.

use std::{
    collections::{BTreeMap, HashMap},
    fmt,
    marker::PhantomData,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use async_lambda_model::{self as model, TaskId, TaskOptions};
use serde_json::{Value, json};
use tokio::{
    task::{Id, JoinSet},
    time::Instant,
};
use tracing::{Instrument, Span};

use super::{Kind, Opened, ReturnsJson, Trigger, managed_sqs, sealed};
#[cfg(feature = "local")]
use crate::local::{Invoke as Arguments, LocalError};
use crate::{
    App, BoxFuture, Error, FromInvocation, Invoke, InvokeLater, Task, batch,
    dead_letter::{self, Letter},
    engine::Run,
    envelope::Envelope,
    event::{EventError, group, no_message, receive_count, wrong},
    extract::{Edge, Invocation},
    failure::{Failure, guarded},
    handler::Handler,
    invocation::Parts,
    lane,
    options::{Accepts, InvokedTask, ManagedTask, ReadingTask},
    record::{self, Record},
    send::Sender,
    visibility::{self, Receipt},
};

/// The most payloads that are loaded from the bucket at once.
const LOADS: usize = 8;

/// The fraction of the function's memory that the payloads of a batch may take as JSON: its denominator.
const PART_OF_MEMORY: usize = 4;

/// Messages of the queue that belongs to the async task `T`, many in one call of the handler.
pub struct ManagedSqsBatch<T>(PhantomData<fn() -> T>);

impl<T: Task> Trigger for ManagedSqsBatch<T> {}
impl<T: Task> ReturnsJson for ManagedSqsBatch<T> {}
impl<T> sealed::Trigger for ManagedSqsBatch<T> {}
impl<T: Task> Accepts<ReadingTask> for ManagedSqsBatch<T> {}
impl<T: Task> Accepts<ManagedTask> for ManagedSqsBatch<T> {}
impl<T: Task> Accepts<InvokedTask> for ManagedSqsBatch<T> {}

impl App {
    /// A task with a queue of its own, as [`async_task`](App::async_task), whose handler gets many messages in one call: as
    /// a [`Batch<T>`]. By default up to 20, which Lambda collects for up to 30 s;
    /// [`batch_size`](crate::options::TaskBuilder::batch_size) and
    /// [`batching_window_secs`](crate::options::TaskBuilder::batching_window_secs) say otherwise.
    #[track_caller]
    pub fn async_batch_task<T, H, Args>(self, _task: T, handler: H) -> Self
    where
        T: Task,
        H: Handler<ManagedSqsBatch<T>, Args>,
        ManagedSqsBatch<T>: Accepts<H::Kind>,
    {
        let trigger = model::trigger::ManagedSqsBatch::default();
        self.add(TaskId::new(T::ID), Ok(trigger), T::RECURSION, handler)
    }
}

impl Kind for model::trigger::ManagedSqsBatch {
    fn run<'a>(&'a self, run: &'a Run, event: Value) -> BoxFuture<'a, Result<Value, Failure>> {
        Box::pin(async move {
            let records = batch::records(event)?;
            let receipt = |record: &Record| (record.message_id.clone(), Receipt::of(&record.value));
            let receipts: Vec<(String, Receipt)> = records.iter().map(receipt).collect();
            let (_, failed) = handle(run, records).await;
            let (mut again, mut later) = (Vec::new(), Vec::new());
            for (id, receipt) in receipts {
                let failure = failed.get(&id).filter(|failure| !failure.is_in_dead_letter_queue());
                if let Some(failure) = failure {
                    later.extend(receipt.later(run, failure));
                    again.push(id);
                }
            }
            visibility::hide(run, later).await;
            Ok(batch::response(again))
        })
    }

    #[cfg(feature = "local")]
    fn run_records<'a>(&'a self, run: &'a Run, records: Vec<Record>) -> BoxFuture<'a, Vec<Result<Value, Failure>>> {
        Box::pin(async move {
            let ids: Vec<String> = records.iter().map(|record| record.message_id.clone()).collect();
            let (value, mut failed) = handle(run, records).await;
            ids.into_iter().map(|id| failed.remove(&id).map_or_else(|| Ok(value.clone()), Err)).collect()
        })
    }

    #[cfg(feature = "local")]
    fn takes_many(&self) -> bool {
        true
    }

    #[cfg(feature = "local")]
    fn options(&self) -> &'static [&'static str] {
        &["--payload"]
    }

    #[cfg(feature = "local")]
    fn event(&self, task: &model::TaskModel, invoke: &Arguments, _: &[model::MediaType]) -> Result<Value, LocalError> {
        managed_sqs::message(task, invoke)
    }
}

/// Many messages that other tasks sent to the task `T`.
///
/// Messages that cannot be read have failed already, and are not among these. Where the handler returns an error,
/// panics, or has no time left, all messages come again; where it returns `Ok`, those for which it called
/// [`fail`](Batch::fail).
///
/// ```
/// use async_lambda::prelude::*;
///
/// # struct Row; impl Task for Row { const ID: &'static str = "Row"; type Payload = u32; }
/// # struct Database; impl Database { async fn insert(&self, _: u32) -> Result<(), std::io::Error> { Ok(()) } }
/// async fn store(rows: Batch<Row>, database: State<Database>) -> Result<(), Error> {
///     for row in &rows {
///         if let Err(error) = database.insert(row.payload).await {
///             rows.fail(row, error);
///         }
///     }
///     Ok(())
/// }
///
/// let app = App::new("demo")
///     .with_state(Database)
///     .async_batch_task(Row, task(store).batch_size(100).batching_window_secs(5));
/// # assert!(app.model().is_ok());
/// ```
///
/// What the handler sends belongs to the chain of invocations of the messages where they are all of one, and to a new one
/// otherwise; it has their message group where they are all of one. [`Invoke::following`] sends on behalf of a single
/// message.
pub struct Batch<T: Task> {
    messages: Vec<BatchMessage<T>>,
    batch: Arc<Messages>,
}

/// One message of a [`Batch`].
#[non_exhaustive]
pub struct BatchMessage<T: Task> {
    /// The payload.
    pub payload: T::Payload,
    /// The task that sent it; `None` if it came from outside the application.
    pub source_task_id: Option<String>,
    /// The application that sent it, if it is another one, and says so.
    pub source_app: Option<String>,
    /// The chain of invocations that it belongs to: a UUID.
    pub invocation_id: String,
    /// SQS's id of the message.
    pub message_id: String,
    /// The number of receives of the message, this one included.
    pub receive_count: u32,
    /// The lane that it came through: 0 to 99, the same for all messages of a batch, and 0 for a task without lanes.
    pub lane: u32,
    /// SQS's `MessageGroupId`, which messages that are sent on its behalf inherit.
    pub message_group_id: Option<String>,
    index: usize,
    batch: Arc<Messages>,
}

/// The messages of one invocation that could be read, and those of them that failed.
#[derive(Debug)]
pub(crate) struct Messages {
    read: Vec<Read>,
    failed: Mutex<BTreeMap<String, Failure>>,
}

#[derive(Debug)]
struct Read {
    record: Record,
    opened: Opened,
    span: Span,
}

impl Read {
    fn envelope(&self) -> Option<&Envelope> {
        self.opened.message.as_ref().map(|message| &message.envelope)
    }
}

impl<T: Task> Batch<T> {
    /// The messages, in the order in which Lambda gave them; at least one.
    pub fn messages(&self) -> &[BatchMessage<T>] {
        &self.messages
    }

    /// Fails a message: it comes again after its visibility timeout, and goes to the dead-letter queue when it was received
    /// too often. The reason is logged with the message's id.
    pub fn fail(&self, message: &BatchMessage<T>, error: impl Into<Error>) {
        let failure = Failure::returned(&error.into().into_inner());
        self.batch.failed().insert(message.message_id.clone(), failure);
    }
}

impl<T: Task> BatchMessage<T> {
    /// The record as Lambda got it.
    pub fn raw(&self) -> &Value {
        &self.batch.read[self.index].record.value
    }

    /// One of SQS's own attributes: `SentTimestamp`, `MessageGroupId` ...
    pub fn attribute(&self, name: &str) -> Option<&str> {
        self.raw()["attributes"][name].as_str()
    }
}

impl<T: Task> Invoke<T> {
    /// The same for what is sent on behalf of one message of a batch: it belongs to that message's chain of invocations, and
    /// inherits its message group.
    pub fn following<M: Task>(&self, message: &BatchMessage<M>) -> Invoke<T> {
        let opened = &message.batch.read[message.index].opened;
        self.in_chain(opened.invocation_id.clone(), opened.hops, message.raw())
    }
}

impl<T: Task> InvokeLater<T> {
    /// As [`Invoke::following`].
    pub fn following<M: Task>(&self, message: &BatchMessage<M>) -> InvokeLater<T> {
        let opened = &message.batch.read[message.index].opened;
        self.in_chain(opened.invocation_id.clone(), opened.hops, message.raw())
    }
}

impl Messages {
    /// The records as Lambda gave them.
    pub(crate) fn raw(&self) -> impl Iterator<Item = &Value> {
        self.read.iter().map(|read| &read.record.value)
    }

    /// The number of them that have not failed.
    pub(crate) fn count_handled(&self) -> usize {
        let failed = self.failed();
        self.read.iter().filter(|read| !failed.contains_key(&read.record.message_id)).count()
    }

    fn failed(&self) -> MutexGuard<'_, BTreeMap<String, Failure>> {
        self.failed.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn payload<T: Task>(&self, read: &Read) -> Result<T::Payload, EventError> {
        let message = read.opened.message.as_ref();
        let message = message.ok_or_else(no_message)?;
        message.payload_of(T::ID)
    }
}

impl<T: Task> FromInvocation<ManagedSqsBatch<T>> for Batch<T> {
    const EDGES: &'static [Edge] = &[];

    async fn from_invocation(invocation: &Invocation) -> Result<Self, Error> {
        let batch = invocation.batch().ok_or_else(|| wrong("Records", "messages of async-lambda", &Value::Null))?;
        let mut messages = Vec::with_capacity(batch.read.len());
        for (index, read) in batch.read.iter().enumerate() {
            let message_id = read.record.message_id.clone();
            match batch.payload::<T>(read) {
                Ok(payload) => messages.push(BatchMessage {
                    payload,
                    source_task_id: read.envelope().and_then(|envelope| envelope.source_task_id.clone()),
                    source_app: read.envelope().and_then(|envelope| envelope.source_app.clone()),
                    invocation_id: read.opened.invocation_id.clone(),
                    message_id,
                    receive_count: receive_count(&read.record.value),
                    lane: lane::of_record(invocation.model(), &read.record.value),
                    message_group_id: group(&read.record.value).map(ToOwned::to_owned),
                    index,
                    batch: Arc::clone(batch),
                }),
                Err(error) => {
                    batch.failed().insert(message_id, Failure::returned(&error.into()));
                }
            }
        }
        if messages.is_empty() {
            return Err("batch: no message has a payload that can be read".into());
        }
        Ok(Batch { messages, batch: Arc::clone(batch) })
    }
}

impl<'a, T: Task> IntoIterator for &'a Batch<T> {
    type Item = &'a BatchMessage<T>;
    type IntoIter = std::slice::Iter<'a, BatchMessage<T>>;

    fn into_iter(self) -> Self::IntoIter {
        self.messages.iter()
    }
}

impl<T: Task> fmt::Debug for Batch<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(&self.messages).finish()
    }
}

impl<T: Task> fmt::Debug for BatchMessage<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("BatchMessage")
            .field("source_task_id", &self.source_task_id)
            .field("source_app", &self.source_app)
            .field("invocation_id", &self.invocation_id)
            .field("message_id", &self.message_id)
            .field("receive_count", &self.receive_count)
            .field("lane", &self.lane)
            .field("message_group_id", &self.message_group_id)
            .finish_non_exhaustive()
    }
}

/// Runs the handler once on those of some records that can be read. Returns what it returned, and the failures by
/// message id.
async fn handle(run: &Run, records: Vec<Record>) -> (Value, BTreeMap<String, Failure>) {
    let (read, unread) = read(run, records).await;
    if read.is_empty() {
        return (Value::Null, unread);
    }
    let batch = Arc::new(Messages { read, failed: Mutex::new(unread) });
    let result = call(run, &batch).await;
    let mut failed = std::mem::take(&mut *batch.failed());
    let value = result.unwrap_or_else(|failure| {
        for read in &batch.read {
            failed.entry(read.record.message_id.clone()).or_insert_with(|| failure.of_each());
        }
        Value::Null
    });
    bury(run, &batch.read, &mut failed).await;
    for read in &batch.read {
        match failed.get(&read.record.message_id) {
            Some(failure) => read.span.in_scope(|| run.failed(failure)),
            None => delete(run, read).await,
        }
    }
    (value, failed)
}

/// Puts the messages that can never be handled into the dead-letter queue, one after the other. Those for which no time is
/// left come again.
async fn bury(run: &Run, read: &[Read], failed: &mut BTreeMap<String, Failure>) {
    for Read { record, span, .. } in read {
        let Some(failure) = failed.get_mut(&record.message_id).filter(|failure| failure.is_permanent()) else {
            continue;
        };
        let letter = Letter::of_handler(run, &record.value);
        let permanent = failure.of_each();
        *failure = match run.cut_off.is_some_and(|cut_off| cut_off <= Instant::now()) {
            true => Failure::not_taken(permanent, "no time is left".to_owned()),
            false => {
                let sent = dead_letter::after(run, &record.message_id, letter.as_ref(), permanent);
                sent.instrument(span.clone()).await
            }
        };
    }
}

/// Calls the handler.
async fn call(run: &Run, batch: &Arc<Messages>) -> Result<Value, Failure> {
    let records: Vec<&Value> = batch.read.iter().map(|read| &read.record.value).collect();
    let raw = json!({ "Records": records });
    let (invocation_id, hops) = chain(run, &batch.read);
    let work = Box::pin(async {
        let invocation = Invocation::new(Parts {
            task: Arc::clone(&run.task.model),
            states: Arc::clone(&run.task.states),
            raw,
            context: run.context.clone(),
            message: None,
            batch: Some(Arc::clone(batch)),
            run: Some(run.clone()),
            sender: sender(run, &batch.read, invocation_id, hops),
        });
        run.task.service.run(invocation).await.map_err(|error| Failure::returned(&error))
    });
    guarded(work, run.cut_off, run.in_hand()).await
}

/// The sender with the lane, which is that of all messages, and their message group where it is one.
fn sender(run: &Run, read: &[Read], invocation_id: String, hops: u32) -> Sender {
    let Some(first) = read.first() else { return run.sender(invocation_id, hops) };
    let sender = run.sender_of(&first.record.value, invocation_id, hops);
    let group_of = |read: &Read| group(&read.record.value).map(ToOwned::to_owned);
    let is_one = read.iter().all(|read| group_of(read) == group_of(first));
    Sender { group: sender.group.filter(|_| is_one), ..sender }
}

/// The chain of all messages where it is one, and otherwise a new one; as long as the longest of theirs.
fn chain(run: &Run, read: &[Read]) -> (String, u32) {
    let hops = read.iter().map(|read| read.opened.hops).max().unwrap_or_default();
    let mut ids = read.iter().map(|read| &read.opened.invocation_id);
    match ids.next().filter(|first| ids.all(|id| id == *first)) {
        Some(id) => (id.clone(), hops),
        None => (run.transport().new_invocation_id(), hops),
    }
}

async fn delete(run: &Run, read: &Read) {
    let key = read.envelope().and_then(|envelope| envelope.s3_payload_key.clone());
    if let Some(key) = key.filter(|_| run.deletes_payloads()) {
        record::delete(run, key).instrument(read.span.clone()).await;
    }
}

/// Reads messages, payloads in the bucket included: so many at once, and together no more than a part of the function's
/// memory has room for. Returns those that could be read, in their order, and the others' failures, which are logged.
async fn read(run: &Run, records: Vec<Record>) -> (Vec<Read>, BTreeMap<String, Failure>) {
    let memory = run.model().options.memory.unwrap_or(TaskOptions::DEFAULT_MEMORY).get();
    let room = usize::try_from(memory).unwrap_or_default() * 1024 * 1024 / PART_OF_MEMORY;
    let mut done: Vec<Option<Read>> = records.iter().map(|_| None).collect();
    let mut waiting = records.into_iter().enumerate();
    let mut running = JoinSet::new();
    let mut started: HashMap<Id, (String, Span)> = HashMap::new();
    let (mut failed, mut bytes) = (BTreeMap::new(), 0);
    loop {
        while running.len() < LOADS
            && let Some((index, record)) = waiting.next()
        {
            let (span, message_id, run) = (record.span(), record.message_id.clone(), run.clone());
            let is_full = bytes >= room;
            let open = async move {
                let opened = if is_full { Err(Failure::NoRoom { room }) } else { open(&run, &record).await };
                (index, record, opened)
            };
            let handle = running.spawn(open.instrument(span.clone()));
            started.insert(handle.id(), (message_id, span));
        }
        let Some(next) = running.join_next_with_id().await else { break };
        let id = next.as_ref().map_or_else(|error| error.id(), |(id, _)| *id);
        let (message_id, span) = started.remove(&id).unwrap_or_else(|| (String::new(), Span::none()));
        let failure = match next {
            Ok((_, (index, record, Ok(opened)))) => {
                let size = opened.message.as_ref().map_or(0, |message| message.payload.len());
                if bytes == 0 || bytes + size <= room {
                    bytes += size;
                    done[index] = Some(Read { record, opened, span });
                    continue;
                }
                Failure::NoRoom { room }
            }
            Ok((_, (_, _, Err(failure)))) => failure,
            // Reading is guarded, so this is a fault of ours.
            Err(error) => Failure::Panic(error.to_string()),
        };
        span.in_scope(|| run.failed(&failure));
        if !failure.is_in_dead_letter_queue() {
            failed.insert(message_id, failure);
        }
    }
    (done.into_iter().flatten().collect(), failed)
}

async fn open(run: &Run, record: &Record) -> Result<Opened, Failure> {
    let work = Box::pin(managed_sqs::open(run, &record.message_id, &record.value));
    guarded(work, run.cut_off, run.in_hand()).await
}
