//! SNS.

pub(crate) mod subscription_endpoint;
