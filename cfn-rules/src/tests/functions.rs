//! Function calls: shapes, types and targets.

use serde_json::{Value, json};

use super::{check, check_properties};

/// The value of a string property.
#[track_caller]
fn check_name(value: Value, expected: &[(&str, &str)]) {
    let paths: Vec<String> =
        expected.iter().map(|(_, path)| format!("QueueName/{path}").trim_end_matches('/').to_owned()).collect();
    let expected: Vec<(&str, &str)> =
        expected.iter().zip(&paths).map(|((code, _), path)| (*code, path.as_str())).collect();
    check_properties("AWS::SQS::Queue", json!({"QueueName": value}), &expected);
}

#[test]
fn targets_of_ref() {
    for name in ["Name", "Other", "R", "AWS::Region", "AWS::NoValue"] {
        let circle: &[(&str, &str)] = if name == "R" { &[("E3004", "Resources/R")] } else { &[] };
        let found = super::report(super::around("AWS::SQS::Queue", json!({"QueueName": {"Ref": name}})));
        let found: Vec<_> = found.findings.iter().map(|found| (found.rule.code, found.path.to_string())).collect();
        assert_eq!(found, circle.iter().map(|(code, path)| (*code, (*path).to_owned())).collect::<Vec<_>>(), "{name}");
    }
    check_name(json!({"Ref": "Nmae"}), &[("E1020", "Ref")]);
    check_name(json!({"Ref": ["Name"]}), &[("E1020", "Ref")]);
    // A list is no string, and a string no list.
    check_name(json!({"Ref": "Names"}), &[("E1020", "")]);
    check_name(json!({"Ref": "AWS::NotificationARNs"}), &[("E1020", "")]);
    check_properties(
        "AWS::IAM::Group",
        json!({"ManagedPolicyArns": {"Ref": "Name"}}),
        &[("E1020", "ManagedPolicyArns")],
    );
}

#[test]
fn attributes() {
    check_name(json!({"Fn::GetAtt": ["Other", "QueueName"]}), &[]);
    check_name(json!({"Fn::GetAtt": "Other.QueueName"}), &[]);
    check_name(json!({"Fn::GetAtt": ["Other", "Nmae"]}), &[("E1010", "Fn::GetAtt/1")]);
    check_name(json!({"Fn::GetAtt": "Other.Nmae"}), &[("E1010", "Fn::GetAtt")]);
    check_name(json!({"Fn::GetAtt": ["Missing", "Arn"]}), &[("E1010", "Fn::GetAtt/0")]);
    check_name(json!({"Fn::GetAtt": ["Other"]}), &[("E1010", "Fn::GetAtt")]);
    check_name(json!({"Fn::GetAtt": ["Other", {"Ref": "Name"}]}), &[]);
    check_name(json!({"Fn::GetAtt": [{"Ref": "Name"}, "Arn"]}), &[("E1010", "Fn::GetAtt/0")]);
    check_properties(
        "AWS::IAM::Group",
        json!({"ManagedPolicyArns": {"Fn::GetAtt": ["Other", "Arn"]}}),
        &[("E1010", "ManagedPolicyArns/Fn::GetAtt")],
    );
}

#[test]
fn substitutions() {
    check_name(json!({"Fn::Sub": "${AWS::StackName}-${Name}-${Other.Arn}-${!Literal}"}), &[]);
    check_name(json!({"Fn::Sub": ["${A}${Name}", {"A": {"Ref": "Name"}}]}), &[]);
    check_name(json!({"Fn::Sub": "${Nmae}"}), &[("E1019", "Fn::Sub")]);
    check_name(json!({"Fn::Sub": "${Other.Nmae}"}), &[("E1019", "Fn::Sub")]);
    check_name(json!({"Fn::Sub": "${Names}"}), &[("E1019", "Fn::Sub")]);
    check_name(json!({"Fn::Sub": ["${A}", {"A": "1", "B": "2"}]}), &[("W1019", "Fn::Sub/1/B")]);
    check_name(json!({"Fn::Sub": ["${A}", {"A": {"Ref": "Nmae"}}]}), &[("E1020", "Fn::Sub/1/A/Ref")]);
    check_name(json!({"Fn::Sub": [{"A": 1}, "${A}"]}), &[("E1019", "Fn::Sub/0"), ("E1019", "Fn::Sub/1")]);
    check_name(json!({"Fn::Sub": ["${A}"]}), &[("E1019", "Fn::Sub")]);
    check_name(json!("${Name}"), &[("E1029", "")]);
    check_name(json!("${name}"), &[]);
}

