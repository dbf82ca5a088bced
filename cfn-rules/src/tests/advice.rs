//! What works and could be better.

use serde_json::{Value, json};

use super::{Options, check, check_all, check_properties, document, run};
use crate::Day;

#[test]
fn what_is_not_used() {
    let template = |transform: Option<&str>| {
        let mut template = json!({
            "Parameters": {"A": {"Type": "String"}, "B": {"Type": "String"}, "C": {"Type": "String"}},
            "Mappings": {"M": {"a": {"b": "c"}}, "N": {"a": {"b": "c"}}},
            "Conditions": {
                "X": {"Fn::Equals": [{"Ref": "A"}, "x"]},
                "Y": {"Fn::Not": [{"Condition": "X"}]},
                "Z": {"Fn::Not": [{"Condition": "X"}]},
            },
            "Resources": {"Q": {"Type": "AWS::SQS::Queue", "Condition": "Y", "Properties": {
                "QueueName": {"Fn::Sub": "${B}-x"},
                "KmsMasterKeyId": {"Fn::FindInMap": ["M", "a", "b"]},
            }}},
        });
        if let Some(transform) = transform {
            template["Transform"] = transform.into();
        }
        template
    };
    let others = [("W7001", "Mappings/N"), ("W8001", "Conditions/Z")];
    check_all(template(None), &[&[("W2001", "Parameters/C")], others.as_slice()].concat());
    check_all(template(Some("AWS::Serverless-2016-10-31")), &others);
}

#[test]
fn conditions_of_what_is_referred_to() {
    let template = |properties| {
        json!({
            "Parameters": {"Stage": {"Type": "String"}},
            "Conditions": {
                "Prod": {"Fn::Equals": [{"Ref": "Stage"}, "prod"]},
                "Dev": {"Fn::Equals": [{"Ref": "Stage"}, "dev"]},
                "Both": {"Fn::And": [{"Condition": "Prod"}, {"Condition": "Dev"}]},
            },
            "Resources": {
                "T": {"Type": "AWS::SNS::Topic", "Condition": "Prod"},
                "Q": {"Type": "AWS::SQS::Queue", "Properties": properties},
            },
        })
    };
    let name = "Resources/Q/Properties/QueueName";
    check(template(json!({"QueueName": {"Ref": "T"}})), &[("W1001", &format!("{name}/Ref"))]);
    check(template(json!({"QueueName": {"Fn::If": ["Prod", {"Ref": "T"}, "x"]}})), &[]);
    check(
        template(json!({"QueueName": {"Fn::If": ["Dev", {"Ref": "T"}, "x"]}})),
        &[("W1001", &format!("{name}/Fn::If/1/Ref"))],
    );
    check(
        template(json!({"QueueName": {"Fn::If": ["Prod", {"Fn::If": ["Dev", "x", "y"]}, "z"]}})),
        &[("W1028", &format!("{name}/Fn::If/1/Fn::If/1"))],
    );
    check(template(json!({"QueueName": {"Fn::If": ["Both", "x", "y"]}})), &[("W1028", &format!("{name}/Fn::If/1"))]);
}

