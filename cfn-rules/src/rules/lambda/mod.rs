//! Functions and their event source mappings.

pub(crate) mod batch_size;
pub(crate) mod fifo_window;
pub(crate) mod half_a_network;
pub(crate) mod limits;
pub(crate) mod maximum_concurrency;
pub(crate) mod partial_batch;
pub(crate) mod reserved_concurrency;
pub(crate) mod two_consumers;
pub(crate) mod visibility_of_six_timeouts;
pub(crate) mod visibility_timeout;
