//! The template itself: its text, sections, description and transform, and nulls anywhere.

pub(crate) mod deleted_null;
pub(crate) mod invalid_description;
pub(crate) mod long_description;
pub(crate) mod null_value;
pub(crate) mod too_large;
pub(crate) mod too_many_references;
pub(crate) mod transform;
pub(crate) mod unknown_section;
pub(crate) mod yaml_alias;
pub(crate) mod yaml_merge;
pub(crate) mod yaml_number;
