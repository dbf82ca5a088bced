//! The application: tasks and their handlers.

mod group;

use std::{future::Future, sync::Arc};

use async_lambda_model::{
    AppModel, AppName, AppOptions, Application, Backoff, EphemeralStorage, IntoBounded, LaneCount, MediaType,
    MemorySize, NameError, Origin, Problem, QueueRetention, RecordConcurrency, ReservedConcurrency, TaskId, TaskModel,
    Trigger,
};
use serde_json::Value;
use tower_layer::Layer;
use tower_service::Service;

#[cfg(feature = "local")]
use crate::local::gateway::Gateway;
use crate::{
    Error,
    cors::CorsLayer,
    envelope::{DEFAULT_INLINE_LIMIT, MAX_MESSAGE_BYTES},
    extract::{Edge, Invocation},
    handler::Handler,
    layer::{self, TaskService},
    metrics::Meter,
    state::{Need, States},
    trigger,
};

/// An application: a name, tasks, and a handler for each.
///
/// ```
/// use async_lambda::prelude::*;
///
/// pub struct Resize;
/// impl Task for Resize { const ID: &'static str = "Resize"; type Payload = String; }
///
/// async fn tick(_: ScheduledEvent, resize: Invoke<Resize>) -> Result<(), Error> {
///     Ok(resize.send("a.png".to_owned()).await?)
/// }
///
/// async fn resize(event: ManagedSqsEvent<Resize>) -> Result<(), Error> { Ok(()) }
///
/// async fn health() -> StatusCode { StatusCode::NO_CONTENT }
///
/// pub fn app() -> App {
///     App::new("photo-app")
///         .scheduled_task("Tick", schedule!("rate(15 minutes)"), tick)
///         .async_task(Resize, task(resize).memory_mb(512).timeout_secs(120))
///         .api_task("Health", Method::GET, "/health", health)
/// }
/// # assert_eq!(app().model().unwrap().tasks.len(), 3);
/// ```
///
/// Building one cannot fail: what is wrong is found by [`model`](App::model), all of it at once, each with the line
/// that it comes from.
pub struct App {
    name: String,
    origin: Origin,
    states: States,
    tasks: Vec<Entry>,
    pub(crate) problems: Vec<Problem>,
    inline_limit: usize,
    delete_payloads: bool,
    binary_media_types: Vec<MediaType>,
    pub(crate) cors: Option<Box<dyn CorsLayer>>,
    pub(crate) options: AppOptions,
    pub(crate) defaults: Defaults,
    pub(crate) meter: Option<Box<dyn Meter>>,
}

/// Options of tasks that have none of their own.
#[derive(Clone, Default)]
pub(crate) struct Defaults {
    dead_letters: Option<TaskId>,
    lanes: Option<LaneCount>,
    propagate_lane: Option<bool>,
    propagate_message_group: Option<bool>,
    pub(crate) memory: Option<MemorySize>,
    pub(crate) ephemeral_storage: Option<EphemeralStorage>,
    pub(crate) reserved_concurrency: Option<ReservedConcurrency>,
    pub(crate) queue_retention: Option<QueueRetention>,
    pub(crate) backoff: Option<Backoff>,
    /// The value of the config file, which replaces the task's own.
    record_concurrency: Option<RecordConcurrency>,
}

impl Defaults {
    fn fill(&self, task: &mut TaskModel) {
        let options = &mut task.options;
        options.record_concurrency = self.record_concurrency.or(options.record_concurrency);
        options.memory = options.memory.or(self.memory);
        options.ephemeral_storage = options.ephemeral_storage.or(self.ephemeral_storage);
        options.reserved_concurrency = options.reserved_concurrency.or(self.reserved_concurrency);
        if task.trigger.reads_queue() {
            options.backoff = options.backoff.or(self.backoff);
        }
        if task.trigger.is_invocable() {
            task.options.queue_retention = task.options.queue_retention.or(self.queue_retention);
        }
        if task.trigger.is_invocable() && !task.trigger.is_fifo() {
            task.options.dead_letters = task.options.dead_letters.take().or_else(|| self.dead_letters.clone());
            task.options.lanes = task.options.lanes.or(self.lanes);
            task.options.propagate_lane = task.options.propagate_lane.or(self.propagate_lane);
        }
    }
}

