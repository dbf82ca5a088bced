//! A bucket of S3.

use super::{Access, Kind};
use crate::iam::PolicyDocument;

/// The kind of [`Bucket`].
#[derive(Debug)]
pub enum BucketKind {}

impl Kind for BucketKind {
    const SERVICE: &'static str = "s3";
    const ARN: &'static str = "arn:${AWS::Partition}:s3:::{}";
}

/// A bucket of S3.
pub type Bucket = Access<BucketKind>;

impl Bucket {
    /// Reading objects, and listing them.
    pub fn grant_read(&self) -> PolicyDocument {
        self.policy(&["s3:GetObject", "s3:ListBucket"], [self.arn(), self.below("/*")], &["kms:Decrypt"])
    }

    /// Writing objects. Large ones are uploaded in parts, which needs `kms:Decrypt` too.
    pub fn grant_write(&self) -> PolicyDocument {
        let key = &["kms:Decrypt", "kms:GenerateDataKey"];
        self.policy(&["s3:AbortMultipartUpload", "s3:PutObject"], [self.below("/*")], key)
    }

    /// Deleting objects.
    pub fn grant_delete(&self) -> PolicyDocument {
        self.policy(&["s3:DeleteObject"], [self.below("/*")], &[])
    }
}
