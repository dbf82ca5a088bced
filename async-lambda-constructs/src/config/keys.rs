//! The keys of a file, once for the reader, the messages and the JSON Schema.

use cfn_model::Function;

/// A key that holds settings.
pub(super) struct Key {
    pub(super) name: &'static str,
    pub(super) kind: Kind,
    /// Whether it makes sense for a single task.
    pub(super) of_tasks: bool,
    pub(super) doc: &'static str,
}

/// What stands under a key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// Names with a value each.
    Variables,
    /// A list of policies.
    Policies,
    /// A list of texts, or a function that gives one.
    Texts,
    /// A list of resources.
    Resources,
    /// A list of media types.
    MediaTypes,
    /// A text.
    Text,
    /// An integer.
    Integer,
}

/// Where in a file one is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Level {
    App,
    Stage,
    Task,
    TaskStage,
}

/// What gives a list of texts. The functions that are left out give a text, a condition or ranges of addresses.
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
        kind: Kind::Variables,
        of_tasks: true,
        doc: "Environment variables of the functions. A later value of a name replaces an earlier one.",
    },
    Key {
        name: "policies",
        kind: Kind::Policies,
        of_tasks: true,
        doc: "What the functions may do besides what the application needs: ARNs or names of managed policies, \
              statements, policy documents, SAM policy templates. Later ones are added.",
    },
    Key {
        name: "layers",
        kind: Kind::Texts,
        of_tasks: true,
        doc: "ARNs of layers, in order. Later ones are added, each once; a function may give all of them.",
    },
    Key {
        name: "subnet_ids",
        kind: Kind::Texts,
        of_tasks: true,
        doc: "The subnets in which the functions run. Later ones are added, each once; a function may give all \
              of them.",
    },
    Key {
        name: "security_group_ids",
        kind: Kind::Texts,
        of_tasks: true,
        doc: "The security groups of the functions. Later ones are added, each once; a function may give all of \
              them.",
    },
    Key {
        name: "managed_queue_extras",
        kind: Kind::Resources,
        of_tasks: true,
        doc: "Resources that come with every queue of a task, and with the dead-letter queue. `$QUEUEID` is the \
              queue's logical id, `$EXTRA0` that of the first extra. Later ones are added.",
    },
    Key {
        name: "binary_media_types",
        kind: Kind::MediaTypes,
        of_tasks: false,
        doc: "The media types that the API treats as binary, `image/png` or `*/*` for all: without one, clients get an \
              answer that is binary or compressed as base64 text. Later ones are added, each once, to those in code.",
    },
    Key { name: "domain_name", kind: Kind::Text, of_tasks: false, doc: "The domain name of the API." },
    Key {
        name: "tls_version",
        kind: Kind::Text,
        of_tasks: false,
        doc: "The oldest TLS version that the domain accepts: `TLS_1_2` unless it is said.",
    },
    Key {
        name: "certificate_arn",
        kind: Kind::Text,
        of_tasks: false,
        doc: "The ARN of the domain's certificate; needed with `domain_name`.",
    },
    Key {
        name: "api_access_log_days",
        kind: Kind::Integer,
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
