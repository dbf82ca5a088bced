//! A whole application, in memory and without waiting.

use std::{
    collections::{BTreeMap, VecDeque},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use async_lambda_model::{Problem, RetryDelay, TaskModel};
use serde::Serialize;
use serde_json::Value;

use super::{
    ApiRequest, ApiResponse, Sent,
    metrics::Kept,
    outbox::{Outbox, Wire},
};
use crate::{
    App, Context, Engine, FifoTask, Task,
    engine::InvocationError,
    envelope::Envelope,
    fifo::AsTask,
    json,
    local::gateway::{self, Gateway},
    once::{self, OnceState},
    transport::OutgoingMessage,
    trigger::scheduled,
};

/// For how long a FIFO queue knows a deduplication id, in seconds.
const DEDUPLICATION: u64 = 300;

/// An application under test: its tasks run in the real engine, with their extractors, layers and state; queues and the
/// payload bucket are in memory.
///
/// Messages wait until [`TestApp::run_until_idle`] delivers them, in the order in which they become due: after their delay,
/// those of [`InvokeLater`](crate::InvokeLater) included, and after the visibility timeout, the delay of the error or the backoff
/// of the task (without its random part) where a handler failed. Nobody waits for that time: only the order is kept. A message
/// that fails `max_receive_count` times (default 5) is a dead letter. A handler has the timeout of its task, in real time:
/// with `#[tokio::test(start_paused = true)]` nobody waits for that either. Keys of [`Once`](crate::Once) are in memory, and their
/// locks and results get older with the time of the messages. What goes to another application is in
/// [`TestApp::sent`], and is not delivered.
///
/// ```
/// use async_lambda::{prelude::*, testing::TestApp};
///
/// # struct Mail; impl Task for Mail { const ID: &'static str = "Mail"; type Payload = String; }
/// async fn order(event: ApiEvent, mail: Invoke<Mail>) -> Result<StatusCode, Error> {
///     mail.send(event.text()?.to_owned()).await?;
///     Ok(StatusCode::ACCEPTED)
/// }
/// async fn mail(event: ManagedSqsEvent<Mail>) -> Result<(), Error> {
///     if event.payload.is_empty() { Err("nothing to say".into()) } else { Ok(()) }
/// }
///
/// # tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap().block_on(async {
/// let app = TestApp::new(App::new("shop").api_task("Order", Method::POST, "/orders", order).async_task(Mail, mail));
///
/// let response = app.request(ApiEvent::post("/orders").body("hello")).await;
/// assert_eq!(response.status, StatusCode::ACCEPTED);
/// let runs = app.run_until_idle().await;
/// assert_eq!((runs[0].task.as_str(), runs[0].payload::<Mail>().as_str()), ("Mail", "hello"));
/// assert!(runs[0].result.is_ok());
///
/// app.send::<Mail>(String::new()).await;
/// assert_eq!(app.run_until_idle().await.len(), 5);
/// assert_eq!(app.dead_letters()[0].reason, "nothing to say");
/// # });
/// ```
#[derive(Debug)]
pub struct TestApp {
    engine: Engine,
    outbox: Outbox,
    gateway: Gateway,
    queue: Mutex<Queue>,
    pub(super) metrics: Kept,
}

/// Messages in the order in which they are delivered.
#[derive(Debug, Default)]
struct Queue {
    waiting: VecDeque<Waiting>,
    dead: Vec<DeadLetter>,
    /// Seconds since the test began, as far as messages are concerned.
    now: u64,
    ids: u64,
    /// When a FIFO queue took a message with a deduplication id, by task and id.
    taken: BTreeMap<(String, String), u64>,
}

#[derive(Clone, Debug)]
struct Waiting {
    task: String,
    message: OutgoingMessage,
    /// Its index among all messages that handlers sent.
    sent: Option<usize>,
    message_id: String,
    attempt: u32,
    due: u64,
}

/// One run of a task that a message started.
#[derive(Debug)]
#[non_exhaustive]
pub struct Run {
    /// The id of the task.
    pub task: String,
    /// How often the message had been received, this time included.
    pub attempt: u32,
    /// The value that the handler returned, or its failure.
    pub result: Result<Value, InvocationError>,
    /// The payload of the message as JSON; for an SQS task its body.
    text: String,
}

/// A message that failed too often, or for good, or whose chain of invocations was too long.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct DeadLetter {
    /// The id of the task that did not handle it.
    pub task: String,
    /// The failure of the last attempt.
    pub reason: String,
    /// The payload of the message as JSON; for an SQS task its body.
    text: String,
}

