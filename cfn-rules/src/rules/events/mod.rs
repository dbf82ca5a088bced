//! EventBridge.

pub(crate) mod never_fires;
pub(crate) mod pattern;
pub(crate) mod schedule;