#[test]
fn shapes() {
    check_name(json!({"Fn::Join": ["-", ["a", {"Ref": "Name"}, 3]]}), &[]);
    check_name(json!({"Fn::Join": ["-", {"Ref": "Names"}]}), &[]);
    check_name(json!({"Fn::Join": ["-"]}), &[("E1022", "Fn::Join")]);
    check_name(json!({"Fn::Join": ["-", "a"]}), &[("E1022", "Fn::Join/1")]);
    check_name(json!({"Fn::Join": ["-", ["a", {"Fn::GetAZs": ""}]]}), &[("E1022", "Fn::Join/1/1")]);
    check_name(json!({"Fn::Join": ["-", {"Ref": "Name"}]}), &[("E1020", "Fn::Join/1")]);
    check_name(json!({"Fn::Select": [0, ["a", "b"]]}), &[]);
    check_name(json!({"Fn::Select": ["1", {"Fn::Split": [",", {"Ref": "Name"}]}]}), &[]);
    check_name(json!({"Fn::Select": [2, ["a", "b"]]}), &[("E1017", "Fn::Select/0")]);
    check_name(json!({"Fn::Select": ["x", ["a"]]}), &[("E1017", "Fn::Select/0")]);
    check_name(json!({"Fn::Split": [",", "a,b"]}), &[("E1018", "")]);
    check_name(json!({"Fn::Base64": ["a"]}), &[("E1021", "Fn::Base64")]);
    check_name(json!({"Fn::If": ["Prod", "a"]}), &[("E1028", "Fn::If")]);
    check_name(json!({"Fn::If": ["Pord", "a", "b"]}), &[("E1028", "Fn::If/0")]);
    check_name(json!({"Fn::If": ["Pord", {"Ref": "Gone"}, {"Fn::Sub": "${Gone}"}]}), &[("E1028", "Fn::If/0")]);
    check_name(json!({"Fn::ImportValue": {"Fn::Sub": "${Name}-x"}}), &[]);
    check_name(json!({"Fn::ImportValue": {"Fn::GetAtt": ["Other", "Arn"]}}), &[("E1016", "Fn::ImportValue")]);
    check_name(json!({"Fn::Length": ["a"]}), &[("E1030", "")]);
    check_name(json!({"Fn::ToJsonString": {"a": 1}}), &[("E1031", "")]);
    check_name(
        json!({"Fn::GetStackOutput": {"StackName": "s", "Bad": 1}}),
        &[("E1033", "Fn::GetStackOutput"), ("E1033", "Fn::GetStackOutput/Bad")],
    );
    check_properties(
        "AWS::EC2::VPC",
        json!({"CidrBlock": {"Fn::Select": [0, {"Fn::Cidr": ["10.0.0.0/16", 300, 8]}]}}),
        &[("E1017", "CidrBlock/Fn::Select/1/Fn::Cidr/1")],
    );
}

#[test]
fn mappings() {
    let template = |arguments: Value| {
        json!({
            "Mappings": {"M": {"eu-west-1": {"Name": 1}, "us-east-1": {"Name": 2, "More": 3}}},
            "Resources": {"Q": {"Type": "AWS::SQS::Queue", "Properties": {"DelaySeconds": {"Fn::FindInMap": arguments}}}},
        })
    };
    let at = |index: usize| format!("Resources/Q/Properties/DelaySeconds/Fn::FindInMap/{index}");
    check(template(json!(["M", {"Ref": "AWS::Region"}, "Name"])), &[]);
    check(template(json!(["M", "eu-west-1", "Name"])), &[]);
    check(template(json!(["M", "eu-west-1", "More", {"DefaultValue": 5}])), &[]);
    check(template(json!(["N", "eu-west-1", "Name"])), &[("E1011", &at(0))]);
    check(template(json!(["M", "eu-west-2", "Name"])), &[("E1011", &at(1))]);
    check(template(json!(["M", "eu-west-1", "More"])), &[("E1011", &at(2))]);
    check(template(json!(["M", {"Ref": "AWS::Region"}, "Nmae"])), &[("E1011", &at(2))]);
    check(template(json!(["M", {"Fn::GetAtt": ["Q", "Arn"]}, "Name"])), &[("E3004", "Resources/Q"), ("E1011", &at(1))]);
    // Where any text will do, cfn-lint does not look the key up.
    let name = json!({
        "Mappings": {"M": {"a": {"b": "c"}}},
        "Resources": {"Q": {"Type": "AWS::SQS::Queue", "Properties": {"QueueName": {"Fn::FindInMap": ["M", "a", "c"]}}}},
    });
    check(name, &[("AL0301", "Resources/Q/Properties/QueueName/Fn::FindInMap/2")]);
}

