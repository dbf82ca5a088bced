//! The template, and who may send to whom in it.

use super::*;

#[test]
fn nothing_but_the_alarm_is_missing() {
    let codes: Vec<&str> = stack().validate().findings.iter().map(|finding| finding.rule.code).collect();
    assert_eq!(codes, ["AL1006"]);
}

#[test]
fn only_the_schedule_may_send() {
    let stack = stack();
    let policies = |id: &str| stack.resource(id).unwrap()["Properties"]["Policies"].to_string();
    assert!(policies("ScheduledTask1ALFunc").contains("sqs:SendMessage"));
    assert!(!policies("AsyncTask1ALFunc").contains("sqs:SendMessage"));
}
