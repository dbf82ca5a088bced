//! What starts a task: a file for each kind of trigger.
//!
//! A new kind is a file here with a struct that implements [`Kind`], and a line of [`Trigger`] and of `kind` below.

mod api;
mod managed_sqs;
mod managed_sqs_batch;
mod schedule;
mod sqs;

use std::fmt;

use serde::{Deserialize, Serialize};

pub use api::Api;
pub(crate) use managed_sqs::LARGEST_WITHOUT_WINDOW;
pub use managed_sqs::ManagedSqs;
pub use managed_sqs_batch::ManagedSqsBatch;
pub use schedule::Schedule;
pub use sqs::{QueueArn, Sqs};

use crate::{BatchSize, Problem, TaskModel, TaskOptions, Timeout};

/// What starts a task.
///
/// Whoever matches on it is told by the compiler of a new kind.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Trigger {
    /// Messages of a queue that belongs to the task; other tasks invoke it through that queue.
    ManagedSqs(ManagedSqs),
    /// Messages of such a queue, many in one call of the handler.
    ManagedSqsBatch(ManagedSqsBatch),
    /// Messages of somebody else's queue.
    Sqs(Sqs),
    /// A schedule.
    Schedule(Schedule),
    /// Requests to a route of the application's API.
    Api(Api),
}

/// What an application has to know of a kind of trigger.
trait Kind: fmt::Display {
    /// Whether the task has a queue of its own, through which other tasks invoke it.
    fn has_own_queue(&self) -> bool {
        false
    }

    /// Whether the task's events are messages of a queue, and it answers with those that failed.
    fn reads_queue(&self) -> bool {
        false
    }

    /// The timeout of a task that has none of its own.
    fn default_timeout(&self) -> Timeout {
        TaskOptions::DEFAULT_TIMEOUT
    }

    /// How many messages an invocation gets at most, where the task does not say it.
    fn default_batch_size(&self) -> BatchSize {
        TaskOptions::DEFAULT_BATCH_SIZE
    }

    /// What is wrong with the trigger of a task, alone and together with those before it.
    fn check<'a>(&'a self, _task: &'a TaskModel, _seen: &mut Seen<'a>, _problems: &mut Vec<Problem>) {}
}

/// What the tasks so far have: it must not be there twice.
#[derive(Default)]
pub(crate) struct Seen<'a> {
    routes: api::Routes<'a>,
}

impl Trigger {
    fn kind(&self) -> &dyn Kind {
        match self {
            Trigger::ManagedSqs(kind) => kind,
            Trigger::ManagedSqsBatch(kind) => kind,
            Trigger::Sqs(kind) => kind,
            Trigger::Schedule(kind) => kind,
            Trigger::Api(kind) => kind,
        }
    }

    /// Whether the task has a queue of its own, through which other tasks invoke it.
    pub fn has_own_queue(&self) -> bool {
        self.kind().has_own_queue()
    }

    /// Whether the task's events are messages of a queue, and it answers with those that failed.
    pub fn reads_queue(&self) -> bool {
        self.kind().reads_queue()
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

    pub(crate) fn check<'a>(&'a self, task: &'a TaskModel, seen: &mut Seen<'a>, problems: &mut Vec<Problem>) {
        self.kind().check(task, seen, problems);
    }
}

impl fmt::Display for Trigger {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.kind().fmt(f)
    }
}
