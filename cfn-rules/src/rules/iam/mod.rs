//! Policies of identities.

pub(crate) mod too_much_allowed;
