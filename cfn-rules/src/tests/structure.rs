//! What several rules about the structure of a template say together.

use serde_json::{Map, Value, json};

use super::check;

#[track_caller]
fn check_resource(resource: Value, expected: &[(&str, &str)]) {
    let paths: Vec<String> =
        expected.iter().map(|(_, path)| format!("Resources/R/{path}").trim_end_matches('/').to_owned()).collect();
    let expected: Vec<(&str, &str)> =
        expected.iter().zip(&paths).map(|((code, _), path)| (*code, path.as_str())).collect();
    check(json!({"Resources": {"R": resource, "Other": {"Type": "AWS::SQS::Queue"}}}), &expected);
}

fn many(count: usize, value: &Value) -> Value {
    Value::Object((0..count).map(|number| (format!("N{number}"), value.clone())).collect::<Map<_, _>>())
}

#[test]
fn resources() {
    check_resource(json!({"Type": "AWS::SQS::Queue"}), &[]);
    check_resource(json!({"Type": "AWS::SQS::Queue", "Condition": "C"}), &[("E3015", "Condition")]);
    check_resource(json!({"Type": "AWS::SQS::Queue", "Properties": []}), &[("E3012", "Properties")]);
    check_resource(
        json!({"Type": "AWS::SQS::Queue", "Properties": {"Ref": "AWS::NoValue"}}),
        &[("E3012", "Properties/Ref")],
    );
    check(
        json!({"Resources": {"A": {"Type": "AWS::S3::Bucket", "Properties": {"BucketName": "same"}}, "B": {"Type": "AWS::S3::Bucket", "Properties": {"BucketName": "same"}}}}),
        &[("E3019", "Resources/A/Properties/BucketName"), ("E3019", "Resources/B/Properties/BucketName")],
    );
}

#[test]
fn policies() {
    let queue = |policy: &str, value: Value| {
        let mut queue = json!({"Type": "AWS::SQS::Queue", "DeletionPolicy": "Delete", "UpdateReplacePolicy": "Delete"});
        queue[policy] = value;
        queue
    };
    check_resource(queue("DeletionPolicy", json!("RetainExceptOnCreate")), &[]);
    check_resource(queue("DeletionPolicy", json!("Snapshot")), &[("E3035", "DeletionPolicy")]);
    check_resource(queue("DeletionPolicy", json!({"Fn::GetAtt": ["Other", "Arn"]})), &[("E3035", "DeletionPolicy")]);
    check_resource(queue("UpdateReplacePolicy", json!("RetainExceptOnCreate")), &[("E3036", "UpdateReplacePolicy")]);
    check_resource(
        json!({"Type": "AWS::EC2::Volume", "DeletionPolicy": "Snapshot", "UpdateReplacePolicy": "Snapshot", "Properties": {"AvailabilityZone": {"Fn::Select": [0, {"Fn::GetAZs": ""}]}, "Size": 1}}),
        &[],
    );
    check_resource(queue("UpdatePolicy", json!({})), &[("E3016", "UpdatePolicy")]);
    let group = |policy: Value| json!({"Type": "AWS::Lambda::Alias", "UpdatePolicy": policy, "Properties": {"FunctionName": "f", "FunctionVersion": "1", "Name": "n"}});
    check_resource(
        group(
            json!({"CodeDeployLambdaAliasUpdate": {"ApplicationName": "a", "DeploymentGroupName": {"Ref": "Other"}}}),
        ),
        &[],
    );
    check_resource(
        group(json!({"CodeDeployLambdaAliasUpdate": {"Application": "a"}})),
        &[("E3016", "UpdatePolicy/CodeDeployLambdaAliasUpdate/Application")],
    );
    check_resource(group(json!({"Fn::Sub": "${AWS::Region}"})), &[("E1019", "UpdatePolicy")]);
    check_resource(
        group(json!({"CodeDeployLambdaAliasUpdate": {"ApplicationName": {"Ref": "Nope"}}, "Other": {"Ref": "Nope"}})),
        &[("E1020", "UpdatePolicy/CodeDeployLambdaAliasUpdate/ApplicationName/Ref")],
    );
    check_resource(
        queue("DeletionPolicy", json!({"Ref": "Nope"})),
        &[("AL0309", "DeletionPolicy"), ("E1020", "DeletionPolicy/Ref")],
    );
    check_resource(
        queue("DeletionPolicy", json!({"Fn::If": ["Nope", "Retain", "Delete"]})),
        &[("AL0309", "DeletionPolicy"), ("E1028", "DeletionPolicy/Fn::If/0")],
    );
    check_resource(
        queue("DeletionPolicy", json!({"Fn::Sub": "${AWS::Region}"})),
        &[("AL0309", "DeletionPolicy"), ("W1031", "DeletionPolicy/Fn::Sub")],
    );
    let wait =
        json!({"Type": "AWS::CloudFormation::WaitCondition", "CreationPolicy": {"ResourceSignal": {"Count": "x"}}});
    check_resource(wait, &[("E3055", "CreationPolicy/ResourceSignal/Count")]);
    let module =
        json!({"Type": "My::Org::Thing::MODULE", "Metadata": {"AWS::CloudFormation::Module": {"TypeHierarchy": "x"}}});
    check_resource(module, &[("E5001", "Metadata/AWS::CloudFormation::Module")]);
}

