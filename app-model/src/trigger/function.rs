//! Calls of other tasks.

use std::fmt;

use super::{Kind, Synth};

/// Calls of other tasks, which wait for the answer. Nothing else starts the task.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Deserialize), serde(deny_unknown_fields))]
pub struct Function {}

impl Kind for Function {
    fn is_called(&self) -> bool {
        true
    }
}

impl Synth for Function {
    const NAME: &'static str = "function";
}

impl fmt::Display for Function {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("function")
    }
}
