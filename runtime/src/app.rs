//! The application: tasks and their handlers.

use std::{future::Future, sync::Arc};

use async_lambda_model::{
    AppModel, AppName, Application, MediaType, Origin, Problem, QueueArn, ScheduleExpression, TaskId, TaskModel,
    Trigger,
};
use http::Method;
use serde_json::Value;
use tokio::sync::OnceCell;
use tower_layer::Layer;
use tower_service::Service;

use crate::{
    BoxFuture, Error, Task,
    envelope::{DEFAULT_INLINE_LIMIT, MAX_MESSAGE_BYTES},
    event::in_form_of_request,
    extract::{Edge, Invocation},
    handler::Handler,
    layer::{self, TaskService},
    options::Accepts,
    trigger::{Api, Managed, Queue, Schedule},
};

/// An application: a name, tasks, and a handler for each. `S` is its state.
///
/// Building one cannot fail: what is wrong is found by [`model`](App::model), all of it at once, each with the line
/// that it comes from.
pub struct App<S = ()> {
    name: String,
    origin: Origin,
    state: Arc<StateCell<S>>,
    tasks: Vec<Entry>,
    problems: Vec<Problem>,
    inline_limit: usize,
    delete_payloads: bool,
    binary_media_types: Vec<MediaType>,
}

/// A task and how it is run.
pub(crate) struct Entry {
    pub(crate) model: Arc<TaskModel>,
    pub(crate) service: TaskService,
    /// Makes the state that the handler needs, if it is not there yet.
    pub(crate) prepare: Arc<dyn Fn() -> BoxFuture<'static, Result<(), Error>> + Send + Sync>,
}

/// State that is made when it is first asked for.
struct StateCell<S> {
    cell: OnceCell<Arc<S>>,
    init: Box<dyn Fn() -> BoxFuture<'static, Result<S, Error>> + Send + Sync>,
}

impl<S> StateCell<S> {
    async fn get(&self) -> Result<&Arc<S>, Error> {
        self.cell.get_or_try_init(async || (self.init)().await.map(Arc::new)).await
    }
}

impl App {
    /// An application without tasks. The name is the first part of every physical name: 1 to 62 letters, digits,
    /// `-` and `_`.
    #[track_caller]
    pub fn new(name: impl Into<String>) -> App {
        let state = StateCell { cell: OnceCell::new(), init: Box::new(|| Box::pin(async { Ok(()) })) };
        App {
            name: name.into(),
            origin: Origin::caller(),
            state: Arc::new(state),
            tasks: Vec::new(),
            problems: Vec::new(),
            inline_limit: DEFAULT_INLINE_LIMIT,
            delete_payloads: false,
            binary_media_types: Vec::new(),
        }
    }
}

