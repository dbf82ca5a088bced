//! Buckets.

use async_lambda_constructs::{
    constructs::{Alarm, Bucket},
    prelude::*,
};
use pretty_assertions::assert_eq;

use super::properties;

#[test]
fn a_bucket_as_it_comes() {
    let mut stack = Stack::new("photos");
    let photos = stack.add("Photos", Bucket::new());
    insta::assert_snapshot!(serde_json::to_string_pretty(&properties(&stack, "Photos")).unwrap());
    assert_eq!(stack.resource("Photos").unwrap()["DeletionPolicy"], "Retain".into_node());
    let policy = properties(&stack, "PhotosPolicy");
    assert_eq!(
        policy["PolicyDocument"]["Statement"][0]["Condition"],
        json!({"Bool": {"aws:SecureTransport": "false"}})
    );
    let read = serde_json::to_value(photos.grant_read()).unwrap();
    assert_eq!(read["Statement"].as_array().map(Vec::len), Some(1));
}

#[test]
fn everything_that_a_bucket_can_have() {
    let key = "arn:aws:kms:eu-central-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab";
    let mut stack = Stack::new("photos");
    let photos = Bucket::new()
        .expire_after_days("in/", 3)
        .expire_after_days("", 365)
        .without_versions()
        .encrypted_with(key)
        .cors(["https://example.com"])
        .event_bridge()
        .customize_bucket(|bucket| {
            bucket.accelerate_configuration(s3::bucket::AccelerateConfiguration::new("Enabled"))
        });
    let photos = stack.add("Photos", photos);
    stack.add("Large", Alarm::above(photos.metric_size(), 1_000_000_000_000_i64));
    insta::assert_snapshot!(serde_json::to_string_pretty(&properties(&stack, "Photos")).unwrap());
    assert_eq!(properties(&stack, "Large")["Period"], 86_400);
    let write = serde_json::to_value(photos.grant_write()).unwrap();
    assert_eq!(write["Statement"][1]["Resource"], key);
}
