//! Metadata of the template and of its resources.

pub(crate) mod invalid_init;
pub(crate) mod invalid_metadata;
pub(crate) mod null_in_metadata;
