//! ElastiCache.

pub(crate) mod cluster_mode_failover;
pub(crate) mod engine_version;
pub(crate) mod node_type;
pub(crate) mod valkey_encryption;
