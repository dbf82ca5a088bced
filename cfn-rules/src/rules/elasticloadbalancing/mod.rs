//! Elastic Load Balancing.

pub(crate) mod application_subnets;
pub(crate) mod classic_listener_certificate;
pub(crate) mod geneve_listener_rule;
pub(crate) mod geneve_port;
pub(crate) mod health_check_protocol;
pub(crate) mod listener_certificate;
pub(crate) mod target_type;
