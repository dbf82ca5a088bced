//! EMR.

pub(crate) mod instance_type;
