//! From what the rules found to a report: order, suppression, supersession.

pub(crate) mod globals;
pub(crate) mod order;
pub(crate) mod silence;
pub(crate) mod supersede;
