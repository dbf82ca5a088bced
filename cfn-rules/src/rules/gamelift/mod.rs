//! GameLift.

pub(crate) mod instance_type;
