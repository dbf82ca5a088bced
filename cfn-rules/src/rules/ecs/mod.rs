//! ECS.

pub(crate) mod awslogs_options;
pub(crate) mod daemon_strategy;
pub(crate) mod essential_container;
pub(crate) mod fargate_log_driver;
pub(crate) mod fargate_properties;
pub(crate) mod fargate_size;
pub(crate) mod health_check_port;
pub(crate) mod host_port;
pub(crate) mod service_without_network;
pub(crate) mod task_not_for_fargate;
