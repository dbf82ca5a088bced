//! A queue of the task's own.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::Kind;

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
}

impl fmt::Display for ManagedSqs {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("async")
    }
}
