//! The function of a task.

use async_lambda_model::{
    EphemeralStorage, ExternalTask, LaneCount, MemorySize, RecordConcurrency, ReservedConcurrency, TableUse,
    TaskOptions, Timeout,
};
use cfn_model::{
    IntoNode, List, LogicalId, Node, Object, Value,
    intrinsic::{get_att, pseudo, ref_, sub},
};
use sam_resources::{Function, Policy, function};

use super::{AsyncLambdaAppHandle, delay, names, once, tables};
use crate::{
    config::{Setting, Settings},
    grant::objects,
    iam::{PolicyDocument, Statement},
};

/// The id of the task.
pub(super) const TASK_ID: &str = "ASYNC_LAMBDA_TASK_ID";
/// The name of the bucket for payloads that are too large for a message.
const PAYLOAD_BUCKET: &str = "ASYNC_LAMBDA_PAYLOAD_S3_BUCKET";
/// The account, which is part of the URLs of queues.
pub(super) const ACCOUNT_ID: &str = "ASYNC_LAMBDA_ACCOUNT_ID";
/// The URL of the dead-letter queue, for a task that puts messages into it itself.
const DEAD_LETTERS_URL: &str = "ASYNC_LAMBDA_DLQ_URL";
/// The media types that the API treats as binary, separated by commas; for the functions of API tasks.
const BINARY_MEDIA_TYPES: &str = "ASYNC_LAMBDA_BINARY_MEDIA_TYPES";

/// The CORS settings of the config file, as JSON; for the functions of API tasks.
const CORS: &str = "ASYNC_LAMBDA_CORS";

/// How many records of one batch are handled at once, where the config file says it.
const RECORD_CONCURRENCY: &str = "ASYNC_LAMBDA_RECORD_CONCURRENCY";

/// The name of the application, which is part of the URLs of queues, where it is not the one in code.
pub(super) const APP_NAME: &str = "ASYNC_LAMBDA_APP_NAME";

/// The environment variables that the template sets for the library: nobody else sets them.
pub(crate) const VARIABLES: [&str; 12] = [
    TASK_ID,
    PAYLOAD_BUCKET,
    ACCOUNT_ID,
    DEAD_LETTERS_URL,
    BINARY_MEDIA_TYPES,
    CORS,
    RECORD_CONCURRENCY,
    APP_NAME,
    delay::ROLE,
    delay::GROUP,
    delay::DEAD_LETTERS,
    once::TABLE,
];

/// Whether the library reads an environment variable.
pub(crate) fn is_of_library(name: &str) -> bool {
    VARIABLES.contains(&name) || name.starts_with(TableUse::VARIABLES)
}

/// Those of them that few functions have.
pub(crate) const RARE_VARIABLES: [&str; 6] =
    [CORS, RECORD_CONCURRENCY, delay::ROLE, delay::GROUP, delay::DEAD_LETTERS, once::TABLE];

/// The function of a task of an application: its name, its environment, what it may do.
///
/// What starts it is the construct that takes it: [`AsyncTask`](super::AsyncTask), [`SqsTask`](super::SqsTask),
/// [`ScheduledTask`](super::ScheduledTask), [`ApiTask`](super::ApiTask).
#[derive(Clone, Debug)]
#[must_use = "a function does nothing until a task is added to a stack"]
pub struct TaskFunction {
    pub(super) app: AsyncLambdaAppHandle,
    pub(super) timeout: Timeout,
    pub(super) extras: Vec<Node>,
    function: Function,
    variables: Vec<(String, Value<String>)>,
    /// The queues that it sends to.
    invokes: Vec<LogicalId>,
    /// The names of the queues of other applications that it sends to.
    invokes_external: Vec<String>,
    /// The dead-letter queue that it puts messages into itself.
    writes_dead_letters: Option<LogicalId>,
    makes_schedules: bool,
    works_once: bool,
    tables: Vec<TableUse>,
    /// The function tasks that it calls.
    calls: Vec<String>,
    policies: Vec<Policy>,
    logging: Object,
}

