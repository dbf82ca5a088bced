//! A schedule.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::Kind;
use crate::ScheduleExpression;

/// A schedule.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Schedule {
    /// When.
    pub expression: ScheduleExpression,
}

impl Kind for Schedule {}

impl fmt::Display for Schedule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "schedule {}", self.expression)
    }
}
