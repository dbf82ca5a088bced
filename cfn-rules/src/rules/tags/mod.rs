//! Tags.

pub(crate) mod invalid_tag;
