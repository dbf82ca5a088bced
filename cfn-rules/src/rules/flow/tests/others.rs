//! Functions, APIs, schedules and the count of resources.

use super::*;
use cfn_model::{Finding, Template};

#[test]
fn al1018_code_that_is_not_there() {
    let code = |code: &str, handler: &str| sam(NONE).replace("'s3://b/k.zip'", code).replace("app.handler", handler);
    let plain_code = |code: &str| plain(function(&format!("Code: {code},")));
    check(
        "AL1018",
        &[
            code("lib/worker.zip", "app.handler"),
            plain_code("./lib"),
            format!("{HEAD}  L: {{Type: AWS::Serverless::LayerVersion, Properties: {{ContentUri: layer}}}}\n"),
        ],
        &[
            code("src/", "app.handler"),
            code("!Ref Name", "app.handler"),
            plain_code("./lib").replace("./lib", "src"),
            plain_code("{S3Bucket: b, S3Key: k}"),
            code("{Bucket: b, Key: k}", "x.y"),
        ],
    );
    let exists = |path: &str| ["src", "src/app.py", "src/pkg/__init__.py"].contains(&path);
    for (handler, expected) in [("app.handler", 0), ("pkg.handler", 0), ("main.handler", 1), ("a.b.handler", 1)] {
        let Node::Object(document) = parse(&code("src", handler), &Limits::default()).unwrap().node else {
            unreachable!()
        };
        let report = validate_document(&document, &Options { exists: Some(&exists), ..Options::default() });
        assert_eq!(
            report.findings.iter().filter(|finding| finding.rule.code == "AL1018").count(),
            expected,
            "{handler}"
        );
    }
}

