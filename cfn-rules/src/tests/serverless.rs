//! SAM: `Globals`, resources that the transform makes; loops and macros.

use serde_json::{Value, json};

use super::{check, report};

fn template(resources: Value) -> Value {
    json!({"Transform": "AWS::Serverless-2016-10-31", "Resources": resources})
}

fn function(extra: Value) -> Value {
    let mut properties = json!({"Handler": "bootstrap", "Runtime": "provided.al2023", "CodeUri": "target/f.zip"});
    properties.as_object_mut().into_iter().zip(extra.as_object()).for_each(|(all, extra)| all.extend(extra.clone()));
    json!({"Type": "AWS::Serverless::Function", "Properties": properties})
}

fn output(value: Value) -> Value {
    json!({"Type": "AWS::SSM::Parameter", "Properties": {"Type": "String", "Value": value}})
}

#[test]
fn needs_the_transform() {
    check(json!({"Resources": {"F": function(json!({}))}}), &[("E3038", "Resources/F/Type")]);
    // What the transform would make is not missed beside it.
    let outputs = json!({"A": {"Value": {"Ref": "FRole"}}, "B": {"Value": {"Fn::GetAtt": ["FRole", "Arn"]}}});
    check(json!({"Resources": {"F": function(json!({}))}, "Outputs": outputs}), &[("E3038", "Resources/F/Type")]);
    check(template(json!({"F": function(json!({}))})), &[]);
}

#[test]
fn resources_that_the_transform_makes_can_be_named() {
    let all = json!({
        "F": function(json!({"AutoPublishAlias": "live", "Events": {"Web": {"Type": "Api", "Properties": {"Path": "/", "Method": "get"}}}})),
        "A": {"Type": "AWS::Serverless::Api", "Properties": {"StageName": "prod"}},
        "O1": output(json!({"Fn::GetAtt": ["FRole", "Arn"]})),
        "O2": output(json!({"Ref": "F.Version"})),
        "O3": output(json!({"Ref": "ServerlessRestApi"})),
        "O4": output(json!({"Fn::Sub": "${F.Alias}-${ServerlessRestApiStage}-${A.Stage}-${FWebPermission}"})),
        "O5": {"Type": "AWS::SQS::Queue", "DependsOn": ["AStage", "FRole"]},
    });
    check(template(all), &[]);
    check(
        template(json!({"O": output(json!({"Ref": "ServerlessRestApi"}))})),
        &[("E1020", "Resources/O/Properties/Value/Ref")],
    );
}

#[test]
fn events_are_checked_against_their_alternatives() {
    let events = |event: Value| template(json!({"F": function(json!({"Events": {"E": event}}))}));
    check(events(json!({"Type": "SQS", "Properties": {"Queue": "arn:aws:sqs:::q", "BatchSize": 10}})), &[]);
    check(
        events(json!({"Type": "SQS", "Properties": {"BatchSize": 10}})),
        &[("E3017", "Resources/F/Properties/Events/E")],
    );
    let report = super::report(events(json!({"Type": "SQS", "Properties": {"BatchSize": 10}})));
    let help = report.findings[0].help.clone().unwrap();
    assert!(help.contains("`Queue`"), "{help}");
    assert!(report.findings[0].with_causes().any(|cause| cause.rule.code == "E3003"));
}

#[test]
fn globals_are_merged() {
    let with = |globals: Value, properties: Value| {
        json!({"Transform": "AWS::Serverless-2016-10-31", "Globals": globals, "Resources": {
            "F": {"Type": "AWS::Serverless::Function", "Properties": properties},
            "G": function(json!({})),
        }})
    };
    let shared = json!({"Function": {"Handler": "bootstrap", "Runtime": "provided.al2023"}});
    check(with(shared, json!({"CodeUri": "a.zip"})), &[]);
    check(
        with(
            json!({"Function": {"Timeot": 3}}),
            json!({"CodeUri": "a.zip", "Handler": "a", "Runtime": "provided.al2023"}),
        ),
        &[("E3724", "Globals/Function/Timeot"), ("E3002", "Resources/F/Properties/Timeot")],
    );
    check(
        with(
            json!({"Function": {"ReservedConcurrentExecutions": -1}}),
            json!({"CodeUri": "a.zip", "Handler": "a", "Runtime": "provided.al2023", "ReservedConcurrentExecutions": 3}),
        ),
        &[("E3034", "Resources/G/Properties/ReservedConcurrentExecutions")],
    );
}

