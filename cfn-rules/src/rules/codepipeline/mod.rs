//! CodePipeline.

pub(crate) mod action_configuration;
pub(crate) mod artifact_counts;
pub(crate) mod stage_order;
pub(crate) mod unknown_artifact;
