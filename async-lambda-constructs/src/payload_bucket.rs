//! The bucket for payloads that are too large for a message.

use async_lambda_model::AppOptions;
use cfn_model::{
    DeletionPolicy, Resource, Value,
    s3::{self, BucketHandle, bucket},
};

use crate::{Construct, Stack, grant::tls_only, iam::PolicyDocument};

/// A private bucket for data in transit: encrypted, reached over TLS only, emptied by itself.
///
/// ```
/// use async_lambda_constructs::prelude::*;
///
/// let mut stack = Stack::new("orders");
/// let payloads = stack.add("Payloads", PayloadBucket::new().expire_after_days(7));
/// let read = payloads.grant_read();
/// ```
#[derive(Clone, Debug)]
#[must_use = "a construct does nothing until it is added to a stack"]
pub struct PayloadBucket {
    bucket_name: Option<Value<String>>,
    expire_after_days: i64,
    deletion_policy: Option<DeletionPolicy>,
    kms_key: Option<Value<String>>,
}

impl Default for PayloadBucket {
    fn default() -> PayloadBucket {
        PayloadBucket::new()
    }
}

impl PayloadBucket {
    /// A bucket whose policy has the logical id `<id>Policy`. Its objects expire after 30 days: longer than the 14 days that a
    /// message can wait, and a dead-letter queue's 14 days after that.
    pub fn new() -> PayloadBucket {
        let expire_after_days = AppOptions::DEFAULT_PAYLOAD_RETENTION.get();
        PayloadBucket { bucket_name: None, expire_after_days, deletion_policy: None, kms_key: None }
    }

    /// The physical name, which is unique among all buckets in the world.
    pub fn bucket_name(mut self, name: impl Into<Value<String>>) -> PayloadBucket {
        self.bucket_name = Some(name.into());
        self
    }

    /// After how many days an object is deleted: 1 or more.
    pub fn expire_after_days(mut self, days: i64) -> PayloadBucket {
        self.expire_after_days = days;
        self
    }

    /// The ARN of a KMS key with which objects are encrypted, instead of S3's own keys. Who writes objects needs
    /// `kms:GenerateDataKey` of it, and who reads them `kms:Decrypt`.
    pub fn kms_key(mut self, arn: impl Into<Value<String>>) -> PayloadBucket {
        self.kms_key = Some(arn.into());
        self
    }

    /// What happens to the bucket when the stack is deleted. CloudFormation cannot delete one that holds objects.
    pub fn deletion_policy(mut self, policy: DeletionPolicy) -> PayloadBucket {
        self.deletion_policy = Some(policy);
        self
    }
}

impl Construct for PayloadBucket {
    type Handle = BucketHandle;

    #[track_caller]
    fn build(self, id: &str, stack: &mut Stack) -> BucketHandle {
        let encryption = bucket::ServerSideEncryptionRule::default();
        let encryption = match self.kms_key {
            // With a key of the bucket's own, KMS is not asked for each object.
            Some(key) => encryption.bucket_key_enabled(true).server_side_encryption_by_default(
                bucket::ServerSideEncryptionByDefault::new("aws:kms").kms_master_key_id(key),
            ),
            None => encryption.server_side_encryption_by_default(bucket::ServerSideEncryptionByDefault::new("AES256")),
        };
        let expiry = bucket::Rule::new("Enabled")
            .id("ExpirePayloads")
            .expiration_in_days(self.expire_after_days)
            .abort_incomplete_multipart_upload(bucket::AbortIncompleteMultipartUpload::new(1));
        let mut properties = s3::Bucket::new()
            .bucket_encryption(bucket::BucketEncryption::new([encryption]))
            .public_access_block_configuration(
                bucket::PublicAccessBlockConfiguration::default()
                    .block_public_acls(true)
                    .block_public_policy(true)
                    .ignore_public_acls(true)
                    .restrict_public_buckets(true),
            )
            .lifecycle_configuration(bucket::LifecycleConfiguration::new([expiry]));
        properties.bucket_name = self.bucket_name;
        let mut resource = Resource::new(properties);
        if let Some(policy) = self.deletion_policy {
            resource = resource.deletion_policy(policy).update_replace_policy(policy);
        }
        let handle = stack.add(id, resource);
        stack.add(
            format!("{id}Policy"),
            s3::BucketPolicy::new(handle.reference(), PolicyDocument::new().statement(tls_only(&handle))),
        );
        handle
    }
}
