//! A whole application.

use std::collections::{BTreeMap, BTreeSet};

use async_lambda_model::{AppModel, AppOptions, Cors, LogRetention, MediaType, Origin, TaskModel, TaskOptions};
use cfn_model::{IntoNode, Object, Path, Resource, Value, s3::BucketHandle, sqs::QueueHandle};
use indexmap::IndexMap;
use sam_resources::{Architecture, Function, Runtime, function};

use super::{
    TaskFunction, alarms, api, delay, encryption, hardened, names, once,
    problem::line,
    role, tables, tags,
    trigger::{self, NewTask},
};
use crate::{
    Construct, ManagedQueue, ManagedQueueHandle, PayloadBucket, RestApiHandle, Stack,
    config::{Config, Setting, Settings, Tuned, is_true, merged_cors},
};

/// How long the dead-letter queue keeps a message, in seconds: 14 days, the longest that SQS allows.
pub(super) const DEAD_LETTER_RETENTION: i64 = 14 * 24 * 60 * 60;

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
    cors: Option<Cors>,
    config: Config,
    stage: Option<String>,
    code: Function,
    has_api: bool,
    has_fifo: bool,
    delete_payloads: bool,
    options: AppOptions,
    /// The name in code, where there is code.
    name: Option<String>,
    origin: Option<Origin>,
}

