//! The keywords of property schemas.

use serde_json::json;

use super::check_properties;

const QUEUE: &str = "AWS::SQS::Queue";
const POLICY: &str = "arn:aws:iam::aws:policy/ReadOnlyAccess";
const FUNCTION: &str = "AWS::Lambda::Function";

#[test]
fn scalars_are_lenient_as_cloudformation_is() {
    check_properties(QUEUE, json!({"DelaySeconds": "900", "FifoQueue": "false", "QueueName": 123}), &[]);
    check_properties(QUEUE, json!({"DelaySeconds": 3.0, "FifoQueue": "FALSE"}), &[]);
    check_properties(QUEUE, json!({"VisibilityTimeout": "43201"}), &[("E3034", "VisibilityTimeout")]);
    check_properties(QUEUE, json!({"DelaySeconds": -1}), &[("E3034", "DelaySeconds")]);
    check_properties(QUEUE, json!({"DelaySeconds": "soon"}), &[("E3012", "DelaySeconds")]);
    check_properties(QUEUE, json!({"DelaySeconds": 1.5}), &[("E3012", "DelaySeconds")]);
    check_properties(QUEUE, json!({"DelaySeconds": true}), &[("E3012", "DelaySeconds")]);
    check_properties(QUEUE, json!({"FifoQueue": "yes"}), &[("E3012", "FifoQueue")]);
    check_properties(QUEUE, json!({"QueueName": ["a"]}), &[("E3012", "QueueName")]);
}

#[test]
fn numbers_beyond_64_bits_are_findings() {
    check_properties(QUEUE, json!({"VisibilityTimeout": 1e300}), &[("E3034", "VisibilityTimeout")]);
    check_properties(QUEUE, json!({"DelaySeconds": "99999999999999999999999999"}), &[("E3034", "DelaySeconds")]);
}

#[test]
fn unknown_required_enum_pattern_length() {
    check_properties(QUEUE, json!({"DelaySecond": 3}), &[("E3002", "DelaySecond")]);
    check_properties(FUNCTION, json!({"Runtime": "nodejs22.x", "Handler": "a.b"}), &[("E3003", ""), ("E3003", "")]);
    check_properties(
        "AWS::CloudWatch::Alarm",
        json!({"ComparisonOperator": "Above", "EvaluationPeriods": 1, "Threshold": 1, "MetricName": "m"}),
        &[("E3030", "ComparisonOperator")],
    );
    check_properties(
        "AWS::Lambda::Permission",
        json!({"Action": "lambda:InvokeFunction", "FunctionName": "f", "Principal": "s3.amazonaws.com", "SourceAccount": "12345678901x"}),
        &[("E3031", "SourceAccount")],
    );
    check_properties(
        FUNCTION,
        json!({"Handler": "h".repeat(200), "Runtime": "nodejs22.x", "Role": "arn:aws:iam::123456789012:role/r", "Code": {"ZipFile": "x"}}),
        &[("E3033", "Handler")],
    );
}

#[test]
fn lists() {
    check_properties("AWS::IAM::InstanceProfile", json!({"Roles": ["a", "b"]}), &[("E3032", "Roles")]);
    check_properties(
        "AWS::DocDB::DBSubnetGroup",
        json!({"DBSubnetGroupDescription": "d", "SubnetIds": []}),
        &[("E3032", "SubnetIds")],
    );
    check_properties(
        "AWS::IAM::Group",
        json!({"ManagedPolicyArns": [POLICY, POLICY]}),
        &[("E3037", "ManagedPolicyArns")],
    );
    check_properties(
        "AWS::IAM::Group",
        json!({"ManagedPolicyArns": [{"Ref": "Name"}, {"Ref": "Stage"}, {"Ref": "Name"}]}),
        &[("E3037", "ManagedPolicyArns")],
    );
    check_properties("AWS::IAM::Group", json!({"ManagedPolicyArns": {"Ref": "Names"}}), &[]);
    check_properties("AWS::IAM::Group", json!({"ManagedPolicyArns": "a"}), &[("E3012", "ManagedPolicyArns")]);
}

#[test]
fn combinations_of_properties() {
    // requiredXor: an alarm has a metric of its own or a list of them.
    check_properties(
        "AWS::CloudWatch::Alarm",
        json!({"ComparisonOperator": "GreaterThanThreshold", "EvaluationPeriods": 1, "Threshold": 1}),
        &[("E3014", "")],
    );
    check_properties(
        "AWS::EC2::Subnet",
        json!({"VpcId": "vpc-12345678", "CidrBlock": "10.0.0.0/24", "AvailabilityZone": {"Ref": "Name"}, "AvailabilityZoneId": {"Ref": "Name"}}),
        &[("E3020", "AvailabilityZone"), ("E3020", "AvailabilityZoneId")],
    );
}

#[test]
fn read_only_properties_and_tags() {
    check_properties(QUEUE, json!({"Arn": "arn:aws:sqs:::q"}), &[("E3040", "Arn")]);
    check_properties(
        QUEUE,
        json!({"Tags": [{"Key": "a", "Value": "1"}, {"Key": "a", "Value": "2"}, {"Key": "aws:b", "Value": "3"}]}),
        &[("E3024", "Tags"), ("E3024", "Tags/2/Key")],
    );
    let no_value = json!({"Ref": "AWS::NoValue"});
    check_properties(
        QUEUE,
        json!({"Tags": [{"Key": "a", "Value": {"Ref": "Nowhere"}}, {"Key": {"Fn::If": ["Prod", "b", no_value]}, "Value": "2"}]}),
        &[("E1020", "Tags/0/Value/Ref"), ("E3003", "Tags/1")],
    );
}

#[test]
fn local_paths_that_packaging_replaces_are_no_mistake() {
    let role = "arn:aws:iam::123456789012:role/r";
    check_properties(
        FUNCTION,
        json!({"Code": "./build", "Role": role, "Runtime": "nodejs22.x", "Handler": "a.b"}),
        &[("W3002", "Code")],
    );
    check_properties(
        "AWS::Lambda::LayerVersion",
        json!({"Content": "./layer", "LicenseInfo": {}}),
        &[("W3002", "Content"), ("E3012", "LicenseInfo")],
    );
}

#[test]
fn what_is_replaced_later_is_unknown() {
    check_properties(
        QUEUE,
        json!({"DelaySeconds": "{{resolve:ssm:delay}}", "QueueName": "{{resolve:ssm:name:1}}"}),
        &[],
    );
    check_properties(QUEUE, json!({"Fn::Transform": {"Name": "Macro"}}), &[]);
    check_properties(FUNCTION, json!({"Fn::Transform": {"Name": "Macro"}, "Handler": "a.b"}), &[]);
    check_properties(QUEUE, json!({"QueueName": "{{resolve:vault:x}}"}), &[("E1050", "QueueName")]);
}

#[test]
fn custom_resources_and_modules_take_anything() {
    check_properties("Custom::Thing", json!({"ServiceToken": "arn", "Anything": [1, {"a": "b"}]}), &[]);
    check_properties("Custom::Thing", json!({"Anything": 1}), &[("E3003", "")]);
    check_properties("AWS::CloudFormation::CustomResource", json!({"ServiceToken": "arn", "X": {}}), &[]);
    check_properties("My::Org::Thing::MODULE", json!({"Anything": 1}), &[]);
}
