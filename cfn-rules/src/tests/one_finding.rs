//! One mistake is one finding: what a weaker rule says is a cause of it.

use pretty_assertions::assert_eq;

use crate::testing::findings;

/// The findings about a template, each as `code < codes of its causes`, without advice.
fn found(template: &str) -> Vec<String> {
    let findings = findings(template);
    let others =
        findings.iter().filter(|finding| !finding.rule.code.starts_with("AL1") && finding.rule.code != "W3011");
    let shown = others.map(|finding| {
        let mut codes = vec![finding.rule.code];
        codes.extend(finding.causes.iter().map(|cause| cause.rule.code));
        codes.join(" < ")
    });
    shown.collect()
}

#[track_caller]
fn check(template: &str, expected: &[&str]) {
    assert_eq!(found(template), expected, "{template}");
}

fn queue(properties: &str) -> String {
    format!("Resources: {{Q: {{Type: AWS::SQS::Queue, Properties: {{{properties}}}}}}}\n")
}

fn serverless(kind: &str, properties: &str) -> String {
    format!(
        "Transform: AWS::Serverless-2016-10-31\nResources: {{R: {{Type: 'AWS::Serverless::{kind}', Properties: \
         {{{properties}}}}}}}\n"
    )
}

#[test]
fn values_of_properties() {
    let long = "9".repeat(400);
    let cases: &[(&str, &[&str])] = &[
        ("Tags: !Foo bar", &["AL0304 < E3012"]),
        ("Tags: [!Foo bar]", &["AL0304 < E3002 < E3003 < E3003 < E3024"]),
        ("QueueName: !Subb '${AWS::Region}a'", &["AL0304 < E3012 < E1029"]),
        ("QueueName: !Join ['-', !Foo bar]", &["AL0304 < E1022"]),
        ("QueueName: !Base64 {'Fn::Foo': bar}", &["AL0304 < E1021"]),
        ("Tags: [{Key: a, Value: !FindInMap [M, a, b]}]", &["E1011 < E3024"]),
        ("Tags: [{Key: a, Value: !Join ['-', a]}]", &["E1022 < E3024"]),
        ("Tags: [{Key: a, Value: '${AWS::Region}a'}]", &["E1029 < E3031"]),
        ("Tags: !Ref Missing", &["E1020 < E3024"]),
        ("Tags: !Sub 'a${AWS::Region}'", &["E1019 < E3024"]),
        ("Tags: 0", &["E3012 < E3024"]),
        ("Tags: [0]", &["E3012 < E3024"]),
        ("Tags: [{Value: a}]", &["E3003 < E3024"]),
        // Two properties are missing.
        ("Tags: [{}]", &["E3003 < E3024", "E3003"]),
        ("Tags: [{Key: '', Value: a}]", &["E3024 < E3033"]),
        // A tag without a value, with a key that AWS refuses.
        ("Tags: [{Key: ''}]", &["E3003", "E3024 < E3033"]),
        ("VisibilityTimeout: 99999.5", &["E3012 < E3034"]),
    ];
    for (properties, expected) in cases {
        check(&queue(properties), expected);
    }
    check(&queue(&format!("VisibilityTimeout: {long}")), &["E3012 < E3034"]);
    let function = format!(
        "Resources: {{F: {{Type: AWS::Lambda::Function, Properties: {{Role: 'arn:aws:iam::123456789012:role/r', Code: \
         {{S3Bucket: code, S3Key: k}}, Handler: a.b, Runtime: python3.13, Timeout: {long}}}}}}}\n"
    );
    check(&function, &["E3012 < E3034 < E3717"]);
    let runtime = function.replace(&long, "9").replace("python3.13", "[]");
    check(&runtime, &["E3012 < E3030"]);
}

#[test]
fn branches_are_values_of_their_own() {
    let conditions = "Conditions: {C: !Equals [!Ref AWS::Region, a]}\n";
    let twice = "Tags: !If [C, 0, [{Key: a, Value: a}, {Key: a, Value: b}]]";
    check(&format!("{conditions}{}", queue(twice)), &["E3012 < E3024", "E3024"]);
    let policy = |branch: &str| {
        format!(
            "Transform: AWS::LanguageExtensions\n{conditions}Resources: {{Q: {{Type: AWS::SQS::Queue, \
             UpdateReplacePolicy: !If [C, null, {branch}]}}}}\n"
        )
    };
    check(&policy("Retain"), &["E3036 < AL0302"]);
    check(&policy("Keep"), &["E3036 < AL0302", "E3036"]);
    check(&policy("Retain").replace("UpdateReplacePolicy", "DeletionPolicy"), &["E3035 < AL0302"]);
}

#[test]
fn sections() {
    let cases: &[(&str, &[&str])] = &[
        ("Conditions:", &["E8001 < E1001"]),
        ("Conditions: []", &["E8001 < E1001"]),
        ("Rules: 0", &["E1700 < E1001"]),
        ("Outputs: {O: null}", &["E6001 < E6003"]),
        ("Outputs: {O: {Value: !Foo a}}", &["AL0304 < E6101"]),
        ("Conditions: {a-b: !Equals [!Ref AWS::Region, a]}", &["E8001"]),
        ("Mappings: {'': {a: {b: c}}}", &["E7001"]),
        ("Mappings: {'': {}}", &["E7001"]),
        ("Parameters: {a-b: {Type: String}}", &["E2001"]),
        ("Metadata: {cfn-lint: null}", &["E4002 < W4005"]),
        // A condition that nothing names is a mistake of its own.
        ("Conditions: {C: 0}", &["E8001", "W8001"]),
    ];
    for (section, expected) in cases {
        check(&format!("{section}\nResources: {{Q: {{Type: AWS::SQS::Queue}}}}\n"), expected);
    }
}

