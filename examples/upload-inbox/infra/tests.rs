//! The template has no findings, and has what it must have.

use async_lambda_constructs::testing::*;

use super::*;

#[test]
fn there_are_no_findings() {
    stack().assert_no_findings();
}

#[test]
fn uploads_survive_the_stack() {
    let stack = stack();
    stack.assert_resource("Inbox", Resource::new(s3::Bucket::new()).deletion_policy(DeletionPolicy::Retain));
    stack.assert_all(json!({"Type": "AWS::DynamoDB::Table", "DeletionPolicy": "Retain"}));
}

#[test]
fn the_queue_is_told_of_uploads() {
    let stack = stack();
    let subscription = sns::Subscription::new("sqs", capture("topic")).endpoint(capture("queue"));
    let subscription = stack.assert_has_one(subscription);
    assert_eq!(subscription.captures["topic"], json!({"Ref": "Uploads"}));
    assert_eq!(subscription.captures["queue"], json!({"Fn::GetAtt": ["Pending", "Arn"]}));
}

#[test]
fn nothing_else_has_changed() {
    stack().assert_snapshot("expected/template.json");
}
