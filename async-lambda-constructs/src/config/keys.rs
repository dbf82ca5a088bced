//! The keys of a config file: the one table that the reader, merging, messages and the JSON Schema use.

use async_lambda_model::{BatchSize, BatchingWindow, Cors, RecordConcurrency};
use cfn_model::Function;
use indexmap::IndexMap;

use super::settings::{Setting, Settings};

/// A key that holds settings.
pub(super) struct Key {
    pub(super) name: &'static str,
    pub(super) kind: Kind,
    /// The reason why a single task cannot have it.
    pub(super) not_of_tasks: Option<&'static str>,
    pub(super) doc: &'static str,
}

/// The form of a key's value, the field that it goes into, and the merge of two levels of the file.
pub(super) enum Kind {
    /// Names with a value each. A later value of a name replaces an earlier one.
    Variables(Field<IndexMap<String, Setting>>),
    /// Tags: names with a value each, merged alike.
    Tags(Field<IndexMap<String, Setting>>),
    /// An object with members of its own.
    Object(&'static [Member], Together, Field<IndexMap<String, Setting>>),
    /// A list.
    List(Items, Merge, Field<Vec<Setting>>),
    /// A single value. A later one replaces an earlier one.
    Single(Form, Field<Option<Setting>>),
}

/// A member of an object.
pub(super) struct Member {
    pub(super) name: &'static str,
    pub(super) form: Form,
    pub(super) is_needed: bool,
    pub(super) doc: &'static str,
}

/// The merge of two objects.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Together {
    /// A later value of a member replaces an earlier one.
    ByMember,
    /// A later object replaces an earlier one.
    Whole,
}

/// The members of a list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Items {
    Policies,
    /// Strings; a function may give the whole list.
    Strings,
    Resources,
    MediaTypes,
    MethodSettings,
}

/// The merge of two lists.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Merge {
    /// Later members follow earlier ones.
    Append,
    /// The same, each member once.
    AddNew,
    /// The same, and a member for a method and path that has one already replaces it.
    ByRoute,
}

/// The form of a single value. A function may give all but a boolean and what has to be known at synth.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Form {
    String,
    /// A string that has to be known at synth.
    Literal,
    Integer,
    Number,
    Boolean,
    OneOf(&'static [&'static str]),
    /// A list of strings.
    Strings,
    /// A list of strings that have to be known at synth.
    Literals,
    /// An integer that has to be known at synth, from the first to the second.
    LiteralInteger(i64, i64),
}

/// A field of [`Settings`].
pub(super) struct Field<T> {
    pub(super) of: fn(&Settings) -> &T,
    pub(super) of_mut: fn(&mut Settings) -> &mut T,
}

macro_rules! field {
    ($name:ident) => {
        Field { of: |settings| &settings.$name, of_mut: |settings| &mut settings.$name }
    };
}

/// Why a single task has no settings of the API.
const ONE_API: &str = "all tasks share one API and its domain";

/// The members of `logging_config` whose values need `LogFormat: JSON`.
pub(super) const LOG_LEVELS: [&str; 2] = ["ApplicationLogLevel", "SystemLogLevel"];
pub(super) const LOG_FORMAT: &str = "LogFormat";
pub(super) const LOG_GROUP: &str = "LogGroup";

/// `LoggingConfig` of a function, as in "Configuring advanced logging controls for your Lambda function".
static LOGGING: [Member; 4] = [
    Member {
        name: LOG_LEVELS[0],
        form: Form::OneOf(&["TRACE", "DEBUG", "INFO", "WARN", "ERROR", "FATAL"]),
        is_needed: false,
        doc: "The lowest level of the lines that a function writes itself: default `INFO`. With `LogFormat: JSON` only.",
    },
    Member {
        name: LOG_FORMAT,
        form: Form::OneOf(&["JSON", "Text"]),
        is_needed: false,
        doc: "The form of Lambda's own lines: default `Text`. Those of the library are JSON with both.",
    },
    Member {
        name: LOG_GROUP,
        form: Form::String,
        is_needed: false,
        doc: "The log group: default `/aws/lambda/<function>`. One that does not exist is made, and keeps its lines for ever.",
    },
    Member {
        name: LOG_LEVELS[1],
        form: Form::OneOf(&["DEBUG", "INFO", "WARN"]),
        is_needed: false,
        doc: "The lowest level of Lambda's own lines: default `INFO`. With `LogFormat: JSON` only.",
    },
];

