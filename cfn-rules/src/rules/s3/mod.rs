//! S3.

pub(crate) mod acl_without_ownership;
pub(crate) mod archive_days;
pub(crate) mod legacy_acl;
