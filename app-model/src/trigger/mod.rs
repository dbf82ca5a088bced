//! Triggers: a file for each kind.
//!
//! A new kind is a file here with a struct that implements `Kind` and `Synth`, and its name in [`Trigger`] and in `kinds` below.

mod api;
mod arn;
mod dead_letters;
mod dynamodb;
mod fifo;
mod filter;
mod function;
mod managed_sqs;
mod managed_sqs_batch;
mod numbers;
mod schedule;
mod sqs;

use std::fmt;

pub use api::Api;
pub use arn::{QueueArn, StreamArn};
pub use dead_letters::DeadLetters;
pub use dynamodb::{DynamoDb, StartingPosition};
pub use fifo::Fifo;
pub use function::Function;
pub(crate) use managed_sqs::LARGEST_WITHOUT_WINDOW;
pub use managed_sqs::ManagedSqs;
pub use managed_sqs_batch::ManagedSqsBatch;
pub use schedule::Schedule;
pub use sqs::Sqs;

use crate::{BatchSize, Problem, TaskModel, TaskOptions, Timeout, data::Object};

/// The trigger of a task.
///
/// A `match` on it must name every kind, so a new kind does not compile before each of them has it.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Deserialize), serde(rename_all = "snake_case"))]
pub enum Trigger {
    /// Messages of a queue that belongs to the task; other tasks invoke it through that queue.
    ManagedSqs(ManagedSqs),
    /// Messages of such a queue, many in one call of the handler.
    ManagedSqsBatch(ManagedSqsBatch),
    /// Messages of a FIFO queue that belongs to the task.
    Fifo(Fifo),
    /// Messages that other tasks did not handle.
    DeadLetters(DeadLetters),
    /// Messages of somebody else's queue.
    Sqs(Sqs),
    /// A schedule.
    Schedule(Schedule),
    /// Requests to a route of the application's API.
    Api(Api),
    /// Changes of the items of a DynamoDB table.
    #[cfg_attr(feature = "serde", serde(rename = "dynamodb"))]
    DynamoDb(DynamoDb),
    /// Calls of other tasks, which wait for the answer.
    Function(Function),
}

macro_rules! kinds {
    ($($kind:ident),*) => {
        impl Trigger {
            fn kind(&self) -> &dyn Kind {
                match self { $(Trigger::$kind(kind) => kind,)* }
            }

            pub(crate) fn check<'a>(&'a self, task: &'a TaskModel, seen: &mut Seen<'a>, problems: &mut Vec<Problem>) {
                match self { $(Trigger::$kind(kind) => kind.check(task, seen, problems),)* }
            }

            /// The kind's name and what it has, as JSON.
            pub(crate) fn data(&self) -> Object {
                match self { $(Trigger::$kind(kind) => Object::new().with($kind::NAME, kind.data()),)* }
            }
        }

        $(impl From<$kind> for Trigger {
            fn from(kind: $kind) -> Trigger {
                Trigger::$kind(kind)
            }
        })*
    };
}

kinds!(ManagedSqs, ManagedSqsBatch, Fifo, DeadLetters, Sqs, Schedule, Api, DynamoDb, Function);

/// A kind of trigger, as the rest of this crate needs it.
trait Kind: fmt::Display {
    /// Whether the task has a queue of its own.
    fn has_own_queue(&self) -> bool {
        false
    }

    /// Whether other tasks invoke it through its queue.
    fn is_invocable(&self) -> bool {
        self.has_own_queue()
    }

    /// Whether its queue is a FIFO queue.
    fn is_fifo(&self) -> bool {
        false
    }

    /// Whether its queue is the dead-letter queue of other tasks.
    fn takes_dead_letters(&self) -> bool {
        false
    }

    /// Whether the task's events are messages of a queue, and it answers with those that failed.
    fn reads_queue(&self) -> bool {
        false
    }

    /// Whether other tasks call the task, and wait for its answer.
    fn is_called(&self) -> bool {
        false
    }

    /// Whether the task's events are batches of records, and it answers with those that failed.
    fn reports_failures(&self) -> bool {
        self.reads_queue()
    }

