//! A queue of the task's own.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::{Kind, Seen};
use crate::{Problem, TaskModel};

/// Messages of a queue that belongs to the task; other tasks invoke it through that queue.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ManagedSqs {}

impl Kind for ManagedSqs {
    fn has_own_queue(&self) -> bool {
        true
    }

    fn reads_queue(&self) -> bool {
        true
    }

    fn check<'a>(&'a self, task: &'a TaskModel, _: &mut Seen<'a>, problems: &mut Vec<Problem>) {
        check_lanes(task, problems);
    }
}

/// A concurrency for each lane, or for none.
pub(super) fn check_lanes(task: &TaskModel, problems: &mut Vec<Problem>) {
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
