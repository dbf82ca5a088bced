//! The template has no errors, and the old one is still in it.

use super::*;

#[test]
fn there_are_no_findings() {
    let report = stack().unwrap().validate();
    assert!(report.findings.is_empty(), "{:#?}", report.findings);
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
