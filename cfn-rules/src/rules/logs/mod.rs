//! CloudWatch Logs.

pub(crate) mod subscription_filters;
