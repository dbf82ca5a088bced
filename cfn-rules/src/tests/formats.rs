//! Formats, values that go together, and resources that name each other.

use cfn_schema::{Keyword, Schema};
use serde_json::{Value, json};

use super::{check, check_properties};
use cfn_pattern::Pattern;

const QUEUE: &str = "AWS::SQS::Queue";
const GROUP: &str = "AWS::EC2::SecurityGroup";
const TABLE: &str = "AWS::DynamoDB::Table";

fn resource(kind: &str, properties: Value) -> Value {
    json!({"Type": kind, "Properties": properties})
}

#[test]
fn texts_have_their_formats() {
    check_properties(GROUP, json!({"GroupDescription": "a", "VpcId": "main"}), &[("E1151", "VpcId")]);
    check_properties("AWS::EC2::VPC", json!({"CidrBlock": "10.0.0.1/16"}), &[("E3002", "CidrBlock")]);
    check_properties("AWS::S3::Bucket", json!({"BucketName": "my..bucket"}), &[("E1161", "BucketName")]);
    check_properties("AWS::S3::Bucket", json!({"BucketName": ""}), &[]);
    let template = json!({"LaunchTemplateData": {"ImageId": "resolve:ssm:/image"}});
    check_properties("AWS::EC2::LaunchTemplate", template, &[]);
}

#[test]
fn a_reference_gives_the_format_that_is_wanted() {
    let template = |id: Value| {
        json!({"Resources": {
            "Vpc": resource("AWS::EC2::VPC", json!({"CidrBlock": "10.0.0.0/16"})),
            "Subnet": resource("AWS::EC2::Subnet", json!({"VpcId": {"Ref": "Vpc"}, "CidrBlock": "10.0.0.0/24"})),
            "Custom": resource("Custom::Network", json!({"ServiceToken": "arn:aws:sns:eu-west-1:123456789012:t"})),
            "R": resource(GROUP, json!({"GroupDescription": "a", "VpcId": id})),
        }})
    };
    let place = "Resources/R/Properties/VpcId";
    check(template(json!({"Ref": "Vpc"})), &[]);
    check(template(json!({"Ref": "Custom"})), &[]);
    check(template(json!({"Fn::GetAtt": ["Custom", "Vpc"]})), &[]);
    check(template(json!({"Fn::GetAtt": ["Vpc", "VpcId"]})), &[]);
    check(template(json!({"Ref": "Subnet"})), &[("E1041", place)]);
    check(template(json!({"Fn::GetAtt": ["Subnet", "SubnetId"]})), &[("E1040", place)]);
}

#[test]
fn values_go_together() {
    // The flow says it: `AL1010`.
    check_properties(QUEUE, json!({"FifoQueue": true, "QueueName": "jobs"}), &[]);
    check_properties(QUEUE, json!({"FifoQueue": {"Ref": "Name"}, "QueueName": "jobs"}), &[]);
    let period = |seconds: u32| {
        let alarm = json!({"ComparisonOperator": "GreaterThanThreshold", "EvaluationPeriods": 1, "MetricName": "a", "Period": seconds});
        resource("AWS::CloudWatch::Alarm", alarm)
    };
    check(json!({"Resources": {"R": period(45)}}), &[("E3615", "Resources/R/Properties/Period")]);
    check(json!({"Resources": {"R": period(30)}}), &[]);
    let variables = json!({"Environment": {"Variables": {"AWS_REGION": "a"}}, "Code": {"ImageUri": "a"},
        "PackageType": "Image", "Role": "arn:aws:iam::123456789012:role/a"});
    // The flow says it: `AL1027`.
    check_properties("AWS::Lambda::Function", variables, &[]);
}

#[test]
fn conditions_decide_what_goes_together() {
    let table = |mode: Value| {
        json!({
            "Parameters": {"Choice": {"Type": "String"}},
            "Conditions": {"Often": {"Fn::Equals": [{"Ref": "Choice"}, "yes"]}},
            "Resources": {"R": resource(TABLE, json!({
                "AttributeDefinitions": [{"AttributeName": "id", "AttributeType": "S"}],
                "KeySchema": [{"AttributeName": "id", "KeyType": "HASH"}],
                "BillingMode": mode,
            }))},
        })
    };
    let missing = ("E3639", "Resources/R/Properties");
    check(table(json!("PAY_PER_REQUEST")), &[]);
    check(table(json!({"Ref": "Choice"})), &[]);
    check(table(json!({"Fn::If": ["Often", "PAY_PER_REQUEST", "PROVISIONED"]})), &[missing]);
    check(table(json!({"Fn::If": ["Often", "PAY_PER_REQUEST", {"Ref": "AWS::NoValue"}]})), &[missing]);
}

