//! Grants on resources by ARN.
#![expect(clippy::unwrap_used, reason = "helpers outside test functions may fail a test too")]

use async_lambda_constructs::{access, prelude::*};
use pretty_assertions::assert_eq;
use serde_json::{Value as Json, json};

const KEY: &str = "arn:aws:kms:eu-central-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab";

fn statements(policy: PolicyDocument) -> Json {
    serde_json::to_value(policy).unwrap()["Statement"].clone()
}

/// Every grant there is, on a resource by name and on one by an attribute, with a key where there can be one.
fn all() -> Vec<PolicyDocument> {
    let mut all = Vec::new();
    macro_rules! grants {
        ($($kind:ident: $($grant:ident($($argument:expr),*)),*;)*) => {$(
            let by_name = access::$kind::from_name("orders");
            let by_attribute = access::$kind::from_arn(get_att::<String>("Other", "Arn"));
            for resource in [by_name.clone(), by_attribute, by_name.encrypted_with(KEY)] {
                $(all.push(resource.$grant($($argument),*));)*
            }
        )*};
    }
    grants! {
        Bucket: grant_read(), grant_write(), grant_delete();
        Bus: grant_put_events();
        Function: grant_invoke();
        Parameter: grant_read(), grant_write();
        Queue: grant_send(), grant_consume(), grant_purge();
        RestApi: grant_invoke("prod", "GET", "/orders/*");
        Secret: grant_read(), grant_write();
        StateMachine: grant_start_execution();
        Stream: grant_read(), grant_write();
        Table: grant_read(), grant_write(), grant_read_write(), grant_stream_read();
        Topic: grant_publish();
    }
    let key = access::Key::from_arn(KEY);
    all.extend([key.grant_encrypt(), key.grant_decrypt()]);
    all
}

#[test]
fn every_action_exists_for_its_resource() {
    let mut stack = Stack::new("access");
    stack.add("Other", sqs::Queue::new());
    for (index, policy) in all().into_iter().enumerate() {
        stack.add(
            format!("Role{index}"),
            Resource::raw(
                "AWS::IAM::Role",
                json!({
                    "AssumeRolePolicyDocument": PolicyDocument::assumed_by("lambda.amazonaws.com"),
                    "Policies": [{"PolicyName": "it", "PolicyDocument": policy}],
                }),
            ),
        );
    }
    let findings = stack.validate().findings;
    let findings: Vec<String> = findings.iter().map(|found| format!("{} {}", found.rule.code, found.message)).collect();
    assert_eq!(findings, [""; 0]);
}

#[test]
fn a_grant_has_the_least_actions_on_its_resource() {
    let queue = access::Queue::from_name("orders");
    let arn = json!({"Fn::Sub": "arn:${AWS::Partition}:sqs:${AWS::Region}:${AWS::AccountId}:orders"});
    assert_eq!(
        statements(queue.grant_send()),
        json!([{"Effect": "Allow", "Action": ["sqs:SendMessage"], "Resource": arn}])
    );
    let bucket = access::Bucket::from_arn("arn:aws:s3:::orders");
    let read = json!([{"Effect": "Allow", "Action": ["s3:GetObject", "s3:ListBucket"],
        "Resource": ["arn:aws:s3:::orders", "arn:aws:s3:::orders/*"]}]);
    assert_eq!(statements(bucket.grant_read()), read);
    let bucket = access::Bucket::from_arn(get_att::<String>("Orders", "Arn"));
    let objects = json!({"Fn::Join": ["", [{"Fn::GetAtt": ["Orders", "Arn"]}, "/*"]]});
    assert_eq!(statements(bucket.grant_delete())[0]["Resource"], objects);
    let api = access::RestApi::from_arn("arn:aws:execute-api:eu-central-1:123456789012:abc");
    let route = "arn:aws:execute-api:eu-central-1:123456789012:abc/prod/GET/orders/*";
    assert_eq!(statements(api.grant_invoke("prod", "GET", "/orders/*"))[0]["Resource"], route);
}

#[test]
fn a_key_is_used_through_the_service_only() {
    let queue = access::Queue::from_name("orders").encrypted_with(KEY);
    let expected = json!({
        "Effect": "Allow", "Action": ["kms:Decrypt", "kms:GenerateDataKey"], "Resource": KEY,
        "Condition": {"StringEquals": {"kms:ViaService": {"Fn::Sub": "sqs.${AWS::Region}.amazonaws.com"}}},
    });
    assert_eq!(statements(queue.grant_send())[1], expected);
    assert_eq!(statements(queue.grant_purge()).as_array().unwrap().len(), 1);
}

#[test]
fn values_of_other_stacks_are_arns_too() {
    let mut data = Stack::new("data");
    let jobs = data.add("Jobs", ManagedQueue::new());
    let jobs = data.export("JobsArn", jobs.arn());
    let service = Stack::new("service");
    let queue = access::Queue::from_arn(service.import(&jobs));
    assert_eq!(statements(queue.grant_send())[0]["Resource"], json!({"Fn::ImportValue": "data-JobsArn"}));
}