#[test]
fn nothing_is_said_of_what_has_a_wrong_name() {
    check(
        json!({
            "Parameters": {"a-b": {"Type": 1}},
            "Mappings": {"a-b": {}, "M": {"a_b": {}, "c": {"d.e": {}}}},
            "Resources": {"c-d": {"Type": "AWS::SQS::Queue", "Properties": {"Nope": {"Ref": "Nope"}}}},
            "Outputs": {"a-b": {}},
        }),
        &[
            ("E2001", "Parameters/a-b"),
            ("E7001", "Mappings/a-b"),
            ("E7001", "Mappings/M/a_b"),
            ("E7001", "Mappings/M/c/d.e"),
            ("E3001", "Resources/c-d"),
            ("E6001", "Outputs/a-b"),
        ],
    );
}

#[test]
fn rules_section() {
    let rules = |rules: Value| json!({"Parameters": {"Stage": {"Type": "String"}}, "Rules": rules, "Resources": {}});
    let equals = json!({"Fn::Equals": [{"Ref": "Stage"}, "a"]});
    let contains = json!({"Fn::Contains": [["a"], {"Ref": "Stage"}]});
    check(rules(json!({"R": {"RuleCondition": equals, "Assertions": [{"Assert": {"Fn::Not": [contains]}}]}})), &[]);
    check(
        rules(
            json!({"R": {"RuleCondition": {"Ref": "Stage"}, "Assertions": [{"Assert": {"Condition": "C"}}, {"Assert": {"Fn::If": ["C", "a", "b"]}}]}}),
        ),
        &[
            ("E1702", "Rules/R/RuleCondition"),
            ("E1701", "Rules/R/Assertions/0/Assert/Condition"),
            ("E1701", "Rules/R/Assertions/1/Assert"),
        ],
    );
}

#[test]
fn what_is_never_there() {
    let template = |condition: Value| {
        json!({
            "Parameters": {"Stage": {"Type": "String"}, "Size": {"Type": "String", "AllowedValues": ["s", "l"]}},
            "Conditions": {
                "A": {"Fn::Equals": [{"Ref": "Stage"}, "a"]},
                "B": {"Fn::Equals": [{"Ref": "Stage"}, "b"]},
                "S": {"Fn::Equals": [{"Ref": "Size"}, "s"]},
                "L": {"Fn::Equals": [{"Ref": "Size"}, "l"]},
                "Never": condition,
            },
            "Resources": {"Q": {"Type": "AWS::SQS::Queue", "Condition": "Never", "Properties": {"Nope": 1}}},
        })
    };
    let both = |left: &str, right: &str| json!({"Fn::And": [{"Condition": left}, {"Condition": right}]});
    let never = [("E3001", "Resources/Q")];
    check(template(json!({"Fn::And": [{"Condition": "A"}, {"Fn::Not": [{"Condition": "A"}]}]})), &never);
    check(template(both("S", "L")), &never);
    // Somebody may want to compare with something else, later.
    check(template(both("A", "B")), &[("E3002", "Resources/Q/Properties/Nope")]);
    // What is malformed anywhere may be anything.
    check(
        template(json!({"Fn::And": [both("S", "L"), {"Fn::Not": []}]})),
        &[("E8004", "Conditions/Never/Fn::And/1/Fn::Not"), ("E3002", "Resources/Q/Properties/Nope")],
    );
}

#[test]
fn attributes_have_their_types() {
    let queue = |name: &str, value: Value| json!({"Type": "AWS::SQS::Queue", name: value});
    check_resource(queue("UpdatePolicy", json!([])), &[("E3016", "UpdatePolicy")]);
    check_resource(queue("CreationPolicy", json!(null)), &[("E3001", "CreationPolicy")]);
    check_resource(queue("Condition", json!(null)), &[("E3001", "Condition")]);
    check_resource(queue("Properties", json!(null)), &[("E3012", "Properties")]);
    check_resource(queue("CreationPolicy", json!({"Fn::Select": [0, ["a"]]})), &[("E3055", "CreationPolicy")]);
    check_resource(queue("Metadata", json!({"Ref": "Other"})), &[("E1020", "Metadata")]);
    check_resource(json!({"Type": "My::Custom::Thing::MODULE", "UpdatePolicy": {}}), &[("E5001", "UpdatePolicy")]);
    let custom =
        |version: Value| json!({"Type": "Custom::Thing", "Version": version, "Properties": {"ServiceToken": "a"}});
    check_resource(custom(json!("1.0")), &[]);
    check_resource(custom(json!(1.5)), &[("E3001", "Version")]);
    let without_type =
        json!({"Properties": {"Nope": {"Ref": "Nope"}}, "DeletionPolicy": "Nope", "UpdateReplacePolicy": "Nope"});
    check_resource(without_type, &[("E3001", ""), ("E3001", "DeletionPolicy"), ("E3001", "UpdateReplacePolicy")]);
}

