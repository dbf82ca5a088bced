//! The section `Parameters`.

pub(crate) mod default_violates_constraints;
pub(crate) mod invalid_parameter;
pub(crate) mod too_long;
pub(crate) mod too_many;
pub(crate) mod unchecked_parameter_type;
pub(crate) mod unknown_type;
pub(crate) mod unused_parameter;