impl TestApp {
    /// Makes an application ready for a test.
    ///
    /// # Panics
    ///
    /// With everything that is wrong with the application, as [`App::model`] finds it.
    #[track_caller]
    pub fn new(mut app: App) -> TestApp {
        let gateway = app.gateway();
        let metrics = Kept::of(&mut app);
        let outbox = Outbox::new();
        match Engine::new(app, Arc::clone(&outbox.0)) {
            Ok(engine) => TestApp { engine, outbox, gateway, queue: Mutex::default(), metrics },
            Err(problems) => {
                let lines: Vec<String> = problems.iter().map(Problem::to_string).collect();
                panic!("the application has problems:\n{}", lines.join("\n"));
            }
        }
    }

    /// Replaces the state of the type `T`, wherever in the application it was given: what would make it is not run.
    ///
    /// # Panics
    ///
    /// If no handler takes `State<T>`: then the application would use the real one.
    ///
    /// ```
    /// use async_lambda::{prelude::*, testing::TestApp};
    ///
    /// struct Database(&'static str);
    ///
    /// async fn tick(_: ScheduledEvent, database: State<Database>) -> Result<&'static str, Error> { Ok(database.0) }
    ///
    /// fn app() -> App {
    ///     App::new("demo")
    ///         .with_state_async(async || Err::<Database, _>("no database here"))
    ///         .scheduled_task("Tick", schedule!("rate(1 day)"), tick)
    /// }
    ///
    /// # tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap().block_on(async {
    /// let app = TestApp::new(app()).with_state(Database("in memory"));
    /// assert_eq!(app.run_schedule("Tick").await.unwrap(), "in memory");
    /// # });
    /// ```
    #[track_caller]
    pub fn with_state<T: Send + Sync + 'static>(mut self, value: T) -> TestApp {
        let is_taken = self.engine.replace_state(value);
        assert!(is_taken, "no handler of the application takes `State<{}>`", std::any::type_name::<T>());
        self
    }

    /// Runs a scheduled task once, with the event of an EventBridge schedule.
    ///
    /// # Errors
    ///
    /// The failure of the handler, or a task that is not there.
    pub async fn run_schedule(&self, task: &str) -> Result<Value, InvocationError> {
        self.run(task, scheduled(Some("2026-01-01T00:00:00Z"))).await
    }

    /// Runs a task once on an event, as Lambda would be given it. For a queue, the answer names the failed records.
    ///
    /// # Errors
    ///
    /// The failure of the handler of a scheduled or an API task, an event that is no batch of a queue, or a task that is not
    /// there.
    pub async fn run(&self, task: &str, event: Value) -> Result<Value, InvocationError> {
        let result = self.engine.invoke(task, event, self.context(task)).await;
        self.collect();
        result
    }

    /// Runs a DynamoDB task once on changes of items, as records of one shard whose sequence numbers are `1`, `2` ... The answer
    /// names the one that failed.
    ///
    /// # Errors
    ///
    /// A task that is not there, or that is no DynamoDB task.
    #[cfg(feature = "dynamodb")]
    pub async fn run_stream<T>(
        &self,
        task: &str,
        changes: impl IntoIterator<Item = crate::DynamoDbEvent<T>>,
    ) -> Result<Value, InvocationError> {
        let records = changes.into_iter().enumerate().map(|(index, change)| {
            let mut record = change.raw().clone();
            record["dynamodb"]["SequenceNumber"] = (index + 1).to_string().into();
            record
        });
        let records: Vec<Value> = records.collect();
        self.run(task, serde_json::json!({ "Records": records })).await
    }

    /// Sends a request to the API task of its route, as API Gateway does.
    pub async fn request(&self, request: ApiRequest) -> ApiResponse {
        let response = gateway::respond(&self.engine, &self.gateway, request.arrived(), Context::with_timeout_of).await;
        self.collect();
        let response = response.unwrap_or_else(|instead| {
            tracing::error!(reason = instead.reason, "{} {} was not answered", request.method(), request.path());
            instead.response(&self.gateway)
        });
        ApiResponse::of(response).await
    }

    /// Puts a message into the queue of the task `T`, as another application would.
    ///
    /// # Panics
    ///
    /// If the application has no such async task, or the payload cannot be written as JSON.
    pub async fn send<T: Task>(&self, payload: T::Payload) {
        let model =
            self.engine.task_model(T::ID).filter(|model| model.trigger.is_invocable() && !model.trigger.is_fifo());
        let model = model.unwrap_or_else(|| panic!("task `{}`: must be an async task of the application", T::ID));
        self.outbox.0.put::<T>(&model.id, &payload, None);
        self.collect();
    }

    /// Puts a message into the queue of the FIFO task `T`, as another application would.
    ///
    /// # Panics
    ///
    /// If the application has no such task, or the payload cannot be written as JSON.
    pub async fn send_fifo<T: FifoTask>(&self, group: T::Group, payload: T::Payload) {
        let model = self.engine.task_model(T::ID).filter(|model| model.trigger.is_fifo());
        let model = model.unwrap_or_else(|| panic!("task `{}`: must be a FIFO task of the application", T::ID));
        self.outbox.0.put::<AsTask<T>>(&model.id, &payload, Some(group.to_string()));
        self.collect();
    }

    /// Puts a message into the queue of an SQS task, which belongs to somebody else.
    ///
    /// # Panics
    ///
    /// If the application has no such task.
    #[track_caller]
    pub fn receive(&self, task: &str, body: impl Into<String>) {
        let trigger = self.engine.task_model(task).map(|model| &model.trigger);
        let is_sqs = trigger.is_some_and(|trigger| trigger.reads_queue() && !trigger.has_own_queue());
        assert!(is_sqs, "task `{task}`: must be an SQS task of the application");
        self.lock().add(task.to_owned(), OutgoingMessage::new(body.into()), None, 0);
    }

    /// Delivers messages, and those that come of them, until there are none. Returns the runs in their order.
    pub async fn run_until_idle(&self) -> Vec<Run> {
        let mut runs = Vec::new();
        // What a handler left to `tokio::spawn` may have sent something since.
        self.collect();
        loop {
            let next = self.next();
            let Some(message) = next else { return runs };
            let most = match self.engine.task_model(&message.task) {
                Some(model) if self.engine.takes_many(&message.task) => model.batch_size().get(),
                _ => 1,
            };
            let batch = self.lock().together_with(message, usize::try_from(most).unwrap_or(1));
            runs.extend(self.deliver(batch).await);
        }
    }

    /// A task has its timeout here too: a handler that does not end fails.
    fn context(&self, task: &str) -> Context {
        self.engine.task_model(task).map(Context::with_timeout_of).unwrap_or_default()
    }

    /// The next message that was not cancelled. It is as late then as when that is due.
    fn next(&self) -> Option<Waiting> {
        let mut queue = self.lock();
        let is_cancelled = |message: &Waiting| message.sent.is_some_and(|sent| self.outbox.0.is_cancelled(sent));
        queue.waiting.retain(|message| !is_cancelled(message));
        let message = queue.next()?;
        self.outbox.0.advance_to(queue.now);
        Some(message)
    }

    /// Runs a task on messages, with one call of its handler.
    async fn deliver(&self, batch: Vec<Waiting>) -> Vec<Run> {
        let task = batch.first().map(|message| message.task.clone()).unwrap_or_default();
        let model = self.engine.task_model(&task);
        let record = |waiting: &Waiting| {
            let Waiting { message_id, message, attempt, .. } = waiting;
            model.map(|model| self.engine.record(model, message_id, message, *attempt)).unwrap_or_default()
        };
        let records = batch.iter().map(record).collect();
        let results = self.engine.run_records(&task, records, self.context(&task)).await;
        self.collect();
        let mut runs = Vec::with_capacity(batch.len());
        for (message, result) in batch.into_iter().zip(results) {
            let text = self.text(&message.task, &message.message.body);
            if let Err(error) = &result {
                self.failed(&message, error, &text);
            }
            let Waiting { task, attempt, .. } = message;
            runs.push(Run { task, attempt, result, text });
        }
        runs
    }

    /// Keeps a message that failed for another attempt, or as a dead letter.
    fn failed(&self, message: &Waiting, error: &InvocationError, text: &str) {
        let Some(model) = self.engine.task_model(&message.task) else { return };
        let most = model.max_receive_count().get();
        let hidden = error.hidden.map_or(model.visibility_timeout(), RetryDelay::get);
        let hidden = u64::try_from(hidden).unwrap_or_default();
        let mut queue = self.lock();
        if error.is_dead {
            return;
        }
        if i64::from(message.attempt) >= most {
            let (task, reason) = (message.task.clone(), error.reason.clone());
            queue.dead.push(DeadLetter { task, reason, text: text.to_owned() });
            if let Some(task) = &model.options.dead_letters {
                let (task, due, mut letter) = (task.to_string(), queue.now + hidden, message.message.clone());
                letter.lane = 0;
                queue.put(Waiting { task, message: letter, attempt: 1, due, ..message.clone() });
            }
        } else {
            let due = queue.now + hidden;
            queue.come_again(Waiting { attempt: message.attempt + 1, due, ..message.clone() });
        }
    }

    /// All messages that were ever sent to the task `T`, by handlers and by [`TestApp::send`].
    ///
    /// # Panics
    ///
    /// Where a payload cannot be read as the type that it was written as.
    #[track_caller]
    pub fn sent<T: Task>(&self) -> Vec<Sent<T>> {
        self.outbox.sent()
    }

    /// The payloads of [`TestApp::sent`].
    ///
    /// # Panics
    ///
    /// As there.
    #[track_caller]
    pub fn payloads<T: Task>(&self) -> Vec<T::Payload> {
        self.outbox.payloads::<T>()
    }

    /// The groups and payloads of all messages that were ever sent to the FIFO task `T`, by handlers and by
    /// [`TestApp::send_fifo`].
    ///
    /// # Panics
    ///
    /// As there.
    #[track_caller]
    pub fn fifo_payloads<T: FifoTask>(&self) -> Vec<(String, T::Payload)> {
        self.outbox.fifo_payloads::<T>()
    }

    /// What is known about a key of [`Once`](crate::Once) in a task; `None` where its next run will do the work.
    ///
    /// # Panics
    ///
    /// If the application has no such task, its handler does not take `Once`, or the key cannot be one.
    #[track_caller]
    pub fn once_state<K: Serialize + ?Sized>(&self, task: &str, key: &K) -> Option<OnceState> {
        let model = self.with_once(task);
        self.outbox.0.once_state(&model.id, key, once::timeout(model))
    }

    /// Says what another run of a task has done with a key: it has it, for as long as the task's timeout, or was done and is known
    /// for 14 days.
    ///
    /// # Panics
    ///
    /// As there.
    #[track_caller]
    pub fn set_once<K: Serialize + ?Sized>(&self, task: &str, key: &K, state: OnceState) {
        let model = self.with_once(task);
        self.outbox.0.set_once(&model.id, key, state, once::timeout(model));
    }

    #[track_caller]
    fn with_once(&self, task: &str) -> &TaskModel {
        let model = self.engine.task_model(task).filter(|model| model.once);
        model.unwrap_or_else(|| panic!("task `{task}`: must be one of the application whose handler takes `Once`"))
    }

    /// The dead letters so far.
    pub fn dead_letters(&self) -> Vec<DeadLetter> {
        self.lock().dead.clone()
    }

    /// Refuses the next `count` messages that handlers send to the task `T`: they get a
    /// [`SendError`](crate::SendError).
    pub fn fail_sends<T: Task>(&self, count: usize) {
        self.outbox.fail_sends::<T>(count);
    }

    /// Takes over what was sent since the last time.
    fn collect(&self) {
        let wire: &Wire = &self.outbox.0;
        let mut queue = self.lock();
        let new = wire.take_new().into_iter();
        // What goes to another application leaves this one.
        for (index, kept) in new.filter(|(_, kept)| kept.message.application.is_none()) {
            let delay_secs = kept.delay_secs();
            queue.add(kept.task.to_string(), kept.message, Some(index), delay_secs);
        }
        for letter in wire.take_dead_letters() {
            let attribute = |name: &str| {
                let found = letter.attributes.iter().find(|(known, _)| *known == name);
                found.map(|(_, value)| value.clone()).unwrap_or_default()
            };
            let (task, reason) = (attribute("AsyncLambdaTaskId"), attribute("AsyncLambdaReason"));
            let text = self.text(&task, &letter.body);
            let taken = self.engine.task_model(&task).and_then(|model| model.options.dead_letters.clone());
            queue.dead.push(DeadLetter { task, reason, text });
            if let Some(task) = taken {
                queue.add(task.to_string(), letter, None, 0);
            }
        }
    }

    /// The payload of a message, or its body where the queue is somebody else's.
    fn text(&self, task: &str, body: &str) -> String {
        let is_managed = self.engine.task_model(task).is_some_and(|model| model.trigger.has_own_queue());
        match Envelope::from_body(body) {
            Ok(envelope) if is_managed => self.outbox.0.payload(&envelope),
            _ => body.to_owned(),
        }
    }

    fn lock(&self) -> MutexGuard<'_, Queue> {
        self.queue.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Waiting {
    /// The group whose order a FIFO queue keeps.
    fn fifo_group(&self) -> Option<(&str, &str)> {
        let group = self.message.group.as_deref().filter(|_| self.message.deduplication_id.is_some());
        group.map(|group| (self.task.as_str(), group))
    }
}