#[test]
fn results_of_functions() {
    let template = |value| {
        json!({
            "Parameters": {
                "Long": {"Type": "Number", "Default": 50000},
                "Either": {"Type": "Number", "AllowedValues": [5, 50000]},
                "List": {"Type": "CommaDelimitedList", "Default": "5, 50000"},
            },
            "Mappings": {"Good": {"us-east-1": {"Delay": 50000}, "eu-west-1": {"Delay": 5}}, "Bad": {"a": {"Delay": 43201}}},
            "Conditions": {"Five": {"Fn::Equals": [{"Ref": "Either"}, 5]}},
            "Resources": {"Q": {"Type": "AWS::SQS::Queue", "Properties": {"VisibilityTimeout": value}}},
        })
    };
    let check = |value, expected: Option<(&str, &str)>| {
        let found = expected.map(|(code, place)| (code, format!("Resources/Q/Properties/VisibilityTimeout/{place}")));
        super::check(template(value), &found.iter().map(|(code, path)| (*code, path.as_str())).collect::<Vec<_>>());
    };
    check(json!({"Ref": "Long"}), Some(("W1030", "Ref")));
    check(json!({"Ref": "Either"}), Some(("W1030", "Ref")));
    check(json!({"Fn::If": ["Five", {"Ref": "Either"}, 6]}), None);
    check(json!({"Fn::If": ["Five", 6, {"Ref": "Either"}]}), Some(("W1030", "Fn::If/2/Ref")));
    check(json!({"Fn::Sub": "${Long}"}), Some(("W1031", "Fn::Sub")));
    check(json!({"Fn::Sub": ["${x}0", {"x": {"Ref": "Either"}}]}), Some(("W1031", "Fn::Sub")));
    check(json!({"Fn::Join": ["", ["9", {"Ref": "AWS::AccountId"}]]}), Some(("W1032", "Fn::Join")));
    check(json!({"Fn::FindInMap": ["Good", {"Ref": "AWS::Region"}, "Delay"]}), None);
    check(json!({"Fn::FindInMap": ["Bad", "a", "Delay"]}), Some(("W1034", "Fn::FindInMap")));
    check(json!({"Fn::Select": [0, {"Ref": "List"}]}), None);
    check(json!({"Fn::Select": [1, {"Ref": "List"}]}), Some(("W1035", "Fn::Select")));
    check(json!({"Fn::Select": [1, {"Fn::Split": ["-", "5-50000"]}]}), Some(("W1035", "Fn::Select")));
}

#[test]
fn loops_are_unrolled() {
    let template = |collection, body| {
        json!({
            "Transform": "AWS::LanguageExtensions",
            "Parameters": {"Names": {"Type": "CommaDelimitedList", "Default": "One,Two"}, "Any": {"Type": "CommaDelimitedList"}},
            "Resources": {
                "Fn::ForEach::Queues": ["Name", collection, {"Queue${Name}": {"Type": "AWS::SQS::Queue", "Properties": body}}],
                "T": {"Type": "AWS::SNS::Topic", "Properties": {"TopicName": {"Fn::GetAtt": ["QueueOne", "QueueName"]}}},
            },
        })
    };
    let body = "Resources/Fn::ForEach::Queues/2/Queue${Name}/Properties";
    check(template(json!(["One"]), json!({"QueueName": {"Fn::Sub": "q-${Name}"}})), &[]);
    check(
        template(json!({"Ref": "Names"}), json!({"VisibilityTimeout": 43201})),
        &[("E3034", &format!("{body}/VisibilityTimeout"))],
    );
    check(
        template(json!(["Two"]), json!({"QueueName": {"Ref": "Name"}})),
        &[("E1010", "Resources/T/Properties/TopicName/Fn::GetAtt/0")],
    );
    // The transform sees the name of a condition as it is written.
    check(
        template(json!(["One"]), json!({"QueueName": {"Fn::If": [{"Fn::Sub": "Is${Name}"}, "a", "b"]}})),
        &[("E1028", &format!("{body}/QueueName/Fn::If/0"))],
    );
    // Nobody knows which queues there are.
    check(template(json!({"Ref": "Any"}), json!({"VisibilityTimeout": 43201})), &[]);
    let wide: Vec<String> = (0..3_000).map(|number| format!("N{number}")).collect();
    check(
        json!({"Transform": "AWS::LanguageExtensions", "Resources": {"Fn::ForEach::A": ["A", wide, {
            "Fn::ForEach::B": ["B", wide, {"X${A}Y${B}": {"Type": "AWS::SNS::Topic"}}],
        }]}}),
        &[("AL0401", "")],
    );
}