impl TaskFunction {
    /// The function of a task of this application.
    pub fn new(app: &AsyncLambdaAppHandle) -> TaskFunction {
        let timeout = TaskOptions::DEFAULT_TIMEOUT;
        let function = app
            .code()
            .clone()
            .ephemeral_storage(function::EphemeralStorage::new(EphemeralStorage::MIN))
            .memory_size(TaskOptions::DEFAULT_MEMORY.get())
            .timeout(timeout.get());
        let (extras, variables, invokes, policies) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
        TaskFunction {
            app: app.clone(),
            timeout,
            extras,
            function,
            variables,
            invokes,
            invokes_external: Vec::new(),
            writes_dead_letters: None,
            makes_schedules: false,
            works_once: false,
            tables: Vec::new(),
            calls: Vec::new(),
            policies,
            logging: Object::default(),
        }
    }

    /// Memory of the function in MB: 128 to 10,240, default 128.
    pub fn memory(mut self, memory: MemorySize) -> TaskFunction {
        self.function = self.function.memory_size(memory.get());
        self
    }

    /// How long an invocation may take, in seconds: 1 to 900; default 60, and 29 for an [`ApiTask`](super::ApiTask) of a
    /// model. A queue's visibility timeout follows.
    pub fn timeout(mut self, timeout: Timeout) -> TaskFunction {
        self.function = self.function.timeout(timeout.get());
        self.timeout = timeout;
        self
    }

    /// Size of `/tmp` in MB: 512 to 10,240, default 512.
    pub fn ephemeral_storage(mut self, size: EphemeralStorage) -> TaskFunction {
        self.function = self.function.ephemeral_storage(function::EphemeralStorage::new(size.get()));
        self
    }

    /// The log group of the function, by its name: default `/aws/lambda/<function>`, which Lambda makes.
    pub fn log_group(mut self, name: impl Into<Value<String>>) -> TaskFunction {
        self.logging.insert("LogGroup".to_owned(), name.into().into_node());
        self
    }

    /// How many invocations of the function run at once at most, which are kept free for it.
    pub fn reserved_concurrency(mut self, concurrency: ReservedConcurrency) -> TaskFunction {
        self.function = self.function.reserved_concurrent_executions(concurrency.get());
        self
    }

    /// Lets the task invoke another one of the application, an async task, by its id.
    pub fn invokes(self, task: impl AsRef<str>) -> TaskFunction {
        self.invokes_lanes(task, TaskOptions::DEFAULT_LANES)
    }

    /// As [`invokes`](TaskFunction::invokes), for a task with lanes: it may send to each of them.
    pub fn invokes_lanes(mut self, task: impl AsRef<str>, lanes: LaneCount) -> TaskFunction {
        self.invokes.extend(names::queues(task.as_ref(), lanes));
        self
    }

    /// Lets the task invoke one of another application, in the same account and region.
    pub fn invokes_external(mut self, task: &ExternalTask) -> TaskFunction {
        self.invokes_external.push(task.to_string());
        self
    }

    /// Lets the function make and cancel schedules that send messages later, to tasks of which the application knows.
    pub(super) fn makes_schedules(mut self) -> TaskFunction {
        self.makes_schedules = true;
        self
    }

    /// Lets the function write to the table of what was done once, of an application that has it.
    pub(super) fn works_once(mut self) -> TaskFunction {
        self.works_once = true;
        self
    }

    /// Lets the function use tables of an application that has them.
    pub(super) fn uses_tables(mut self, tables: &[TableUse]) -> TaskFunction {
        self.tables = tables.to_vec();
        self
    }

    /// Lets the task call another one of the application, a function task, by its id.
    pub fn calls(mut self, task: impl Into<String>) -> TaskFunction {
        self.calls.push(task.into());
        self
    }