impl Queue {
    fn add(&mut self, task: String, message: OutgoingMessage, sent: Option<usize>, delay_secs: u64) {
        if let Some(id) = &message.deduplication_id {
            let taken = self.taken.insert((task.clone(), id.clone()), self.now);
            if let Some(taken) = taken.filter(|taken| self.now < taken + DEDUPLICATION) {
                self.taken.insert((task, id.clone()), taken);
                return;
            }
        }
        self.ids += 1;
        let (message_id, due) = (format!("test-{}", self.ids), self.now + delay_secs);
        let mut message = Waiting { task, message, sent, message_id, attempt: 1, due };
        if message.fifo_group().is_some() {
            let group = self.waiting.iter().filter(|other| other.fifo_group() == message.fifo_group());
            message.due = group.map(|other| other.due).max().unwrap_or_default().max(due);
        }
        self.put(message);
    }

    /// Puts back a message that failed. In a FIFO queue, the others of its group wait behind it.
    fn come_again(&mut self, message: Waiting) {
        if message.fifo_group().is_none() {
            return self.put(message);
        }
        let is_behind = |other: &Waiting| other.fifo_group() == message.fifo_group();
        let (behind, others): (Vec<_>, Vec<_>) = self.waiting.drain(..).partition(is_behind);
        self.waiting.extend(others);
        let due = message.due;
        self.put(message);
        behind.into_iter().for_each(|other| self.put(Waiting { due: other.due.max(due), ..other }));
    }

