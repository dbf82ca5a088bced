//! The section `Outputs`.

pub(crate) mod invalid_output;
pub(crate) mod missing_value;
pub(crate) mod too_long;
pub(crate) mod too_many;
pub(crate) mod wrong_type;
