//! What an application's stack has besides its tasks.

use std::{
    cell::Cell,
    ops::{Deref, DerefMut},
};

use async_lambda_model::{AppModel, Application, TableOf, Task};
use cfn_model::{Finding, Handle, IntoNode, Node, Path, Value, sqs::QueueHandle};
use cfn_rules::codes;
use sam_resources::{Architecture, Policy};

use super::{AsyncLambdaApp, AsyncLambdaAppHandle, alarms, is_of_library, names, role, tables, tags};
use crate::{FunctionHandle, Stack, access, config::Config, explain::suggest::did_you_mean};

/// Adds an application's own resources to its stack. Every application has it, through the prelude.
pub trait WithResources: Application + Sized {
    /// The application, with what `add` adds to its stack after its tasks. [`AppStack`] says what can be done there.
    ///
    /// ```no_run
    /// use async_lambda_constructs::prelude::*;
    ///
    /// # struct Resize;
    /// # impl async_lambda_model::Task for Resize { const ID: &'static str = "Resize"; type Payload = String; }
    /// # fn app() -> async_lambda_model::AppModel {
    /// #     let origin = json!({"file": "src/lib.rs", "line": 1});
    /// #     serde_json::from_value(json!({"name": "photo-app", "tasks": [], "origin": origin})).unwrap()
    /// # }
    /// fn main() -> std::process::ExitCode {
    ///     async_lambda_constructs::main(app().with_resources(|stack| {
    ///         let photos = stack.add("Photos", sam::SimpleTable::new());
    ///         stack
    ///             .task::<Resize>()
    ///             .grant(sam::Policy::dynamodb_crud(photos.reference()))
    ///             .environment_variable("PHOTOS", photos.reference());
    ///     }))
    /// }
    /// ```
    fn with_resources<F: FnOnce(&mut AppStack)>(self, add: F) -> AppWithResources<Self, F> {
        AppWithResources { app: self, add }
    }
}

impl<A: Application> WithResources for A {}

/// An application, and what is added to its stack: [`WithResources::with_resources`].
#[derive(Clone, Copy, Debug)]
pub struct AppWithResources<A, F> {
    pub(crate) app: A,
    pub(crate) add: F,
}

/// The stack of an application, in which its tasks are already.
///
/// It derefs to a [`Stack`]: resources, constructs, parameters and outputs are added as to any other.
///
/// ```
/// use async_lambda_constructs::{config::Config, prelude::*};
///
/// # struct Resize;
/// # impl async_lambda_model::Task for Resize { const ID: &'static str = "Resize"; type Payload = String; }
/// # let model: async_lambda_model::AppModel = serde_json::from_value(json!({"name": "photo-app",
/// #     "origin": {"file": "src/lib.rs", "line": 1}, "tasks": [
/// #     {"id": "Tick", "trigger": {"schedule": {"expression": "rate(1 day)"}}, "invokes": ["Resize"],
/// #      "origin": {"file": "src/lib.rs", "line": 1}},
/// #     {"id": "Resize", "trigger": {"managed_sqs": {}}, "invokes": [], "origin": {"file": "src/lib.rs", "line": 2}},
/// # ]})).unwrap();
/// let mut stack = AppStack::new(&model, &Config::default(), Some("prod"));
///
/// // A table, which one task may use, and whose name it gets.
/// let photos = stack.add("Photos", sam::SimpleTable::new());
/// stack
///     .task::<Resize>()
///     .grant(sam::Policy::dynamodb_crud(photos.reference()))
///     .environment_variable("PHOTOS", photos.reference());
///
/// // An alarm on that task's queue, at one stage.
/// if stack.stage() == Some("prod") {
///     let queue = stack.task::<Resize>().queue();
///     stack.add("ResizeIsLate", Resource::raw("AWS::CloudWatch::Alarm", json!({
///         "Namespace": "AWS/SQS", "MetricName": "ApproximateAgeOfOldestMessage", "Statistic": "Maximum",
///         "Period": 300, "EvaluationPeriods": 1, "Threshold": 900, "ComparisonOperator": "GreaterThanThreshold",
///         "Dimensions": [{"Name": "QueueName", "Value": queue.queue_name().into_node()}],
///     })));
/// }
///
/// // Any property of what the application made.
/// let tick = stack.task_by_id("Tick").function();
/// stack.override_property(&tick, "ReservedConcurrentExecutions", 1);
///
/// let function = stack.resource("ResizeALFunc").unwrap();
/// assert_eq!(function["Properties"]["Environment"]["Variables"]["PHOTOS"], json!({"Ref": "Photos"}).into_node());
/// assert!(!stack.validate().has_errors());
/// ```
#[derive(Clone, Debug)]
pub struct AppStack {
    stack: Stack,
    app: AsyncLambdaAppHandle,
    model: AppModel,
    stage: Option<String>,
    /// Whether the program has looked at the stage.
    has_looked_at_stage: Cell<bool>,
}

/// A task of an application, in its stack: [`AppStack::task`] and [`AppStack::task_by_id`].
#[derive(Debug)]
pub struct TaskInStack<'a> {
    stack: &'a mut Stack,
    task: String,
    has_queue: bool,
    lanes: i64,
}