/// A task and how it is run.
pub(crate) struct Entry {
    pub(crate) model: Arc<TaskModel>,
    pub(crate) kind: Box<dyn trigger::Kind>,
    pub(crate) service: TaskService,
    /// The states that the handler takes, and the function makes.
    pub(crate) states: Arc<States>,
    needs: Vec<Need>,
    needs_metrics: bool,
    handler: &'static str,
    propagate_message_group: Option<bool>,
}

impl Entry {
    /// Whether messages that name no message group get that of the message that is being handled.
    pub(crate) fn propagates_group(&self) -> bool {
        self.propagate_message_group.unwrap_or(true)
    }

    /// Whether the handler takes a state of this type.
    #[cfg(feature = "local")]
    pub(crate) fn needs_state<T: 'static>(&self) -> bool {
        self.needs.iter().any(|need| need.state.is::<T>())
    }

    /// Takes these states instead of its own, where the handler takes them.
    #[cfg(feature = "local")]
    pub(crate) fn replace_states(&mut self, states: &States) {
        Arc::make_mut(&mut self.states).replace(&self.needs, states);
    }
}

impl App {
    /// An application without tasks. The name is the first part of every physical name: 1 to 62 letters, digits,
    /// `-` and `_`.
    #[track_caller]
    pub fn new(name: impl Into<String>) -> App {
        App {
            name: name.into(),
            origin: Origin::caller(),
            states: States::default(),
            tasks: Vec::new(),
            problems: Vec::new(),
            inline_limit: DEFAULT_INLINE_LIMIT,
            delete_payloads: false,
            binary_media_types: Vec::new(),
            cors: None,
            options: AppOptions::default(),
            defaults: Defaults::default(),
            meter: None,
        }
    }

    /// The task that takes the dead letters of async tasks that say nothing else: one that was registered with
    /// [`dead_letter_task`](App::dead_letter_task), here or later.
    #[track_caller]
    pub fn dead_letters_to(mut self, task: &'static str) -> App {
        match TaskId::new(task) {
            Ok(task) => self.defaults.dead_letters = Some(task),
            Err(source) => self.problems.push(Problem::Name { source, origin: Origin::caller() }),
        }
        self
    }

    /// The number of lanes of async tasks that say nothing else: 1 to 100, default 1.
    /// [`TaskBuilder::lanes`](crate::options::TaskBuilder::lanes) says what a lane is.
    #[track_caller]
    pub fn lanes(mut self, lanes: impl IntoBounded<LaneCount>) -> App {
        match lanes.into_bounded() {
            Ok(lanes) => self.defaults.lanes = Some(lanes),
            Err(source) => self.problems.push(Problem::Default { source, origin: Origin::caller() }),
        }
        self
    }

    /// [`TaskBuilder::propagate_lane`](crate::options::TaskBuilder::propagate_lane) of async tasks that say nothing else.
    pub fn propagate_lane(mut self, propagate: bool) -> App {
        self.defaults.propagate_lane = Some(propagate);
        self
    }

    /// Whether a message that names no message group gets that of the message that is being handled when it is sent; default
    /// `true`. With `false`, it has none. [`Message::group`](crate::invoke::Message::group) says what a group is.
    pub fn propagate_message_group(mut self, propagate: bool) -> App {
        self.defaults.propagate_message_group = Some(propagate);
        self
    }

