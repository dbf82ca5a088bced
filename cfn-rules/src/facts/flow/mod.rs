//! The asynchronous flow as a graph: resources whose properties can be asked for, what is wired to what, what each
//! role allows, and in which scenarios that holds.

pub(crate) mod environment;
pub(crate) mod graph;
pub(crate) mod integrations;
pub(crate) mod loops;
pub(crate) mod made;
pub(crate) mod mentions;
pub(crate) mod model;
pub(crate) mod permission;
pub(crate) mod queue_policies;
pub(crate) mod roles;
pub(crate) mod scenario;
pub(crate) mod text;
pub(crate) mod timing;
pub(crate) mod wiring;
