//! `Fn::If`, `AWS::NoValue`, and which conditions can hold at once.

use serde_json::{Value, json};

use super::{check, check_properties};

const QUEUE: &str = "AWS::SQS::Queue";

fn choose(condition: &str, then: Value, otherwise: Value) -> Value {
    json!({"Fn::If": [condition, then, otherwise]})
}

fn no_value() -> Value {
    json!({"Ref": "AWS::NoValue"})
}

#[test]
fn both_branches_are_checked() {
    check_properties(QUEUE, json!({"DelaySeconds": choose("Prod", json!(1), json!("2"))}), &[]);
    check_properties(
        QUEUE,
        json!({"DelaySeconds": choose("Prod", json!(9999), json!([]))}),
        &[("E3034", "DelaySeconds/Fn::If/1"), ("E3012", "DelaySeconds/Fn::If/2")],
    );
    check_properties(
        QUEUE,
        choose("Prod", json!({"DelaySecond": 1}), json!({"DelaySeconds": 1})),
        &[("E3002", "Fn::If/1/DelaySecond")],
    );
    // What cannot be taken is looked at all the same: somebody may mend the condition.
    check_properties(
        QUEUE,
        json!({"DelaySeconds": choose("Prod", choose("Prod", json!(1), json!(9999)), json!(2))}),
        &[("E3034", "DelaySeconds/Fn::If/1/Fn::If/2"), ("W1028", "DelaySeconds/Fn::If/1/Fn::If/2")],
    );
}

#[test]
fn no_value_takes_a_property_away() {
    let subscription = |topic: Value| json!({"TopicArn": topic, "Protocol": "sqs", "Endpoint": "a"});
    let kind = "AWS::SNS::Subscription";
    check_properties(kind, subscription(json!("arn:aws:sns:eu-west-1:123456789012:t")), &[]);
    check_properties(kind, subscription(no_value()), &[("E3003", "")]);
    check_properties(
        kind,
        subscription(choose("Prod", json!("arn:aws:sns:eu-west-1:123456789012:t"), no_value())),
        &[("E3003", "")],
    );
    check_properties(
        kind,
        subscription(choose(
            "Prod",
            json!("arn:aws:sns:eu-west-1:123456789012:t"),
            json!("arn:aws:sns:eu-west-1:123456789012:u"),
        )),
        &[],
    );
}

#[test]
fn lists_are_counted_in_each_scenario() {
    let kind = "AWS::DocDB::DBSubnetGroup";
    check_properties(
        kind,
        json!({"DBSubnetGroupDescription": "d", "SubnetIds": [choose("Prod", json!("a"), json!("b"))]}),
        &[],
    );
    check_properties(
        kind,
        json!({"DBSubnetGroupDescription": "d", "SubnetIds": [choose("Prod", json!("a"), no_value())]}),
        &[("E3032", "SubnetIds")],
    );
    // One of the two is always there, and never both.
    let either = [choose("Prod", json!("a"), no_value()), choose("Prod", no_value(), json!("b"))];
    check_properties(kind, json!({"DBSubnetGroupDescription": "d", "SubnetIds": either}), &[]);
    let same = [choose("Prod", json!("a"), no_value()), choose("NotProd", json!("b"), no_value())];
    check_properties(kind, json!({"DBSubnetGroupDescription": "d", "SubnetIds": same}), &[]);
    // Both can be missing: neither `prod` nor `dev`.
    let gap = [choose("Prod", json!("a"), no_value()), choose("Dev", json!("b"), no_value())];
    check_properties(kind, json!({"DBSubnetGroupDescription": "d", "SubnetIds": gap}), &[("E3032", "SubnetIds")]);
    let (read, write) = ("arn:aws:iam::aws:policy/Read", "arn:aws:iam::aws:policy/Write");
    let group = |members: Value| json!({"ManagedPolicyArns": members});
    let twice = json!([choose("Prod", json!(read), json!(write)), write]);
    check_properties("AWS::IAM::Group", group(twice), &[("E3037", "ManagedPolicyArns")]);
    let never = json!([choose("Prod", json!(read), no_value()), choose("Dev", json!(read), no_value())]);
    check_properties("AWS::IAM::Group", group(never), &[]);
}

