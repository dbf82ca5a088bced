//! Functions and their event source mappings.

pub(crate) mod batch_size;
pub(crate) mod deprecated_runtime;
pub(crate) mod environment_size;
pub(crate) mod fifo_batch;
pub(crate) mod fifo_window;
pub(crate) mod half_a_network;
pub(crate) mod image_properties;
pub(crate) mod inline_code_runtime;
pub(crate) mod inline_code_without_runtime;
pub(crate) mod layer_arn_length;
pub(crate) mod layer_without_account;
pub(crate) mod limits;
pub(crate) mod maximum_concurrency;
pub(crate) mod partial_batch;
pub(crate) mod queue_with_start;
pub(crate) mod reserved_concurrency;
pub(crate) mod runtime_not_changeable;
pub(crate) mod runtime_not_creatable;
pub(crate) mod runtimes;
pub(crate) mod stream_without_start;
pub(crate) mod system_log_level;
pub(crate) mod timeout_too_long;
pub(crate) mod two_consumers;
pub(crate) mod visibility_of_six_timeouts;
pub(crate) mod visibility_timeout;
pub(crate) mod zip_without_handler;
