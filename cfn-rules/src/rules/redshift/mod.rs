//! Redshift.

pub(crate) mod node_type;