    /// Lets the function be part of a chain of invocations that comes back to it; Lambda would stop it after 16.
    pub fn allow_recursion(mut self) -> TaskFunction {
        self.function = self.function.recursive_loop("Allow");
        self
    }

    /// Lets the function put messages into the dead-letter queue itself: those whose chain of invocations is longer
    /// than the task allows, and those that its handler gives up.
    pub fn writes_dead_letters(self) -> TaskFunction {
        let queue = self.app.dead_letters().logical_id().clone();
        self.writes_dead_letters_to(queue)
    }

    /// The same, for another dead-letter queue than the application's.
    pub(super) fn writes_dead_letters_to(mut self, queue: LogicalId) -> TaskFunction {
        self.writes_dead_letters = Some(queue);
        self
    }

    /// Tells the function which media types the API in front of it treats as binary.
    pub(super) fn knows_binary_media_types(mut self) -> TaskFunction {
        let media_types = self.app.binary_media_types();
        if !media_types.is_empty() {
            self.variables.push((BINARY_MEDIA_TYPES.to_owned(), media_types.join(",").into()));
        }
        self
    }

    /// Tells the function what the config file says of CORS.
    pub(super) fn knows_cors(mut self) -> TaskFunction {
        self.variables.extend(self.app.cors().map(|settings| (CORS.to_owned(), settings.into())));
        self
    }

    /// Tells the function how many records of one batch it handles at once.
    pub(super) fn knows_record_concurrency(mut self, concurrency: RecordConcurrency) -> TaskFunction {
        self.variables.push((RECORD_CONCURRENCY.to_owned(), concurrency.get().to_string().into()));
        self
    }

    /// Adds a member to `Policies`.
    pub fn policy(mut self, policy: impl Into<Policy>) -> TaskFunction {
        self.policies.push(policy.into());
        self
    }

    /// Settings of a file: environment variables, policies, layers, network, logging, extras of the queue.
    pub fn settings(mut self, settings: &Settings) -> TaskFunction {
        for (name, setting) in &settings.environment_variables {
            let value = Value::<String>::raw(setting.value.clone());
            self.variables.push((name.clone(), value));
        }
        self.policies.extend(settings.policies.iter().map(|setting| policy(&setting.value)));
        if let Some(layers) = list(&settings.layers) {
            self.function = self.function.layers(layers);
        }
        let mut network = Object::default();
        for (name, list) in [("SecurityGroupIds", &settings.security_group_ids), ("SubnetIds", &settings.subnet_ids)] {
            if let Some(list) = self::list(list) {
                network.insert(name.to_owned(), list.into_node());
            }
        }
        if !network.is_empty() {
            self.function = self.function.vpc_config(Value::raw(network));
        }
        let logging = settings.logging_config.iter().map(|(name, setting)| (name.clone(), setting.value.clone()));
        self.logging.extend(logging);
        self.extras.extend(settings.managed_queue_extras.iter().map(|setting| setting.value.clone()));
        self
    }

    /// Any other property of the function.
    pub fn customize_function(mut self, change: impl FnOnce(Function) -> Function) -> TaskFunction {
        self.function = change(self.function);
        self
    }

    /// How many policies stand before those that were added: the application's own.
    pub(super) fn own_policies(&self, receives: bool) -> usize {
        usize::from(self.uses_key(receives) || !self.tables.is_empty())
    }

    /// Whether it uses the application's key for more than its tables, which have statements of their own.
    fn uses_key(&self, receives: bool) -> bool {
        let sends = self.writes_dead_letters.is_some() || !self.invokes.is_empty() || !self.invokes_external.is_empty();
        receives || sends || !self.calls.is_empty() || self.works_once || self.app.is_hardened()
    }