#[test]
fn al1019_apis_that_give_up() {
    let event = |function: &str, kind: &str, more: &str| {
        format!(
            "{HEAD}  F: {{Type: AWS::Serverless::Function, Properties: {{{function} Events: {{E: {{Type: {kind}, Properties: {{Path: /, Method: get{more}}}}}}}}}}}\n"
        )
    };
    let v2 = |timeout: &str, more: &str| {
        format!("{HEAD}  F: {{Type: AWS::Lambda::Function, Properties: {{Timeout: {timeout}}}}}
  A: {{Type: AWS::ApiGatewayV2::Api, Properties: {{ProtocolType: HTTP, Name: a}}}}
  I: {{Type: AWS::ApiGatewayV2::Integration, Properties: {{ApiId: !Ref A, IntegrationType: AWS_PROXY, IntegrationUri: !GetAtt F.Arn{more}}}}}\n")
    };
    let method = |timeout: &str, kind: &str| {
        format!("{HEAD}  F: {{Type: AWS::Lambda::Function, Properties: {{Timeout: {timeout}}}}}
  M: {{Type: AWS::ApiGateway::Method, Properties: {{Integration: {{Type: {kind}, Uri: !Sub 'arn:aws:apigateway:${{AWS::Region}}:lambda:path/2015-03-31/functions/${{F.Arn}}/invocations'}}}}}}\n")
    };
    let body = |timeout: &str| {
        format!("{HEAD}  F: {{Type: AWS::Lambda::Function, Properties: {{Timeout: {timeout}}}}}
  A: {{Type: AWS::Serverless::HttpApi, Properties: {{DefinitionBody: {{paths: {{/: {{get: {{x-amazon-apigateway-integration: {{type: aws_proxy, uri: !GetAtt F.Arn}}}}}}}}}}}}}}\n")
    };
    check(
        "AL1019",
        &[
            event("Timeout: 30,", "Api", ""),
            event("Timeout: 31,", "HttpApi", ""),
            event("Timeout: 10,", "Api", ", TimeoutInMillis: 5000"),
            v2("31", ""),
            method("30", "AWS_PROXY"),
            body("31"),
        ],
        &[
            event("", "Api", ""),
            event("Timeout: 30,", "HttpApi", ""),
            event("Timeout: 60,", "Api", ", TimeoutInMillis: 60000"),
            event("Timeout: !Ref Count,", "Api", ""),
            v2("30", ""),
            v2("!Ref Count", ""),
            v2("60", ", TimeoutInMillis: !Ref Count"),
            method("29", "AWS_PROXY"),
            method("60", "HTTP"),
            body("30"),
        ],
    );
}

#[test]
fn al1022_al1027_environment() {
    let variables = |value: &str| format!("Environment: {{Variables: {{{value}}}}},");
    let long = "x".repeat(4096);
    let (just, over) = (variables(&format!("V: {}", &long[1..])), variables(&format!("V: {long}")));
    let (unknown, split) =
        (variables("V: !Ref Name"), variables(&format!("V: {}, W: {}", &long[..2048], &long[..2048])));
    check("AL1022", &all([function(&over), function(&split)]), &all([function(&just), function(&unknown)]));
    let globals = sam(NONE)
        .replace("Resources:", &format!("Globals: {{Function: {{{}}}}}\nResources:", over.trim_end_matches(',')));
    check("AL1022", &[globals], &[]);
    let part = |name: usize| format!("VAR_{name}: !Sub '${{AWS::StackName}}{}'", "x".repeat(90));
    let many = variables(&(0..50).map(part).collect::<Vec<_>>().join(", "));
    let branches = variables(&format!("V: !If [Prod, {0}, x], W: !If [Prod, x, {0}]", &long[..2100]));
    check("AL1022", &all([function(&many)]), &all([function(&branches)]));
    let by_default = sam(function("Environment: {Variables: {V: !Ref Long, W: !Ref Long}},"))
        .replace("Parameters:", &format!("Parameters:\n  Long: {{Type: String, Default: {}}}", &long[..2100]));
    check("AL1022", &[by_default], &[]);
    let (region, handler) = (variables("AWS_REGION: a"), variables("_HANDLER: !Ref Name"));
    let (own, whole) = (variables("MY_REGION: a"), "Environment: !If [Prod, {Variables: {A: b}}, !Ref AWS::NoValue],");
    check("AL1027", &all([function(&region), function(&handler)]), &all([NONE, function(&own), function(whole)]));
}

#[test]
fn al1040_names_of_variables() {
    let named = |name: &str| format!("Environment: {{Variables: {{\"{name}\": x}}}},");
    let wrong = ["", "a-b", "ü", "1a", "A", "A B", "_A", "A.B", "A\u{e9}"].map(named);
    let right = ["AB", "a1", "LOG_LEVEL", "ASYNC_LAMBDA_BATCH_FAILURE_RETRY_COUNT", "_HANDLER"].map(named);
    let templates = |names: &[String]| all(names.iter().map(|name| function(name)));
    check("AL1040", &templates(&wrong), &templates(&right));
    let globals =
        sam(NONE).replace("Resources:", "Globals: {Function: {Environment: {Variables: {a-b: x}}}}\nResources:");
    check("AL1040", &[globals], &[]);
}

#[test]
fn one_name_is_one_finding() {
    for name in ["AWS_REGION", "_HANDLER", "a-b", "A"] {
        let variables = format!("Environment: {{Variables: {{{name}: x}}}},");
        for template in all([function(&variables)]) {
            let document = Template::parse(&template).unwrap().document().clone();
            let findings = validate_document(&document, &Options::default()).findings;
            let about = |finding: &&Finding| finding.path.to_string().ends_with(&format!("/Variables/{name}"));
            assert_eq!(findings.iter().filter(about).count(), 1, "{findings:?}");
        }
    }
}

#[test]
fn al1041_networks() {
    let network = |lists: &str| format!("VpcConfig: {{{lists}}},");
    let (subnets, groups) = ("SubnetIds: [subnet-0123abcd]", "SecurityGroupIds: [sg-0123abcd]");
    let wrong = [
        network(subnets),
        network(groups),
        network(&format!("{subnets}, SecurityGroupIds: []")),
        network("SubnetIds: !Ref Name"),
        network(&format!("{groups}, SubnetIds: !If [Prod, [subnet-0123abcd], !Ref AWS::NoValue]")),
    ];
    let right = [
        network(""),
        network(&format!("{subnets}, {groups}")),
        network("SubnetIds: [], SecurityGroupIds: []"),
        network(
            "SubnetIds: !If [Prod, [subnet-0123abcd], !Ref AWS::NoValue], \
             SecurityGroupIds: !If [Prod, [sg-0123abcd], !Ref AWS::NoValue]",
        ),
        "VpcConfig: !If [Prod, {SubnetIds: !Ref Name, SecurityGroupIds: !Ref Name}, !Ref AWS::NoValue],".to_owned(),
    ];
    let templates = |networks: &[String]| all(networks.iter().map(|network| function(network)));
    check("AL1041", &templates(&wrong), &templates(&right));
}

#[test]
fn al1023_schedules_that_never_fire() {
    let event = |kind: &str, key: &str, value: &str| {
        format!(
            "{HEAD}  F: {{Type: AWS::Serverless::Function, Properties: {{Events: {{E: {{Type: {kind}, Properties: {{{key}: {value}}}}}}}}}}}\n"
        )
    };
    let resource =
        |kind: &str, value: &str| format!("{HEAD}  S: {{Type: {kind}, Properties: {{ScheduleExpression: {value}}}}}\n");
    let never = "'cron(0 0 30 2 ? *)'";
    check(
        "AL1023",
        &[
            event("Schedule", "Schedule", never),
            event("ScheduleV2", "ScheduleExpression", "rate(0 minutes)"),
            resource("AWS::Events::Rule", never),
            resource("AWS::Scheduler::Schedule", "!If [Prod, 'rate(1 day)', 'cron(0 0 31 4 ? *)']"),
        ],
        &[
            event("Schedule", "Schedule", "'cron(0 0 29 2 ? *)'"),
            event("Schedule", "Schedule", "!Ref Name"),
            resource("AWS::Events::Rule", "rate(1 day)"),
            resource("AWS::Scheduler::Schedule", "!Sub 'rate(${Count} minutes)'"),
        ],
    );
}

#[test]
fn al1026_memory_and_timeout() {
    check(
        "AL1026",
        &all([
            function("Timeout: 901,"),
            function("Timeout: 0,"),
            function("MemorySize: 127,"),
            function("MemorySize: 10241,"),
            function("EphemeralStorage: {Size: 511},"),
            function("Timeout: !If [Prod, 901, 3],"),
        ]),
        &all([
            function("Timeout: 900,"),
            function("MemorySize: 10240,"),
            function("MemorySize: !Ref Count,"),
            function("Timeout: !Ref Count,"),
            function("MemorySize: 20000, CapacityProviderConfig: {},"),
        ]),
    );
}

#[test]
fn al1028_resources_after_the_transform() {
    let functions = |count: usize| -> String {
        let each = |index| format!("  F{index}: {{Type: AWS::Serverless::Function, Properties: {{Handler: a.b}}}}\n");
        format!("{HEAD}{}", (0..count).map(each).collect::<String>())
    };
    check(
        "AL1028",
        &[functions(251)],
        &[
            functions(250),
            functions(251).replace("Handler", "Role: !Ref Name, Handler"),
            functions(251).replace("Transform: AWS::Serverless-2016-10-31", ""),
        ],
    );
}