#[test]
fn properties_that_exclude_each_other_may_be_there_in_turn() {
    let subnet = |zone: Value, id: Value| json!({"VpcId": "vpc-12345678", "CidrBlock": "10.0.0.0/24", "AvailabilityZone": zone, "AvailabilityZoneId": id});
    let name = || json!({"Ref": "Name"});
    let kind = "AWS::EC2::Subnet";
    check_properties(kind, subnet(choose("Prod", name(), no_value()), choose("Prod", no_value(), name())), &[]);
    check_properties(kind, subnet(choose("Prod", name(), no_value()), choose("Dev", name(), no_value())), &[]);
    check_properties(
        kind,
        subnet(choose("Prod", name(), no_value()), choose("NotProd", no_value(), name())),
        &[("E3020", "AvailabilityZone"), ("E3020", "AvailabilityZoneId")],
    );
}

#[test]
fn the_condition_of_a_resource_counts() {
    let template = |condition: &str| {
        json!({
            "Parameters": {"Stage": {"Type": "String", "AllowedValues": ["prod", "dev"]}},
            "Conditions": {
                "Prod": {"Fn::Equals": [{"Ref": "Stage"}, "prod"]},
                "Dev": {"Fn::Equals": ["dev", {"Ref": "Stage"}]},
            },
            "Resources": {"P": {"Type": "AWS::DocDB::DBSubnetGroup", "Condition": condition, "Properties": {
                "DBSubnetGroupDescription": "d", "SubnetIds": [choose("Prod", json!("a"), no_value())],
            }}},
        })
    };
    let branch = |index| format!("Resources/P/Properties/SubnetIds/0/Fn::If/{index}");
    check(template("Prod"), &[("W1028", &branch(2))]);
    check(template("Dev"), &[("E3032", "Resources/P/Properties/SubnetIds"), ("W1028", &branch(1))]);
}

#[test]
fn allowed_values_close_the_gap() {
    let template = |allowed: Value| {
        json!({
            "Parameters": {"Stage": {"Type": "String", "AllowedValues": allowed}},
            "Conditions": {
                "Prod": {"Fn::Equals": [{"Ref": "Stage"}, "prod"]},
                "Dev": {"Fn::Equals": [{"Ref": "Stage"}, "dev"]},
            },
            "Resources": {"P": {"Type": "AWS::DocDB::DBSubnetGroup", "Properties": {
                "DBSubnetGroupDescription": "d", "SubnetIds": [choose("Prod", json!("a"), no_value()), choose("Dev", json!("b"), no_value())],
            }}},
        })
    };
    check(template(json!(["prod", "dev"])), &[]);
    check(template(json!(["prod", "dev", "test"])), &[("E3032", "Resources/P/Properties/SubnetIds")]);
}

#[test]
fn alternatives_with_functions_in_them_are_undecided() {
    let alarm = |extra: Value| {
        let mut alarm = json!({"ComparisonOperator": "GreaterThanThreshold", "EvaluationPeriods": 1, "Threshold": 1});
        alarm.as_object_mut().into_iter().zip(extra.as_object()).for_each(|(alarm, extra)| alarm.extend(extra.clone()));
        alarm
    };
    let kind = "AWS::CloudWatch::Alarm";
    check_properties(
        kind,
        alarm(json!({"MetricName": {"Ref": "Name"}, "Namespace": "AWS/SQS", "Period": 60, "Statistic": "Sum"})),
        &[],
    );
    check_properties(kind, alarm(json!({"MetricName": choose("Prod", json!("a"), no_value())})), &[("E3014", "")]);
}
