//! Policies, state machines and other documents inside of properties.

use serde_json::{Value, json};

use super::{check, check_properties, report};

const ROLE: &str = "arn:aws:iam::123456789012:role/r";

/// A managed policy with this statement gives these findings; paths begin at the statement.
#[track_caller]
fn check_statement(statement: Value, expected: &[(&str, &str)]) {
    let document = json!({"Version": "2012-10-17", "Statement": [statement]});
    check_below("AWS::IAM::ManagedPolicy", "PolicyDocument", "Statement/0", document, expected);
}

/// A role that can be assumed so gives these findings; paths begin at the statement.
#[track_caller]
fn check_trust(principal: Value, expected: &[(&str, &str)]) {
    let statement = json!({"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": principal});
    let document = json!({"Version": "2012-10-17", "Statement": statement});
    check_below("AWS::IAM::Role", "AssumeRolePolicyDocument", "Statement", document, expected);
}

/// A state machine with this definition gives these findings; paths begin at the definition.
#[track_caller]
fn check_machine(definition: Value, expected: &[(&str, &str)]) {
    let paths: Vec<String> = expected.iter().map(|(_, path)| format!("Definition/{path}")).collect();
    let expected: Vec<(&str, &str)> =
        expected.iter().zip(&paths).map(|((code, _), path)| (*code, path.trim_end_matches('/'))).collect();
    let properties = json!({
        "RoleArn": ROLE, "Definition": definition, "DefinitionSubstitutions": {"Worker": {"Ref": "Name"}},
    });
    check_properties("AWS::StepFunctions::StateMachine", properties, &expected);
}

#[track_caller]
fn check_below(kind: &str, property: &str, start: &str, document: Value, expected: &[(&str, &str)]) {
    let paths: Vec<String> = expected.iter().map(|(_, path)| format!("{property}/{start}/{path}")).collect();
    let expected: Vec<(&str, &str)> =
        expected.iter().zip(&paths).map(|((code, _), path)| (*code, path.trim_end_matches('/'))).collect();
    check_properties(kind, json!({property: document}), &expected);
}

#[test]
fn statements() {
    let whole = json!({"Effect": "Allow", "Action": "s3:GetObject", "Resource": "*"});
    let with = |key: &str, value: Value| {
        let mut statement = whole.clone();
        statement[key] = value;
        statement
    };
    check_statement(whole.clone(), &[]);
    check_statement(json!({"Effect": "Deny", "NotAction": "iam:*", "NotResource": ["*"], "Sid": "A1"}), &[]);
    check_statement(json!({"Action": "s3:GetObject", "Resource": "*"}), &[("E3510", "")]);
    check_statement(json!({"Effect": "Allow", "Resource": "*"}), &[("E3510", "")]);
    check_statement(with("Effect", json!("allow")), &[("E3510", "Effect")]);
    check_statement(with("NotAction", json!("s3:PutObject")), &[("E3510", "NotAction")]);
    check_statement(with("Action", json!([])), &[("E3510", "Action")]);
    check_statement(with("Principal", json!("*")), &[("E3510", "Principal")]);
    check_statement(with("Sid", json!("with space")), &[("E3510", "Sid")]);
    check_statement(with("Resource", json!(["*", "bucket"])), &[("E3510", "Resource/1")]);
    check_statement(with("Resource", json!([{"Ref": "Name"}, {"Fn::Sub": "${Name}"}])), &[]);
    check_statement(with("Condition", json!({"StringEqual": {"a:b": "c"}})), &[("E3510", "Condition/StringEqual")]);
    check_statement(
        with("Condition", json!({"ForAnyValue:ArnLikeIfExists": {"a:b": ["c"]}, "Null": {"a:b": true}})),
        &[],
    );
    check_statement(with("Condition", json!({"Bool": {"a:b": {}}})), &[("E3510", "Condition/Bool/a:b")]);
}

