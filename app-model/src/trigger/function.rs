//! Calls of other tasks.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::{Check, Kind};

/// Calls of other tasks, which wait for the answer. Nothing else starts the task.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Function {}

impl Kind for Function {
    fn is_called(&self) -> bool {
        true
    }
}

impl Check for Function {}

impl fmt::Display for Function {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("function")
    }
}
