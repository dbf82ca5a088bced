//! The section `Mappings`.

pub(crate) mod invalid_mapping;
pub(crate) mod long_key;
pub(crate) mod too_many;
pub(crate) mod unused_mapping;
