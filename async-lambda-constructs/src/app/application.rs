//! A whole application.

use std::collections::{BTreeMap, BTreeSet};

use async_lambda_model::{AppModel, MediaType, Origin, TaskModel};
use cfn_model::{Path, Value, s3::BucketHandle, sqs::QueueHandle};
use sam_resources::{Architecture, Function, Runtime};

use super::{
    TaskFunction, names,
    problem::line,
    trigger::{self, NewTask},
};
use crate::{
    Construct, ManagedQueue, ManagedQueueHandle, PayloadBucket, RestApi, RestApiHandle, Stack,
    config::{Config, Setting, Settings},
};

/// How long the dead-letter queue keeps a message, in seconds: 14 days, the longest that SQS allows.
const DEAD_LETTER_RETENTION: i64 = 14 * 24 * 60 * 60;

/// The resources that the tasks of an application share: the payload bucket, the dead-letter queue, and the API where a
/// task answers requests. For a stack whose tasks are put together by hand; [`AppStack`](super::AppStack) is the whole
/// of an `App`.
///
/// ```
/// use async_lambda_constructs::prelude::*;
///
/// let mut stack = Stack::new("photo-app");
/// let app = stack.add("photo-app", AsyncLambdaApp::new().with_api());
/// let upload = TaskFunction::new(&app).timeout(Timeout::of::<29>());
/// if let Some(api) = app.api() {
///     stack.add("Upload", ApiTask::new(upload, api, "POST", "/photos"));
/// }
/// stack.output("Payloads", Output::new(app.payloads().reference()));
/// assert!(stack.resource("UploadALFunc").is_some());
/// ```
#[derive(Clone, Debug)]
#[must_use = "a construct does nothing until it is added to a stack"]
pub struct AsyncLambdaApp {
    tasks: Vec<TaskModel>,
    binary_media_types: Vec<MediaType>,
    config: Config,
    stage: Option<String>,
    code: Function,
    has_api: bool,
    delete_payloads: bool,
    origin: Option<Origin>,
}

/// An application that is in a stack: what its tasks share.
#[derive(Clone, Debug)]
pub struct AsyncLambdaAppHandle {
    name: String,
    code: Function,
    payloads: BucketHandle,
    dead_letters: ManagedQueueHandle,
    api: Option<RestApiHandle>,
    pub(super) delete_payloads: bool,
    binary_media_types: Vec<String>,
    places: Vec<(Path, Path)>,
}

impl Default for AsyncLambdaApp {
    fn default() -> AsyncLambdaApp {
        AsyncLambdaApp::new()
    }
}

impl AsyncLambdaApp {
    /// An application without tasks. The id under which it is added is its name, the first part of every physical name;
    /// the logical ids of its resources are the same in every application.
    pub fn new() -> AsyncLambdaApp {
        let code = Function::new()
            .handler("bootstrap")
            .runtime(Runtime::ProvidedAl2023)
            .architectures([Architecture::X86_64])
            .code_uri(".async_lambda/build/deployment.zip")
            .tracing("Active");
        AsyncLambdaApp {
            tasks: Vec::new(),
            binary_media_types: Vec::new(),
            config: Config::default(),
            stage: None,
            code,
            has_api: false,
            delete_payloads: false,
            origin: None,
        }
    }

    /// An application with the tasks of a model, to be added under the model's name: by [`AppStack`](super::AppStack).
    pub(super) fn of(model: &AppModel) -> AsyncLambdaApp {
        let has_api = model.tasks.iter().any(|task| task.trigger.route().is_some());
        let (tasks, origin) = (model.tasks.clone(), Some(model.origin.clone()));
        let (binary_media_types, delete_payloads) = (model.binary_media_types.clone(), model.delete_payloads);
        let app = AsyncLambdaApp::new();
        AsyncLambdaApp { tasks, binary_media_types, has_api, delete_payloads, origin, ..app }
    }

    /// The settings of a file, at a stage.
    pub(super) fn settings(mut self, config: &Config, stage: Option<&str>) -> AsyncLambdaApp {
        (self.config, self.stage) = (config.clone(), stage.map(str::to_owned));
        self
    }

    /// Changes all functions: `customize_function(|function| function.architectures([sam::Architecture::Arm64]))`.
    pub fn customize_function(mut self, change: impl FnOnce(Function) -> Function) -> AsyncLambdaApp {
        self.code = change(self.code);
        self
    }

    /// Lets functions that receive messages delete their payloads from the bucket.
    pub fn delete_payloads_after_success(mut self) -> AsyncLambdaApp {
        self.delete_payloads = true;
        self
    }

