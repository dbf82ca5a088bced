//! AppStream.

pub(crate) mod instance_type;
