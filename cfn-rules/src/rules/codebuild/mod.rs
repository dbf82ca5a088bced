//! CodeBuild.

pub(crate) mod s3_location;