/// An application that is in a stack: what its tasks share.
#[derive(Clone, Debug)]
pub struct AsyncLambdaAppHandle {
    name: String,
    is_renamed: bool,
    code: Function,
    payloads: BucketHandle,
    dead_letters: ManagedQueueHandle,
    fifo_dead_letters: Option<ManagedQueueHandle>,
    api: Option<RestApiHandle>,
    pub(super) delete_payloads: bool,
    kms_key: Option<Value<String>>,
    is_hardened: bool,
    log_retention: Option<LogRetention>,
    binary_media_types: Vec<String>,
    /// The members of `cors` in the settings that functions of API tasks have to know.
    cors: Option<String>,
    /// The API tasks that answer preflight requests for their paths.
    preflights: BTreeSet<String>,
    queues: Vec<String>,
    tags: IndexMap<String, Setting>,
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
            cors: None,
            config: Config::default(),
            stage: None,
            code,
            has_api: false,
            has_fifo: false,
            delete_payloads: false,
            options: AppOptions::default(),
            name: None,
            origin: None,
        }
    }

    /// An application with the tasks of a model, to be added under the model's name: by [`AppStack`](super::AppStack).
    pub(super) fn of(model: &AppModel) -> AsyncLambdaApp {
        let has_api = model.tasks.iter().any(|task| task.trigger.route().is_some());
        let (tasks, origin) = (model.tasks.clone(), Some(model.origin.clone()));
        let (binary_media_types, delete_payloads) = (model.binary_media_types.clone(), model.delete_payloads);
        let app = AsyncLambdaApp {
            tasks,
            binary_media_types,
            cors: model.cors.clone(),
            has_api,
            has_fifo: model.tasks.iter().any(|task| task.trigger.is_fifo()),
            delete_payloads,
            options: model.options,
            name: Some(model.name.to_string()),
            origin,
            ..AsyncLambdaApp::new()
        };
        match model.options.architecture {
            Some(architecture) => app.customize_function(|function| function.architectures([sam(architecture)])),
            None => app,
        }
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

    /// With an API, for [`ApiTask`](super::ApiTask)s that are added by hand.
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
        let tuned: Vec<Tuned> =
            self.tasks.iter().map(|task| self.config.tuned_task(task, self.stage.as_deref())).collect();
        if let Some(origin) = &self.origin {
            stack.set_origin(Some(line(origin)));
        }
        let first = stack.resources().count();
        let is_hardened = settings.hardened.as_ref().is_some_and(is_true);
        let kms_key = match &settings.kms_key_arn {
            Some(key) => Some(Value::<String>::raw(key.value.clone())),
            None if is_hardened => Some(hardened::key(stack, self.has_api || self.options.log_retention.is_some())),
            None => None,
        };
        let retention = self.options.payload_retention.unwrap_or(AppOptions::DEFAULT_PAYLOAD_RETENTION);
        let payloads = PayloadBucket::new().expire_after_days(retention.get());
        let payloads = stack.add(names::PAYLOADS, kms_key.iter().cloned().fold(payloads, PayloadBucket::kms_key));
        let dead_letters = dead_letters(&settings).extra_prefix(names::DEAD_LETTER_EXTRAS);
        let dead_letters = stack.add(names::DEAD_LETTERS, dead_letters);
        let fifo_dead_letters = self.has_fifo.then(|| {
            let queue = self::dead_letters(&settings).queue_name(names::physical_fifo_dead_letters(id));
            let queue = stack.add(names::FIFO_DEAD_LETTERS, queue.extra_prefix(names::FIFO_DEAD_LETTER_EXTRAS));
            stack.ignore(&queue, "AL1044", names::FIFO_FOR_EVER);
            queue
        });
        delay::add(stack, id, &self.tasks, kms_key.as_ref());
        once::add(stack, &self.tasks, kms_key.as_ref(), is_hardened);
        tables::add(stack, &self.tasks, kms_key.as_ref(), is_hardened);
        stack.set_origin(self.origin.as_ref().map(line));
        let binary_media_types = api::binary_media_types(&self.binary_media_types, &settings);
        let cors = merged_cors(self.cors.as_ref(), &settings);
        let rest_api = self.has_api.then(|| api::add(stack, &settings, &binary_media_types, cors.as_ref()));
        let cors = cors.filter(|_| !settings.cors.is_empty()).map(|cors| api::cors_variable(&cors));
        let preflights = match &rest_api {
            Some(api) if api.leaves_preflights_to_functions() => api::preflights(&self.tasks),
            _ => BTreeSet::new(),
        };
        let code = match (&settings.image_uri, &settings.code_signing_config_arn) {
            (Some(image), _) => of_image(self.code, image),
            (None, Some(config)) => self.code.code_signing_config_arn(Value::<String>::raw(config.value.clone())),
            (None, None) => self.code,
        };
        let (name, delete_payloads, places) = (id.to_owned(), self.delete_payloads, Vec::new());
        let log_retention = self.options.log_retention;
        let is_renamed = self.name.is_some_and(|in_code| in_code != id);
        let mut app = AsyncLambdaAppHandle {
            name,
            is_renamed,
            code,
            payloads,
            dead_letters,
            fifo_dead_letters,
            api: rest_api,
            delete_payloads,
            kms_key,
            is_hardened,
            log_retention,
            binary_media_types,
            cors,
            preflights,
            queues: Vec::new(),
            tags: settings.tags.clone(),
            places,
        };
        // Tasks clone the handle, so it gets the places of all of them only when it is done.
        let mut places: Vec<_> = extras_places(&settings, names::DEAD_LETTER_EXTRAS, "").collect();
        if self.has_fifo {
            places.extend(extras_places(&settings, names::FIFO_DEAD_LETTER_EXTRAS, ""));
        }
        places.extend(api::places(&settings, &app.binary_media_types));
        places.extend(
            settings
                .kms_key_arn
                .iter()
                .map(|key| (place(names::PAYLOADS, &["Properties", "BucketEncryption"]), key.path.clone())),
        );
        let mut shared = added(stack, first, &places);
        let mut all = shared.clone();
        let (mut sharing, of_app) = (Vec::new(), settings.policies.len());
        let in_loop = in_loops(&self.tasks);
        for tuned in &tuned {
            let task = &tuned.task;
            let settings = self.config.of_task(task.id.as_str(), self.stage.as_deref());
            stack.set_origin(Some(line(&task.origin)));
            let first = stack.resources().count();
            let of_task = add_task(stack, &app, &self.tasks, tuned, &settings, in_loop.contains(task.id.as_str()));
            if settings.image_uri.is_some() {
                let reason =
                    "without an image it has another name, so a change of the package type makes another function";
                stack.ignore(names::function(task.id.as_str()), "AL1029", reason);
            }
            // One with policies of its own keeps them to itself.
            if self.options.shared_role && settings.policies.len() == of_app {
                sharing.push(names::function(task.id.as_str()).to_string());
            }
            if let Some(group) = &task.options.group {
                let of_group: Vec<String> = stack.resources().skip(first).map(|(id, _)| id.to_owned()).collect();
                stack.place(&of_group, group.as_str());
            }
            let own = added(stack, first, &of_task);
            places.extend(of_task);
            places.extend(tags::add(stack, &own, &settings.tags));
            all.extend(own);
        }
        stack.set_origin(self.origin.as_ref().map(line));
        if let Some(key) = app.kms_key.as_ref().filter(|_| is_hardened) {
            hardened::apply(stack, &all, key);
        }
        shared.extend(role::share(stack, &sharing));
        let queues: Vec<String> = all.into_iter().filter(|id| is_queue(stack, id)).collect();
        if let Some(key) = app.kms_key.clone() {
            encryption::queues(stack, &queues, &key);
            places.extend(settings.kms_key_arn.iter().flat_map(|setting| {
                queues.iter().map(|id| (place(id, &["Properties", "KmsMasterKeyId"]), setting.path.clone()))
            }));
        }
        let (alarms, places_of_alarms) = alarms::add(stack, &queues, &settings.queue_age_alarm);
        places.extend(places_of_alarms);
        for (alarm, queue) in alarms::with_queues(&alarms, &queues) {
            if let Some(group) = stack.groups().get(queue).cloned() {
                stack.place([alarm], &group);
            }
        }
        shared.extend(alarms);
        places.extend(tags::add(stack, &shared, &settings.tags));
        stack.set_origin(None);
        (app.places, app.queues) = (places, queues);
        app
    }
}

