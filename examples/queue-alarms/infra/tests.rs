//! The template has no mistakes, and the old one is still in it.

use super::*;

#[test]
fn only_the_old_queue_is_not_watched() {
    let codes: Vec<&str> = stack().unwrap().validate().findings.iter().map(|finding| finding.rule.code).collect();
    assert_eq!(codes, ["AL1006"]);
}

#[test]
fn the_old_template_is_still_there() {
    let (old, stack) = (Template::parse(include_str!("existing.yaml")).unwrap(), stack().unwrap());
    for id in ["OrdersTopic", "OrdersDLQ"] {
        assert_eq!(stack.resource(id), old.resource(id), "{id}");
    }
    let redrive = &stack.resource("Orders").unwrap()["Properties"]["RedrivePolicy"];
    assert_eq!(redrive["deadLetterTargetArn"], json!({"Fn::GetAtt": ["OrdersDLQ", "Arn"]}).into_node());
}