#[test]
fn what_is_forbidden_is_so_for_functions_too() {
    let queue = |value: Value| json!({"FifoQueue": false, "DeduplicationScope": value});
    check_properties(QUEUE, queue(json!({"Ref": "Name"})), &[("E3501", "DeduplicationScope")]);
    check_properties(QUEUE, queue(json!({"Ref": "AWS::NoValue"})), &[]);
}

#[test]
fn subnets_are_in_their_vpc_and_apart() {
    let network = |second: Value| {
        let subnet = |block: Value| resource("AWS::EC2::Subnet", json!({"VpcId": {"Ref": "Vpc"}, "CidrBlock": block}));
        json!({
            "Conditions": {"Far": {"Fn::Equals": [{"Ref": "AWS::Region"}, "eu-west-1"]}},
            "Resources": {
                "Vpc": resource("AWS::EC2::VPC", json!({"CidrBlock": "10.0.0.0/16"})),
                "One": subnet(json!("10.0.0.0/24")),
                "Two": subnet(second),
            },
        })
    };
    check(network(json!("10.0.1.0/24")), &[]);
    check(network(json!("10.1.0.0/24")), &[("E3059", "Resources/Two/Properties/CidrBlock")]);
    check(network(json!("10.0.0.128/25")), &[("E3060", "Resources/Two/Properties")]);
    let chosen = json!({"Fn::If": ["Far", "10.0.1.0/24", "10.0.0.0/16"]});
    check(network(chosen), &[("E3060", "Resources/Two/Properties")]);
}

#[test]
fn what_cfn_init_is_told() {
    let init = |config: Value, expected: &[(&str, &str)]| {
        let metadata = json!({"AWS::CloudFormation::Init": {"configSets": {"all": ["config"]}, "config": config}});
        let topic = json!({"Type": "AWS::SNS::Topic", "Metadata": metadata});
        let place = |path: &str| format!("Resources/Web/Metadata/AWS::CloudFormation::Init/config/{path}");
        let expected: Vec<(&str, String)> = expected.iter().map(|(code, path)| (*code, place(path))).collect();
        let expected: Vec<(&str, &str)> = expected.iter().map(|(code, path)| (*code, path.as_str())).collect();
        check(json!({"Resources": {"Web": topic}}), &expected);
    };
    let file = json!({"content": {"a": "b"}, "mode": "000644", "owner": {"Ref": "AWS::StackName"}});
    init(json!({"files": {"/a": file}, "packages": {"yum": {"a": [], "b": "1"}}, "else": 1}), &[]);
    init(json!({"services": {"nginx": {}}}), &[("E3009", "services/nginx")]);
    init(
        json!({"files": {"/a": {"mode": "644", "encoding": "zip", "content": ["x"]}}}),
        &[("E3009", "files//a/mode"), ("E3009", "files//a/encoding"), ("E3009", "files//a/content")],
    );
    init(
        json!({"services": {"systemd": {"a": {"enabled": "yes", "files": "/a"}}}, "users": {"b": {"groups": [[]]}}}),
        &[
            ("E3009", "services/systemd/a/enabled"),
            ("E3009", "services/systemd/a/files"),
            ("E3009", "users/b/groups/0"),
        ],
    );
}

#[test]
fn every_extension_has_its_rule_and_patterns_that_compile() {
    let mut patterns = Vec::new();
    for extension in cfn_schema::resource_types().flat_map(|resource| resource.extensions()) {
        assert!(crate::registry::by_code(extension.rule()).is_some(), "{}", extension.rule());
        collect(extension.schema(), &mut patterns);
    }
    assert!(patterns.len() > 50, "{}", patterns.len());
    patterns.into_iter().for_each(|pattern| assert!(Pattern::new(pattern).is_ok(), "{pattern}"));
}

fn collect(schema: Schema, patterns: &mut Vec<&'static str>) {
    for keyword in schema.keywords() {
        match keyword {
            Keyword::Pattern(pattern) => patterns.push(pattern),
            Keyword::Items(inner) | Keyword::Contains(inner) | Keyword::Not(inner) | Keyword::Ref(_, inner) => {
                collect(inner, patterns);
            }
            Keyword::Properties(map) => map.for_each(|(_, inner)| collect(inner, patterns)),
            Keyword::AnyOf(all) | Keyword::AllOf(all) | Keyword::OneOf(all) => {
                all.for_each(|inner| collect(inner, patterns));
            }
            Keyword::If(condition, then, otherwise) => {
                [condition, then, otherwise].into_iter().for_each(|inner| collect(inner, patterns));
            }
            _ => {}
        }
    }
}
