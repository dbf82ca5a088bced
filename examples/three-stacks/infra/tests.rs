//! Tests of the program, stack by stack.

use async_lambda_constructs::{Synthesized, testing::*};
use cfn_model::{Severity, dynamodb, s3};
use pretty_assertions::assert_eq;

use super::*;

fn stacks() -> [Synthesized; 3] {
    program("shop@example.com", 30).synthesize().unwrap().try_into().unwrap()
}

#[test]
fn there_is_nothing_to_mend() {
    for stack in stacks() {
        let mut findings = stack.report.findings.iter();
        assert_eq!(findings.find(|finding| finding.rule.severity < Severity::Info), None, "{}", stack.name);
    }
}

#[test]
fn values_from_outside_arrive() {
    let [_, _, data] = program("ada@example.com", 7).synthesize().unwrap().try_into().unwrap();
    data.template.assert_has(sns::Subscription::new("email", any_value()).endpoint("ada@example.com"));
    let expiry = json!({"LifecycleConfiguration": {"Rules": array_with(json!({"ExpirationInDays": 7}))}});
    data.template.assert_resource("Reports", Resource::raw("AWS::S3::Bucket", expiry));
}

#[test]
fn tasks_use_the_table_of_another_stack() {
    let [service, ..] = stacks();
    let table = json!({"Fn::ImportValue": "shop-data-OrdersArn"});
    let statement = json!({"Action": array_with("dynamodb:PutItem"), "Resource": table});
    let policies = json!({"Policies": array_with(json!({"Statement": array_with(statement)}))});
    service.template.assert_resource("CreateALFunc", Resource::raw("AWS::Serverless::Function", policies));
    service.template.assert_resource_count::<dynamodb::Table>(0);
}

#[test]
fn the_report_runs_in_the_network() {
    let [service, network, _] = stacks();
    let subnets = json!({"Fn::Split": [",", {"Fn::ImportValue": "shop-network-Subnets"}]});
    let vpc = json!({"VpcConfig": {"SubnetIds": subnets}});
    service.template.assert_resource("Report", Resource::raw("AWS::Serverless::Function", vpc));
    assert!(network.template.resources_of_type("AWS::EC2::NatGateway").is_empty());
}

#[test]
fn all_is_tagged_and_data_is_kept() {
    let [_, _, data] = stacks();
    data.template
        .assert_all(dynamodb::Table::new(any_value()).tags(array_with(dynamodb::table::Tag::new("team", "orders"))));
    data.template.assert_all(s3::Bucket::new().tags(array_with(s3::bucket::Tag::new("team", "orders"))));
    let kept = Resource::raw("AWS::DynamoDB::Table", json!({})).deletion_policy(DeletionPolicy::Retain);
    data.template.assert_has(kept);
}

#[test]
fn a_stack_without_a_description_is_an_error() {
    let mut stack = Stack::new("plain");
    stack.add("Queue", sqs::Queue::new());
    let stacks = Program::new().stack(stack).check(described).synthesize().unwrap();
    assert!(stacks[0].report.findings.iter().any(|finding| finding.rule == &DESCRIBED));
}