    /// Behind all that are due no later.
    fn put(&mut self, message: Waiting) {
        let position = self.waiting.partition_point(|other| other.due <= message.due);
        self.waiting.insert(position, message);
    }

    fn next(&mut self) -> Option<Waiting> {
        let message = self.waiting.pop_front()?;
        self.now = self.now.max(message.due);
        Some(message)
    }
}

impl Queue {
    /// A message and others of its queue that are due, so many at most.
    fn together_with(&mut self, first: Waiting, most: usize) -> Vec<Waiting> {
        let mut batch = vec![first];
        let mut rest = VecDeque::new();
        while let Some(message) = self.waiting.pop_front() {
            let is_of_queue = message.task == batch[0].task && message.message.lane == batch[0].message.lane;
            let is_of_batch = batch.len() < most && is_of_queue && message.due <= self.now;
            if is_of_batch { batch.push(message) } else { rest.push_back(message) }
        }
        self.waiting = rest;
        batch
    }
}

impl Run {
    /// The payload of the message to a FIFO task.
    ///
    /// # Panics
    ///
    /// If the run is not one of the FIFO task `T`.
    #[track_caller]
    pub fn fifo_payload<T: FifoTask>(&self) -> T::Payload {
        payload::<AsTask<T>>(&self.task, &self.text)
    }

