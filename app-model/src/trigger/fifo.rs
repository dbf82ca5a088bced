//! A FIFO queue of the task's own.

use std::fmt;

use super::{Kind, Seen, Synth, refused};
use crate::{Problem, TaskModel};

/// The largest batch that a FIFO queue gives (Lambda, "batch size").
const LARGEST_BATCH: i64 = 10;

/// Messages of a FIFO queue that belongs to the task; other tasks invoke it through that queue.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Deserialize), serde(deny_unknown_fields))]
pub struct Fifo {}

impl Kind for Fifo {
    fn has_own_queue(&self) -> bool {
        true
    }

    fn is_fifo(&self) -> bool {
        true
    }

    fn reads_queue(&self) -> bool {
        true
    }
}

impl Synth for Fifo {
    const NAME: &'static str = "fifo";

    fn check<'a>(&'a self, task: &'a TaskModel, _: &mut Seen<'a>, problems: &mut Vec<Problem>) {
        let size = task.batch_size().get();
        if size > LARGEST_BATCH {
            let message = format!("batch size: must be at most {LARGEST_BATCH} for a FIFO queue, got {size}");
            problems.push(refused(task, message, "lower it, or use an async task, which keeps no order"));
        }
        if let Some(window) = task.options.batching_window {
            let message = format!("batching window: a FIFO queue has none, got {} s", window.get());
            problems.push(refused(task, message, "remove it: Lambda takes no window for a FIFO queue"));
        }
    }
}

impl fmt::Display for Fifo {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("fifo")
    }
}