#[test]
fn tags() {
    let bucket = |tags: Value| json!({"Type": "AWS::S3::Bucket", "Properties": {"Tags": tags}});
    check_resource(bucket(json!([{"Key": "a", "Value": "b"}, {"Ref": "AWS::NoValue"}])), &[]);
    check_resource(bucket(json!([{"Key": "aws:a", "Value": "b"}])), &[("E3024", "Properties/Tags/0/Key")]);
    check_resource(
        bucket(json!([{"Key": 1, "Value": "b"}, {"Key": 1, "Value": "c"}])),
        &[("E3024", "Properties/Tags")],
    );
    check_resource(bucket(json!([{"Value": "b"}])), &[("E3003", "Properties/Tags/0")]);
    check_resource(
        bucket(json!([{"Key": "a", "Value": {"Ref": "Nope"}}])),
        &[("E1020", "Properties/Tags/0/Value/Ref")],
    );
    check_resource(
        bucket(json!({"Ref": "AWS::Region"})),
        &[("E1020", "Properties/Tags"), ("W1030", "Properties/Tags/Ref")],
    );
}

#[test]
fn outputs() {
    let output = |output: Value| json!({"Outputs": {"O": output}, "Resources": {"Q": {"Type": "AWS::SQS::Queue"}}});
    check(output(json!({"Value": {"Ref": "Q"}, "Export": {"Name": {"Fn::Sub": "${AWS::StackName}"}}})), &[]);
    check(output(json!({"Value": ["a", {"Ref": "Nope"}]})), &[("E6101", "Outputs/O/Value")]);
    check(output(json!({"Value": {"Fn::GetAtt": ["Q", "Nope"]}})), &[("E6101", "Outputs/O/Value/Fn::GetAtt/1")]);
    check(output(json!({"Value": "a", "Condition": "C"})), &[("E6005", "Outputs/O/Condition")]);
    check(output(json!({"Value": "a", "Export": {"Name": {"Ref": "Q"}}})), &[("E1020", "Outputs/O/Export/Name/Ref")]);
}

#[test]
fn metadata() {
    let queue = |metadata: Value| json!({"Type": "AWS::SQS::Queue", "Metadata": metadata});
    check_resource(
        queue(json!({"AWS::CloudFormation::Init": "a"})),
        &[("E3009", "Metadata/AWS::CloudFormation::Init"), ("E3028", "Metadata/AWS::CloudFormation::Init")],
    );
    let interface = |interface: Value| json!({"Parameters": {"P": {"Type": "String"}}, "Metadata": {"AWS::CloudFormation::Interface": interface}, "Resources": {}});
    let place = "Metadata/AWS::CloudFormation::Interface";
    check(interface(json!([])), &[("E4001", place)]);
    check(interface(json!({"ParameterGroups": {}})), &[("E4001", &format!("{place}/ParameterGroups"))]);
    check(
        interface(json!({"ParameterGroups": [{"Parameters": ["P", 1], "Label": {"default": 1}}]})),
        &[
            ("W4001", &format!("{place}/ParameterGroups/0/Parameters/1")),
            ("E4001", &format!("{place}/ParameterGroups/0/Label/default")),
        ],
    );
}

#[test]
fn what_several_resources_cannot_have() {
    let endpoint = |condition: Option<&str>, named: bool| {
        let mut endpoint = json!({"Type": "AWS::EC2::VPCEndpoint", "Properties": {
            "VpcId": "vpc-0123abcd", "VpcEndpointType": "Interface", "ServiceName": {"Fn::Sub": "com.amazonaws.${AWS::Region}.sqs"},
            "PrivateDnsEnabled": named,
        }});
        condition.into_iter().for_each(|name| endpoint["Condition"] = json!(name));
        endpoint
    };
    let template = |first: Value, second: Value| {
        let equals = json!({"Fn::Equals": [{"Ref": "AWS::Region"}, "eu-central-1"]});
        json!({
            "Conditions": {"Here": equals, "There": {"Fn::Not": [{"Condition": "Here"}]}},
            "Resources": {"A": first, "B": second},
        })
    };
    check(template(endpoint(None, true), endpoint(None, false)), &[]);
    check(template(endpoint(None, true), endpoint(None, true)), &[("E3064", "Resources/B/Properties")]);
    check(template(endpoint(Some("Here"), true), endpoint(Some("There"), true)), &[]);
    let filter = json!({"Type": "AWS::Logs::SubscriptionFilter", "Properties": {
        "LogGroupName": {"Ref": "AWS::StackName"}, "FilterPattern": "", "DestinationArn": {"Ref": "AWS::StackId"},
    }});
    check(json!({"Resources": many(5, &filter)}), &[]);
    check(json!({"Resources": many(6, &filter)}), &[("E2529", "Resources/N2/Properties/LogGroupName")]);
}
