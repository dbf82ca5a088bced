//! GuardDuty.

pub(crate) mod data_sources_with_features;
