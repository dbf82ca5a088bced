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
        json!({"VisibilityTimeout": choose("Prod", json!(99999), json!([]))}),
        &[("E3034", "VisibilityTimeout/Fn::If/1"), ("E3012", "VisibilityTimeout/Fn::If/2")],
    );
    check_properties(
        QUEUE,
        choose("Prod", json!({"DelaySecond": 1}), json!({"DelaySeconds": 1})),
        &[("E3002", "Fn::If/1/DelaySecond")],
    );
    // What cannot be taken is wrong all the same.
    check_properties(
        QUEUE,
        json!({"DelaySeconds": choose("Prod", choose("Prod", json!(1), json!(9999)), json!(2))}),
        &[("E3034", "DelaySeconds/Fn::If/1/Fn::If/2"), ("W1028", "DelaySeconds/Fn::If/1/Fn::If/2")],
    );
}

#[test]
fn null_and_calls_have_no_properties() {
    let subscription = json!({"TopicArn": null, "Protocol": "sqs", "Endpoint": "a"});
    check_properties("AWS::SNS::Subscription", subscription, &[("E3003", ""), ("AL0302", "TopicArn")]);
    let function = |runtime: Value| json!({"Runtime": runtime, "Handler": "a.b", "Role": "arn:aws:iam::123456789012:role/r", "Code": {"ZipFile": "x"}});
    check_properties("AWS::Lambda::Function", function(Value::Null), &[("E3678", ""), ("AL0302", "Runtime")]);
    check_properties("AWS::SQS::QueuePolicy", json!({"Ref": "Name"}), &[("E3003", ""), ("E3003", "")]);
}

#[test]
fn an_alternative_with_a_broken_call_does_not_fit() {
    let events = |topic: Value| {
        let event = json!({"Type": "SNS", "Properties": {"Topic": topic}});
        let properties =
            json!({"CodeUri": "s3://a/b", "Handler": "a.b", "Runtime": "nodejs22.x", "Events": {"E": event}});
        json!({
            "Transform": "AWS::Serverless-2016-10-31",
            "Parameters": {"Stage": {"Type": "String"}},
            "Conditions": {"Prod": {"Fn::Equals": [{"Ref": "Stage"}, "prod"]}},
            "Resources": {"F": {"Type": "AWS::Serverless::Function", "Properties": properties}},
        })
    };
    let place = "Resources/F/Properties/Events/E";
    check(events(choose("Prod", json!("arn:aws:sns:eu-west-1:123456789012:t"), json!({"Ref": "Stage"}))), &[]);
    check(events(choose("Prod", json!("arn:aws:sns:eu-west-1:123456789012:t"), json!([]))), &[("E3017", place)]);
    let topic = "Resources/F/Properties/Events/E/Properties/Topic";
    let nowhere = format!("{topic}/Fn::If/0");
    check(events(choose("Test", json!("a"), json!("b"))), &[("E3017", place), ("E1028", &nowhere)]);
    let counted = events(json!({"Fn::Length": ["a"]}));
    check(counted, &[("E3017", place), ("E1030", topic)]);
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
fn a_finding_in_one_scenario_names_it() {
    let message = |properties: Value| {
        let found = super::report(super::around("AWS::DocDB::DBSubnetGroup", properties)).findings;
        found.into_iter().map(|finding| finding.message).collect::<Vec<_>>()
    };
    let group = |members: Value| json!({"DBSubnetGroupDescription": "d", "SubnetIds": members});
    let few = "`SubnetIds` must have at least 1 items, got 0";
    assert_eq!(message(group(json!([no_value()]))), [few]);
    let gap = json!([choose("Prod", json!("a"), no_value()), choose("Dev", json!("b"), no_value())]);
    assert_eq!(message(group(gap)), [format!("{few}, when `Prod` is false and `Dev` is false")]);
    let table = |sort: Value, local: Value| {
        let index = json!([{"IndexName": "i", "KeySchema": [
            {"AttributeName": "pk", "KeyType": "HASH"}, {"AttributeName": "local", "KeyType": "RANGE"},
        ], "Projection": {"ProjectionType": "ALL"}}]);
        super::around(
            "AWS::DynamoDB::Table",
            json!({
                "BillingMode": "PAY_PER_REQUEST",
                "AttributeDefinitions": {"Ref": "Names"},
                "KeySchema": [{"AttributeName": "pk", "KeyType": "HASH"}, choose("Prod", sort, no_value())],
                "LocalSecondaryIndexes": choose("Dev", index, local),
            }),
        )
    };
    let sort = json!({"AttributeName": "sk", "KeyType": "RANGE"});
    let found = super::report(table(sort, no_value())).findings;
    let messages: Vec<_> = found.iter().filter(|one| one.rule.code == "E3032").map(|one| &*one.message).collect();
    assert_eq!(messages, ["`KeySchema` must have at least 2 items, got 1, when `Dev` is true"]);
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
fn a_condition_may_compare_what_a_parameter_is_made_into() {
    let template = |compared: Value| {
        json!({
            "Parameters": {"Trusted": {"Type": "CommaDelimitedList", "Default": ""}},
            "Conditions": {"HasTrusted": {"Fn::Not": [{"Fn::Equals": ["", compared]}]}},
            "Resources": {"G": {"Type": "AWS::IAM::Group", "Properties": {
                "ManagedPolicyArns": choose("HasTrusted", json!({"Ref": "Trusted"}), no_value()),
            }}},
        })
    };
    check(template(json!({"Fn::Join": ["", {"Ref": "Trusted"}]})), &[]);
    check(template(json!({"Fn::Select": [0, {"Ref": "Trusted"}]})), &[]);
    let place = "Resources/G/Properties/ManagedPolicyArns/Fn::If/1/Ref";
    check(template(json!({"Ref": "AWS::StackName"})), &[("W1030", place)]);
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