impl AppStack {
    /// The stack of an application with these settings, at this stage: what
    /// [`with_resources`](WithResources::with_resources) hands out.
    #[track_caller]
    pub fn new(model: &AppModel, config: &Config, stage: Option<&str>) -> AppStack {
        AppStack::for_architecture(model, config, stage, None)
    }

    /// With functions for another architecture than x86.
    #[track_caller]
    pub(crate) fn for_architecture(
        model: &AppModel,
        config: &Config,
        stage: Option<&str>,
        architecture: Option<Architecture>,
    ) -> AppStack {
        let mut stack = Stack::new(model.name.as_str());
        let mut app = AsyncLambdaApp::of(model).settings(config, stage);
        if let Some(architecture) = architecture {
            app = app.customize_function(|function| function.architectures([architecture]));
        }
        let app = stack.add(config.name(model, stage), app);
        AppStack {
            stack,
            app,
            model: model.clone(),
            stage: stage.map(str::to_owned),
            has_looked_at_stage: Cell::new(false),
        }
    }

    /// What the application made for all of its tasks: the payload bucket, the dead-letter queue, the API.
    pub fn app(&self) -> &AsyncLambdaAppHandle {
        &self.app
    }

    /// Adds an alarm on dead letters: when a message waits in the application's dead-letter queue, `action` is told, which
    /// is the ARN of a topic for example. The alarm is `AsyncLambdaDLQAlarm`; a second call, and `queue_age_alarm` of the
    /// config file, add to it.
    ///
    /// ```
    /// use async_lambda_constructs::{config::Config, prelude::*};
    ///
    /// # let origin = json!({"file": "src/lib.rs", "line": 1});
    /// # let model = serde_json::from_value(json!({"name": "photo-app", "tasks": [], "origin": origin})).unwrap();
    /// let mut stack = AppStack::new(&model, &Config::default(), None);
    /// let alarms = stack.add("Alarms", sns::Topic::new());
    /// stack.alarm_on_dead_letters(alarms.topic_arn());
    /// assert!(stack.resource("AsyncLambdaDLQAlarm").is_some());
    /// ```
    #[track_caller]
    pub fn alarm_on_dead_letters(&mut self, action: impl Into<Value<String>>) -> &mut AppStack {
        let queues = self.app.queues().to_vec();
        let alarms = alarms::tell_of_dead_letters(&mut self.stack, &queues, &action.into().into_node());
        tags::add(&mut self.stack, &alarms, self.app.tags());
        self
    }

    /// The application.
    #[cfg(feature = "constructs")]
    pub(super) fn model(&self) -> &AppModel {
        &self.model
    }

    /// Uses this table for the type, instead of one that the application makes: a table of this stack, of another one, or of
    /// somebody else. Functions whose handlers take `Table<T>` get its ARN and the permission for it, and that for its key of
    /// KMS with [`encrypted_with`](access::Access::encrypted_with).
    ///
    /// It is an error of [`validate`](cfn_rules::validate) when no task uses the table, when it is bound twice, and when it is a
    /// resource of this stack with another key than the type's.
    ///
    /// ```
    /// use async_lambda_constructs::{access, config::Config, prelude::*};
    ///
    /// # struct Orders;
    /// # impl async_lambda_model::TableOf for Orders {
    /// #     const NAME: &'static str = "Orders"; type Item = String; type Key = String; const KEY: &'static str = "id";
    /// # }
    /// # let origin = json!({"file": "src/lib.rs", "line": 1});
    /// # let model: async_lambda_model::AppModel = serde_json::from_value(json!({"name": "shop", "origin": origin, "tasks": [
    /// #     {"id": "Pay", "trigger": {"managed_sqs": {}}, "origin": origin,
    /// #      "tables": [{"name": "Orders", "partition": {"name": "id", "type": "S"}, "access": "read"}]},
    /// # ]})).unwrap();
    /// let mut stack = AppStack::new(&model, &Config::default(), None);
    /// assert!(stack.resource("OrdersALTable").is_some());
    ///
    /// stack.bind_table::<Orders>(&access::Table::from_name("orders"));
    /// assert!(stack.resource("OrdersALTable").is_none());
    /// assert!(!stack.validate().has_errors());
    /// ```
    #[track_caller]
    pub fn bind_table<T: TableOf>(&mut self, table: &access::Table) -> &mut AppStack {
        tables::bind(&mut self.stack, &self.model, T::NAME, table);
        self
    }

    /// Whether [`AppStack::stage`] was called.
    pub(crate) fn has_looked_at_stage(&self) -> bool {
        self.has_looked_at_stage.get()
    }

    /// The stage that is synthesized, where one was named.
    pub fn stage(&self) -> Option<&str> {
        self.has_looked_at_stage.set(true);
        self.stage.as_deref()
    }

