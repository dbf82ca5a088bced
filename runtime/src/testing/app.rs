//! A whole application, in memory and without waiting.

use std::{
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::SystemTime,
};

use async_lambda_local::{
    bucket::Bucket,
    chaos::{Chaos, Draws},
    cloud::Cloud,
    plan::Plan,
    queue::Seq,
    schedules::{ScheduleError, Schedules},
    time::{Clock, millis, system_time, utc},
};
use async_lambda_model::{Problem, TaskModel};
use serde::Serialize;
use serde_json::Value;

use super::{
    ApiRequest, ApiResponse, Sent,
    delivery::{Again, DeadLetter, Failing},
    metrics::Kept,
    transport::TestTransport,
};
use crate::{
    App, Context, Engine, FifoTask, Task,
    cloud::CloudTransport,
    engine::InvocationError,
    fifo::AsTask,
    local::gateway::{self, Gateway},
    once::{self, MemoryTable, OnceState},
    trigger::scheduled,
};

/// The seed of ids of messages and chains: the same in every run of a test.
const SEED: u64 = 1;

/// An application under test: its tasks run in the real engine, with their extractors, layers and state; queues and the
/// payload bucket are in memory.
///
/// The queues are those of `cargo run`, with the rules of SQS: visibility timeouts, delays, retention, groups of FIFO queues,
/// dead letters. The time is virtual: it stands still until [`run_until_idle`](TestApp::run_until_idle),
/// [`advance`](TestApp::advance) or [`run_until`](TestApp::run_until) move it to the next thing that happens, and nobody waits.
/// It begins with the system's time.
///
/// A message is delivered after its delay, that of [`InvokeLater`](crate::InvokeLater) included, and again after the visibility
/// timeout, the delay of the error or the backoff of the task (without its random part) where a handler failed. A message
/// that fails `max_receive_count` times (default 5) is a dead letter. Messages are handled one after the other, the oldest first.
/// A handler has the timeout of its task, in real time: with `#[tokio::test(start_paused = true)]` nobody waits for that either,
/// and with a handler that waits for a real socket the two times do not mix. Keys of [`Once`](crate::Once) are in memory, and
/// their locks and results get older with the time of the test. What goes to another application is in
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
pub struct TestApp {
    pub(super) engine: Engine,
    pub(super) cloud: Cloud,
    pub(super) transport: Arc<TestTransport>,
    once: Arc<MemoryTable>,
    gateway: Gateway,
    pub(super) dead: Mutex<Vec<DeadLetter>>,
    pub(super) failing: Mutex<Vec<Failing>>,
    /// The failures of the last attempts of messages that will be dead letters, by the numbers of their ids.
    reasons: Mutex<Vec<(Seq, String)>>,
    pub(super) schedules: Result<Schedules, ScheduleError>,
    again: Mutex<Vec<Again>>,
    pub(super) draws: Option<Draws>,
    pub(super) metrics: Kept,
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
        let problems = |problems: Vec<Problem>| -> ! {
            let lines: Vec<String> = problems.iter().map(Problem::to_string).collect();
            panic!("the application has problems:\n{}", lines.join("\n"));
        };
        let model = app.model().unwrap_or_else(|found| problems(found));
        let clock = Clock::stopped_at(millis(SystemTime::now()));
        let cloud = Cloud::in_memory(Plan::of(&model), clock, SEED);
        let once = Arc::new(MemoryTable::new());
        let bucket = Arc::new(Bucket::in_memory());
        let messages = CloudTransport::new(cloud.clone(), bucket, once.clone(), SEED);
        let transport = Arc::new(TestTransport::new(messages));
        let engine = Engine::new(app, Arc::clone(&transport)).unwrap_or_else(|found| problems(found));
        let schedules = Schedules::of(cloud.plan(), cloud.clock().now());
        let (dead, failing, reasons, again) = (Mutex::default(), Mutex::default(), Mutex::default(), Mutex::default());
        TestApp {
            engine,
            cloud,
            transport,
            once,
            gateway,
            dead,
            failing,
            reasons,
            schedules,
            again,
            draws: None,
            metrics,
        }
    }

    /// Begins the test at this time instead of the system's. It is the first thing that is said: messages that were sent keep
    /// their time.
    pub fn starting_at(mut self, time: SystemTime) -> TestApp {
        self.cloud.clock().set(millis(time));
        self.schedules = Schedules::of(self.cloud.plan(), millis(time));
        self
    }

    /// Lets things go wrong by chance with the messages that are delivered, the same each time for a seed: as `--chaos` of a
    /// local run, but for latency, which virtual time does not have.
    ///
    /// ```
    /// use async_lambda::{prelude::*, testing::{Chaos, TestApp}};
    ///
    /// # struct Mail; impl Task for Mail { const ID: &'static str = "Mail"; type Payload = u32; }
    /// # async fn mail(event: ManagedSqsEvent<Mail>) -> Result<(), Error> { Ok(()) }
    /// # tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap().block_on(async {
    /// let chaos: Chaos = "duplicate=10%,fail=20%,crash=5%,seed=7".parse().unwrap();
    /// let app = TestApp::new(App::new("shop").async_task(Mail, mail)).with_chaos(chaos);
    /// for number in 0..100 {
    ///     app.send::<Mail>(number).await;
    /// }
    /// let runs = app.run_until_idle().await;
    /// assert!(runs.len() > 110);
    /// # });
    /// ```
    pub fn with_chaos(mut self, chaos: Chaos) -> TestApp {
        self.draws = Some(Draws::new(chaos));
        self
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
        self.run(task, scheduled(Some(&utc(self.cloud.clock().now())))).await
    }

    /// Runs a task once on an event, as Lambda would be given it. For a queue, the answer names the failed records.
    ///
    /// # Errors
    ///
    /// The failure of the handler of a scheduled or an API task, an event that is no batch of a queue, or a task that is not
    /// there.
    pub async fn run(&self, task: &str, event: Value) -> Result<Value, InvocationError> {
        self.invoke(task, event).await
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
        self.take_dead_letters();
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
        self.transport.put::<T>(&model.id, &payload, None);
    }

    /// Puts a message into the queue of the FIFO task `T`, as another application would.
    ///
    /// # Panics
    ///
    /// If the application has no such task, or the payload cannot be written as JSON.
    pub async fn send_fifo<T: FifoTask>(&self, group: T::Group, payload: T::Payload) {
        let model = self.engine.task_model(T::ID).filter(|model| model.trigger.is_fifo());
        let model = model.unwrap_or_else(|| panic!("task `{}`: must be a FIFO task of the application", T::ID));
        self.transport.put::<AsTask<T>>(&model.id, &payload, Some(group.to_string()));
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
        let queue = self.cloud.plan().queue_read_by(task).filter(|_| is_sqs);
        let queue = queue.unwrap_or_else(|| panic!("task `{task}`: must be an SQS task of the application"));
        self.transport.put_body(task, queue, body.into());
    }

    /// The time of the test.
    pub fn now(&self) -> SystemTime {
        system_time(self.cloud.clock().now())
    }

    /// A task has its timeout here too: a handler that does not end fails.
    pub(super) fn context(&self, task: &str) -> Context {
        self.engine.task_model(task).map(Context::with_timeout_of).unwrap_or_default()
    }

    /// All messages that were ever sent to the task `T`, by handlers and by [`TestApp::send`].
    ///
    /// # Panics
    ///
    /// Where a payload cannot be read as the type that it was written as.
    #[track_caller]
    pub fn sent<T: Task>(&self) -> Vec<Sent<T>> {
        self.transport.wire().sent()
    }

    /// The payloads of [`TestApp::sent`].
    ///
    /// # Panics
    ///
    /// As there.
    #[track_caller]
    pub fn payloads<T: Task>(&self) -> Vec<T::Payload> {
        self.sent::<T>().into_iter().map(|sent| sent.payload).collect()
    }

    /// The groups and payloads of all messages that were ever sent to the FIFO task `T`, by handlers and by
    /// [`TestApp::send_fifo`].
    ///
    /// # Panics
    ///
    /// As there.
    #[track_caller]
    pub fn fifo_payloads<T: FifoTask>(&self) -> Vec<(String, T::Payload)> {
        let sent = self.transport.wire().sent::<AsTask<T>>().into_iter();
        sent.map(|sent| (sent.group.unwrap_or_default(), sent.payload)).collect()
    }

    /// The state of a key of [`Once`](crate::Once) in a task; `None` where its next run will do the work.
    ///
    /// # Panics
    ///
    /// If the application has no such task, its handler does not take `Once`, or the key cannot be one.
    #[track_caller]
    pub fn once_state<K: Serialize + ?Sized>(&self, task: &str, key: &K) -> Option<OnceState> {
        let model = self.with_once(task);
        let times = once::times_in_test(&*self.transport, once::timeout(model));
        self.once.state(model.id.as_str(), &once::key_in_test(key), times)
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
        let times = once::times_in_test(&*self.transport, once::timeout(model));
        self.once.set(model.id.as_str(), once::key_in_test(key), state, times);
    }

    #[track_caller]
    fn with_once(&self, task: &str) -> &TaskModel {
        let model = self.engine.task_model(task).filter(|model| model.once);
        model.unwrap_or_else(|| panic!("task `{task}`: must be one of the application whose handler takes `Once`"))
    }

    /// A table of the application, to put items there before a task runs and to look at them afterwards.
    ///
    /// # Panics
    ///
    /// If no task of the application uses the table.
    #[cfg(feature = "table")]
    #[track_caller]
    pub fn table<T: crate::TableOf>(&self) -> crate::Table<T> {
        let mut tables = self.engine.models().flat_map(|task| &task.tables);
        if tables.all(|table| table.name.as_str() != T::NAME) {
            panic!("table `{}`: must be one that a handler of the application takes", T::NAME);
        }
        let transport: Arc<dyn crate::transport::Transport> = self.transport.clone();
        crate::Table::outside(transport)
    }

    /// The dead letters so far.
    pub fn dead_letters(&self) -> Vec<DeadLetter> {
        self.dead().clone()
    }

    /// Refuses the next `count` messages that handlers send to the task `T`: they get a
    /// [`SendError`](crate::SendError).
    pub fn fail_sends<T: Task>(&self, count: usize) {
        self.transport.wire().fail_sends(T::ID, count);
    }

    /// A panic of another thread leaves nothing half done here, so its poison is ignored.
    pub(super) fn dead(&self) -> MutexGuard<'_, Vec<DeadLetter>> {
        self.dead.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl TestApp {
    pub(super) fn again(&self) -> MutexGuard<'_, Vec<Again>> {
        self.again.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn reasons(&self) -> MutexGuard<'_, Vec<(Seq, String)>> {
        self.reasons.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl std::fmt::Debug for TestApp {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("TestApp").field("engine", &self.engine).finish_non_exhaustive()
    }
}
