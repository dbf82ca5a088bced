//! A queue of the task's own, whose messages are handled many at once.

use std::fmt;

use super::{Kind, Seen, Synth, managed_sqs};
use crate::{BatchSize, Problem, TaskModel, TaskOptions};

/// Messages of a queue that belongs to the task, many in one call of its handler; other tasks invoke it through that queue.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Deserialize), serde(deny_unknown_fields))]
pub struct ManagedSqsBatch {}

impl Kind for ManagedSqsBatch {
    fn has_own_queue(&self) -> bool {
        true
    }

    fn reads_queue(&self) -> bool {
        true
    }

    fn default_batch_size(&self) -> BatchSize {
        TaskOptions::DEFAULT_SIZE_OF_BATCH_TASK
    }
}

impl Synth for ManagedSqsBatch {
    const NAME: &'static str = "managed_sqs_batch";

    fn check<'a>(&'a self, task: &'a TaskModel, _: &mut Seen<'a>, problems: &mut Vec<Problem>) {
        managed_sqs::check_queue(task, problems);
    }
}

impl fmt::Display for ManagedSqsBatch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("async batch")
    }
}
