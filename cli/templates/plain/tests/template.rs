//! The template has no findings, and has what it must have.

use async_lambda_constructs::prelude::*;

use {{ crate_name }}::stack;

#[test]
fn there_are_no_findings() {
    let report = stack().template().validate();
    assert!(report.findings.is_empty(), "{:#?}", report.findings);
}

#[test]
fn jobs_that_fail_are_kept() {
    let stack = stack();
    let resource = |id: &str| stack.resource(id).cloned().unwrap_or_default();
    let redrive = &resource("Jobs")["Properties"]["RedrivePolicy"];
    assert_eq!(
        redrive["deadLetterTargetArn"],
        json!({"Fn::GetAtt": ["JobsDeadLetters", "Arn"]}).into_node()
    );
    assert_eq!(
        resource("JobsFail")["Type"],
        "AWS::CloudWatch::Alarm".into_node()
    );
}
