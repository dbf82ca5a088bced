//! Rules of EventBridge.

use async_lambda_constructs::{
    access,
    constructs::{Alarm, EventRule, EventTarget, Topic},
    prelude::*,
};
use pretty_assertions::assert_eq;

use super::{findings, properties};

#[test]
fn targets_of_all_kinds() {
    let mut stack = Stack::new("photos");
    let jobs = stack.add("Jobs", ManagedQueue::new());
    let people = stack.add("People", Topic::new().allow_service("events.amazonaws.com"));
    let code = sam::Function::new().handler("i.h").runtime("python3.13").inline_code("def h(event, context): pass");
    let count = stack.add("Count", code);
    let archive = access::StateMachine::from_name("archive");
    let central = access::Bus::from_arn("arn:aws:events:eu-central-1:123456789012:event-bus/central");
    let rule = EventRule::pattern(json!({"source": ["aws.s3"]}))
        .target(
            EventTarget::queue(&jobs)
                .transform([("key", "$.detail.object.key")], r#"{"key": "<key>"}"#)
                .retry(3_600, 10),
        )
        .target(EventTarget::topic(&people).input(&json!({"text": "uploaded"})))
        .target(EventTarget::function(&count).input_path("$.detail"))
        .target(EventTarget::state_machine("archive", &archive))
        .target(EventTarget::bus("central", &central));
    let rule = stack.add("Uploaded", rule);
    stack.add("UploadedFails", Alarm::above(rule.metric_failed(), 0));
    insta::assert_snapshot!(serde_json::to_string_pretty(&properties(&stack, "Uploaded")).unwrap());
    let names: Vec<&str> = stack.resources().map(|(id, _)| id).filter(|id| id.starts_with("Uploaded")).collect();
    let expected =
        ["UploadedToarchiveRole", "UploadedTocentralRole", "Uploaded", "UploadedToCountPermission", "UploadedFails"];
    assert_eq!(names, expected);
    let role = properties(&stack, "UploadedToarchiveRole");
    assert_eq!(role["Policies"][0]["PolicyDocument"]["Statement"][0]["Action"][0], "states:StartExecution");
    let policy = properties(&stack, "JobsPolicy");
    let condition = json!({"ArnEquals": {"aws:SourceArn": {"Fn::GetAtt": ["Uploaded", "Arn"]}}});
    assert_eq!(policy["PolicyDocument"]["Statement"][0]["Condition"], condition);
}

#[test]
fn a_rule_on_a_bus_has_both_names_in_its_metrics() {
    let mut stack = Stack::new("photos");
    let jobs = stack.add("Jobs", ManagedQueue::new());
    let rule = EventRule::pattern(json!({"source": ["shop"]})).on_bus("shop").target(EventTarget::queue(&jobs));
    let rule = stack.add("Paid", rule);
    stack.add("PaidFails", Alarm::above(rule.metric_failed(), 0));
    let dimensions = json!([
        {"Name": "RuleName", "Value": {"Fn::Select": [1, {"Fn::Split": ["|", {"Ref": "Paid"}]}]}},
        {"Name": "EventBusName", "Value": "shop"},
    ]);
    assert_eq!(properties(&stack, "PaidFails")["Dimensions"], dimensions);
}

#[test]
fn a_rule_has_one_to_five_targets() {
    let mut stack = Stack::new("photos");
    let jobs = stack.add("Jobs", ManagedQueue::new());
    stack.add("Nobody", EventRule::schedule(schedule!("rate(1 day)")));
    let six =
        (0..6).fold(EventRule::schedule(schedule!("rate(1 day)")), |rule, _| rule.target(EventTarget::queue(&jobs)));
    stack.add("Six", six);
    let findings = findings(&stack);
    assert!(findings.contains(&"AL0007 rule `Nobody`: must have 1 to 5 targets, has 0".to_owned()), "{findings:?}");
    assert!(findings.contains(&"AL0007 rule `Six`: must have 1 to 5 targets, has 6".to_owned()), "{findings:?}");
}

#[test]
fn a_target_has_one_input() {
    let mut stack = Stack::new("photos");
    let jobs = stack.add("Jobs", ManagedQueue::new());
    let target = EventTarget::queue(&jobs).input_path("$.detail").input(&json!({}));
    stack.add("Daily", EventRule::schedule(schedule!("rate(1 day)")).target(target));
    assert_eq!(findings(&stack)[0], "AL0007 rule `Daily`: target `Jobs` must have one input, has 2 of them");
}
