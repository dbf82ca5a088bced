//! Tests of the program, stack by stack.

use async_lambda_constructs::{Synthesized, testing::*};
use cfn_model::Severity;

use super::*;

fn stacks() -> [Synthesized; 3] {
    program(14).synthesize().unwrap().try_into().unwrap()
}

#[test]
fn there_is_nothing_to_mend() {
    for stack in stacks() {
        let mut findings = stack.report.findings.iter();
        assert_eq!(findings.find(|finding| finding.rule.severity < Severity::Info), None, "{}", stack.name);
    }
}

#[test]
fn failed_messages_are_kept_for_the_days_of_the_command_line() {
    let work = program(3).synthesize().unwrap().remove(0);
    work.template.assert_resource("Dead", sqs::Queue::new().message_retention_period(3 * 86_400));
}

#[test]
fn the_worker_may_use_the_table_of_another_stack() {
    let [work, ..] = stacks();
    let table = json!({"Fn::ImportValue": "shop-orders-OrdersArn"});
    let statement = json!({"Action": array_with("dynamodb:PutItem"), "Resource": array_with(table)});
    let policies = json!([{"PolicyDocument": {"Statement": array_with(statement)}}]);
    work.template.assert_resource("Worker", Resource::raw("AWS::IAM::Role", json!({"Policies": policies})));
}

#[test]
fn all_is_tagged_and_data_is_kept() {
    let [work, announcements, orders] = stacks();
    work.template.assert_all(sqs::Queue::new().tags(array_with(sqs::queue::Tag::new("team", "orders"))));
    work.template.assert_all(sqs::Queue::new().sqs_managed_sse_enabled(true));
    announcements.template.assert_all(sns::Topic::new().tags(array_with(sns::topic::Tag::new("team", "orders"))));
    let kept = Resource::raw("AWS::DynamoDB::Table", json!({})).deletion_policy(DeletionPolicy::Retain);
    orders.template.assert_has(kept);
}

#[test]
fn a_stack_without_a_description_is_an_error() {
    let mut stack = Stack::new("plain");
    stack.add("Queue", sqs::Queue::new());
    let stacks = Program::new().stack(stack).check(described).synthesize().unwrap();
    assert!(stacks[0].report.findings.iter().any(|finding| finding.rule == &DESCRIBED));
}
