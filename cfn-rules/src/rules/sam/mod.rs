//! The SAM transform: what needs it, what it ignores, and `Globals`.

pub(crate) mod attribute_without_transform;
pub(crate) mod ignored_attribute;
pub(crate) mod invalid_globals;
pub(crate) mod type_without_transform;
