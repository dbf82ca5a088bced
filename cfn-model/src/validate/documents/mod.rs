//! What is checked in code of documents inside of properties; the rest is said by their schemas.

pub(super) mod action;
pub(super) mod environment;
pub(super) mod policy;
pub(super) mod state_machine;
