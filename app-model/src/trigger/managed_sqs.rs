//! A queue of the task's own.

use std::fmt;

use super::{Kind, Seen, Synth};
use crate::{Problem, TaskModel};

/// Lambda takes a batch size above this only with a batching window.
pub(crate) const LARGEST_WITHOUT_WINDOW: i64 = 10;

/// Messages of a queue that belongs to the task; other tasks invoke it through that queue.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Deserialize), serde(deny_unknown_fields))]
pub struct ManagedSqs {}

impl Kind for ManagedSqs {
    fn has_own_queue(&self) -> bool {
        true
    }

    fn reads_queue(&self) -> bool {
        true
    }
}

impl Synth for ManagedSqs {
    const NAME: &'static str = "managed_sqs";

    fn check<'a>(&'a self, task: &'a TaskModel, _: &mut Seen<'a>, problems: &mut Vec<Problem>) {
        check_queue(task, problems);
    }
}

/// A concurrency for each lane, or for none; a window for a large batch.
pub(super) fn check_queue(task: &TaskModel, problems: &mut Vec<Problem>) {
    let (size, window) = (task.batch_size(), task.batching_window());
    if size.get() > LARGEST_WITHOUT_WINDOW && window.get() == 0 {
        problems.push(Problem::NoWindow { task: task.id.clone(), size, origin: task.origin.clone() });
    }
    let (lanes, given) = (task.lanes().get(), task.options.lane_concurrency.len());
    if given > 0 && i64::try_from(given) != Ok(lanes) {
        let (id, origin) = (task.id.clone(), task.origin.clone());
        problems.push(Problem::LaneConcurrency { task: id, lanes, given, origin });
    }
}

impl fmt::Display for ManagedSqs {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("async")
    }
}