    /// The payload of the message.
    ///
    /// # Panics
    ///
    /// If the run is not one of the task `T`.
    #[track_caller]
    pub fn payload<T: Task>(&self) -> T::Payload {
        payload::<T>(&self.task, &self.text)
    }

    /// The payload of the message as JSON; for an SQS task its body.
    pub fn text(&self) -> &str {
        &self.text
    }
}

impl DeadLetter {
    /// The payload of the message to a FIFO task.
    ///
    /// # Panics
    ///
    /// If it is not a message to the FIFO task `T`, or cannot be read as its payload.
    #[track_caller]
    pub fn fifo_payload<T: FifoTask>(&self) -> T::Payload {
        payload::<AsTask<T>>(&self.task, &self.text)
    }

    /// The payload of the message.
    ///
    /// # Panics
    ///
    /// If it is not a message to the task `T`, or cannot be read as its payload.
    #[track_caller]
    pub fn payload<T: Task>(&self) -> T::Payload {
        payload::<T>(&self.task, &self.text)
    }

    /// The payload of the message as JSON; for an SQS task its body.
    pub fn text(&self) -> &str {
        &self.text
    }
}

#[track_caller]
fn payload<T: Task>(task: &str, text: &str) -> T::Payload {
    assert_eq!(task, T::ID, "the message must be one to `{}`", T::ID);
    json::from_str(text).unwrap_or_else(|error| panic!("payload of `{}`: {error}", T::ID))
}
