//! DocumentDB.

pub(crate) mod instance_class;
