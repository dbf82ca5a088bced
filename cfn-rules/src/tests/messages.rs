//! What findings say.

use pretty_assertions::assert_eq;
use serde_json::{Value, json};

use super::{around, report};

#[track_caller]
fn check(properties: Value, message: &str, help: Option<&str>) {
    let report = report(around("AWS::SQS::Queue", properties));
    let found: Vec<_> =
        report.findings.iter().map(|finding| (finding.message.as_str(), finding.help.as_deref())).collect();
    assert_eq!(found, [(message, help)]);
}

#[test]
fn say_subject_rule_and_value() {
    check(json!({"VisibilityTimeout": 50000}), "`VisibilityTimeout` must be at most 43200, got 50000", None);
    check(json!({"DelaySeconds": "soon"}), "`DelaySeconds` must be an integer, got \"soon\"", None);
    check(
        json!({"DelaySecond": 3}),
        "`DelaySecond` is not a property of AWS::SQS::Queue",
        Some("did you mean `DelaySeconds`?"),
    );
    check(
        json!({"QueueName": {"Ref": "Nmae"}}),
        "`Nmae` is not a parameter or resource of this template",
        Some("did you mean `Name`?"),
    );
    check(
        json!({"QueueName": {"Fn::GetAtt": ["Other", "arn"]}}),
        "`arn` is not an attribute of AWS::SQS::Queue",
        Some("did you mean `Arn`?"),
    );
    check(
        json!({"QueueName": {"Ref": "Names"}}),
        "`QueueName` must be a string, got the result of `Ref` of `Names`",
        None,
    );
    check(json!({"Tag": 1}), "`Tag` is not a property of AWS::SQS::Queue", Some("did you mean `Tags`?"));
    check(json!({"Tags": [{"Key": "a"}]}), "`Tags[0]` needs the property `Value`", Some("add `Value`"));
}

#[test]
fn name_the_circle() {
    let queue = |target: &str| json!({"Type": "AWS::SQS::Queue", "Properties": {"QueueName": {"Ref": target}}});
    let report = report(json!({"Resources": {"A": queue("B"), "B": queue("C"), "C": queue("A")}}));
    assert_eq!(report.findings[0].message, "`A` depends on itself: `A` -> `B` -> `C` -> `A`");
    assert_eq!(report.findings[1].message, "`B` depends on itself: `B` -> `C` -> `A` -> `B`");
}

#[test]
fn come_in_the_order_of_the_template() {
    let report = report(json!({
        "Outputs": {"O": {}},
        "Resources": {"B": {"Type": "X"}, "A": {"Type": "AWS::SQS::Queue", "Properties": {"Z": 1, "A": 1}}},
    }));
    let paths: Vec<_> = report.findings.iter().map(|finding| finding.path.to_string()).collect();
    assert_eq!(paths, ["Outputs/O", "Resources/B/Type", "Resources/A/Properties/Z", "Resources/A/Properties/A"]);
}

#[test]
fn name_the_type_that_lacks_a_property_and_the_alternative_that_was_meant() {
    let first = |document: Value| {
        let report = report(document);
        (report.findings[0].message.clone(), report.findings[0].help.clone().unwrap_or_default())
    };
    let (message, help) = first(around("AWS::IAM::Role", json!({})));
    assert_eq!(message, "AWS::IAM::Role needs the property `AssumeRolePolicyDocument`");
    assert_eq!(help, "add `AssumeRolePolicyDocument`");
    let event = |event: Value| {
        first(json!({
            "Transform": "AWS::Serverless-2016-10-31",
            "Resources": {"F": {"Type": "AWS::Serverless::Function", "Properties": {
                "Handler": "a", "Runtime": "provided.al2023", "CodeUri": "a.zip", "Events": {"Jobs": event}}}},
        }))
    };
    let queue = json!({"Queue": "arn:aws:sqs:eu-west-1:123456789012:jobs"});
    let (message, help) = event(json!({"Type": "SQSS", "Properties": queue}));
    assert!(
        message.starts_with("`Type` must be `AlexaSkill`, `Api`, ") && message.ends_with(", got `SQSS`"),
        "{message}"
    );
    assert_eq!(help, "did you mean `SQS`?");
    let (_, help) = event(json!({"Type": "SQS", "Properties": {"Queu": "arn:aws:sqs:eu-west-1:123456789012:jobs"}}));
    assert_eq!(help, "for the closest alternative: `Queu` is not a property of `Properties`; did you mean `Queue`?");
}

#[test]
fn name_the_values_that_do_not_go_together() {
    let report = report(around(
        "AWS::RDS::DBInstance",
        json!({"Engine": "MySQL", "EngineVersion": "8.0.36", "DBInstanceClass": "db.t3.small", "AllocatedStorage": "20"}),
    ));
    let found = report.findings.iter().find(|finding| finding.rule.code == "W3691").unwrap();
    assert_eq!(found.path.to_string(), "Resources/R/Properties/EngineVersion");
    assert_eq!(found.message, "`EngineVersion` must not be \"8.0.36\" with `Engine` \"MySQL\"");
}
