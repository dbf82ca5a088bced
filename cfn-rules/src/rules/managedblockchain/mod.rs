//! Managed Blockchain.

pub(crate) mod node_instance_type;
