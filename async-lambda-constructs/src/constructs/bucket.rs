//! A bucket of S3.

use std::ops::Deref;

use cfn_model::{
    DeletionPolicy, List, Resource, Value,
    s3::{self, bucket},
};

use crate::{Construct, Stack, access, grant::tls_only, iam::PolicyDocument, metric::Metric};

/// How many days a version that was replaced or deleted stays.
const OLD_VERSIONS: i64 = 30;
/// After how many days the parts of an upload that was never finished are deleted.
const UNFINISHED_UPLOADS: i64 = 7;
/// S3 counts the size of a bucket once a day.
const DAY: i64 = 86_400;

/// A private bucket of S3.
///
/// | | default |
/// |---|---|
/// | public access | none, whatever its objects or policies say |
/// | unencrypted requests | refused, by a bucket policy with the logical id `<id>Policy` |
/// | encryption | S3's own keys, which cost nothing |
/// | versions | kept for 30 days after they were replaced or deleted: the only way back from a wrong write |
/// | uploads that were never finished | deleted after 7 days: nobody sees them, and they cost |
/// | when the stack is deleted, or the bucket replaced | the bucket stays, with its objects |
///
/// ```
/// use async_lambda_constructs::{constructs::Bucket, prelude::*};
///
/// let mut stack = Stack::new("photos");
/// let photos = stack.add("Photos", Bucket::new().expire_after_days("thumbnails/", 30));
/// let policy = photos.grant_read().and(photos.grant_write());
/// stack.output("PhotosName", Output::new(photos.name()));
/// assert!(!stack.validate().has_errors());
/// ```
#[derive(Clone, Debug)]
#[must_use = "a construct does nothing until it is added to a stack"]
pub struct Bucket {
    bucket: s3::Bucket,
    rules: Vec<bucket::Rule>,
    has_versions: bool,
    key: Option<Value<String>>,
    deletion_policy: DeletionPolicy,
}

/// A bucket that is in a stack. It derefs to its [`access`], which has the grants.
#[derive(Clone, Debug)]
pub struct BucketHandle {
    bucket: s3::BucketHandle,
    access: access::Bucket,
}

impl Default for Bucket {
    fn default() -> Bucket {
        Bucket::new()
    }
}

impl Bucket {
    /// A bucket without a physical name of its own: names are unique among all buckets in the world.
    pub fn new() -> Bucket {
        let private = bucket::PublicAccessBlockConfiguration::default()
            .block_public_acls(true)
            .block_public_policy(true)
            .ignore_public_acls(true)
            .restrict_public_buckets(true);
        Bucket {
            bucket: s3::Bucket::new().public_access_block_configuration(private),
            rules: Vec::new(),
            has_versions: true,
            key: None,
            deletion_policy: DeletionPolicy::Retain,
        }
    }

    /// The physical name: 3 to 63 small letters, digits, dots and hyphens, unique among all buckets in the world.
    pub fn bucket_name(mut self, name: impl Into<Value<String>>) -> Bucket {
        self.bucket = self.bucket.bucket_name(name);
        self
    }

    /// Deletes objects whose keys begin with the prefix after so many days: 1 or more. An empty prefix is all of them.
    pub fn expire_after_days(mut self, prefix: &str, days: impl Into<Value<i64>>) -> Bucket {
        let rule = bucket::Rule::new("Enabled").expiration_in_days(days);
        self.rules.push(match prefix {
            "" => rule,
            prefix => rule.prefix(prefix),
        });
        self
    }

    /// Without versions: what is replaced or deleted is gone, and is not paid for.
    pub fn without_versions(mut self) -> Bucket {
        self.has_versions = false;
        self
    }

    /// Encrypts with a key of KMS: its ARN. What the handle grants includes the use of the key.
    pub fn encrypted_with(mut self, key: impl Into<Value<String>>) -> Bucket {
        self.key = Some(key.into());
        self
    }

    /// Lets pages of these origins read and upload objects from a browser: `https://example.com`.
    pub fn cors<O: Into<Value<String>>>(mut self, origins: impl IntoIterator<Item = O>) -> Bucket {
        let origins: List<String> = origins.into_iter().map(Into::into).collect();
        let methods = ["GET", "HEAD", "POST", "PUT"];
        // Browsers ask again after an hour.
        let rule =
            bucket::CorsRule::new(methods, origins).allowed_headers(["*"]).exposed_headers(["ETag"]).max_age(3_600);
        self.bucket = self.bucket.cors_configuration(bucket::CorsConfiguration::new([rule]));
        self
    }

