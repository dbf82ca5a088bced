//! Nested stacks.

pub(crate) mod nested_parameters;
