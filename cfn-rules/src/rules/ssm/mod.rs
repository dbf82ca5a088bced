//! Systems Manager.

pub(crate) mod reserved_name;