impl AsyncLambdaAppHandle {
    /// The application's name, the first part of every physical name: that in code, or that of the stage.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Whether it is not the name in code.
    pub(super) fn is_renamed(&self) -> bool {
        self.is_renamed
    }

    /// The bucket for payloads that are too large for a message.
    pub fn payloads(&self) -> &BucketHandle {
        &self.payloads
    }

    /// Where messages go that failed too often.
    pub fn dead_letters(&self) -> &QueueHandle {
        &self.dead_letters
    }

    /// Where messages of FIFO tasks go that failed too often, where the application has such tasks.
    pub fn fifo_dead_letters(&self) -> Option<&QueueHandle> {
        self.fifo_dead_letters.as_deref()
    }

    /// The API, where the application has one.
    pub fn api(&self) -> Option<&RestApiHandle> {
        self.api.as_ref()
    }

    /// The logical ids of the application's queues.
    pub(super) fn queues(&self) -> &[String] {
        &self.queues
    }

    /// The tags of what tasks share.
    pub(super) fn tags(&self) -> &IndexMap<String, Setting> {
        &self.tags
    }

    /// The ARN of the key of queues and payloads, where it is not one of the services themselves.
    pub(super) fn kms_key(&self) -> Option<&Value<String>> {
        self.kms_key.as_ref()
    }

    /// Whether variables of functions are encrypted with that key, too.
    pub(super) fn is_hardened(&self) -> bool {
        self.is_hardened
    }

    /// The media types that the API treats as binary.
    pub(super) fn binary_media_types(&self) -> &[String] {
        &self.binary_media_types
    }

    /// The CORS settings of the config file, as JSON.
    pub(super) fn cors(&self) -> Option<&str> {
        self.cors.as_deref()
    }

    /// Whether this API task answers preflight requests for its path, which the API leaves to functions.
    pub(super) fn answers_preflights(&self, task: &str) -> bool {
        self.preflights.contains(task)
    }

    pub(super) fn code(&self) -> &Function {
        &self.code
    }

    /// Which part of the template comes from which part of the file of settings.
    pub(crate) fn places(&self) -> &[(Path, Path)] {
        &self.places
    }
}

/// A queue that keeps messages that failed too often, with the extras of the settings.
fn dead_letters(settings: &Settings) -> ManagedQueue {
    let queue = ManagedQueue::new()
        .customize_queue(|queue| queue.message_retention_period(DEAD_LETTER_RETENTION).sqs_managed_sse_enabled(true));
    settings.managed_queue_extras.iter().map(|setting| setting.value.clone()).fold(queue, ManagedQueue::extra)
}

/// The resources that were added behind the first ones, but for extras: those are as somebody wrote them.
fn added(stack: &Stack, first: usize, places: &[(Path, Path)]) -> Vec<String> {
    let is_extra = |id: &str| {
        let whole = place(id, &[]);
        places.iter().any(|(part, _)| *part == whole)
    };
    stack.resources().skip(first).map(|(id, _)| id.to_owned()).filter(|id| !is_extra(id)).collect()
}

fn is_queue(stack: &Stack, id: &str) -> bool {
    stack.resource(id).is_some_and(|resource| resource["Type"].as_str() == Some("AWS::SQS::Queue"))
}

/// Functions that run an image instead of an archive.
fn of_image(mut code: Function, image: &Setting) -> Function {
    (code.handler, code.runtime, code.code_uri) = (None, None, None);
    code.package_type(function::PackageType::Image).image_uri(Value::<String>::raw(image.value.clone()))
}

