//! What is checked in code of documents inside of properties; the rest is said by their schemas.

pub(crate) mod action;
pub(crate) mod environment;
pub(crate) mod policy;
pub(crate) mod state_machine;
