//! CodeBuild.

pub(crate) mod role_with_path;
pub(crate) mod s3_location;