#[test]
fn loops_and_macros_make_names_unknown() {
    let queue = json!({"Type": "AWS::SQS::Queue", "Properties": {"QueueName": {"Ref": "QueueA"}}});
    let looped =
        json!({"Fn::ForEach::Queues": ["Id", ["A", "B"], {"Queue${Id}": {"Type": "AWS::SQS::Queue"}}], "Q": queue});
    check(json!({"Transform": "AWS::LanguageExtensions", "Resources": looped}), &[]);
    check(
        json!({"Resources": looped}),
        &[("E1032", "Resources/Fn::ForEach::Queues"), ("E3001", "Resources/Fn::ForEach::Queues")],
    );
    check(json!({"Transform": ["MyMacro"], "Resources": {"Q": queue, "X": {"Type": "My::Own::Type"}}}), &[]);
    let included =
        json!({"Fn::Transform": {"Name": "AWS::Include", "Parameters": {"Location": "s3://a/b"}}, "Q": queue});
    check(json!({"Resources": included}), &[]);
}

#[test]
fn what_the_transform_refuses() {
    let start = json!({"CodeUri": "s3://a/b", "Handler": "a.b", "Runtime": "nodejs22.x"});
    let function = |more: Value| {
        let mut properties = start.clone();
        for (name, value) in more.as_object().into_iter().flatten() {
            properties[name] = value.clone();
        }
        properties
    };
    let api = json!({"StageName": "a", "Auth": {"Authorizers": {"Mine": {"UserPoolArn": "arn:aws:cognito-idp:eu-west-1:123456789012:userpool/a"}}}});
    let refused = |more: Value, expected: &[&str]| {
        let template = json!({
            "Transform": "AWS::Serverless-2016-10-31",
            "Parameters": {"Name": {"Type": "String"}},
            "Resources": {
                "F": {"Type": "AWS::Serverless::Function", "Properties": function(more)},
                "Api": {"Type": "AWS::Serverless::Api", "Properties": api},
                "Bucket": {"Type": "AWS::S3::Bucket"},
            },
        });
        let found = report(template).findings;
        let found: Vec<String> =
            found.iter().filter(|found| found.rule.code == "AL0305").map(|found| found.path.to_string()).collect();
        let expected: Vec<String> = expected.iter().map(|path| format!("Resources/F/Properties/{path}")).collect();
        assert_eq!(found, expected);
    };
    let events = |events: Value| json!({"Events": events});
    refused(json!({}), &[]);
    refused(json!({"DeploymentPreference": {"Type": "AllAtOnce"}}), &["DeploymentPreference"]);

    refused(json!({"Handler": null}), &["Handler"]);
    refused(json!({"Role": "arn:aws:iam::123456789012:role/a", "Policies": [{"No": {}}]}), &["Policies/0/No"]);
    refused(json!({"DeploymentPreference": {"Enabled": {"Ref": "Name"}}}), &[]);
    refused(json!({"DeploymentPreference": {"Type": "AllAtOnce"}, "AutoPublishAlias": "live"}), &[]);
    let bucket = |bucket: Value| {
        events(json!({"E": {"Type": "S3", "Properties": {"Bucket": bucket, "Events": "s3:ObjectCreated:*"}}}))
    };
    refused(bucket(json!({"Ref": "Bucket"})), &[]);
    refused(bucket(json!({"Ref": "Name"})), &["Events/E/Properties/Bucket"]);
    refused(bucket(json!("photos")), &["Events/E/Properties/Bucket"]);
    let route = |path: &str, api: Value| json!({"Type": "Api", "Properties": {"Path": path, "Method": "get", "RestApiId": api}});
    let of_api = json!({"Ref": "Api"});
    refused(events(json!({"A": route("/a", of_api.clone()), "B": route("/b", of_api.clone())})), &[]);
    refused(
        events(json!({"A": route("/a", of_api.clone()), "B": route("/a", of_api.clone())})),
        &["Events/B/Properties/Path"],
    );
    refused(events(json!({"A": route("/a", json!({"Ref": "Name"}))})), &["Events/A/Properties/RestApiId"]);
    let guarded = |name: &str| {
        let mut event = route("/a", of_api.clone());
        event["Properties"]["Auth"] = json!({"Authorizer": name});
        events(json!({"A": event}))
    };
    refused(guarded("Mine"), &[]);
    refused(guarded("NONE"), &[]);
    refused(guarded("Yours"), &["Events/A/Properties/Auth/Authorizer"]);
    refused(events(json!({"A": {"Type": "HttpApi", "Properties": {"Path": "/a"}}})), &["Events/A/Properties"]);
    let queue = |queue: Value| {
        events(json!({"A": {"Type": "Schedule", "Properties": {"Schedule": "rate(1 day)", "DeadLetterConfig": queue}}}))
    };
    refused(queue(json!({"Type": "SQS"})), &[]);
    refused(queue(json!({"Type": "SQS", "Arn": "a"})), &["Events/A/Properties/DeadLetterConfig"]);
}

