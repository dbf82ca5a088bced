//! The validator on small templates: many cases through one [`check`].

mod advice;
mod codes;
mod documents;
mod formats;
mod functions;
mod hostile;
mod limits;
mod messages;
mod one_finding;
mod own_types;
mod properties;
mod scenarios;
mod serverless;
mod silencing;
mod structure;

use pretty_assertions::assert_eq;
use serde_json::{Value, json};

use super::{Options, run};
use cfn_model::Report;
use cfn_model::{IntoNode, Node, Object};

fn document(template: Value) -> Object {
    match template.into_node() {
        Node::Object(object) => object,
        other => panic!("a template is an object, got {}", other.kind()),
    }
}

/// What is said of a template, but for the flow and for what is not used: small templates break many of these rules,
/// which have tests of their own.
fn report(template: Value) -> Report {
    const UNUSED: [&str; 3] = ["W2001", "W7001", "W8001"];
    let mut report = run(&document(template), &Options::default()).0;
    let is_other = |code: &str| UNUSED.contains(&code) || code.starts_with("AL1");
    report.findings.retain(|finding| !is_other(finding.rule.code));
    report
}

/// The template gives these findings, as code and path, in this order; that something is not used does not count.
#[track_caller]
fn check(template: Value, expected: &[(&str, &str)]) {
    compare(&report(template), expected);
}

/// The template gives these findings and no other, as code and path, in this order.
#[track_caller]
fn check_all(template: Value, expected: &[(&str, &str)]) {
    compare(&run(&document(template), &Options::default()).0, expected);
}

#[track_caller]
fn compare(report: &Report, expected: &[(&str, &str)]) {
    let found: Vec<(&str, String)> =
        report.findings.iter().map(|finding| (finding.rule.code, finding.path.to_string())).collect();
    let expected: Vec<(&str, String)> = expected.iter().map(|(code, path)| (*code, (*path).to_owned())).collect();
    assert_eq!(found, expected, "{:#?}", report.findings.iter().map(|finding| &finding.message).collect::<Vec<_>>());
}

/// A resource `R` of this type with these properties gives these findings; paths begin below its properties.
#[track_caller]
fn check_properties(kind: &str, properties: Value, expected: &[(&str, &str)]) {
    let paths: Vec<String> = expected
        .iter()
        .map(|(_, path)| format!("Resources/R/Properties/{path}").trim_end_matches('/').to_owned())
        .collect();
    let expected: Vec<(&str, &str)> =
        expected.iter().zip(&paths).map(|((code, _), path)| (*code, path.as_str())).collect();
    check(around(kind, properties), &expected);
}

/// A template with parameters and conditions to refer to, and a resource `R`.
fn around(kind: &str, properties: Value) -> Value {
    json!({
        "Parameters": {"Name": {"Type": "String"}, "Names": {"Type": "CommaDelimitedList"}, "Stage": {"Type": "String"}},
        "Conditions": {
            "Prod": {"Fn::Equals": [{"Ref": "Stage"}, "prod"]},
            "Dev": {"Fn::Equals": [{"Ref": "Stage"}, "dev"]},
            "NotProd": {"Fn::Not": [{"Condition": "Prod"}]},
        },
        "Resources": {"R": {"Type": kind, "Properties": properties}, "Other": {"Type": "AWS::SQS::Queue"}},
    })
}
