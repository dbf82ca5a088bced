//! Certificate Manager.

pub(crate) mod validation_domain;
