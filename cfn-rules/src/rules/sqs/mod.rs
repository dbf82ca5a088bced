//! Queues.

pub(crate) mod throttled_once;