#[test]
fn keys_that_functions_give() {
    let template = |arguments: Value| {
        json!({
            "Parameters": {"Key": {"Type": "String", "Default": "no"}},
            "Mappings": {"M": {"a": {"to": "b", "lost": "c"}, "b": {"size": 1}}},
            "Resources": {"Q": {"Type": "AWS::SQS::Queue", "Properties": {"DelaySeconds": {"Fn::FindInMap": arguments}}}},
        })
    };
    let at = |index: usize| format!("Resources/Q/Properties/DelaySeconds/Fn::FindInMap/{index}");
    let inner = |key: &str| json!({"Fn::FindInMap": ["M", "a", key]});
    check(template(json!(["M", inner("to"), "size"])), &[]);
    check(template(json!(["M", inner("lost"), "size"])), &[("E1011", &at(1))]);
    check(template(json!(["M", "a", {"Ref": "Key"}])), &[]);
    check(template(json!(["M", {"Ref": "Key"}, "none"])), &[("AL0301", &at(2))]);
    // No key of this mapping is a region.
    check(template(json!(["M", {"Ref": "AWS::Region"}, "size"])), &[("E1011", &at(1))]);
    // What is no mapping has no keys.
    let mut flat = template(json!(["M", "a", "b"]));
    flat["Mappings"]["M"] = json!(1);
    check(flat, &[("E7001", "Mappings/M"), ("E1011", &at(1))]);
    // What stands in for a key that is not there is looked at by nobody else.
    let default = json!(["M", "a", "none", {"DefaultValue": {"Ref": "Gone"}}]);
    check(template(default), &[("AL0301", &format!("{}/DefaultValue/Ref", at(3)))]);
    check(
        template(json!(["M", "a", "none", {"Default": 1}])),
        &[("E1011", &at(3)), ("E1011", &format!("{}/Default", at(3)))],
    );
}

#[test]
fn the_transform_puts_in_what_is_known() {
    let template = |value: Value| {
        json!({
            "Transform": "AWS::LanguageExtensions",
            "Parameters": {"Stage": {"Type": "String", "Default": "prod"}},
            "Mappings": {"M": {"prod": {"Delay": "long", "Parts": ["a", "b"]}}},
            "Resources": {"Q": {"Type": "AWS::SQS::Queue", "Properties": {"DelaySeconds": value}}},
        })
    };
    let at = |rest: &str| format!("Resources/Q/Properties/DelaySeconds{rest}");
    check(template(json!({"Fn::FindInMap": ["M", "prod", "Delay"]})), &[("E3012", &at(""))]);
    check(template(json!({"Fn::FindInMap": ["M", "prod", "None"]})), &[("E1011", &at("/Fn::FindInMap/2"))]);
    check(template(json!({"Fn::FindInMap": ["M", {"Ref": "Stage"}, "Delay"]})), &[("W1034", &at("/Fn::FindInMap"))]);
    check(template(json!({"Fn::Length": {"Fn::FindInMap": ["M", "prod", "Parts"]}})), &[]);
    check(template(json!({"Fn::Sub": "5"})), &[]);
}

