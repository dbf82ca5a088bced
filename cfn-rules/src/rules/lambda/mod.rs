//! Lambda.

pub(crate) mod deprecated_runtime;
pub(crate) mod environment_size;
pub(crate) mod fifo_batch;
pub(crate) mod image_properties;
pub(crate) mod inline_code_runtime;
pub(crate) mod inline_code_without_runtime;
pub(crate) mod layer_arn_length;
pub(crate) mod layer_without_account;
pub(crate) mod queue_with_start;
pub(crate) mod runtime_not_changeable;
pub(crate) mod runtime_not_creatable;
pub(crate) mod runtimes;
pub(crate) mod stream_without_start;
pub(crate) mod system_log_level;
pub(crate) mod timeout_too_long;
pub(crate) mod zip_without_handler;