#[test]
fn whole_policies() {
    let policy = |document: Value, expected: &[(&str, &str)]| {
        check_properties("AWS::IAM::ManagedPolicy", json!({"PolicyDocument": document}), expected);
    };
    let statement = |id: &str| json!({"Sid": id, "Effect": "Allow", "Action": "*", "Resource": "*"});
    policy(json!({"Version": "2012-10-18", "Statement": []}), &[("E3510", "PolicyDocument/Version")]);
    policy(json!({"Version": "2008-10-17", "Statement": []}), &[("W2511", "PolicyDocument/Version")]);
    policy(json!({"Version": "2012-10-17"}), &[("E3510", "PolicyDocument")]);
    policy(json!({"Statement": [statement("A"), statement("A")]}), &[("E3510", "PolicyDocument/Statement")]);
    // Under one condition or the other, but never both.
    let either = json!({"Fn::If": ["Prod", statement("A"), {"Ref": "AWS::NoValue"}]});
    let or = json!({"Fn::If": ["Prod", {"Ref": "AWS::NoValue"}, statement("A")]});
    policy(json!({"Statement": [either, or]}), &[]);
    let branch = json!({"Fn::If": ["Prod", {"Statement": []}, {"Version": "2012-10-17"}]});
    policy(branch, &[("E3510", "PolicyDocument/Fn::If/2")]);
}