    /// The timeout of a task that has none of its own.
    fn default_timeout(&self) -> Timeout {
        TaskOptions::DEFAULT_TIMEOUT
    }

    /// How many messages an invocation gets at most, where the task does not say it.
    fn default_batch_size(&self) -> BatchSize {
        TaskOptions::DEFAULT_BATCH_SIZE
    }
}

/// The part of a kind of trigger that only synthesis needs. It is not in [`Kind`], so that its code is in no bootstrap.
trait Synth {
    /// The name of the kind in JSON.
    const NAME: &'static str;

    /// The options of the trigger, as JSON.
    fn data(&self) -> Object {
        Object::new()
    }

    /// Reports mistakes in the trigger of a task, alone and together with those before it.
    fn check<'a>(&'a self, _task: &'a TaskModel, _seen: &mut Seen<'a>, _problems: &mut Vec<Problem>) {}
}

/// Routes of the tasks so far, which no other task may have.
#[derive(Default)]
pub(crate) struct Seen<'a> {
    routes: api::Routes<'a>,
}

/// An option that AWS refuses, of the trigger of this task.
fn refused(task: &TaskModel, message: String, help: impl Into<String>) -> Problem {
    Problem::Trigger { task: task.id.clone(), message, help: Some(help.into()), origin: task.origin.clone() }
}

impl Trigger {
    /// Whether the task has a queue of its own.
    pub fn has_own_queue(&self) -> bool {
        self.kind().has_own_queue()
    }

    /// Whether other tasks invoke it through its queue.
    pub fn is_invocable(&self) -> bool {
        self.kind().is_invocable()
    }

    /// Whether the queue of its own is a FIFO queue.
    pub fn is_fifo(&self) -> bool {
        self.kind().is_fifo()
    }

    /// Whether its queue is the dead-letter queue of other tasks.
    pub fn takes_dead_letters(&self) -> bool {
        self.kind().takes_dead_letters()
    }

    /// Whether the task's events are messages of a queue, and it answers with those that failed.
    pub fn reads_queue(&self) -> bool {
        self.kind().reads_queue()
    }

    /// Whether the task's events are batches of records, of a queue or a stream, and it answers with those that failed.
    pub fn reports_failures(&self) -> bool {
        self.kind().reports_failures()
    }

    /// Whether other tasks call the task, and wait for its answer.
    pub fn is_called(&self) -> bool {
        self.kind().is_called()
    }

    /// The route, if the task answers requests.
    pub fn route(&self) -> Option<&Api> {
        match self {
            Trigger::Api(api) => Some(api),
            _ => None,
        }
    }

    pub(crate) fn default_timeout(&self) -> Timeout {
        self.kind().default_timeout()
    }

    pub(crate) fn default_batch_size(&self) -> BatchSize {
        self.kind().default_batch_size()
    }
}

impl fmt::Display for Trigger {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.kind().fmt(f)
    }
}

/// Helpers for the tests of all kinds.
#[cfg(test)]
pub(crate) mod testing {
    use pretty_assertions::assert_eq;

    use super::Trigger;
    use crate::{AppModel, AppName, AppOptions, Origin, Problem, TaskId, TaskModel};

    /// A line of `src/lib.rs`.
    pub(crate) fn origin(line: u32) -> Origin {
        Origin { file: "src/lib.rs".to_owned(), line, column: 0 }
    }

    /// The application `shop`, at line 1.
    pub(crate) fn model(tasks: Vec<TaskModel>) -> AppModel {
        AppModel {
            name: AppName::literal("shop"),
            tasks,
            delete_payloads: false,
            binary_media_types: Vec::new(),
            cors: None,
            options: AppOptions::default(),
            origin: origin(1),
        }
    }

    /// Compares the problems of an application that has one task `A`, at line 1.
    pub(super) fn check(trigger: Trigger, expected: &[&str]) {
        let model = model(vec![TaskModel::new(TaskId::literal("A"), trigger, origin(1))]);
        let problems: Vec<String> = model.check().iter().map(Problem::to_string).collect();
        assert_eq!(problems, expected);
    }
}