#[test]
fn policies_that_the_transform_refuses() {
    let check = |kind: &str, policies: Value, expected: &[(&str, &str)]| {
        let mut properties = json!({"Policies": policies});
        if kind == "Function" {
            properties["Handler"] = json!("a.b");
            properties["Runtime"] = json!("python3.13");
            properties["CodeUri"] = json!("s3://bucket/key");
        } else {
            properties["Definition"] = json!({"StartAt": "A", "States": {"A": {"Type": "Succeed"}}});
        }
        let template = json!({
            "Transform": "AWS::Serverless-2016-10-31",
            "Conditions": {"C": {"Fn::Equals": [{"Ref": "AWS::Region"}, "eu-west-1"]}},
            "Resources": {"F": {"Type": format!("AWS::Serverless::{kind}"), "Properties": properties}},
        });
        let found = report(template).findings;
        let found: Vec<(String, String)> = found
            .iter()
            .filter(|found| found.rule.code == "AL0305")
            .map(|found| (found.path.to_string(), found.help.clone().unwrap_or_default()))
            .collect();
        let expected: Vec<(String, String)> = expected
            .iter()
            .map(|(path, help)| (format!("Resources/F/Properties/Policies{path}"), (*help).to_owned()))
            .collect();
        assert_eq!(found, expected);
    };
    for kind in ["Function", "StateMachine"] {
        check(kind, json!("AWSLambdaExecute"), &[]);
        check(kind, json!([{"SQSPollerPolicy": {"QueueName": "q"}}, {"Statement": []}, {"Ref": "AWS::NoValue"}]), &[]);
        check(kind, json!([{"AMIDescribePolicy": {}}]), &[]);
        check(kind, json!([{"NoSuchPolicy": {}}]), &[("/0/NoSuchPolicy", "a policy document has the key `Statement`")]);
        check(kind, json!({"SQSPolerPolicy": {}}), &[("/SQSPolerPolicy", "did you mean `SQSPollerPolicy`?")]);
        check(kind, json!([{"SQSPollerPolicy": {}}]), &[("/0/SQSPollerPolicy", "its parameters are `QueueName`")]);
        check(
            kind,
            json!([{"SQSPollerPolicy": {"QueueNam": "q"}}]),
            &[("/0/SQSPollerPolicy/QueueNam", "did you mean `QueueName` by `QueueNam`?")],
        );
        // SAM takes no notice of it.
        check(kind, json!([{"SQSPollerPolicy": {"QueueName": "q", "More": "x"}}]), &[]);
        check(kind, json!([{"SQSPollerPolicy": "q"}]), &[("/0/SQSPollerPolicy", "its parameters are `QueueName`")]);
        check(kind, json!([{"AMIDescribePolicy": []}]), &[("/0/AMIDescribePolicy", "write `{}`")]);
        let alone = "a document has the key `Statement`, and a policy template is alone in its object";
        check(kind, json!([{}]), &[("/0", alone)]);
        check(kind, json!([{"Version": "2012-10-17", "Effect": "Allow"}]), &[("/0", alone)]);
        check(
            kind,
            json!([{"Fn::If": ["C", {"No": {}}, "A"]}]),
            &[("/0/Fn::If/1/No", "a policy document has the key `Statement`")],
        );
        // IAM refuses it, and the transform does not.
        check(kind, json!("SQSPollerPolicy"), &[]);
        check(kind, json!({}), &[]);
    }
}