pub(crate) const THRESHOLD: &str = "threshold";
pub(crate) const PERIOD: &str = "period";
pub(crate) const ALARM_ACTIONS: &str = "alarm_actions";
pub(crate) const OK_ACTIONS: &str = "ok_actions";

static AGE_ALARM: [Member; 4] = [
    Member {
        name: THRESHOLD,
        form: Form::Number,
        is_needed: true,
        doc: "The age in seconds above which there is an alarm.",
    },
    Member {
        name: PERIOD,
        form: Form::Integer,
        is_needed: false,
        doc: "For how many seconds the oldest age counts: a multiple of 60 up to 604,800, default 86,400.",
    },
    Member {
        name: ALARM_ACTIONS,
        form: Form::Strings,
        is_needed: false,
        doc: "ARNs of what is told of an alarm, such as a topic: at most 5.",
    },
    Member {
        name: OK_ACTIONS,
        form: Form::Strings,
        is_needed: false,
        doc: "ARNs of what is told of its end: at most 5.",
    },
];

pub(super) const ALLOW_ORIGINS: &str = "allow_origins";
pub(super) const ALLOW_HEADERS: &str = "allow_headers";
pub(super) const EXPOSE_HEADERS: &str = "expose_headers";
pub(super) const ALLOW_CREDENTIALS: &str = "allow_credentials";
pub(super) const MAX_AGE: &str = "max_age";

/// The fields of [`async_lambda_model::Cors`].
static CORS: [Member; 5] = [
    Member {
        name: ALLOW_ORIGINS,
        form: Form::Literals,
        is_needed: false,
        doc: "The origins whose pages may use the API: `https://shop.example`, `http://localhost:3000`, or only `*`.",
    },
    Member {
        name: ALLOW_HEADERS,
        form: Form::Literals,
        is_needed: false,
        doc: "The headers that a request may have: default `Authorization`, `Content-Type`, `X-Amz-Date`, \
              `X-Amz-Security-Token`, `X-Amz-User-Agent` and `X-Api-Key`.",
    },
    Member {
        name: EXPOSE_HEADERS,
        form: Form::Literals,
        is_needed: false,
        doc: "The headers of an answer that a page may read: default none beside those of every answer.",
    },
    Member {
        name: ALLOW_CREDENTIALS,
        form: Form::Boolean,
        is_needed: false,
        doc: "Whether requests may have cookies and the browser's own `Authorization`: default false.",
    },
    Member {
        name: MAX_AGE,
        form: Form::LiteralInteger(0, Cors::MAX_MAX_AGE),
        is_needed: false,
        doc: "For how many seconds a browser remembers what is allowed: 0 to 86,400, default 7,200.",
    },
];

/// Where in a file one is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Level {
    App,
    Stage,
    Task,
    TaskStage,
}

/// The functions that give a list of strings. The others give a string, a condition or ranges of addresses.
pub(super) const LIST_FUNCTIONS: [Function; 6] =
    [Function::Ref, Function::Split, Function::If, Function::FindInMap, Function::GetAtt, Function::Transform];

/// The keys beside those that hold settings.
pub(super) const STAGES: &str = "stages";
pub(super) const TASKS: &str = "tasks";
/// Where an editor finds the JSON Schema.
pub(super) const SCHEMA: &str = "$schema";