    /// With an API, for [`ApiTask`]s that are added by hand.
    pub fn with_api(mut self) -> AsyncLambdaApp {
        self.has_api = true;
        self
    }
}

impl Construct for AsyncLambdaApp {
    type Handle = AsyncLambdaAppHandle;

    #[track_caller]
    fn build(self, id: &str, stack: &mut Stack) -> AsyncLambdaAppHandle {
        let settings = self.config.of_app(self.stage.as_deref());
        if let Some(origin) = &self.origin {
            stack.set_origin(Some(line(origin)));
        }
        let payloads = stack.add(names::PAYLOADS, PayloadBucket::new());
        let dead_letters = ManagedQueue::new()
            .customize_queue(|queue| {
                queue.message_retention_period(DEAD_LETTER_RETENTION).sqs_managed_sse_enabled(true)
            })
            .extra_prefix(names::DEAD_LETTER_EXTRAS);
        let extras = settings.managed_queue_extras.iter().map(|setting| setting.value.clone());
        let dead_letters = stack.add(names::DEAD_LETTERS, extras.fold(dead_letters, ManagedQueue::extra));
        let binary_media_types = binary_media_types(&self.binary_media_types, &settings);
        let api = self.has_api.then(|| stack.add(names::API, api(&settings, &binary_media_types)));
        let (name, code, delete_payloads, places) = (id.to_owned(), self.code, self.delete_payloads, Vec::new());
        let mut app = AsyncLambdaAppHandle {
            name,
            code,
            payloads,
            dead_letters,
            api,
            delete_payloads,
            binary_media_types,
            places,
        };
        // Tasks clone the handle, so it gets the places of all of them only when it is done.
        let mut places: Vec<_> = extras_places(&settings, names::DEAD_LETTER_EXTRAS).collect();
        places.extend(api_places(&settings, &app.binary_media_types));
        let in_loop = in_loops(&self.tasks);
        for task in &self.tasks {
            let settings = self.config.of_task(task.id.as_str(), self.stage.as_deref());
            stack.set_origin(Some(line(&task.origin)));
            places.extend(add_task(stack, &app, task, &settings, in_loop.contains(task.id.as_str())));
        }
        stack.set_origin(None);
        app.places = places;
        app
    }
}

impl AsyncLambdaAppHandle {
    /// The application's name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The bucket for payloads that are too large for a message.
    pub fn payloads(&self) -> &BucketHandle {
        &self.payloads
    }

    /// Where messages go that failed too often.
    pub fn dead_letters(&self) -> &QueueHandle {
        &self.dead_letters
    }

    /// The API, where the application has one.
    pub fn api(&self) -> Option<&RestApiHandle> {
        self.api.as_ref()
    }

    /// The media types that the API treats as binary.
    pub(super) fn binary_media_types(&self) -> &[String] {
        &self.binary_media_types
    }

    pub(super) fn code(&self) -> &Function {
        &self.code
    }

    /// Which part of the template comes from which part of the file of settings.
    pub(crate) fn places(&self) -> &[(Path, Path)] {
        &self.places
    }
}

/// Those in code, then those in the settings, each once.
fn binary_media_types(in_code: &[MediaType], settings: &Settings) -> Vec<String> {
    let in_settings = settings.binary_media_types.iter().filter_map(|setting| setting.value.as_str());
    let mut all = Vec::new();
    for media_type in in_code.iter().map(MediaType::as_str).chain(in_settings) {
        if !all.iter().any(|known| known == media_type) {
            all.push(media_type.to_owned());
        }
    }
    all
}

fn api(settings: &Settings, binary_media_types: &[String]) -> RestApi {
    let mut api = RestApi::new("prod").customize_api(|api| api.tracing_enabled(true));
    if !binary_media_types.is_empty() {
        api = api.binary_media_types(binary_media_types);
    }
    let value = |setting: &Setting| Value::<String>::raw(setting.value.clone());
    if let (Some(domain), Some(certificate)) = (&settings.domain_name, &settings.certificate_arn) {
        api = api.domain(value(domain), value(certificate));
        if let Some(version) = &settings.tls_version {
            api = api.tls_version(value(version));
        }
    }
    if let Some(days) = &settings.api_access_log_days {
        api = api.access_logs(Value::<i64>::raw(days.value.clone()));
    }
    api
}

