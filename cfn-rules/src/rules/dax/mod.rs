//! DAX.

pub(crate) mod node_type;
