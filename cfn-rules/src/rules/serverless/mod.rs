//! The Serverless Application Model (SAM): its resources, its transform and `Globals`.

pub(crate) mod attribute_without_transform;
pub(crate) mod ignored_attribute;
pub(crate) mod invalid_globals;
pub(crate) mod refused;
pub(crate) mod too_many_after_transform;
pub(crate) mod type_without_transform;
