//! Queues.

pub(crate) mod dead_letter_queue_kind;
pub(crate) mod fifo_properties;
pub(crate) mod throttled_once;
pub(crate) mod visibility_below_timeout;
