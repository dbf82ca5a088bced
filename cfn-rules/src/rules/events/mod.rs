//! EventBridge.

pub(crate) mod never_fires;
pub(crate) mod schedule;
