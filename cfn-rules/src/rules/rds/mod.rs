//! RDS.

pub(crate) mod aurora_cluster;
pub(crate) mod aurora_instance_properties;
pub(crate) mod backup_retention;
pub(crate) mod cluster_engine_version;
pub(crate) mod cluster_instance_class;
pub(crate) mod cluster_scaling;
pub(crate) mod deprecated_cluster_engine_version;
pub(crate) mod deprecated_instance_engine_version;
pub(crate) mod encryption_of_cluster;
pub(crate) mod engine_of_cluster;
pub(crate) mod enhanced_monitoring;
pub(crate) mod ignored_replica_mode;
pub(crate) mod ignored_with_source;
pub(crate) mod instance_class_of_engine;
pub(crate) mod instance_engine_version;
pub(crate) mod key_without_encryption;
pub(crate) mod multi_az_cluster;
pub(crate) mod serverless_performance_insights;
pub(crate) mod unknown_replica_mode;
pub(crate) mod user_name_with_snapshot;
