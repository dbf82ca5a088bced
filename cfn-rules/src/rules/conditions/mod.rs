//! The section `Conditions`. The functions in it are checked in `functions`.

pub(crate) mod circular_condition;
pub(crate) mod unused_condition;