    /// The logical id, and the function with its permissions. `receives` is whether it gets messages of the
    /// application's other tasks, whose payloads may be in the bucket.
    pub(super) fn finish(self, task: &str, receives: bool) -> (LogicalId, Function) {
        let mut own = PolicyDocument::new();
        let mut queues: Vec<_> = self.invokes.iter().map(|queue| get_att::<String>(queue, "Arn")).collect();
        queues.extend(self.writes_dead_letters.iter().map(|queue| get_att(queue, "Arn")));
        let external = |name| sub(format!("arn:${{AWS::Partition}}:sqs:${{AWS::Region}}:${{AWS::AccountId}}:{name}"));
        queues.extend(self.invokes_external.iter().map(external));
        if !queues.is_empty() {
            own = own.statement(queues.into_iter().fold(Statement::allow(["sqs:SendMessage"]), Statement::resource));
        }
        let mut actions = Vec::new();
        if receives {
            actions.push("s3:GetObject");
            if self.app.delete_payloads {
                actions.push("s3:DeleteObject");
            }
        }
        if !self.invokes.is_empty() {
            actions.push("s3:PutObject");
        }
        if !actions.is_empty() {
            own = own.statement(Statement::allow(actions).resource(objects(self.app.payloads())));
        }
        if !self.calls.is_empty() {
            let functions = self.calls.iter().map(|task| get_att::<String>(names::function(task), "Arn"));
            own = own.statement(functions.fold(Statement::allow(["lambda:InvokeFunction"]), Statement::resource));
        }
        if self.makes_schedules {
            own = delay::statements().into_iter().fold(own, PolicyDocument::statement);
        }
        if self.works_once {
            own = once::statements(self.app.kms_key()).into_iter().fold(own, PolicyDocument::statement);
        }
        for TableUse { name, access, .. } in &self.tables {
            let own_table = tables::own(name.as_str(), self.app.kms_key());
            let statements = tables::statements(name.as_str(), *access, &own_table);
            own = statements.into_iter().fold(own, PolicyDocument::statement);
        }
        if let Some(key) = self.app.kms_key().filter(|_| self.uses_key(receives)) {
            own = own.statement(Statement::allow(["kms:Decrypt", "kms:GenerateDataKey"]).resource(key.clone()));
        }
        let own = Some(own).filter(|own| !own.statements.is_empty()).map(Policy::from);
        let mut function = own.into_iter().chain(self.policies).fold(self.function, Function::policy);
        if !self.logging.is_empty() {
            function = function.logging_config(Value::raw(self.logging));
        }
        if function.function_name.is_none() {
            let name = if function.image_uri.is_some() { names::physical_of_image } else { names::physical };
            function = function.function_name(name(self.app.name(), task));
        }
        function = function
            .environment_variable(PAYLOAD_BUCKET, self.app.payloads().reference())
            .environment_variable(TASK_ID, task)
            .environment_variable(ACCOUNT_ID, pseudo::account_id());
        if self.app.is_renamed() {
            function = function.environment_variable(APP_NAME, self.app.name());
        }
        if let Some(queue) = self.writes_dead_letters {
            function = function.environment_variable(DEAD_LETTERS_URL, ref_::<String>(queue));
        }
        if self.makes_schedules {
            function = delay::with_variables(function);
        }
        if self.works_once {
            function = once::with_variable(function);
        }
        function = tables::with_variables(function, &self.tables);
        for (name, value) in self.variables {
            function = function.environment_variable(name, value);
        }
        (names::function(task), function)
    }
}

/// A bare statement stands for a document that has it.
fn policy(value: &Node) -> Policy {
    match value.get("Effect") {
        Some(_) => Policy::statement(value.clone()),
        None => Policy::document(value.clone()),
    }
}

/// The members, or the function that gives all of them; the settings were checked, so it is not both.
fn list(settings: &[Setting]) -> Option<Value<List<String>>> {
    if let Some(whole) = settings.iter().find(|setting| setting.is_list) {
        return Some(Value::raw(whole.value.clone()));
    }
    let list: List<String> = settings.iter().map(|setting| Value::<String>::raw(setting.value.clone())).collect();
    (!list.0.is_empty()).then(|| list.into())
}
