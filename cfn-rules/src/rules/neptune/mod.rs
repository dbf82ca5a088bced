//! Neptune.

pub(crate) mod instance_class;