    /// An async task, by its type: `stack.task::<Resize>()`.
    ///
    /// It is an error of [`validate`](cfn_rules::validate) when the application has no such task.
    #[track_caller]
    pub fn task<T: Task>(&mut self) -> TaskInStack<'_> {
        self.task_by_id(T::ID)
    }

    /// A task by its id: for a task with another trigger, which is no type.
    ///
    /// It is an error of [`validate`](cfn_rules::validate) when the application has no such task.
    #[track_caller]
    pub fn task_by_id(&mut self, id: impl AsRef<str>) -> TaskInStack<'_> {
        let id = id.as_ref();
        let task = self.model.task(id);
        let has_queue = task.is_none_or(|task| task.trigger.has_own_queue());
        let lanes = task.map_or(1, |task| task.lanes().get());
        if task.is_none() {
            let message = format!("`{id}`: must be a task of application `{}`", self.model.name);
            let help = did_you_mean(id, self.model.tasks.iter().map(|task| task.id.as_str()));
            self.stack.report(Finding::new(&codes::AL0004, Path::default(), message).actual(id).help(help));
        }
        TaskInStack { stack: &mut self.stack, task: id.to_owned(), has_queue, lanes }
    }

    /// The stack itself.
    pub fn into_stack(self) -> Stack {
        self.stack
    }
}

impl Deref for AppStack {
    type Target = Stack;

    fn deref(&self) -> &Stack {
        &self.stack
    }
}

impl DerefMut for AppStack {
    fn deref_mut(&mut self) -> &mut Stack {
        &mut self.stack
    }
}

impl TaskInStack<'_> {
    /// Lets the task's function do more: a [`Statement`](crate::iam::Statement), such as `bucket.grant_read()`, a
    /// document, or one of SAM's policy templates. With `App::shared_role`, all functions that have that role may do it,
    /// and a policy template, which is for roles that SAM makes, is an error.
    #[track_caller]
    pub fn grant(self, policy: impl Into<Policy>) -> Self {
        if let Some(function) = self.properties() {
            let (id, policy) = (names::function(&self.task), policy.into().into_node());
            let all = Path::default().join("Policies");
            if role::is_shared(function) {
                role::grant(self.stack, id.as_str(), &policy);
                return self;
            }
            match &function["Policies"] {
                Node::Null => self.stack.override_property(id, all.join(0), policy),
                Node::Array(policies) => {
                    let next = policies.len();
                    self.stack.override_property(id, all.join(next), policy);
                }
                only => {
                    let policies = [only.clone(), policy];
                    self.stack.override_property(id, all, policies);
                }
            }
        }
        self
    }

    /// Gives the task's function a variable.
    ///
    /// It is an error of [`validate`](cfn_rules::validate) when it has one of this name: from the settings,
    /// or from the application itself.
    #[track_caller]
    pub fn environment_variable(self, name: impl Into<String>, value: impl Into<Value<String>>) -> Self {
        let (name, id) = (name.into(), names::function(&self.task));
        let Some(function) = self.properties() else { return self };
        let is_set = function["Environment"]["Variables"].get(&name).is_some();
        if is_set || is_of_library(&name) {
            // Not that of the variable, which is a line of the settings: what is to be changed is the caller's.
            let place = Path::default().join("Resources").join(id.as_str());
            let message = match is_set {
                true => format!("task `{}`: variable `{name}` must be set once, and is set already", self.task),
                false => format!("task `{}`: variable `{name}` must not be set, the library reads it", self.task),
            };
            let help = match is_of_library(&name) {
                true => "use another name",
                false => "the settings or the application set it: use another name, or `override_property`",
            };
            let help = help.to_owned();
            self.stack.report(Finding::new(&codes::AL0004, place, message).actual(name).help(Some(help)));
        } else {
            let place = Path::default().join("Environment").join("Variables").join(name.as_str());
            self.stack.override_property(id, place, value.into());
        }
        self
    }

    /// The task's function, to refer to, or to change with [`override_property`](cfn_model::Template::override_property).
    pub fn function(&self) -> FunctionHandle {
        Handle::new(names::function(&self.task))
    }

    /// The task's queue: that of lane 0.
    ///
    /// It is an error of [`validate`](cfn_rules::validate) when it has none, since it is no async task.
    #[track_caller]
    pub fn queue(&mut self) -> QueueHandle {
        if !self.has_queue {
            let message = format!("task `{}`: must be an async task to have a queue, and is none", self.task);
            let place = Path::default().join("Resources").join(names::function(&self.task).as_str());
            self.stack.report(Finding::new(&codes::AL0004, place, message));
        }
        Handle::new(names::queue(&self.task))
    }

    /// The queues of all lanes of the task, from lane 0 on.
    ///
    /// It is an error of [`validate`](cfn_rules::validate) when it has none, since it is no async task.
    #[track_caller]
    pub fn queues(&mut self) -> Vec<QueueHandle> {
        let first = self.queue();
        let others = (1..self.lanes).map(|lane| Handle::new(names::queue_of_lane(&self.task, lane)));
        std::iter::once(first).chain(others).collect()
    }

    /// Of the function; `None` where the application has no such task, which was reported.
    fn properties(&self) -> Option<&Node> {
        self.stack.resource(&names::function(&self.task)).map(|function| &function["Properties"])
    }
}