    /// Sends an event for each change to the default bus of EventBridge, for an [`EventRule`](super::EventRule).
    pub fn event_bridge(mut self) -> Bucket {
        let configuration = bucket::NotificationConfiguration::default()
            .eventbridge_configuration(bucket::EventBridgeConfiguration::new(true));
        self.bucket = self.bucket.notification_configuration(configuration);
        self
    }

    /// What happens to the bucket when it is removed from the stack, or replaced. CloudFormation cannot delete one that holds
    /// objects.
    pub fn deletion_policy(mut self, policy: DeletionPolicy) -> Bucket {
        self.deletion_policy = policy;
        self
    }

    /// Any other property: `customize_bucket(|bucket| bucket.object_lock_enabled(true))`.
    pub fn customize_bucket(mut self, change: impl FnOnce(s3::Bucket) -> s3::Bucket) -> Bucket {
        self.bucket = change(self.bucket);
        self
    }
}

impl Construct for Bucket {
    type Handle = BucketHandle;

    #[track_caller]
    fn build(self, id: &str, stack: &mut Stack) -> BucketHandle {
        let encryption = bucket::ServerSideEncryptionRule::default();
        let encryption = match &self.key {
            // With a key of the bucket's own, KMS is not asked for each object.
            Some(key) => encryption.bucket_key_enabled(true).server_side_encryption_by_default(
                bucket::ServerSideEncryptionByDefault::new("aws:kms").kms_master_key_id(key.clone()),
            ),
            None => encryption.server_side_encryption_by_default(bucket::ServerSideEncryptionByDefault::new("AES256")),
        };
        let unfinished = bucket::AbortIncompleteMultipartUpload::new(UNFINISHED_UPLOADS);
        let mut rules = vec![bucket::Rule::new("Enabled").abort_incomplete_multipart_upload(unfinished)];
        let mut properties = self.bucket;
        if self.has_versions {
            properties = properties.versioning_configuration(bucket::VersioningConfiguration::new("Enabled"));
            let old = bucket::NoncurrentVersionExpiration::new(OLD_VERSIONS);
            rules.push(bucket::Rule::new("Enabled").noncurrent_version_expiration(old));
        }
        rules.extend(self.rules);
        let properties = properties
            .bucket_encryption(bucket::BucketEncryption::new([encryption]))
            .lifecycle_configuration(bucket::LifecycleConfiguration::new(rules));
        let policy = self.deletion_policy;
        let bucket = stack.add(id, Resource::new(properties).deletion_policy(policy).update_replace_policy(policy));
        let policy = PolicyDocument::new().statement(tls_only(&bucket));
        stack.add(format!("{id}Policy"), s3::BucketPolicy::new(bucket.reference(), policy));
        let access = access::Bucket::from_arn(bucket.arn()).with_key(self.key);
        BucketHandle { bucket, access }
    }
}

impl BucketHandle {
    /// The bucket's name.
    pub fn name(&self) -> Value<String> {
        self.bucket.reference()
    }

    /// The resource.
    pub fn resource(&self) -> &s3::BucketHandle {
        &self.bucket
    }

    /// One of the metrics that S3 stores once a day, by name and kind of storage.
    pub fn metric(&self, name: &str, storage: &str) -> Metric {
        let metric = Metric::new("AWS/S3", name).dimension("BucketName", self.name());
        metric.dimension("StorageType", storage).period(DAY)
    }

    /// How many bytes its objects and their old versions take, in the storage class `STANDARD`.
    pub fn metric_size(&self) -> Metric {
        self.metric("BucketSizeBytes", "StandardStorage").label("bytes")
    }

    /// How many objects and old versions it has.
    pub fn metric_objects(&self) -> Metric {
        self.metric("NumberOfObjects", "AllStorageTypes").label("objects")
    }
}

impl Deref for BucketHandle {
    type Target = access::Bucket;

    fn deref(&self) -> &access::Bucket {
        &self.access
    }
}

impl AsRef<str> for BucketHandle {
    fn as_ref(&self) -> &str {
        self.bucket.as_ref()
    }
}