#[test]
fn functions() {
    let queue = |value| json!({"Resources": {"Q": {"Type": "AWS::SQS::Queue", "Properties": {"QueueName": value}}}});
    let at = |rest: &str| format!("Resources/Q/Properties/QueueName{rest}");
    check(queue(json!({"Fn::Sub": "x"})), &[("W1020", &at("/Fn::Sub"))]);
    check(queue(json!({"Fn::Sub": "x${AWS::Region}"})), &[]);
    check(queue(json!("AWS::Region")), &[("W1054", &at(""))]);
    check(queue(json!("{{ resolve:ssm:x}}")), &[("W1053", &at(""))]);
    check(
        json!({
            "Parameters": {"P": {"Type": "String", "NoEcho": true}},
            "Conditions": {"C": {"Fn::Equals": ["a", "b"]}},
            "Resources": {"Q": {"Type": "AWS::SQS::Queue", "Condition": "C"}},
            "Outputs": {"O": {"Value": {"Ref": "P"}}, "I": {"Value": {"Fn::ImportValue": "x"}}},
        }),
        &[
            ("W8003", "Conditions/C/Fn::Equals"),
            ("W2010", "Outputs/O/Value/Ref"),
            ("W6001", "Outputs/I/Value/Fn::ImportValue"),
        ],
    );
}

#[test]
fn names_where_a_property_has_several_forms() {
    let function = |value| {
        json!({
            "Transform": "AWS::Serverless-2016-10-31",
            "Resources": {"F": {"Type": "AWS::Serverless::Function", "Properties": {
                "CodeUri": "s3://a/b", "Handler": "a.b", "Runtime": "nodejs22.x",
                "Timeout": value,
                "Events": {"E": {"Type": "Api", "Properties": {"Path": "/", "Method": "get", "RestApiId": {"Ref": "Nope"}}}},
            }}},
        })
    };
    let event = "Resources/F/Properties/Events/E/Properties/RestApiId/Ref";
    check(function(json!(3)), &[("AL0301", event)]);
    check(function(json!({"Ref": "Nix"})), &[("E1020", "Resources/F/Properties/Timeout/Ref"), ("AL0301", event)]);
}

#[test]
fn dependencies_and_policies() {
    let queue = |more: serde_json::Value| {
        let mut queue = json!({"Type": "AWS::SQS::Queue", "Properties": {"QueueName": {"Ref": "T"}}});
        queue.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        json!({"Resources": {"Q": queue, "T": {"Type": "AWS::SNS::Topic"}, "U": {"Type": "AWS::SNS::Topic"}}})
    };
    check(queue(json!({"DependsOn": ["U", "T"]})), &[("W3005", "Resources/Q/DependsOn/1")]);
    check(queue(json!({"DependsOn": "U"})), &[]);
    check(queue(json!({"DeletionPolicy": "Retain"})), &[("W3011", "Resources/Q")]);
    check(queue(json!({"UpdateReplacePolicy": "Retain"})), &[("W3011", "Resources/Q")]);
    check(queue(json!({"DeletionPolicy": "Delete"})), &[]);
    check(queue(json!({"DeletionPolicy": "Retain", "UpdateReplacePolicy": "Retain"})), &[]);
}

#[test]
fn properties() {
    check_properties("AWS::Lambda::LayerVersion", json!({"Content": "./dir"}), &[("W3002", "Content")]);
    check_properties("AWS::Lambda::LayerVersion", json!({"Content": "s3://a/b"}), &[]);
    let volume = |zone| json!({"AvailabilityZone": zone, "Size": 1});
    check_properties("AWS::EC2::Volume", volume(json!("eu-west-1a")), &[("W3010", "AvailabilityZone")]);
    check_properties("AWS::EC2::Volume", volume(json!({"Ref": "Name"})), &[]);
    let user = |password| json!({"LoginProfile": {"Password": password}});
    check_properties("AWS::IAM::User", user(json!("secret")), &[("W2501", "LoginProfile/Password")]);
    check_properties("AWS::IAM::User", user(json!("{{resolve:secretsmanager:a}}")), &[]);
    check_properties("AWS::S3::Bucket", json!({"AccessControl": "Private"}), &[("W3045", "AccessControl")]);
}