pub(super) static KEYS: [Key; 26] = [
    Key {
        name: "environment_variables",
        kind: Kind::Variables(field!(environment_variables)),
        not_of_tasks: None,
        doc: "Environment variables of the functions. A later value of a name replaces an earlier one.",
    },
    Key {
        name: "policies",
        kind: Kind::List(Items::Policies, Merge::Append, field!(policies)),
        not_of_tasks: None,
        doc: "What the functions may do besides what the application needs: ARNs or names of managed policies, \
              statements, policy documents, SAM policy templates. Later ones are added.",
    },
    Key {
        name: "layers",
        kind: Kind::List(Items::Strings, Merge::AddNew, field!(layers)),
        not_of_tasks: None,
        doc: "ARNs of layers, in order. Later ones are added, each once; a function may give all of them.",
    },
    Key {
        name: "subnet_ids",
        kind: Kind::List(Items::Strings, Merge::AddNew, field!(subnet_ids)),
        not_of_tasks: None,
        doc: "The subnets in which the functions run. Later ones are added, each once; a function may give all \
              of them.",
    },
    Key {
        name: "security_group_ids",
        kind: Kind::List(Items::Strings, Merge::AddNew, field!(security_group_ids)),
        not_of_tasks: None,
        doc: "The security groups of the functions. Later ones are added, each once; a function may give all of \
              them.",
    },
    Key {
        name: "managed_queue_extras",
        kind: Kind::List(Items::Resources, Merge::Append, field!(managed_queue_extras)),
        not_of_tasks: None,
        doc: "Resources that come with every queue of a task, and with the dead-letter queue. `$QUEUEID` is the \
              queue's logical id, `$EXTRA0` that of the first extra. Later ones are added.",
    },
    Key {
        name: "binary_media_types",
        kind: Kind::List(Items::MediaTypes, Merge::AddNew, field!(binary_media_types)),
        not_of_tasks: Some(ONE_API),
        doc: "The media types that the API treats as binary, `image/png` or `*/*` for all: without one, clients get an \
              answer that is binary or compressed as base64 text. Later ones are added, each once, to those in code.",
    },
    Key {
        name: "cors",
        kind: Kind::Object(&CORS, Together::ByMember, field!(cors)),
        not_of_tasks: Some(ONE_API),
        doc: "The pages of other origins that may use the API, where the application has `App::cors`. A member takes the place \
              of the one in code, a later one that of an earlier one.",
    },
    Key {
        name: "domain_name",
        kind: Kind::Single(Form::String, field!(domain_name)),
        not_of_tasks: Some(ONE_API),
        doc: "The domain name of the API.",
    },
    Key {
        name: "tls_version",
        kind: Kind::Single(Form::String, field!(tls_version)),
        not_of_tasks: Some(ONE_API),
        doc: "The oldest TLS version that the domain accepts: default `TLS_1_2`.",
    },
    Key {
        name: "certificate_arn",
        kind: Kind::Single(Form::String, field!(certificate_arn)),
        not_of_tasks: Some(ONE_API),
        doc: "The ARN of the domain's certificate; needed with `domain_name`.",
    },
    Key {
        name: "api_access_log_days",
        kind: Kind::Single(Form::Integer, field!(api_access_log_days)),
        not_of_tasks: Some(ONE_API),
        doc: "The API writes a line a request to a log group, which keeps it for so many days: 1, 3, 5, 7, 14, 30, 60, \
              90 ... The account needs a role with which API Gateway may write logs.",
    },
    Key {
        name: "hosted_zone_id",
        kind: Kind::Single(Form::String, field!(hosted_zone_id)),
        not_of_tasks: Some(ONE_API),
        doc: "The id of the Route 53 hosted zone in which the domain's record is made.",
    },
    Key {
        name: "auto_create_acm_certificate",
        kind: Kind::Single(Form::Boolean, field!(auto_create_acm_certificate)),
        not_of_tasks: Some(ONE_API),
        doc: "With `true`, the domain's certificate is made, and proved by a record in `hosted_zone_id`.",
    },
    Key {
        name: "method_settings",
        kind: Kind::List(Items::MethodSettings, Merge::ByRoute, field!(method_settings)),
        not_of_tasks: Some(ONE_API),
        doc: "Members of the API's `MethodSettings`: throttling, logging, metrics, caching by method and path. Later ones \
              are added; one for the same `HttpMethod` and `ResourcePath` replaces an earlier one.",
    },
    Key {
        name: "tags",
        kind: Kind::Tags(field!(tags)),
        not_of_tasks: None,
        doc: "Tags of every resource of the application that takes tags; those of a task are on its function and queues. \
              A later value of a key replaces an earlier one.",
    },
    Key {
        name: "logging_config",
        kind: Kind::Object(&LOGGING, Together::ByMember, field!(logging_config)),
        not_of_tasks: None,
        doc: "The logging of the functions. A later value of a member replaces an earlier one.",
    },
    Key {
        name: "queue_age_alarm",
        kind: Kind::Object(&AGE_ALARM, Together::Whole, field!(queue_age_alarm)),
        not_of_tasks: Some("it is for all queues: `managed_queue_extras` adds an alarm to the queue of one task"),
        doc: "An alarm for each queue of a task when its oldest message is too old, and one for each dead-letter queue when \
              it has messages. A later one replaces an earlier one.",
    },
    Key {
        name: "name",
        kind: Kind::Single(Form::Literal, field!(name)),
        not_of_tasks: Some("all functions, queues and schedules have the name of one application"),
        doc: "The first part of the names of functions, queues and schedules, so that several stages can be in one account: \
              `{app}` is the name in code, `{stage}` the stage. Default `{app}`.",
    },
    Key {
        name: "hardened",
        kind: Kind::Single(Form::Boolean, field!(hardened)),
        not_of_tasks: Some("it is for the application as a whole"),
        doc: "With `true`: a KMS key, or that of `kms_key_arn`, for queues, payloads, variables and log groups; access logs of \
              the API; at most 10 invocations of a function at once where nothing else is said; failed asynchronous \
              invocations in the dead-letter queue.",
    },
    Key {
        name: "kms_key_arn",
        kind: Kind::Single(Form::String, field!(kms_key_arn)),
        not_of_tasks: Some("tasks send to each other's queues, and share the payload bucket"),
        doc: "The ARN of the KMS key with which queues and payloads are encrypted: default those of SQS and S3. The functions \
              may use it; its key policy has to let the account decide that.",
    },
    Key {
        name: "record_concurrency",
        kind: Kind::Single(
            Form::LiteralInteger(RecordConcurrency::MIN, RecordConcurrency::MAX),
            field!(record_concurrency),
        ),
        not_of_tasks: None,
        doc: "How many records of one batch are handled at once, 1 to 1,000: of `async_task`, `sqs_task` and `dead_letter_task`. That \
              of a task takes the place of the one in code; any other is for tasks that say nothing in code.",
    },
    Key {
        name: "batch_size",
        kind: Kind::Single(Form::LiteralInteger(BatchSize::MIN, BatchSize::MAX), field!(batch_size)),
        not_of_tasks: None,
        doc: "How many messages or records an invocation gets at most, 1 to 10,000: of tasks with a queue or a stream. That of a \
              task takes the place of the one in code; any other is for tasks that say nothing in code.",
    },
    Key {
        name: "batch_window",
        kind: Kind::Single(Form::LiteralInteger(BatchingWindow::MIN, BatchingWindow::MAX), field!(batch_window)),
        not_of_tasks: None,
        doc: "For how many seconds Lambda collects messages or records, 0 to 300: of tasks with a queue or a stream that is \
              not FIFO. That of a task takes the place of the one in code; any other is for tasks that say nothing in code.",
    },
    Key {
        name: "code_signing_config_arn",
        kind: Kind::Single(Form::String, field!(code_signing_config_arn)),
        not_of_tasks: Some("all functions run one program, and so one archive"),
        doc: "The ARN of the code signing configuration by which Lambda checks the signature of the functions' archive.",
    },
    Key {
        name: "image_uri",
        kind: Kind::Single(Form::String, field!(image_uri)),
        not_of_tasks: Some("all functions run one program, and so one image"),
        doc: "The container image that the functions run, instead of an archive.",
    },
];

impl Level {
    /// Every key that may stand here.
    pub(super) fn keys(self) -> impl Iterator<Item = &'static str> {
        let settings = KEYS.iter().filter(move |key| self.takes(key)).map(|key| key.name);
        let stages = matches!(self, Level::App | Level::Task).then_some(STAGES);
        let of_app = [TASKS, SCHEMA].into_iter().filter(move |_| self == Level::App);
        settings.chain(stages).chain(of_app)
    }

    pub(super) fn takes(self, key: &Key) -> bool {
        key.not_of_tasks.is_none() || matches!(self, Level::App | Level::Stage)
    }
}
