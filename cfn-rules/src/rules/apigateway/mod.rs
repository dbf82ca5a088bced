//! API Gateway.

pub(crate) mod authorizer_cache;
pub(crate) mod authorizer_of_other_api;
pub(crate) mod authorizer_type;
pub(crate) mod deployment_of_other_api;
pub(crate) mod idle_method_setting;
pub(crate) mod method_setting_path;
pub(crate) mod mixed_definition;
pub(crate) mod rest_api_name;
mod same_api;
pub(crate) mod slow_function;