#[test]
fn a_policy_can_be_a_text_without_functions_in_it() {
    let policy = |document: &str, expected: &[(&str, &str)]| {
        let properties = json!({"PolicyName": "p", "RoleName": "r", "PolicyDocument": document});
        check_properties("AWS::IAM::RolePolicy", properties, expected);
    };
    policy(r#"{"Statement": {"Effect": "Allow", "Action": "*", "Resource": "*"}}"#, &[]);
    policy(
        r#"{"Statement": {"Effect": "Maybe", "Action": "*", "Resource": "*"}}"#,
        &[("E3510", "PolicyDocument/Statement/Effect")],
    );
    policy(
        r#"{"Statement": {"Effect": {"Fn::Sub": "x"}, "Action": "*", "Resource": "*"}}"#,
        &[("E3510", "PolicyDocument/Statement/Effect")],
    );
    policy("{{resolve:ssm:policy}}", &[]);
}

#[test]
fn principals() {
    check_trust(json!("*"), &[]);
    check_trust(json!({"Service": ["lambda.amazonaws.com"], "Federated": {"Ref": "Name"}}), &[]);
    check_trust(json!({"AWS": ["123456789012", "arn:aws:iam::123456789012:root", {"Fn::Sub": "${Name}"}]}), &[]);
    check_trust(json!("lambda.amazonaws.com"), &[("E3530", "Principal")]);
    check_trust(json!({"AWS": ["12345"]}), &[("E3530", "Principal/AWS/0")]);
    check_trust(json!({"Service": {}}), &[("E3530", "Principal/Service")]);
    check_trust(json!([]), &[("E3530", "Principal")]);
}

#[test]
fn policies_of_resources() {
    let statement = |action: Value, resource: Value| json!({"Statement": [{"Effect": "Allow", "Principal": "*", "Action": action, "Resource": resource}]});
    let bucket = |document: Value, expected: &[(&str, &str)]| {
        check_properties("AWS::S3::BucketPolicy", json!({"Bucket": "b", "PolicyDocument": document}), expected);
    };
    bucket(statement(json!("s3:*"), json!("arn:aws:s3:::b")), &[]);
    bucket(statement(json!("s3:*"), json!("*")), &[("E3514", "PolicyDocument/Statement/0/Resource")]);
    bucket(statement(json!("s3:*"), json!(["b"])), &[("E3514", "PolicyDocument/Statement/0/Resource/0")]);
    bucket(statement(json!("sqs:*"), json!("arn:aws:s3:::b")), &[("W3037", "PolicyDocument/Statement/0/Action")]);
    bucket(
        json!({"Statement": [{"Effect": "Allow", "Action": "s3:*", "Resource": "arn:aws:s3:::b"}]}),
        &[("E3512", "PolicyDocument/Statement/0")],
    );
    let key = |document: Value, expected: &[(&str, &str)]| {
        check_properties("AWS::KMS::Key", json!({"KeyPolicy": document}), expected);
    };
    key(statement(json!("kms:*"), json!("*")), &[]);
    key(statement(json!("kms:*"), json!("key")), &[("E3514", "KeyPolicy/Statement/0/Resource")]);
    let one = json!({"Sid": "A", "Effect": "Allow", "Action": "s3:*", "Principal": "*", "Resource": "arn:aws:s3:::b"});
    bucket(json!({"Statement": [one, one]}), &[]);
    key(json!({"Statement": [one, one]}), &[("E3512", "KeyPolicy/Statement")]);
    check_properties(
        "AWS::ECR::Repository",
        json!({"RepositoryPolicyText": {"Statement": [{"Effect": "Allow", "Action": "ecr:*"}]}}),
        &[("E3513", "RepositoryPolicyText/Statement/0")],
    );
}

#[test]
fn actions() {
    let check_actions = |action: Value, expected: &[(&str, &str)]| {
        check_statement(json!({"Effect": "Allow", "Action": action, "Resource": "*"}), expected);
    };
    check_actions(json!(["*", "s3:*", "s3:Get*", "S3:getobject", "ec2:Describe?pcs", {"Ref": "Name"}]), &[]);
    check_actions(json!("s3:GetObjekt"), &[("W3037", "Action")]);
    check_actions(json!(["s3:GetObject", "s3:Nope*"]), &[("W3037", "Action/1")]);
    check_actions(json!(["s3:Nope", "sss:Get", "GetObject"]), &[("W3037", "Action")]);
    check_actions(json!({"Fn::If": ["Prod", "s3:Nope", "s3:*"]}), &[("W3037", "Action/Fn::If/1")]);
    let statement = json!({"Effect": "Allow", "Action": ["sqs:SendMesage", "sqss:x"], "Resource": "*"});
    let report = report(super::around("AWS::IAM::ManagedPolicy", json!({"PolicyDocument": {"Statement": statement}})));
    let help = report.findings[0].help.as_deref();
    assert_eq!(help, Some("did you mean `sqs:SendMessage`? did you mean `sqs`?"));
}

#[test]
fn policies_in_serverless_templates() {
    let function = |policies: Value, expected: &[(&str, &str)]| {
        let properties = json!({"InlineCode": "x", "Handler": "a.b", "Runtime": "python3.13", "Policies": policies});
        let resources = json!({"R": {"Type": "AWS::Serverless::Function", "Properties": properties}});
        check(json!({"Transform": "AWS::Serverless-2016-10-31", "Resources": resources}), expected);
    };
    // Which actions exist is left alone, as in cfn-lint.
    function(json!([{"Statement": {"Effect": "Allow", "Action": "s3:Nope", "Resource": "*"}}, "ReadOnly"]), &[]);
    function(json!([{"SQSPollerPolicy": {"QueueName": "q"}}]), &[]);
    function(
        json!([{"Statement": {"Effect": "Alow", "Action": "s3:*", "Resource": "*"}}]),
        &[("AL0303", "Resources/R/Properties/Policies/0/Statement/Effect")],
    );
    function(
        json!({"Statement": [{"Effect": "Allow", "Resource": "*"}]}),
        &[("AL0303", "Resources/R/Properties/Policies/Statement/0")],
    );
}

#[test]
fn state_machines() {
    let states = |state: Value| json!({"StartAt": "A", "States": {"A": state}});
    let lambda = "arn:aws:states:::lambda:invoke";
    check_machine(states(json!({"Type": "Task", "Resource": lambda, "End": true})), &[]);
    check_machine(states(json!({"Type": "Task", "Resource": {"Fn::GetAtt": ["Other", "Arn"]}, "End": true})), &[]);
    check_machine(states(json!({"Type": "Task", "Resource": "${Worker}", "End": true})), &[]);
    check_machine(states(json!({"Type": "Task", "Resource": "arn:aws:x:::${Worker}", "End": true})), &[]);
    check_machine(
        states(json!({"Type": "Task", "Resource": "worker", "End": true})),
        &[("E3601", "States/A/Resource")],
    );
    check_machine(states(json!({"Type": "Tusk"})), &[("E3601", "States/A/Type")]);
    check_machine(states(json!({"Type": "Pass"})), &[("E3601", "States/A")]);
    check_machine(states(json!({"Type": "Pass", "End": true, "Next": "A"})), &[("E3601", "States/A/End")]);
    check_machine(states(json!({"Type": "Succeed", "Output": {}, "Input": 1})), &[("E3601", "States/A/Input")]);
    check_machine(
        states(json!({"Type": "Choice", "Choices": [{"Variable": "$.a", "Next": "A"}]})),
        &[("E3601", "States/A/Choices/0")],
    );
    check_machine(json!({"States": {}}), &[("E3601", "")]);
}

#[test]
fn machines_inside_of_states_start_somewhere_too() {
    let wrong = json!({"StartAt": "B", "States": {"A": {"Type": "Succeed"}}});
    check_machine(wrong.clone(), &[("E3601", "StartAt")]);
    let within = |state: Value| json!({"StartAt": "A", "States": {"A": state}});
    check_machine(
        within(json!({"Type": "Parallel", "Branches": [wrong], "End": true})),
        &[("E3601", "States/A/Branches/0/StartAt")],
    );
    check_machine(
        within(json!({"Type": "Map", "ItemProcessor": wrong, "End": true})),
        &[("E3601", "States/A/ItemProcessor/StartAt")],
    );
    // Nobody knows which states there are.
    check_machine(json!({"StartAt": "B", "States": {"Fn::If": ["Prod", {}, {}]}}), &[]);
}

#[test]
fn the_language_of_a_state_machine() {
    let wait = |language: &str| {
        json!({
            "QueryLanguage": language, "StartAt": "A",
            "States": {"A": {"Type": "Wait", "Seconds": "{% $x %}", "Output": "x", "InputPath": "$", "End": true}},
        })
    };
    check_machine(wait("JSONata"), &[("E3601", "States/A/InputPath")]);
    check_machine(wait("JSONPath"), &[("E3601", "States/A/Seconds"), ("E3601", "States/A/Output")]);
    let of_a_state = |language: Value| {
        let task = json!({
            "Type": "Pass", "End": true, "QueryLanguage": language, "Output": {},
        });
        json!({"StartAt": "A", "States": {"A": task}})
    };
    check_machine(of_a_state(json!("JSONata")), &[]);
    let sometimes = json!({"Fn::If": ["Prod", "JSONata", {"Ref": "AWS::NoValue"}]});
    check_machine(of_a_state(sometimes), &[("E3601", "States/A/Output")]);
}

#[test]
fn numbers_can_be_expressions_in_jsonata() {
    let map = |machine: &str, own: Value, most: Value| {
        let inner = json!({"StartAt": "B", "States": {"B": {"Type": "Succeed"}}});
        let mut state = json!({"Type": "Map", "MaxConcurrency": most, "ItemProcessor": inner, "End": true});
        if own != Value::Null {
            state["QueryLanguage"] = own;
        }
        json!({"QueryLanguage": machine, "StartAt": "A", "States": {"A": state}})
    };
    let (limit, wrong) = (json!("{% $states.input.limit %}"), &[("E3601", "States/A/MaxConcurrency")]);
    check_machine(map("JSONata", Value::Null, limit.clone()), &[]);
    check_machine(map("JSONPath", json!("JSONata"), limit.clone()), &[]);
    check_machine(map("JSONPath", Value::Null, limit), wrong);
    check_machine(map("JSONata", Value::Null, json!("$states.input.limit")), wrong);
    check_machine(map("JSONata", Value::Null, json!(-1)), wrong);
    check_machine(map("JSONata", Value::Null, json!(5)), &[]);
}

#[test]
fn what_is_named_as_a_path_is_one() {
    let pass = |value: Value| {
        let parameters = json!({"a": {"x.$": value}});
        json!({"StartAt": "A", "States": {"A": {"Type": "Pass", "Parameters": parameters, "End": true}}})
    };
    for right in ["$", "$.a", "$$.Execution.Id", "$name", "States.Format('{}', $.a)", "${Substituted}"] {
        check_machine(pass(json!(right)), &[]);
    }
    check_machine(pass(json!({"Fn::Sub": "$.${Name}"})), &[]);
    for wrong in [json!("literal text"), json!(5), json!({"b": 1})] {
        check_machine(pass(wrong), &[("E3601", "States/A/Parameters/a/x.$")]);
    }
}

#[test]
fn a_state_machine_can_be_a_text() {
    let machine = |definition: &str, expected: &[(&str, &str)]| {
        let properties = json!({
            "RoleArn": ROLE, "DefinitionString": definition, "DefinitionSubstitutions": {"Worker": "x"},
        });
        check_properties("AWS::StepFunctions::StateMachine", properties, expected);
    };
    machine(r#"{"StartAt": "A", "States": {"A": {"Type": "Succeed"}}}"#, &[]);
    machine(r#"{"StartAt": "A", "States": {"A": {"Type": "Pass", "ResultPath": null, "End": true}}}"#, &[]);
    machine(
        r#"{"StartAt": "A", "States": {"A": {"Type": "Fail", "Retry": [], "Cause": "${Worker}"}}}"#,
        &[("E3601", "DefinitionString/States/A/Retry")],
    );
    // cfn-lint fails at a position of a list in a text; the mistake is there all the same.
    machine(
        r#"{"StartAt": "A", "States": {"A": {"Type": "Choice", "Choices": [{"Variable": "x", "IsNull": true, "Next": "A"}]}}}"#,
        &[("E3601", "DefinitionString/States/A/Choices/0/Variable")],
    );
}

#[test]
fn documents_of_systems_manager() {
    let document = |content: Value, expected: &[(&str, &str)]| {
        check_properties("AWS::SSM::Document", json!({"Content": content}), expected);
    };
    document(json!({"schemaVersion": "2.2", "mainSteps": []}), &[]);
    document(json!({"schemaVersion": "2.1"}), &[("E3051", "Content/schemaVersion")]);
    document(json!({"schemaVersion": 2.2}), &[("E3051", "Content/schemaVersion")]);
    document(json!({"description": {"Ref": "Name"}}), &[("E3051", "Content")]);
    document(json!("schemaVersion: '2.2'\nmainSteps: []\n"), &[]);
    document(json!("{\"schemaVersion\": \"0.3\"}"), &[]);
    document(json!("schemaVersion: '2.3'\n"), &[("E3051", "Content/schemaVersion")]);
    document(json!("a: [\n"), &[("E3051", "Content")]);
    document(json!("hello"), &[("E3051", "Content")]);
}

#[test]
fn arns_of_roles_and_names_of_variables() {
    let container = json!([{"Name": "n", "Image": "i"}]);
    let task = |role: Value, expected: &[(&str, &str)]| {
        let properties = json!({"ExecutionRoleArn": role, "ContainerDefinitions": container});
        check_properties("AWS::ECS::TaskDefinition", properties, expected);
    };
    task(json!(ROLE), &[]);
    task(json!({"Ref": "Name"}), &[]);
    task(json!("r"), &[("E1156", "ExecutionRoleArn"), ("E3511", "ExecutionRoleArn")]);
    let function = |variables: Value, expected: &[(&str, &str)]| {
        let code = json!({"S3Bucket": "bucket", "S3Key": "k"});
        let environment = json!({"Variables": variables});
        let properties = json!({
            "Code": code, "Handler": "a.b", "Runtime": "python3.13", "Role": ROLE, "Environment": environment,
        });
        check_properties("AWS::Lambda::Function", properties, expected);
    };
    function(json!({"REGION": {"Ref": "AWS::Region"}}), &[]);
    // The flow says it: `AL1027`.
    function(json!({"AWS_REGION": {"Ref": "AWS::Region"}}), &[]);
}

#[test]
fn what_hangs_on_a_condition_that_does_not_exist_is_left_alone() {
    let policy = json!({"Fn::If": ["Nowhere", {"Statement": 3}, {"Version": 1}]});
    check_properties(
        "AWS::IAM::ManagedPolicy",
        json!({"PolicyDocument": policy}),
        &[("E1028", "PolicyDocument/Fn::If/0")],
    );
}