impl<S: Send + Sync + 'static> App<S> {
    /// State for the tasks that are registered from here on: a database's pool, clients, settings.
    ///
    /// `init` runs once a cold start, before the first event, and never at synth. If it fails, so does the start.
    pub fn with_state<N, F, Fut, E>(self, init: F) -> App<N>
    where
        N: Send + Sync + 'static,
        F: Fn() -> Fut + Send + Sync + 'static,
        Fut: Future<Output = Result<N, E>> + Send + 'static,
        E: Into<Error>,
    {
        let init = move || -> BoxFuture<'static, Result<N, Error>> {
            let made = init();
            Box::pin(async { made.await.map_err(Into::into) })
        };
        App {
            name: self.name,
            origin: self.origin,
            state: Arc::new(StateCell { cell: OnceCell::new(), init: Box::new(init) }),
            tasks: self.tasks,
            problems: self.problems,
            inline_limit: self.inline_limit,
            delete_payloads: self.delete_payloads,
            binary_media_types: self.binary_media_types,
        }
    }

    /// A task with a queue of its own, which other tasks invoke with [`Invoke<T>`](crate::Invoke).
    #[track_caller]
    pub fn async_task<T, H, Args>(self, _task: T, handler: H) -> Self
    where
        T: Task,
        H: Handler<S, Managed<T>, Args>,
        Managed<T>: Accepts<H::Kind>,
    {
        const { assert!(TaskId::is_valid(T::ID), "a `Task::ID` must be 1 to 32 letters and digits") };
        self.add(T::ID, Ok(Trigger::ManagedSqs), T::RECURSION, handler)
    }

    /// A task that reads somebody else's queue. `queue_arn` is a text, or an intrinsic function as JSON.
    #[track_caller]
    pub fn sqs_task<H, Args>(self, id: &str, queue_arn: impl Into<QueueArn>, handler: H) -> Self
    where
        H: Handler<S, Queue, Args>,
        Queue: Accepts<H::Kind>,
    {
        self.add(id, Ok(Trigger::Sqs { queue_arn: queue_arn.into() }), None, handler)
    }

    /// A task that a schedule starts: `schedule!("rate(15 minutes)")`, `schedule!("cron(0 9 ? * MON-FRI *)")`.
    #[track_caller]
    pub fn scheduled_task<H, Args>(self, id: &str, expression: ScheduleExpression, handler: H) -> Self
    where
        H: Handler<S, Schedule, Args>,
        Schedule: Accepts<H::Kind>,
    {
        self.add(id, Ok(Trigger::Schedule { expression }), None, handler)
    }

    /// A task that answers requests to a route: `Method::GET`, or `"ANY"`; `/orders/{id}`, or `/{proxy+}`.
    #[track_caller]
    pub fn api_task<M, H, Args>(self, id: &str, method: M, path: impl Into<String>, handler: H) -> Self
    where
        M: TryInto<Method>,
        H: Handler<S, Api, Args>,
        Api: Accepts<H::Kind>,
    {
        let path = path.into();
        let trigger = match method.try_into() {
            Ok(method) => Ok(Trigger::Api { method: method.as_str().to_owned(), path }),
            Err(_) => Err(path),
        };
        self.add(id, trigger, None, handler)
    }

    /// Takes in all tasks of another application, each with that one's state, and its binary media types. An id that
    /// both have is a problem that names both places.
    pub fn merge<O>(mut self, other: App<O>) -> Self {
        self.tasks.extend(other.tasks);
        self.problems.extend(other.problems);
        self.add_media_types(other.binary_media_types);
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

    /// Wraps the tasks that have been registered so far in a tower layer. The last layer is the outermost.
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

    /// From how many bytes on a payload goes through the bucket: 250,000 as in Python, up to SQS's 1,048,576.
    /// A larger number is taken as that.
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

    /// What the application is made of, or everything that is wrong with it.
    pub fn model(&self) -> Result<AppModel, Vec<Problem>> {
        let mut problems = self.problems.clone();
        let name = match AppName::new(self.name.clone()) {
            Ok(name) => name,
            Err(source) => {
                problems.push(Problem::Name { source, origin: self.origin.clone() });
                return Err(problems);
            }
        };
        let tasks = self.tasks.iter().map(|task| TaskModel::clone(&task.model)).collect();
        let (binary_media_types, origin) = (self.binary_media_types.clone(), self.origin.clone());
        let model = AppModel { name, tasks, delete_payloads: self.delete_payloads, binary_media_types, origin };
        problems.extend(model.check());
        if problems.is_empty() { Ok(model) } else { Err(problems) }
    }

    #[cfg(feature = "aws")]
    pub(crate) fn name(&self) -> &str {
        &self.name
    }

    /// With the media types of the API in front of it, which may be more than those in code: the template gives them
    /// to each function of an API task, and the local server reads them from the config file.
    #[cfg(any(feature = "aws", feature = "local"))]
    pub(crate) fn with_media_types(mut self, media_types: Vec<MediaType>) -> Self {
        self.add_media_types(media_types);
        self
    }

    #[cfg(feature = "local")]
    pub(crate) fn media_types(&self) -> &[MediaType] {
        &self.binary_media_types
    }

    pub(crate) fn into_parts(mut self) -> (Vec<Entry>, usize) {
        let binary: Arc<[MediaType]> = self.binary_media_types.into();
        for task in &mut self.tasks {
            if matches!(task.model.trigger, Trigger::Api { .. }) {
                task.service = in_form_of_request(task.service.clone(), Arc::clone(&binary));
            }
        }
        (self.tasks, self.inline_limit)
    }

    /// `trigger` is an error, the path, where the method is none.
    #[track_caller]
    fn add<Tr, Args, H>(
        mut self,
        id: &str,
        trigger: Result<Trigger, String>,
        recursion: Option<u32>,
        handler: H,
    ) -> Self
    where
        Tr: crate::trigger::Trigger,
        H: Handler<S, Tr, Args>,
    {
        let origin = Origin::caller();
        let options = handler.options();
        let wrong = options.wrong.into_iter();
        self.problems.extend(wrong.map(|(source, origin)| Problem::Option { task: id.to_owned(), source, origin }));
        let id = match TaskId::new(id.to_owned()) {
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
        let invokes = Edge::targets(H::EDGES);
        let model = TaskModel { id, trigger, options: options.values, invokes, recursion, origin };
        let state = Arc::clone(&self.state);
        let prepare = {
            let state = Arc::clone(&state);
            move || -> BoxFuture<'static, Result<(), Error>> {
                let state = Arc::clone(&state);
                Box::pin(async move { state.get().await.map(|_| ()) })
            }
        };
        let run = move |invocation| -> BoxFuture<'static, Result<Value, Error>> {
            let (handler, state) = (handler.clone(), Arc::clone(&state));
            Box::pin(async move {
                let state = Arc::clone(state.get().await?);
                handler.call(invocation, state).await
            })
        };
        let service = TaskService::new(run);
        self.tasks.push(Entry { model: Arc::new(model), service, prepare: Arc::new(prepare) });
        self
    }
}

impl<S: Send + Sync + 'static> Application for App<S> {
    fn model(&self) -> Result<AppModel, Vec<Problem>> {
        App::model(self)
    }
}

impl<S> std::fmt::Debug for App<S> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let tasks: Vec<&TaskModel> = self.tasks.iter().map(|task| &*task.model).collect();
        f.debug_struct("App").field("name", &self.name).field("tasks", &tasks).finish_non_exhaustive()
    }
}
