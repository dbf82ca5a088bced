//! The keys of a config file: the one table that the reader, merging, messages and the JSON Schema use.

use cfn_model::Function;
use indexmap::IndexMap;

use super::settings::{Setting, Settings};

/// A key that holds settings.
pub(super) struct Key {
    pub(super) name: &'static str,
    pub(super) kind: Kind,
    /// Whether it makes sense for a single task.
    pub(super) of_tasks: bool,
    pub(super) doc: &'static str,
}

/// The form of a key's value, the field that it goes into, and the merge of two levels of the file.
pub(super) enum Kind {
    /// Names with a value each. A later value of a name replaces an earlier one.
    Variables(Field<IndexMap<String, Setting>>),
    /// A list.
    List(Items, Merge, Field<Vec<Setting>>),
    /// A single value. A later one replaces an earlier one.
    Single(Scalar, Field<Option<Setting>>),
}

/// The members of a list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Items {
    Policies,
    /// Strings; a function may give the whole list.
    Strings,
    Resources,
    MediaTypes,
}

/// The merge of two lists.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Merge {
    /// Later members follow earlier ones.
    Append,
    /// The same, each member once.
    AddNew,
}

/// A single value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Scalar {
    String,
    Integer,
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

pub(super) static KEYS: [Key; 11] = [
    Key {
        name: "environment_variables",
        kind: Kind::Variables(field!(environment_variables)),
        of_tasks: true,
        doc: "Environment variables of the functions. A later value of a name replaces an earlier one.",
    },
    Key {
        name: "policies",
        kind: Kind::List(Items::Policies, Merge::Append, field!(policies)),
        of_tasks: true,
        doc: "What the functions may do besides what the application needs: ARNs or names of managed policies, \
              statements, policy documents, SAM policy templates. Later ones are added.",
    },
    Key {
        name: "layers",
        kind: Kind::List(Items::Strings, Merge::AddNew, field!(layers)),
        of_tasks: true,
        doc: "ARNs of layers, in order. Later ones are added, each once; a function may give all of them.",
    },
    Key {
        name: "subnet_ids",
        kind: Kind::List(Items::Strings, Merge::AddNew, field!(subnet_ids)),
        of_tasks: true,
        doc: "The subnets in which the functions run. Later ones are added, each once; a function may give all \
              of them.",
    },
    Key {
        name: "security_group_ids",
        kind: Kind::List(Items::Strings, Merge::AddNew, field!(security_group_ids)),
        of_tasks: true,
        doc: "The security groups of the functions. Later ones are added, each once; a function may give all of \
              them.",
    },
    Key {
        name: "managed_queue_extras",
        kind: Kind::List(Items::Resources, Merge::Append, field!(managed_queue_extras)),
        of_tasks: true,
        doc: "Resources that come with every queue of a task, and with the dead-letter queue. `$QUEUEID` is the \
              queue's logical id, `$EXTRA0` that of the first extra. Later ones are added.",
    },
    Key {
        name: "binary_media_types",
        kind: Kind::List(Items::MediaTypes, Merge::AddNew, field!(binary_media_types)),
        of_tasks: false,
        doc: "The media types that the API treats as binary, `image/png` or `*/*` for all: without one, clients get an \
              answer that is binary or compressed as base64 text. Later ones are added, each once, to those in code.",
    },
    Key {
        name: "domain_name",
        kind: Kind::Single(Scalar::String, field!(domain_name)),
        of_tasks: false,
        doc: "The domain name of the API.",
    },
    Key {
        name: "tls_version",
        kind: Kind::Single(Scalar::String, field!(tls_version)),
        of_tasks: false,
        doc: "The oldest TLS version that the domain accepts: default `TLS_1_2`.",
    },
    Key {
        name: "certificate_arn",
        kind: Kind::Single(Scalar::String, field!(certificate_arn)),
        of_tasks: false,
        doc: "The ARN of the domain's certificate; needed with `domain_name`.",
    },
    Key {
        name: "api_access_log_days",
        kind: Kind::Single(Scalar::Integer, field!(api_access_log_days)),
        of_tasks: false,
        doc: "The API writes a line a request to a log group, which keeps it for so many days: 1, 3, 5, 7, 14, 30, 60, \
              90 ... The account needs a role with which API Gateway may write logs.",
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
        key.of_tasks || matches!(self, Level::App | Level::Stage)
    }
}
