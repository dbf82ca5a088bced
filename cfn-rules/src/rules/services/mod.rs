//! Services that AWS shuts down.

pub(crate) mod in_maintenance;
pub(crate) mod lifecycle;
pub(crate) mod shut_down;
pub(crate) mod shutting_down;
