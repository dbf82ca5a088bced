//! EventBridge.

pub(crate) mod schedule;
