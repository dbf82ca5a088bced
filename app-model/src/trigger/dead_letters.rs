//! Dead letters of other tasks.

use std::fmt;

use super::{Kind, Seen, Synth, managed_sqs};
use crate::{Problem, TaskModel};

/// Messages that other tasks did not handle. They come into a queue of the task's own, which nobody sends to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Deserialize), serde(deny_unknown_fields))]
pub struct DeadLetters {}

impl Kind for DeadLetters {
    fn has_own_queue(&self) -> bool {
        true
    }

    fn is_invocable(&self) -> bool {
        false
    }

    fn takes_dead_letters(&self) -> bool {
        true
    }

    fn reads_queue(&self) -> bool {
        true
    }
}

impl Synth for DeadLetters {
    const NAME: &'static str = "dead_letters";

    fn check<'a>(&'a self, task: &'a TaskModel, _: &mut Seen<'a>, problems: &mut Vec<Problem>) {
        managed_sqs::check_queue(task, problems);
    }
}

impl fmt::Display for DeadLetters {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("dead letters")
    }
}