/// Adds a task, and says which parts of it come from the file of settings.
fn add_task(
    stack: &mut Stack,
    app: &AsyncLambdaAppHandle,
    tasks: &[TaskModel],
    tuned: &Tuned,
    settings: &Settings,
    in_loop: bool,
) -> Vec<(Path, Path)> {
    let task = &tuned.task;
    let (id, options) = (task.id.as_str(), &task.options);
    let mut function = task.targets().fold(TaskFunction::new(app), |function, target| {
        let lanes = tasks.iter().find(|task| task.id == *target).map_or(TaskOptions::DEFAULT_LANES, TaskModel::lanes);
        function.invokes_lanes(target.as_str(), lanes)
    });
    function = task.invokes_external.iter().fold(function, TaskFunction::invokes_external);
    if !task.invokes_later.is_empty() {
        function = function.makes_schedules();
    }
    if task.once {
        function = function.works_once();
    }
    function = function.uses_tables(&task.tables);
    function = task.calls.iter().fold(function, |function, target| function.calls(target.as_str()));
    function = options.memory.into_iter().fold(function, TaskFunction::memory);
    function = function.timeout(task.timeout());
    function = options.ephemeral_storage.into_iter().fold(function, TaskFunction::ephemeral_storage);
    function = options.reserved_concurrency.into_iter().fold(function, TaskFunction::reserved_concurrency);
    if let Some(concurrency) = options.record_concurrency.filter(|_| tuned.has_record_concurrency()) {
        function = function.knows_record_concurrency(concurrency);
    }
    if in_loop {
        function = function.allow_recursion();
    }
    if task.recursion.is_some() || task.writes_dead_letters {
        let queue = options.dead_letters.as_ref().map(|task| names::queue(task.as_str()));
        let fifo = app.fifo_dead_letters().filter(|_| task.trigger.is_fifo()).map(|queue| queue.logical_id().clone());
        function = match queue.or(fifo) {
            Some(queue) => function.writes_dead_letters_to(queue),
            None => function.writes_dead_letters(),
        };
    }
    let receives = task.trigger.has_own_queue();
    let mut places = function_places(id, settings, function.own_policies(receives));
    function = function.settings(settings);
    if let Some(days) = app.log_retention {
        let retention = Object::from_iter([("RetentionInDays".to_owned(), days.get().into_node())]);
        let group = stack.add(names::log_group(id), Resource::raw("AWS::Logs::LogGroup", retention));
        function = function.log_group(group.reference());
    }
    if receives {
        let prefix = names::queue_extras(id);
        for lane in 0..task.lanes().get() {
            places.extend(extras_places(settings, &prefix, &names::lane_suffix("L", lane)));
        }
    }
    trigger::kind(&task.trigger).add(NewTask { model: task, app, function }, stack);
    places
}

/// The processor as SAM has it.
fn sam(architecture: async_lambda_model::Architecture) -> Architecture {
    match architecture {
        async_lambda_model::Architecture::X86_64 => Architecture::X86_64,
        async_lambda_model::Architecture::Arm64 => Architecture::Arm64,
    }
}

/// The tasks from which a chain of invocations leads back to them. The model was checked, so somebody in each such
/// chain bounds it; Lambda, which would stop it, has to let every function of it go on.
fn in_loops(tasks: &[TaskModel]) -> BTreeSet<&str> {
    if tasks.iter().all(|task| task.recursion.is_none()) {
        return BTreeSet::new();
    }
    let mut places: BTreeMap<&str, usize> = BTreeMap::new();
    places.extend(tasks.iter().enumerate().map(|(place, task)| (task.id.as_str(), place)));
    let targets = |task: &str| places.get(task).into_iter().flat_map(|place| tasks[*place].leads_to());
    let comes_back = |start: &str| {
        let mut seen = BTreeSet::new();
        let mut pending: Vec<&str> = targets(start).map(|target| target.as_str()).collect();
        while let Some(task) = pending.pop() {
            if task == start {
                return true;
            }
            if seen.insert(task) {
                pending.extend(targets(task).map(|target| target.as_str()));
            }
        }
        false
    };
    places.keys().copied().filter(|task| comes_back(task)).collect()
}

pub(super) fn place(id: impl AsRef<str>, rest: &[&str]) -> Path {
    let path = Path::default().join("Resources").join(id.as_ref());
    rest.iter().fold(path, |path, step| path.join(*step))
}

fn extras_places(settings: &Settings, prefix: &str, suffix: &str) -> impl Iterator<Item = (Path, Path)> {
    let extras = settings.managed_queue_extras.iter().enumerate();
    extras.map(move |(index, setting)| (place(format!("{prefix}{index}{suffix}"), &[]), setting.path.clone()))
}

fn function_places(task: &str, settings: &Settings, own_policies: usize) -> Vec<(Path, Path)> {
    let id = names::function(task);
    let mut places = Vec::new();
    for (name, setting) in &settings.environment_variables {
        places.push((place(&id, &["Properties", "Environment", "Variables", name]), setting.path.clone()));
    }
    for (name, setting) in &settings.logging_config {
        places.push((place(&id, &["Properties", "LoggingConfig", name]), setting.path.clone()));
    }
    let signing = settings.code_signing_config_arn.iter();
    places.extend(signing.map(|arn| (place(&id, &["Properties", "CodeSigningConfigArn"]), arn.path.clone())));
    places.extend(settings.image_uri.iter().map(|image| (place(&id, &["Properties", "ImageUri"]), image.path.clone())));
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