#[test]
fn partitions() {
    let role = |arn: &str| json!({"TopicName": {"Fn::Sub": arn}});
    check_properties(
        "AWS::SNS::Topic",
        role("arn:aws:sns:${AWS::Region}:${AWS::AccountId}:x"),
        &[("I3042", "TopicName/Fn::Sub")],
    );
    check_properties("AWS::SNS::Topic", role("arn:${AWS::Partition}:sns:${AWS::Region}:${AWS::AccountId}:x"), &[]);
}

#[test]
fn secure_strings_and_blocks() {
    check_properties("AWS::SQS::Queue", json!({"QueueName": "{{resolve:ssm-secure:a:1}}"}), &[("E1027", "QueueName")]);
    check_properties("AWS::IAM::User", json!({"LoginProfile": {"Password": "{{resolve:ssm-secure:a:1}}"}}), &[]);
    let topic = |block: &str| json!({"TopicName": {"Fn::Select": [0, {"Fn::Cidr": [block, 2, 8]}]}});
    check_properties("AWS::SNS::Topic", topic("10.0.0.0/16"), &[]);
    check_properties("AWS::SNS::Topic", topic("fd00::/56"), &[]);
    check_properties("AWS::SNS::Topic", topic("10.0.0.0"), &[("E1017", "TopicName/Fn::Select/1/Fn::Cidr/0")]);
}

#[test]
fn one_bucket_twice() {
    let bucket = |properties| json!({"Type": "AWS::S3::Bucket", "Properties": properties});
    let template = |name: &str| {
        json!({
            "Parameters": {"Stage": {"Type": "String"}},
            "Conditions": {"Prod": {"Fn::Equals": [{"Ref": "Stage"}, "prod"]}},
            "Resources": {
                "A": bucket(json!({"Fn::If": ["Prod", {"BucketName": "aaa"}, {"BucketName": "bbb"}]})),
                "B": bucket(json!({"BucketName": name})),
            },
        })
    };
    check(template("ccc"), &[]);
    check(
        template("bbb"),
        &[("E3019", "Resources/A/Properties/BucketName"), ("E3019", "Resources/B/Properties/BucketName")],
    );
}

/// A function with this runtime on this day.
#[track_caller]
fn check_runtime(runtime: Value, today: Option<Day>, expected: &[(&str, &str)]) {
    let template = json!({
        "Parameters": {"Runtime": {"Type": "String", "AllowedValues": ["python3.14", "nodejs18.x"]}},
        "Resources": {"F": {"Type": "AWS::Lambda::Function", "Properties": {
            "Role": "arn:aws:iam::123456789012:role/r", "Handler": "a.b", "Runtime": runtime,
            "Code": {"S3Bucket": "code-of-mine", "S3Key": "code.zip"},
        }}},
    });
    let options = Options { today, ..Options::default() };
    let mut report = run(&document(template), &options).0;
    report.findings.retain(|finding| finding.path.to_string().contains("Runtime") && finding.rule.code != "W2001");
    super::compare(&report, expected);
}

#[test]
fn runtimes_end() {
    let place = "Resources/F/Properties/Runtime";
    let day = |year| Day::new(year, 11, 20);
    check_runtime(json!("nodejs18.x"), None, &[("W2531", place)]);
    check_runtime(json!("nodejs18.x"), day(2025), &[("W2531", place)]);
    check_runtime(json!("nodejs18.x"), day(2024), &[]);
    check_runtime(json!("nodejs18.x"), Day::new(2027, 2, 1), &[("E2531", place)]);
    check_runtime(json!("nodejs18.x"), Day::new(2027, 3, 3), &[("E2533", place)]);
    check_runtime(json!("python2.7"), day(2026), &[("E2533", place)]);
    check_runtime(json!("python2.7"), None, &[("W2531", place)]);
    check_runtime(json!("python3.14"), day(2026), &[]);
    check_runtime(json!({"Ref": "Runtime"}), day(2026), &[("W1030", &format!("{place}/Ref"))]);
    check_runtime(json!({"Fn::Join": ["", ["nodejs", "12.x"]]}), day(2026), &[("W1032", &format!("{place}/Fn::Join"))]);
}
