//! SageMaker.

pub(crate) mod cluster_instance_type;
pub(crate) mod hosting_instance_type;
pub(crate) mod processing_instance_type;
pub(crate) mod transform_instance_type;
