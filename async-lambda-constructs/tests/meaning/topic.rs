//! Topics.

use async_lambda_constructs::{
    constructs::{Alarm, EventRule, EventTarget, Subscription, Topic},
    metric::QueueMetrics,
    prelude::*,
};
use pretty_assertions::assert_eq;

use super::{findings, properties};

#[test]
fn subscriptions_of_all_kinds() {
    let mut stack = Stack::new("shop");
    let mail = stack.add("Mail", ManagedQueue::new());
    let lost = stack.add("Lost", ManagedQueue::new());
    let code = sam::Function::new().handler("i.h").runtime("python3.13").inline_code("def h(event, context): pass");
    let count = stack.add("Count", code);
    let paid = Topic::new()
        .subscribe(Subscription::queue(&mail).raw().filter(json!({"country": ["de", "fr"]})).dead_letter(&lost))
        .subscribe(Subscription::function(&count))
        .subscribe(Subscription::email("shop@example.com"))
        .subscribe(Subscription::https("https://example.com/paid"));
    let paid = stack.add("Paid", paid);
    stack.add("PaidFails", Alarm::above(paid.metric_failed(), 0));
    stack.add("LostAlarm", Alarm::above(lost.metric_visible(), 0));
    let names: Vec<&str> = stack.resources().map(|(id, _)| id).collect();
    assert_eq!(
        names,
        [
            "Mail",
            "Lost",
            "Count",
            "Paid",
            "MailPolicy",
            "PaidToMail",
            "PaidToCountPermission",
            "PaidToCount",
            "PaidToshopexamplecom",
            "PaidToexamplecompaid",
            "PaidFails",
            "LostAlarm",
        ]
    );
    let mail = properties(&stack, "PaidToMail");
    assert_eq!(mail["RawMessageDelivery"], true);
    assert_eq!(mail["FilterPolicy"], json!({"country": ["de", "fr"]}));
    assert_eq!(mail["RedrivePolicy"], json!({"deadLetterTargetArn": {"Fn::GetAtt": ["Lost", "Arn"]}}));
    assert_eq!(properties(&stack, "PaidToshopexamplecom")["Endpoint"], "shop@example.com");
    assert_eq!(properties(&stack, "PaidToCount")["Protocol"], "lambda");
    assert_eq!(properties(&stack, "PaidToCountPermission")["SourceArn"], json!({"Ref": "Paid"}));
}

#[test]
fn a_service_that_announces_leaves_the_account_and_its_alarms_their_right() {
    let mut stack = Stack::new("shop");
    stack.add("Paid", Topic::new().allow_service("events.amazonaws.com"));
    let statements = properties(&stack, "PaidPolicy")["PolicyDocument"]["Statement"].clone();
    let principals: Vec<&serde_json::Value> =
        statements.as_array().unwrap().iter().map(|statement| &statement["Principal"]).collect();
    assert_eq!(
        principals,
        [
            &json!({"AWS": {"Ref": "AWS::AccountId"}}),
            &json!({"Service": "events.amazonaws.com"}),
            &json!({"Service": "cloudwatch.amazonaws.com"}),
        ]
    );
}

#[test]
fn one_target_twice_is_found() {
    let mut stack = Stack::new("shop");
    let topic =
        Topic::new().subscribe(Subscription::email("a@example.com")).subscribe(Subscription::email("a@example.com"));
    stack.add("Paid", topic);
    assert!(findings(&stack)[0].contains("PaidToaexamplecom"), "{:?}", findings(&stack));
}

#[test]
fn all_who_send_to_a_queue_are_in_its_one_policy() {
    let mut stack = Stack::new("shop");
    let mail = stack.add("Mail", ManagedQueue::new());
    stack.add("Paid", Topic::new().subscribe(Subscription::queue(&mail)));
    stack.add("Sent", Topic::new().subscribe(Subscription::queue(&mail)));
    stack.add("Nightly", EventRule::schedule(schedule!("rate(1 day)")).target(EventTarget::queue(&mail)));
    let statements = properties(&stack, "MailPolicy")["PolicyDocument"]["Statement"].clone();
    let sources: Vec<_> = statements
        .as_array()
        .unwrap()
        .iter()
        .map(|statement| statement["Condition"]["ArnEquals"]["aws:SourceArn"].clone())
        .collect();
    assert_eq!(sources, [json!({"Ref": "Paid"}), json!({"Ref": "Sent"}), json!({"Fn::GetAtt": ["Nightly", "Arn"]})]);
}
