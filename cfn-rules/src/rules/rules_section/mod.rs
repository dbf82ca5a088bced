//! The section `Rules`, which checks parameters before any resource is created. The functions in it are checked in
//! `functions`.

pub(crate) mod invalid_rule;
