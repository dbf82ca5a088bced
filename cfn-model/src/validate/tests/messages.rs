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
    check(json!({"DelaySeconds": 1000}), "`DelaySeconds` must be at most 900, got 1000", None);
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