#[test]
fn what_an_argument_can_be() {
    check_name(json!({"Fn::Join": ["-", "a", "b"]}), &[("E1022", "Fn::Join"), ("E1022", "Fn::Join/1")]);
    check_name(json!({"Fn::Join": ["-", {"Fn::GetAtt": ["Other", "Arn"]}]}), &[("E1022", "Fn::Join/1/Fn::GetAtt")]);
    check_name(json!({"Fn::Select": [0, "a"]}), &[("E1017", "Fn::Select/1")]);
    // In a list to select from, a function that cannot stand there is an object.
    check_name(json!({"Fn::Select": [0, [{"Fn::Sub": "${Gone}"}]]}), &[]);
    check_name(json!({"Fn::Select": [{"Ref": "Name"}, ["a"]]}), &[]);
    check_name(json!({"Fn::Select": [0, {"Fn::GetAZs": "nowhere"}]}), &[("E1017", "Fn::Select/1/Fn::GetAZs")]);
    check_name(
        json!({"Fn::Select": [0, {"Fn::Split": [",", "{{resolve:ssm:names}}"]}]}),
        &[("E1017", "Fn::Select/1/Fn::Split/1")],
    );
    // What is put in later is none of what it looks like.
    check_name(json!({"Fn::Join": ["-", "{{resolve:ssm:names}}"]}), &[]);
    check_name(json!({"Ref": {"Fn::Sub": "${Gone}"}}), &[("E1020", "Ref/Fn::Sub")]);
    check_name(json!({"Ref": {"Fn::If": ["Prod", "a", "b"]}}), &[("E1020", "Ref")]);
    check_name(json!({"Fn::Subb": "a"}), &[("AL0304", "")]);
    check_name(
        json!({"Fn::Transform": {"Name": "Macro", "Parameters": {"A": {"Ref": "Gone"}}}}),
        &[("AL0301", "Fn::Transform/Parameters/A/Ref")],
    );
}

#[test]
fn results_of_arguments() {
    let template = |index: i32, region: &str| {
        json!({
            "Parameters": {
                "Index": {"Type": "Number", "Default": index},
                "Where": {"Type": "String", "Default": region},
            },
            "Resources": {"Q": {"Type": "AWS::SQS::Queue", "Properties": {
                "QueueName": {"Fn::Select": [{"Ref": "Index"}, ["a", "b"]]},
                "KmsMasterKeyId": {"Fn::Select": [0, {"Fn::GetAZs": {"Ref": "Where"}}]},
            }}},
        })
    };
    check(template(1, "eu-west-1"), &[]);
    check(
        template(2, "eu-west-0"),
        &[
            ("W1030", "Resources/Q/Properties/QueueName/Fn::Select/0/Ref"),
            ("W1030", "Resources/Q/Properties/KmsMasterKeyId/Fn::Select/1/Fn::GetAZs/Ref"),
        ],
    );
}

#[test]
fn types_of_attributes() {
    let template = |value: Value| {
        json!({
            "Resources": {
                "V": {"Type": "AWS::EC2::VPC", "Properties": {"CidrBlock": "10.0.0.0/16"}},
                "C": {"Type": "AWS::EC2::CapacityReservation", "Properties": {
                    "InstanceCount": 1, "InstancePlatform": "Linux/UNIX", "InstanceType": "t3.micro",
                    "AvailabilityZone": "us-east-1a",
                }},
                "T": {"Type": "AWS::SNS::Topic", "Properties": {"DisplayName": value}},
            },
        })
    };
    let at = |rest: &str| format!("Resources/T/Properties/DisplayName/{rest}");
    check(template(json!({"Fn::GetAtt": "V.CidrBlock"})), &[]);
    check(template(json!({"Fn::GetAtt": "C.TotalInstanceCount"})), &[("E1010", &at("Fn::GetAtt"))]);
    check(template(json!({"Fn::Sub": "${V.CidrBlockAssociations}"})), &[("E1019", &at("Fn::Sub"))]);
    check(
        template(json!({"Fn::Join": ["", [{"Fn::GetAtt": "C.TotalInstanceCount"}]]})),
        &[("E1022", &at("Fn::Join/1/0/Fn::GetAtt"))],
    );
    check(template(json!({"Fn::Select": [0, {"Fn::GetAtt": "V.CidrBlockAssociations"}]})), &[]);
}

