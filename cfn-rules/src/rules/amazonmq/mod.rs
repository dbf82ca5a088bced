//! Amazon MQ.

pub(crate) mod instance_type;