/// Adds a task, and says which parts of it come from the file of settings.
fn add_task(
    stack: &mut Stack,
    app: &AsyncLambdaAppHandle,
    task: &TaskModel,
    settings: &Settings,
    in_loop: bool,
) -> Vec<(Path, Path)> {
    let (id, options) = (task.id.as_str(), &task.options);
    let mut function =
        task.invokes.iter().fold(TaskFunction::new(app), |function, target| function.invokes(target.as_str()));
    function = task.calls.iter().fold(function, |function, target| function.calls(target.as_str()));
    function = options.memory.into_iter().fold(function, TaskFunction::memory);
    function = function.timeout(task.timeout());
    function = options.ephemeral_storage.into_iter().fold(function, TaskFunction::ephemeral_storage);
    if in_loop {
        function = function.allow_recursion();
    }
    if task.recursion.is_some() {
        function = function.writes_dead_letters();
    }
    let receives = task.trigger.has_own_queue();
    let mut places = function_places(id, settings, function.own_policies(receives));
    function = function.settings(settings);
    if receives {
        places.extend(extras_places(settings, &names::queue_extras(id)));
    }
    trigger::kind(&task.trigger).add(NewTask { model: task, app, function }, stack);
    places
}

/// The tasks from which a chain of invocations leads back to them. The model was checked, so somebody in each such
/// chain bounds it; Lambda, which would stop it, has to let every function of it go on.
fn in_loops(tasks: &[TaskModel]) -> BTreeSet<&str> {
    let targets: BTreeMap<&str, Vec<&str>> = tasks
        .iter()
        .map(|task| (task.id.as_str(), task.invokes.iter().map(|target| target.as_str()).collect()))
        .collect();
    let comes_back = |start: &str| {
        let mut seen = BTreeSet::new();
        let mut pending: Vec<&str> = targets[start].clone();
        while let Some(task) = pending.pop() {
            if task == start {
                return true;
            }
            if seen.insert(task) {
                pending.extend(targets.get(task).into_iter().flatten());
            }
        }
        false
    };
    if tasks.iter().all(|task| task.recursion.is_none()) {
        return BTreeSet::new();
    }
    targets.keys().copied().filter(|task| comes_back(task)).collect()
}

fn place(id: impl AsRef<str>, rest: &[&str]) -> Path {
    let path = Path::default().join("Resources").join(id.as_ref());
    rest.iter().fold(path, |path, step| path.join(*step))
}

fn extras_places<'a>(settings: &'a Settings, prefix: &'a str) -> impl Iterator<Item = (Path, Path)> + 'a {
    let extras = settings.managed_queue_extras.iter().enumerate();
    extras.map(move |(index, setting)| (place(format!("{prefix}{index}"), &[]), setting.path.clone()))
}

fn api_places(settings: &Settings, media_types: &[String]) -> impl Iterator<Item = (Path, Path)> {
    let of_domain =
        |name, setting: &Setting| (place(names::API, &["Properties", "Domain", name]), setting.path.clone());
    let domain = settings.domain_name.as_ref().map(move |setting| of_domain("DomainName", setting));
    let certificate = settings.certificate_arn.as_ref().map(move |setting| of_domain("CertificateArn", setting));
    let version = settings.tls_version.as_ref().map(move |setting| of_domain("SecurityPolicy", setting));
    let days = settings.api_access_log_days.as_ref().map(|setting| {
        (place(RestApi::access_logs_id(names::API), &["Properties", "RetentionInDays"]), setting.path.clone())
    });
    let media_types = settings.binary_media_types.iter().filter_map(|setting| {
        let index = media_types.iter().position(|media_type| setting.value.as_str() == Some(media_type))?;
        Some((place(names::API, &["Properties", "BinaryMediaTypes"]).join(index), setting.path.clone()))
    });
    domain.into_iter().chain(certificate).chain(version).chain(days).chain(media_types)
}

fn function_places(task: &str, settings: &Settings, own_policies: usize) -> Vec<(Path, Path)> {
    let id = names::function(task);
    let mut places = Vec::new();
    for (name, setting) in &settings.environment_variables {
        places.push((place(&id, &["Properties", "Environment", "Variables", name]), setting.path.clone()));
    }
    let lists: [(&[&str], usize, &[Setting]); 4] = [
        (&["Properties", "Policies"], own_policies, &settings.policies),
        (&["Properties", "Layers"], 0, &settings.layers),
        (&["Properties", "VpcConfig", "SubnetIds"], 0, &settings.subnet_ids),
        (&["Properties", "VpcConfig", "SecurityGroupIds"], 0, &settings.security_group_ids),
    ];
    for (path, first, list) in lists {
        let path = place(&id, path);
        places.extend(list.iter().enumerate().map(|(index, setting)| {
            let path = if setting.is_list { path.clone() } else { path.join(first + index) };
            (path, setting.path.clone())
        }));
    }
    places
}