#[test]
fn functions_of_conditions() {
    let cases: &[(&str, &[&str])] = &[
        ("'Fn::Equals': null", &["E8003 < E1001"]),
        ("'Fn::And': null", &["E8004 < E1001"]),
        ("'Fn::Not': null", &["E8005 < E1001"]),
        ("'Fn::Not': [null]", &["E8005 < E1001"]),
        ("'Fn::Or': null", &["E8006 < E1001"]),
        ("'Fn::Equals': [{Ref: {'Fn::Length': [a]}}, a]", &["E1020 < E1030"]),
        ("'Fn::Equals': [{Ref: {'Fn::ToJsonString': [a]}}, a]", &["E1020 < E1031"]),
        ("'Fn::Equals': [{Ref: []}, {'Fn::Length': [a]}]", &["E1020", "E1030"]),
    ];
    for (condition, expected) in cases {
        let resources = "Resources: {Q: {Type: AWS::SQS::Queue, Condition: C}}";
        check(&format!("Conditions: {{C: {{{condition}}}}}\n{resources}\n"), expected);
    }
}

#[test]
fn defaults_of_parameters() {
    let template = |default: &str| {
        format!(
            "Parameters: {{P: {{Type: String, Default: {default}, AllowedValues: [a]}}}}\nResources: {{Q: {{Type: \
             AWS::SQS::Queue, Properties: {{QueueName: !Ref P}}}}}}\n"
        )
    };
    check(&template("[]"), &["E2001 < E2015"]);
    check(&template("{a: b}"), &["E2001 < E2015"]);
    check(&template("b"), &["E2015"]);
}

#[test]
fn documents_of_the_wrong_type() {
    let policy = |kind: &str, properties: &str| {
        format!("Resources: {{R: {{Type: 'AWS::{kind}', Properties: {{{properties}}}}}}}\n")
    };
    check(&policy("SQS::QueuePolicy", "Queues: [a], PolicyDocument: []"), &["E3512 < E3012"]);
    check(&policy("IAM::Role", "AssumeRolePolicyDocument: []"), &["E3530 < E3012"]);
    let machine = "RoleArn: 'arn:aws:iam::123456789012:role/r', Definition: 0";
    check(&policy("StepFunctions::StateMachine", machine), &["E3601 < E3012"]);
    check(&serverless("StateMachine", "Definition: 0"), &["AL0303 < E3012"]);
}

#[test]
fn statements_of_policies() {
    let policy = |statement: &str| {
        format!(
            "Resources: {{P: {{Type: AWS::IAM::ManagedPolicy, Properties: {{PolicyDocument: {{Version: '2012-10-17', \
             Statement: [{{{statement}}}]}}}}}}}}\n"
        )
    };
    check(&policy("Effect: [], Action: 's3:GetObject', Resource: '*'"), &["E3510"]);
    check(&policy("Effect: {a: b}, Action: 's3:GetObject', Resource: '*'"), &["E3510"]);
    check(&policy("Effect: Allow, Action: 's3:GetObject', NotAction: 's3:*', Resource: '*'"), &["E3510"]);
    // Two properties are missing.
    check(&policy("Action: 's3:GetObject'"), &["E3510", "E3510"]);
    let role = |principal: &str| {
        format!(
            "Resources: {{R: {{Type: AWS::IAM::Role, Properties: {{AssumeRolePolicyDocument: {{Version: '2012-10-17', \
             Statement: [{{Effect: Allow, Action: 'sts:AssumeRole', {principal}}}]}}}}}}}}\n"
        )
    };
    check(&role("Principal: '*', NotPrincipal: '*'"), &["E3530"]);
    check(&role("Principal: '*'").replace("Allow", "[]"), &["E3530"]);
}

#[test]
fn results_of_a_call() {
    let name = "a b".repeat(30);
    let role = format!(
        "Resources: {{P: {{Type: AWS::IAM::ManagedPolicy, Properties: {{ManagedPolicyName: !Sub '{name}', \
         PolicyDocument: {{Statement: []}}}}}}}}\n"
    );
    check(&role.replace("ManagedPolicyName", "Path"), &["W1031 < W1020"]);
    let queue = "Parameters: {Delay: {Type: String, AllowedValues: [none, some]}}\nResources: {Q: {Type: AWS::SQS::Queue, \
                 Properties: {DelaySeconds: !Sub '${Delay}'}}}\n";
    check(queue, &["W1031 < W1031"]);
}

#[test]
fn policies_of_updates() {
    let resource = |kind: &str, policy: &str| format!("Resources: {{R: {{Type: {kind}, UpdatePolicy: {policy}}}}}\n");
    check(&resource("AWS::SQS::Queue", "[]"), &["E3016 < E3001"]);
    check(&resource("AWS::Lambda::Alias", "x"), &["E3016 < E3001", "E3003", "E3003", "E3003"]);
    check(&resource("'My::Custom::Thing::MODULE'", "{}"), &["E5001 < E3016 < E3001"]);
}

#[test]
fn functions_of_sam() {
    let function = |more: &str| serverless("Function", &format!("CodeUri: 's3://b/k'{more}"));
    check(&function(", Runtime: python3.13"), &["AL0305 < W2533"]);
    check(&function(", Handler: a.b"), &["AL0305 < W2533"]);
    check(&function(", Handler: a.b, PackageType: Zip"), &["AL0305 < W2533"]);
    check(&function(""), &["AL0305 < W2533", "AL0305 < W2533"]);
    check(&function(", Handler: !Ref AWS::NoValue, Runtime: python3.13"), &["W2533"]);
}