    /// State for all tasks, which a handler takes as [`State<T>`](crate::State): limits, a cache, a client that connects
    /// when it is used. One for each type: a second one of the same type replaces the first, in a test for example.
    ///
    /// The value is made when the application is, at synth too; [`with_state_async`](App::with_state_async) is for one
    /// that needs Lambda's environment.
    pub fn with_state<T: Send + Sync + 'static>(mut self, value: T) -> App {
        self.states.give(value);
        self
    }

    /// As [`with_state`](App::with_state), for a state that takes time or may fail: a pool of connections, settings from
    /// a server.
    ///
    /// `init` runs once a cold start, before the first event, and only in functions whose handler takes this state; never
    /// at synth. If it fails, so does the start.
    ///
    /// ```
    /// use async_lambda::prelude::*;
    ///
    /// struct Pool;
    ///
    /// impl Pool {
    ///     async fn connect(_url: &str) -> Result<Pool, std::io::Error> { Ok(Pool) }
    /// }
    ///
    /// async fn tick(_: ScheduledEvent, pool: State<Pool>) -> Result<(), Error> { Ok(()) }
    ///
    /// pub fn app() -> App {
    ///     App::new("orders")
    ///         .with_state_async(|| Pool::connect("postgres://orders"))
    ///         .scheduled_task("Tick", schedule!("rate(1 day)"), tick)
    /// }
    /// # assert!(app().model().is_ok());
    /// ```
    pub fn with_state_async<T, F, Fut, E>(mut self, init: F) -> App
    where
        T: Send + Sync + 'static,
        F: Fn() -> Fut + Send + Sync + 'static,
        Fut: Future<Output = Result<T, E>> + Send + 'static,
        E: Into<Error>,
    {
        self.states.init(init);
        self
    }

    /// Takes in all tasks of another application, and its binary media types. They keep that one's states and defaults of
    /// options, and find others here. What both say of the application as a whole, its architecture for example, is as it
    /// is here. An id that both have is a problem that names both places.
    ///
    /// ```
    /// use async_lambda::prelude::*;
    ///
    /// mod reports {
    ///     use async_lambda::prelude::*;
    ///
    ///     async fn nightly(_: ScheduledEvent) -> Result<(), Error> { Ok(()) }
    ///
    ///     pub fn app() -> App {
    ///         App::new("reports").scheduled_task("NightlyReport", schedule!("cron(0 3 * * ? *)"), nightly)
    ///     }
    /// }
    ///
    /// let app = App::new("shop").merge(reports::app());
    /// assert_eq!(app.model().unwrap().tasks[0].id.as_str(), "NightlyReport");
    /// ```
    pub fn merge(mut self, mut other: App) -> Self {
        other.bind_states();
        other.fill_defaults();
        self.tasks.extend(other.tasks);
        self.problems.extend(other.problems);
        self.add_media_types(other.binary_media_types);
        self.options = self.options.or(other.options);
        self.meter = self.meter.or(other.meter);
        self.cors = self.cors.or(other.cors);
        self
    }

    /// Media types that the API treats as binary: `["image/png"]`, `["image/*"]`, or `["*/*"]` for all of them. None by
    /// default, as in the Python package. They are added to those that were given before, and to `binary_media_types`
    /// in `.async_lambda/config.json`.
    ///
    /// Without one, a client gets the base64 text of an answer that is binary or compressed. They are for all tasks
    /// of the API: an answer goes out as bytes if one is the first media type of the request's header `Accept`, and a
    /// request's body arrives as base64, which [`ApiEvent`](crate::ApiEvent) undoes, if one is its `Content-Type`.
    /// `docs/api.md` says more.
    ///
    /// ```
    /// use async_lambda::prelude::*;
    ///
    /// async fn logo() -> Result<([(&'static str, &'static str); 1], Vec<u8>), Error> {
    ///     Ok(([("content-type", "image/png")], vec![0x89, 0x50]))
    /// }
    ///
    /// let app = App::new("demo").api_task("Logo", Method::GET, "/logo", logo).binary_media_types(["image/png"]);
    /// assert_eq!(app.model().unwrap().binary_media_types[0].as_str(), "image/png");
    ///
    /// let problems = App::new("demo").binary_media_types(["image~1png"]).model().unwrap_err();
    /// assert!(problems[0].to_string().ends_with("must be `type/subtype`, `type/*` or `*/*`; write `image/png`"));
    /// ```
    #[track_caller]
    pub fn binary_media_types<T: Into<String>>(mut self, media_types: impl IntoIterator<Item = T>) -> Self {
        let origin = Origin::caller();
        for media_type in media_types {
            match MediaType::new(media_type) {
                Ok(media_type) => self.add_media_types([media_type]),
                Err(source) => self.problems.push(Problem::MediaType { source, origin: origin.clone() }),
            }
        }
        self
    }

    fn add_media_types(&mut self, media_types: impl IntoIterator<Item = MediaType>) {
        for media_type in media_types {
            if !self.binary_media_types.contains(&media_type) {
                self.binary_media_types.push(media_type);
            }
        }
    }

    /// Wraps the tasks that have been registered so far in a tower layer. The last layer is the outermost. Of a queue, it is
    /// called once for each record.
    ///
    /// ```
    /// use std::{task::{self, Poll}, time::Instant};
    ///
    /// use async_lambda::{BoxError, BoxFuture, extract::Invocation, layer::TaskService, prelude::*};
    ///
    /// #[derive(Clone)]
    /// struct Timed(TaskService);
    ///
    /// impl tower_service::Service<Invocation> for Timed {
    ///     type Response = serde_json::Value;
    ///     type Error = BoxError;
    ///     type Future = BoxFuture<'static, Result<serde_json::Value, BoxError>>;
    ///
    ///     fn poll_ready(&mut self, context: &mut task::Context<'_>) -> Poll<Result<(), BoxError>> {
    ///         self.0.poll_ready(context)
    ///     }
    ///
    ///     fn call(&mut self, invocation: Invocation) -> Self::Future {
    ///         let (id, run) = (invocation.task().clone(), self.0.call(invocation));
    ///         Box::pin(async move {
    ///             let begin = Instant::now();
    ///             let result = run.await;
    ///             println!("{id} took {:?}", begin.elapsed());
    ///             result
    ///         })
    ///     }
    /// }
    ///
    /// async fn tick(_: ScheduledEvent) -> Result<(), Error> { Ok(()) }
    ///
    /// let app = App::new("demo")
    ///     .scheduled_task("Tick", schedule!("rate(1 day)"), tick)
    ///     .layer(tower_layer::layer_fn(Timed));
    /// ```
    pub fn layer<L>(mut self, layer: L) -> Self
    where
        L: Layer<TaskService>,
        L::Service: Service<Invocation, Response = Value> + Clone + Send + Sync + 'static,
        <L::Service as Service<Invocation>>::Error: Into<Error>,
        <L::Service as Service<Invocation>>::Future: Send,
    {
        for task in &mut self.tasks {
            task.service = layer::wrap(&layer, task.service.clone());
        }
        self
    }

    /// The size in bytes from which on a payload goes through the bucket: 250,000 as in Python, up to SQS's 1,048,576. A larger
    /// number is taken as that.
    pub fn inline_payload_limit(mut self, bytes: usize) -> Self {
        self.inline_limit = bytes.min(MAX_MESSAGE_BYTES);
        self
    }

    /// Deletes a payload from the bucket once its message was handled. Without it, payloads stay until the bucket's
    /// lifecycle rule removes them: SQS may deliver a message twice, and its payload is needed then too.
    ///
    /// Functions that receive messages get the permission `s3:DeleteObject` with it.
    pub fn delete_payloads_after_success(mut self) -> Self {
        self.delete_payloads = true;
        self
    }

    /// The model of the application, or everything that is wrong with it.
    ///
    /// # Errors
    ///
    /// All problems at once: names, options and routes that cannot be, ids that are given twice, tasks and states that are
    /// missing, loops without a bound.
    pub fn model(&self) -> Result<AppModel, Vec<Problem>> {
        let (model, mut problems) = self.unchecked()?;
        problems.extend(model.check());
        if problems.is_empty() { Ok(model) } else { Err(problems) }
    }

    /// As [`model`](App::model), for a function that was deployed: what synth has refused is not looked for again. The code
    /// of these checks would be a hundredth of a bootstrap.
    #[cfg(feature = "aws")]
    pub(crate) fn deployed_model(&self) -> Result<AppModel, Vec<Problem>> {
        let (model, problems) = self.unchecked()?;
        if problems.is_empty() { Ok(model) } else { Err(problems) }
    }

    /// The model, and those problems that need no look at the application as a whole.
    fn unchecked(&self) -> Result<(AppModel, Vec<Problem>), Vec<Problem>> {
        let mut problems = self.problems.clone();
        let name = match AppName::new(self.name.clone()) {
            Ok(name) => name,
            Err(source) => {
                problems.push(Problem::Name { source, origin: self.origin.clone() });
                return Err(problems);
            }
        };
        problems.extend(self.missing_states());
        problems.extend(self.missing_metrics());
        let mut tasks: Vec<TaskModel> = self.tasks.iter().map(|task| TaskModel::clone(&task.model)).collect();
        tasks.iter_mut().for_each(|task| self.defaults.fill(task));
        let (binary_media_types, origin) = (self.binary_media_types.clone(), self.origin.clone());
        let (delete_payloads, options) = (self.delete_payloads, self.options);
        let cors = self.cors.as_ref().map(|layer| layer.cors());
        Ok((AppModel { name, tasks, delete_payloads, binary_media_types, cors, options, origin }, problems))
    }

    #[cfg(feature = "aws")]
    pub(crate) fn name(&self) -> &str {
        &self.name
    }

    /// Adds the media types of the API in front of it, which may be more than those in code: the template gives them to each
    /// function of an API task, and the local server reads them from the config file.
    #[cfg(any(feature = "aws", feature = "local"))]
    pub(crate) fn with_media_types(mut self, media_types: Vec<MediaType>) -> Self {
        self.add_media_types(media_types);
        self
    }

    /// Sets the number of records of one batch that are handled at once, whatever the code says: for a function, which has one
    /// task.
    #[cfg(any(feature = "aws", feature = "local"))]
    pub(crate) fn with_record_concurrency(mut self, concurrency: RecordConcurrency) -> Self {
        self.defaults.record_concurrency = Some(concurrency);
        self
    }

    /// Sets settings of CORS that take the place of those in code, where it has some; they are not asked for otherwise.
    #[cfg(any(feature = "aws", feature = "local"))]
    pub(crate) fn with_cors(mut self, settings: &dyn Fn() -> Option<String>) -> Result<Self, crate::BoxError> {
        if let Some(layer) = &mut self.cors {
            layer.configure(settings)?;
        }
        Ok(self)
    }

    /// The settings of the API in front of it.
    #[cfg(feature = "local")]
    pub(crate) fn gateway(&self) -> Gateway {
        let cors = self.cors.as_ref().map(|layer| layer.cors());
        Gateway { binary: self.binary_media_types.clone(), cors }
    }

    /// States that handlers take, and nobody gave.
    fn missing_states(&self) -> impl Iterator<Item = Problem> {
        self.tasks.iter().flat_map(|task| {
            let is_missing =
                |need: &&Need| need.is_required && !task.states.has(need.state) && !self.states.has(need.state);
            task.needs.iter().filter(is_missing).map(|need| Problem::State {
                task: task.model.id.clone(),
                handler: task.handler.to_owned(),
                state: need.state.name().to_owned(),
                origin: task.model.origin.clone(),
            })
        })
    }

    /// Handlers that take metrics, where there are none.
    fn missing_metrics(&self) -> impl Iterator<Item = Problem> {
        let tasks = self.tasks.iter().filter(|task| task.needs_metrics && self.meter.is_none());
        tasks.map(|task| Problem::Metrics {
            task: task.model.id.clone(),
            handler: task.handler.to_owned(),
            origin: task.model.origin.clone(),
        })
    }

    /// Gives each task the states that it takes.
    fn bind_states(&mut self) {
        for task in &mut self.tasks {
            Arc::make_mut(&mut task.states).fill(&task.needs, &self.states);
        }
    }

    /// Gives each task the options that it has not set.
    fn fill_defaults(&mut self) {
        for task in &mut self.tasks {
            self.defaults.fill(Arc::make_mut(&mut task.model));
            let of_app = self.defaults.propagate_message_group;
            task.propagate_message_group = task.propagate_message_group.or(of_app);
        }
    }

    pub(crate) fn into_parts(mut self) -> (Vec<Entry>, usize, Option<Box<dyn Meter>>) {
        self.bind_states();
        self.fill_defaults();
        if let Some(layer) = &self.cors {
            layer.wrap(&mut self.tasks);
        }
        let binary: Arc<[MediaType]> = self.binary_media_types.into();
        for task in &mut self.tasks {
            task.service = task.kind.wrap(task.service.clone(), &binary);
            if let Some(meter) = &self.meter {
                task.service = meter.wrap(task.service.clone());
            }
        }
        (self.tasks, self.inline_limit, self.meter)
    }

    /// The targets that have valid names; the others are problems.
    fn valid<T>(&mut self, targets: Vec<Result<T, NameError>>, origin: &Origin) -> Vec<T> {
        let mut problem = |source| self.problems.push(Problem::Name { source, origin: origin.clone() });
        targets.into_iter().filter_map(|target| target.map_err(&mut problem).ok()).collect()
    }

    /// `trigger` is an error, the path, where the method is none.
    #[track_caller]
    pub(crate) fn add<Tr, K, Args, H>(
        mut self,
        id: Result<TaskId, NameError>,
        trigger: Result<K, String>,
        recursion: Option<u32>,
        handler: H,
    ) -> Self
    where
        Tr: trigger::Trigger,
        K: trigger::Kind + Clone + Into<Trigger> + 'static,
        H: Handler<Tr, Args>,
    {
        let origin = Origin::caller();
        let options = handler.options();
        let task = id.as_ref().map_or_else(|error| error.text.clone(), TaskId::to_string);
        let wrong = options.wrong.into_iter();
        self.problems.extend(wrong.map(|(source, origin)| Problem::Option { task: task.clone(), source, origin }));
        let wrong = options.wrong_names.into_iter();
        self.problems.extend(wrong.map(|(source, origin)| Problem::Name { source, origin }));
        let id = match id {
            Ok(id) => id,
            Err(source) => {
                self.problems.push(Problem::Name { source, origin });
                return self;
            }
        };
        let trigger = match trigger {
            Ok(trigger) => trigger,
            Err(path) => {
                self.problems.push(Problem::method(id, path, origin));
                return self;
            }
        };
        let invokes = self.valid(Edge::targets(H::EDGES), &origin);
        let invokes_later = self.valid(Edge::later_targets(H::EDGES), &origin);
        let invokes_external = self.valid(Edge::external_targets(H::EDGES), &origin);
        let calls = self.valid(Edge::calls(H::EDGES), &origin);
        let tables = self.valid(Edge::tables(H::EDGES), &origin);
        let (options, writes_dead_letters) = (options.values, Edge::writes_dead_letters(H::EDGES));
        let once = Edge::uses_once_table(H::EDGES);
        let model = TaskModel {
            options,
            invokes,
            invokes_later,
            invokes_external,
            calls,
            writes_dead_letters,
            once,
            tables,
            recursion,
            ..TaskModel::new(id, trigger.clone(), origin)
        };
        let service = TaskService::new(move |invocation| handler.clone().call(invocation));
        let (states, needs, needs_metrics) = (Arc::default(), Edge::needs(H::EDGES), Edge::needs_metrics(H::EDGES));
        let (model, kind, handler) = (Arc::new(model), Box::new(trigger), H::name());
        let propagate_message_group = None;
        self.tasks.push(Entry { model, kind, service, states, needs, needs_metrics, handler, propagate_message_group });
        self
    }
}

impl Application for App {
    fn model(&self) -> Result<AppModel, Vec<Problem>> {
        App::model(self)
    }
}

impl std::fmt::Debug for App {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let tasks: Vec<&TaskModel> = self.tasks.iter().map(|task| &*task.model).collect();
        f.debug_struct("App").field("name", &self.name).field("tasks", &tasks).finish_non_exhaustive()
    }
}