#[test]
fn outputs() {
    let template = |name: &str, value: Value| {
        json!({
            "Resources": {"V": {"Type": "AWS::EC2::VPC", "Properties": {"CidrBlock": "10.0.0.0/16"}}},
            "Outputs": {name: {"Value": value}},
        })
    };
    check(template("O", json!({"Fn::GetAtt": "V.CidrBlock"})), &[]);
    check(template("O", json!({"Fn::GetAtt": "V.CidrBlockAssociations"})), &[("E6101", "Outputs/O/Value/Fn::GetAtt")]);
    check(template("O", json!({"Fn::GetAZs": ""})), &[("E6101", "Outputs/O/Value")]);
    check(template("O", json!({"Ref": "Gone"})), &[("E6101", "Outputs/O/Value/Ref")]);
    check(template("O", json!([1])), &[("E6101", "Outputs/O/Value")]);
    check(template("O", json!({"Fn::Length": [1]})), &[("E1030", "Outputs/O/Value")]);
    // What has no good name is looked at when it has one.
    check(template("no-name", json!([1])), &[("E6001", "Outputs/no-name")]);
}

#[test]
fn conditions() {
    let template = |condition: Value| {
        json!({
            "Parameters": {"Stage": {"Type": "String"}},
            "Conditions": {"A": {"Fn::Equals": [{"Ref": "Stage"}, "a"]}, "C": condition},
            "Resources": {"Q": {"Type": "AWS::SQS::Queue"}},
        })
    };
    check(template(json!({"Fn::And": [{"Condition": "A"}, {"Fn::Not": [{"Condition": "A"}]}]})), &[]);
    check(template(json!({"Fn::And": [{"Condition": "A"}]})), &[("E8004", "Conditions/C/Fn::And")]);
    check(
        template(json!({"Fn::Or": [{"Condition": "A"}, {"Condition": "B"}]})),
        &[("E8006", "Conditions/C/Fn::Or/1/Condition")],
    );
    check(template(json!({"Condition": "B"})), &[("E8001", "Conditions/C/Condition")]);
    check(template(json!({"Condition": ["A"]})), &[("E8001", "Conditions/C/Condition")]);
    check(template(json!({"Condition": {"Condition": "A"}})), &[]);
    check(template(json!({"Fn::Not": {"Condition": "A"}})), &[("E8005", "Conditions/C/Fn::Not")]);
    check(
        template(json!({"Fn::Not": [{"Condition": "A"}, {"Condition": "B"}]})),
        &[("E8005", "Conditions/C/Fn::Not"), ("E8005", "Conditions/C/Fn::Not/1/Condition")],
    );
    check(template(json!({"Fn::Not": [{"Condition": "A"}, {"Condition": "A"}]})), &[("E8005", "Conditions/C/Fn::Not")]);
    check(template(json!({"Fn::Not": [{"Condition": "A", "Extra": "b"}]})), &[("E8005", "Conditions/C/Fn::Not/0")]);
    check(template(json!({"Fn::Equals": ["a"]})), &[("E8003", "Conditions/C/Fn::Equals")]);
    check(template(json!({"Fn::Equals": ["a", {"Ref": "Q"}]})), &[("E1020", "Conditions/C/Fn::Equals/1/Ref")]);
    // cfn-lint sorts the sides first.
    check(template(json!({"Fn::Equals": [{"Ref": "Q"}, "a"]})), &[("E1020", "Conditions/C/Fn::Equals")]);
    check(
        template(json!({"Fn::Equals": [{"Ref": "Q"}, {"Ref": "N"}]})),
        &[("E1020", "Conditions/C/Fn::Equals/0/Ref"), ("E1020", "Conditions/C/Fn::Equals/1/Ref")],
    );
    check(template(json!({"Fn::Equals": ["a", {"Fn::Length": [1]}]})), &[("E1030", "Conditions/C/Fn::Equals/1")]);
    let secret = "{{resolve:secretsmanager:a:SecretString:b}}";
    check(template(json!({"Fn::Equals": [{"Ref": "Stage"}, secret]})), &[("E1051", "Conditions/C/Fn::Equals/1")]);
    check(template(json!({"Ref": "Stage"})), &[("E8001", "Conditions/C")]);
    check(template(json!("true")), &[]);
    check(template(json!("yes")), &[("E8001", "Conditions/C")]);
}
