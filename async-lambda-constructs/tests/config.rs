//! The file of settings: what is wrong with one, and what comes of its levels.
#![cfg(feature = "app")]
#![expect(clippy::unwrap_used, reason = "helpers outside test functions may fail a test too")]

use async_lambda_constructs::config::{Config, MOST_ENTRIES, MOST_OF_A_RULE, Setting, Settings, json_schema};
use async_lambda_model::AppModel;
use cfn_model::IntoNode;
use pretty_assertions::assert_eq;
use proptest::{collection, option, prelude::*, sample::select};
use serde_json::{Map, Value, json};

const CERTIFICATE: &str = "arn:aws:acm:eu-west-1:123456789012:certificate/11111111-2222-3333-4444-555555555555";

fn model() -> AppModel {
    let task =
        |id: &str| json!({"id": id, "trigger": {"managed_sqs": {}}, "origin": {"file": "src/lib.rs", "line": 1}});
    let (tasks, origin) = ([task("Build"), task("Mail")], json!({"file": "src/lib.rs", "line": 1}));
    serde_json::from_value(json!({"name": "shop", "tasks": tasks, "origin": origin})).unwrap()
}

/// The stage of a test: `prod`, where the file has stages.
fn stage(config: &Value) -> Option<&'static str> {
    config.to_string().contains("\"stages\"").then_some("prod")
}

/// The findings about a file at stage `prod`: code, place, message, help.
fn check(config: Value, expected: &[[&str; 4]]) {
    let findings = Config::parse(&config.to_string()).unwrap().check(&model(), stage(&config));
    let findings: Vec<[String; 4]> = findings
        .into_iter()
        .map(|finding| {
            let help = finding.help.unwrap_or_default();
            [finding.rule.code.to_owned(), finding.path.to_string(), finding.message, help]
        })
        .collect();
    assert_eq!(findings, expected);
}

#[test]
fn a_file_that_is_right_has_no_findings() {
    check(json!({}), &[]);
    check(json!({"$schema": "config.schema.json", "stages": {"prod": {}, "dev": {}}, "tasks": {"Mail": {}}}), &[]);
    check(
        json!({
            "environment_variables": {
                "AA": "a", "BB": 1, "CC": true, "DD": {"Ref": "AWS::Region"},
                "ASYNC_LAMBDA_BATCH_FAILURE_RETRY_COUNT": 3,
            },
            "policies": [
                "arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess",
                "AWSLambdaExecute",
                {"Effect": "Allow", "Action": "s3:GetObject", "Resource": "*"},
                {"Statement": []},
                {"SQSPollerPolicy": {"QueueName": "x"}},
            ],
            "layers": [{"Fn::ImportValue": "Layer"}],
            "domain_name": {"Fn::Sub": "${AWS::StackName}.example.com"},
            "certificate_arn": CERTIFICATE,
            "tls_version": null,
            "api_access_log_days": 30,
            "binary_media_types": ["image/png", "*/*"],
            "stages": {"prod": {"binary_media_types": ["image/*"]}},
        }),
        &[],
    );
    // A whole list that is known when the stack is deployed; another task's list is another list.
    check(
        json!({
            "security_group_ids": {"Ref": "Groups"},
            "tasks": {
                "Mail": {"layers": {"Fn::Split": [",", {"Fn::ImportValue": "Layers"}]}, "subnet_ids": {"Ref": "Subnets"}},
                "Build": {"subnet_ids": ["subnet-1"]},
            },
        }),
        &[],
    );
    check(json!({"layers": []}), &[]);
}

#[test]
fn what_is_wrong_is_named_with_its_place() {
    check(
        json!({"enviroment_variables": {}}),
        &[[
            "AL0101",
            "enviroment_variables",
            "`enviroment_variables`: must be a known key",
            "did you mean `environment_variables`?",
        ]],
    );
    check(
        json!({"stages": {"prod": {"tasks": {}}}}),
        &[[
            "AL0101",
            "stages/prod/tasks",
            "`tasks`: must be a known key",
            "the settings of a task at a stage are `tasks.<task>.stages.<stage>`",
        ]],
    );
    check(
        json!({
            "layers": "arn", "subnet_ids": ["a", 1], "security_group_ids": ["b"],
            "environment_variables": {"AA": ["a"]}, "policies": [1],
        }),
        &[
            ["AL0102", "layers", "`layers`: must be a list, got string", ""],
            ["AL0102", "subnet_ids/1", "`subnet_ids/1`: must be a string or an intrinsic function, got integer", ""],
            [
                "AL0102",
                "environment_variables/AA",
                "`environment_variables/AA`: must be a string, a number, a boolean or an intrinsic function, got array",
                "",
            ],
            [
                "AL0102",
                "policies/0",
                "`policies/0`: must be the ARN or name of a policy, or an object, got integer",
                "",
            ],
        ],
    );
    check(
        json!({"layers": {"Fn::Join": [",", ["a"]]}}),
        &[[
            "AL0102",
            "layers",
            "`layers`: must be a list, and `Fn::Join` gives none here",
            "the functions that give a list of strings: `Ref`, `Fn::Split`, `Fn::If`, `Fn::FindInMap`, `Fn::GetAtt`, \
             `Fn::Transform`",
        ]],
    );
    let only_one = "give `layers` on one level only, or write its members out: `[{\"Fn::Select\": ...}, ...]`";
    let message = |whole: &str, other: &str| {
        format!("`{whole}`: nothing can be added to a list that a function gives, got `{other}` too")
    };
    let whole = json!({"Ref": "Layers"});
    check(
        json!({"layers": whole, "tasks": {"Mail": {"layers": ["a"]}, "Build": {"layers": whole}}}),
        &[["AL0107", "layers", &message("layers", "tasks/Mail/layers/0"), only_one]],
    );
    check(
        json!({"layers": ["a", "b"], "stages": {"prod": {"layers": whole}, "dev": {"layers": ["c"]}}, "tasks": {"Mail": {}}}),
        &[["AL0107", "stages/prod/layers", &message("stages/prod/layers", "layers/0"), only_one]],
    );
    let media_type = |place: &str, text: &str| {
        format!("`{place}`: binary media type `{text}`: must be `type/subtype`, `type/*` or `*/*`")
    };
    check(
        json!({
            "binary_media_types": ["image/png", "image~1gif", 7],
            // A stage that is not synthesized is looked at too.
            "stages": {"prod": {"binary_media_types": "image/png"}, "dev": {"binary_media_types": ["text/html; a=b"]}},
            "tasks": {"Mail": {"binary_media_types": ["image/png"]}},
        }),
        &[
            [
                "AL0102",
                "binary_media_types/2",
                "`binary_media_types/2`: must be a media type such as `image/png`, got integer",
                "",
            ],
            [
                "AL0102",
                "stages/prod/binary_media_types",
                "`stages/prod/binary_media_types`: must be a list, got string",
                "",
            ],
            [
                "AL0104",
                "tasks/Mail/binary_media_types",
                "`binary_media_types`: must stand at the top or in a stage, got a task",
                "all tasks share one API and its domain",
            ],
            ["AL0102", "binary_media_types/1", &media_type("binary_media_types/1", "image~1gif"), "write `image/gif`"],
            [
                "AL0102",
                "stages/dev/binary_media_types/0",
                &media_type("stages/dev/binary_media_types/0", "text/html; a=b"),
                "write `text/html`",
            ],
        ],
    );
    check(json!([]), &[["AL0102", "", "the config file: must be an object, got array", ""]]);
    check(
        json!({"tasks": {"Mial": {}, "Mail": {"stages": {"prod": {"domain_name": "x"}}}}}),
        &[
            [
                "AL0104",
                "tasks/Mail/stages/prod/domain_name",
                "`domain_name`: must stand at the top or in a stage, got a task",
                "all tasks share one API and its domain",
            ],
            ["AL0103", "tasks/Mial", "`Mial`: must be a task of application `shop`", "did you mean `Mail`?"],
        ],
    );
    check(
        json!({"stages": {"production": {}, "dev": {}}}),
        &[["AL0106", "stages", "stage `prod`: must be named in the config file", "did you mean `production`?"]],
    );
    check(
        json!({"stages": {"prod": {"domain_name": "api.example.com"}, "dev": {"certificate_arn": CERTIFICATE}}}),
        &[[
            "AL0105",
            "stages/prod/domain_name",
            "`domain_name`: must have a certificate, and `certificate_arn` is missing",
            "give the settings of stage `prod` a `certificate_arn`: one of ACM for that name; or `hosted_zone_id` and \
             `\"auto_create_acm_certificate\": true`",
        ]],
    );
}

/// The codes and places of the findings about a file at stage `prod`, each with a part of its message.
fn found(config: Value, expected: &[[&str; 3]]) {
    let findings = Config::parse(&config.to_string()).unwrap().check(&model(), stage(&config));
    let found: Vec<_> = findings.iter().map(|finding| (finding.rule.code, finding.path.to_string())).collect();
    let places: Vec<_> = expected.iter().map(|[code, path, _]| (*code, (*path).to_owned())).collect();
    assert_eq!(found, places, "{config}");
    for (finding, [_, _, part]) in findings.iter().zip(expected) {
        assert!(finding.message.contains(part), "{part}: {}", finding.message);
        assert!(finding.help.is_some(), "{}", finding.message);
    }
}

#[test]
fn variables_that_are_not_the_users() {
    let own =
        ["ASYNC_LAMBDA_TASK_ID", "ASYNC_LAMBDA_PAYLOAD_S3_BUCKET", "ASYNC_LAMBDA_ACCOUNT_ID", "ASYNC_LAMBDA_DLQ_URL"];
    for name in own.into_iter().chain(["AWS_REGION", "_HANDLER", "AWS_SESSION_TOKEN", "LAMBDA_TASK_ROOT"]) {
        let variables = json!({name: {"Ref": "AWS::Region"}});
        let place = format!("environment_variables/{name}");
        found(json!({"environment_variables": variables}), &[["AL0108", &place, "must not be set"]]);
        let place = format!("tasks/Mail/stages/dev/environment_variables/{name}");
        let file = json!({"tasks": {"Mail": {"stages": {"dev": {"environment_variables": variables}, "prod": {}}}}});
        found(file, &[["AL0108", &place, "must not be set"]]);
    }
    for name in ["", "a-b", "ü", "1a", "A", "A.B", "_A"] {
        let place = format!("environment_variables/{name}");
        found(json!({"environment_variables": {name: "x"}}), &[["AL0109", &place, "the name of a variable"]]);
    }
    found(json!({"environment_variables": {"MY_AWS_REGION": "x", "ASYNC_LAMBDA_X": 1, "aB": true}}), &[]);
}

#[test]
fn variables_have_4_kb() {
    let long = |bytes: usize| "x".repeat(bytes);
    found(json!({"environment_variables": {"AA": long(3900)}}), &[]);
    found(json!({"environment_variables": {"AA": long(4096)}}), &[["AL0110", "environment_variables", "got 4098"]]);
    // Once for the application, however many tasks there are; for one task where it adds too much.
    found(
        json!({"environment_variables": {"AA": long(2000)}, "tasks": {"Mail": {"environment_variables": {"BB": long(2000)}}}}),
        &[["AL0110", "tasks/Mail/environment_variables", "at most 4096 bytes"]],
    );
    found(json!({"environment_variables": {"AA": {"Fn::Sub": long(9000)}}}), &[]);
}

#[test]
fn policies_that_sam_refuses() {
    let cases = [
        (json!({"NoSuchPolicy": {}}), "/NoSuchPolicy", "must be a policy template of SAM"),
        (json!({"SQSPollerPolicy": {}}), "/SQSPollerPolicy", "needs the parameter `QueueName`"),
        (json!({"SQSPollerPolicy": {"Queue": "a"}}), "/SQSPollerPolicy", "needs the parameter `QueueName`"),
        (json!({"SQSPollerPolicy": {"QueueNam": "a"}}), "/SQSPollerPolicy/QueueNam", "needs the parameter `QueueName`"),
        (json!({"SQSPollerPolicy": {"QueueName": "a", "X": 1}}), "/SQSPollerPolicy/X", "has no parameter `X`"),
        (json!({"SQSPollerPolicy": "a"}), "/SQSPollerPolicy", "must be an object"),
        (json!({"AMIDescribePolicy": {"X": 1}}), "/AMIDescribePolicy/X", "has no parameter `X`"),
        (json!({"Version": "2012-10-17"}), "/Version", "must be a policy template of SAM"),
        (json!({"Version": "2012-10-17", "Id": "x"}), "", "a policy must be"),
        (json!("SQSPollerPolicy"), "", "must be an object with its parameters"),
        (json!("not a policy"), "", "the name or the ARN of a managed policy"),
        (json!("arn:aws:s3:::bucket"), "", "the name or the ARN of a managed policy"),
        (json!(""), "", "the name or the ARN of a managed policy"),
        (
            json!({"Fn::If": ["C", {"NoSuchPolicy": {}}, "AWSLambdaExecute"]}),
            "/Fn::If/1/NoSuchPolicy",
            "policy template",
        ),
    ];
    for (policy, place, part) in cases {
        let place = format!("stages/dev/policies/1{place}");
        let file = json!({"stages": {"prod": {}, "dev": {"policies": ["AWSLambdaExecute", policy]}}});
        found(file, &[["AL0111", &place, part]]);
    }
    let template = json!({"Ref": "AWS::NoValue"});
    found(
        json!({"policies": [template, {"AMIDescribePolicy": {}}, {"Effect": "Allow", "Action": "*", "Resource": "*"}]}),
        &[],
    );
}

#[test]
fn subnets_and_security_groups_come_together() {
    let (subnets, groups) = (json!(["subnet-1"]), json!(["sg-1"]));
    found(json!({"subnet_ids": subnets}), &[["AL0112", "subnet_ids", "must come with `security_group_ids`"]]);
    found(
        json!({"security_group_ids": {"Ref": "G"}}),
        &[["AL0112", "security_group_ids", "must come with `subnet_ids`"]],
    );
    found(json!({"subnet_ids": subnets, "security_group_ids": []}), &[["AL0112", "subnet_ids", "got none"]]);
    found(json!({"subnet_ids": subnets, "stages": {"prod": {"security_group_ids": groups}}}), &[]);
    found(
        json!({"stages": {"prod": {}, "dev": {"security_group_ids": groups}}, "tasks": {"Mail": {"subnet_ids": subnets}}}),
        &[["AL0112", "tasks/Mail/subnet_ids", "got none"]],
    );
    // Each function has both.
    let mail_and_build = json!({"Mail": {"subnet_ids": subnets}, "Build": {"subnet_ids": {"Ref": "S"}}});
    found(json!({"security_group_ids": groups, "tasks": mail_and_build}), &[]);
    found(json!({"subnet_ids": [], "security_group_ids": []}), &[]);
}

#[test]
fn domains() {
    let file = |domain: Value, certificate: Value, tls: Value| json!({"stages": {"dev": {"domain_name": domain, "certificate_arn": certificate, "tls_version": tls}, "prod": {}}});
    let (domain, certificate, tls) = (json!("*.example.com"), json!(CERTIFICATE), json!("TLS_1_2"));
    for version in ["TLS_1_0", "TLS_1_2", "SecurityPolicy_TLS13_1_3_2025_09", "SecurityPolicy_TLS12_PFS_2025_EDGE"] {
        found(file(domain.clone(), certificate.clone(), json!(version)), &[]);
    }
    for later in [json!({"Ref": "X"}), json!({"Fn::Sub": "https://${X}"}), json!("{{resolve:ssm:x}}")] {
        found(file(later.clone(), later.clone(), later), &[]);
    }
    for wrong in ["tls", "", "TLS13", "TLS_1_1", "TLS_1_3", "tls_1_2", "SecurityPolicy_TLS13"] {
        let file = file(domain.clone(), certificate.clone(), json!(wrong));
        found(file, &[["AL0115", "stages/dev/tls_version", "must be one that API Gateway has"]]);
    }
    for wrong in ["not a domain!", "https://api.example.com", "api.example.com:443", "API.example.com", "", "localhost"]
    {
        let file = file(json!(wrong), certificate.clone(), tls.clone());
        found(file, &[["AL0113", "stages/dev/domain_name", "must be a host name"]]);
    }
    for wrong in ["x", "", "arn:aws:acm:eu-west-1:1:certificate/a", "arn:aws:iam::123456789012:server-certificate/a"] {
        let file = file(domain.clone(), json!(wrong), tls.clone());
        found(file, &[["AL0114", "stages/dev/certificate_arn", "must be the ARN of a certificate"]]);
    }
}

#[test]
fn placeholders_of_extras_name_one() {
    let topic = |value: Value| json!({"Type": "AWS::SNS::Topic", "Properties": {"TopicName": value}});
    found(json!({"managed_queue_extras": [topic(json!("$EXTRA0"))]}), &[]);
    found(
        json!({"managed_queue_extras": [topic(json!({"Fn::Sub": "a-$EXTRA9"}))]}),
        &[["AL0001", "managed_queue_extras/0/Properties/TopicName/Fn::Sub", "`$EXTRA9` must name one of its 1 extras"]],
    );
    found(
        json!({"managed_queue_extras": [{"Type": "AWS::SNS::Topic", "Metadata": {"$EXTRA1": 1}}]}),
        &[["AL0001", "managed_queue_extras/0/Metadata/$EXTRA1", "`$EXTRA1` must name"]],
    );
    // Those of a task come after those of the application, which its dead-letter queue alone does not know.
    let tasks = json!({"Mail": {"managed_queue_extras": [topic(json!("$EXTRA1 $EXTRA0"))]}});
    found(json!({"managed_queue_extras": [topic(json!("a"))], "tasks": tasks}), &[]);
    found(
        json!({"managed_queue_extras": [topic(json!("$EXTRA1"))], "tasks": {"Mail": {}}}),
        &[["AL0001", "managed_queue_extras/0/Properties/TopicName", "`$EXTRA1` must name"]],
    );
}

#[test]
fn hundreds_of_thousands_of_mistakes_are_counted() {
    const MANY: usize = 400_000;
    let many = |each: &dyn Fn(usize) -> (String, Value)| Value::Object((0..MANY).map(each).collect());
    let named = |number: usize| format!("name_{number}");
    let check = |file: Value, code: &str, count: usize| {
        let findings = Config::of_node(&file.into_node()).check(&model(), None);
        let of_rule = findings.iter().filter(|finding| finding.rule.code == code).count();
        assert_eq!(of_rule, MOST_OF_A_RULE + 1);
        assert!(findings.len() < 2 * MOST_OF_A_RULE, "{}", findings.len());
        let last = &findings.last().unwrap().message;
        assert!(last.starts_with(&format!("and {} more like these", count - MOST_OF_A_RULE)), "{last}");
    };
    check(many(&|number| (named(number), json!(1))), "AL0101", MANY);
    check(json!({"environment_variables": many(&|number| (named(number), json!([])))}), "AL0102", MANY);
    check(json!({"policies": vec![json!(1); MANY]}), "AL0102", MANY);
    check(json!({"layers": vec![json!(1); MANY]}), "AL0102", MANY);
    check(json!({"tasks": many(&|number| (named(number), json!({})))}), "AL0103", MANY);
    check(json!({"environment_variables": many(&|number| (format!("{number}"), json!("")))}), "AL0109", MOST_ENTRIES);
    check(json!({"policies": vec![json!({"No": {}}); MANY]}), "AL0111", MOST_ENTRIES);
    // What is right one by one is too much together.
    let too_large = |file: Value, expected: &[[&str; 2]]| {
        let findings = Config::of_node(&file.into_node()).check(&model(), None);
        let found: Vec<_> = findings.iter().map(|finding| (finding.rule.code, finding.path.to_string())).collect();
        let expected: Vec<_> = expected.iter().map(|[code, path]| (*code, (*path).to_owned())).collect();
        assert_eq!(found, expected);
    };
    let layers: Vec<String> = (0..MANY).map(named).collect();
    too_large(json!({"layers": layers}), &[["AL0116", "layers"]]);
    too_large(
        json!({"environment_variables": many(&|number| (named(number), json!("")))}),
        &[["AL0116", "environment_variables"]],
    );
    let extra = json!({"Type": "AWS::SNS::Topic", "Properties": many(&|number| (named(number), json!(1)))});
    too_large(json!({"managed_queue_extras": [extra]}), &[["AL0116", "managed_queue_extras"]]);
    let statement = json!({"Statement": vec![json!({"Effect": "Allow", "Action": "sqs:*", "Resource": "*"}); 20_000]});
    too_large(json!({"policies": [statement]}), &[["AL0116", "policies"]]);
}

#[test]
fn the_limits_are_documented() {
    let docs = include_str!("../../docs/validator.md");
    for row in [
        format!("| findings of one rule about a config file | {} |", with_commas(MOST_OF_A_RULE)),
        format!("| members of a list, variables, tasks, stages of a config file | {} |", with_commas(MOST_ENTRIES)),
    ] {
        assert!(docs.contains(&row), "docs/validator.md has no row `{row}`");
    }
}

fn with_commas(number: usize) -> String {
    format!("{},{:03}", number / 1_000, number % 1_000)
}

/// One level of a file, of few values, so that the same ones meet.
fn level(of_task: bool) -> impl Strategy<Value = Value> {
    (first_keys(of_task), later_keys(of_task)).prop_map(|(mut level, later)| {
        level.as_object_mut().unwrap().extend(later);
        level
    })
}

/// The keys of a level that came with version 0.6.15 of the Python package.
fn later_keys(of_task: bool) -> impl Strategy<Value = Map<String, Value>> {
    let tags = collection::btree_map(select(vec!["team", "tier"]), select(vec!["a", "b"]), 0..3);
    let logging = collection::btree_map(select(vec!["LogFormat", "LogGroup"]), select(vec!["JSON", "Text"]), 0..3);
    let route = |(method, path, rate)| json!({"HttpMethod": method, "ResourcePath": path, "ThrottlingRateLimit": rate});
    let route = (select(vec!["GET", "*"]), select(vec!["/a", "/*"]), 1..3_i32).prop_map(route);
    let alarm = option::of((1..3_i32, option::of(select(vec![60, 120]))));
    let text = || option::of(select(vec!["Z1", "Z2"]));
    let single = (option::of(any::<bool>()), text(), text(), text(), text());
    (tags, logging, collection::vec(route, 0..3), alarm, single).prop_map(
        move |(tags, logging, routes, alarm, (automatic, zone, image, key, name))| {
            let mut level = Map::new();
            level.insert("tags".to_owned(), json!(tags));
            level.insert("logging_config".to_owned(), json!(logging));
            if of_task {
                return level;
            }
            level.insert("method_settings".to_owned(), json!(routes));
            let alarm = alarm.map(|(threshold, period)| match period {
                Some(period) => json!({"threshold": threshold, "period": period}),
                None => json!({ "threshold": threshold }),
            });
            let single = [
                ("queue_age_alarm", alarm),
                ("auto_create_acm_certificate", automatic.map(Value::Bool)),
                ("hosted_zone_id", zone.map(|zone| json!(zone))),
                ("image_uri", image.map(|image| json!(image))),
                ("kms_key_arn", key.map(|key| json!(key))),
                ("name", name.map(|name| json!(name))),
                ("hardened", automatic.map(Value::Bool)),
            ];
            level.extend(single.into_iter().filter_map(|(key, value)| Some((key.to_owned(), value?))));
            level
        },
    )
}

fn first_keys(of_task: bool) -> impl Strategy<Value = Value> {
    let variables = collection::btree_map(select(vec!["A", "B", "C"]), select(vec!["1", "2", "3"]), 0..3);
    let list = || collection::vec(select(vec!["a", "b", "c", "d"]), 0..4);
    let text = || option::of(select(vec!["x", "y"]));
    let policies = list();
    let lists = (list(), list(), list());
    let media_types = collection::vec(select(vec!["image/png", "image/*", "*/*"]), 0..3);
    let texts = (text(), text(), text(), option::of((select(vec![7, 30]), media_types)));
    let presence = collection::vec(any::<bool>(), 6);
    (variables, policies, lists, 0..3_u8, texts, presence).prop_map(
        move |(
            variables,
            policies,
            (layers, subnets, groups),
            extras,
            (domain, tls, certificate, of_api),
            presence,
        )| {
            let extras: Vec<Value> = (0..extras).map(|n| json!({"Type": "AWS::SNS::Topic", "Number": n})).collect();
            let all = [
                ("environment_variables", json!(variables)),
                ("policies", json!(policies)),
                ("layers", json!(layers)),
                ("subnet_ids", json!(subnets)),
                ("security_group_ids", json!(groups)),
                ("managed_queue_extras", json!(extras)),
            ];
            let mut level: Map<String, Value> = all
                .into_iter()
                .zip(presence)
                .filter(|(_, present)| *present)
                .map(|((key, value), _)| (key.to_owned(), value))
                .collect();
            let texts = [("domain_name", domain), ("tls_version", tls), ("certificate_arn", certificate)];
            for (key, text) in texts.into_iter().filter(|_| !of_task) {
                level.extend(text.map(|text| (key.to_owned(), json!(text))));
            }
            if let Some((days, media_types)) = of_api.filter(|_| !of_task) {
                level.insert("api_access_log_days".to_owned(), json!(days));
                level.insert("binary_media_types".to_owned(), json!(media_types));
            }
            Value::Object(level)
        },
    )
}

/// Keys of which a later value replaces an earlier one.
const SINGLE: [&str; 11] = [
    "domain_name",
    "tls_version",
    "certificate_arn",
    "api_access_log_days",
    "queue_age_alarm",
    "auto_create_acm_certificate",
    "hosted_zone_id",
    "image_uri",
    "kms_key_arn",
    "name",
    "hardened",
];

/// What the Python package makes of levels, in the order of its code: the last ones win or are added.
fn expected(levels: &[&Value]) -> Value {
    let (mut variables, mut lists, mut texts) = (Map::new(), Map::new(), Map::new());
    let (mut tags, mut logging, mut routes) = (Map::new(), Map::new(), Vec::<Value>::new());
    for level in levels {
        tags.extend(level["tags"].as_object().cloned().unwrap_or_default());
        logging.extend(level["logging_config"].as_object().cloned().unwrap_or_default());
        for route in level["method_settings"].as_array().into_iter().flatten() {
            let of = |route: &Value| [route["HttpMethod"].clone(), route["ResourcePath"].clone()];
            match routes.iter_mut().find(|known| of(known) == of(route)) {
                Some(known) => *known = route.clone(),
                None => routes.push(route.clone()),
            }
        }
        variables.extend(level["environment_variables"].as_object().cloned().unwrap_or_default());
        for (key, unique) in [
            ("policies", false),
            ("layers", true),
            ("subnet_ids", true),
            ("security_group_ids", true),
            ("managed_queue_extras", false),
            ("binary_media_types", true),
        ] {
            let list = lists.entry(key).or_insert_with(|| json!([])).as_array_mut().unwrap();
            for item in level[key].as_array().into_iter().flatten() {
                if !unique || !list.contains(item) {
                    list.push(item.clone());
                }
            }
        }
        for key in SINGLE {
            texts.extend(level.get(key).map(|text| (key.to_owned(), text.clone())));
        }
    }
    let mut all = lists;
    all.extend(texts);
    all.insert("environment_variables".to_owned(), Value::Object(variables));
    all.insert("tags".to_owned(), Value::Object(tags));
    all.insert("logging_config".to_owned(), Value::Object(logging));
    all.insert("method_settings".to_owned(), Value::Array(routes));
    Value::Object(all)
}

fn as_json(settings: &Settings) -> Value {
    let list = |list: &[Setting]| json!(list.iter().map(|setting| &setting.value).collect::<Vec<_>>());
    let object = |object: &indexmap::IndexMap<String, Setting>| {
        json!(object.iter().map(|(name, setting)| (name.clone(), json!(setting.value))).collect::<Map<_, _>>())
    };
    let mut all = json!({
        "tags": object(&settings.tags),
        "logging_config": object(&settings.logging_config),
        "method_settings": list(&settings.method_settings),
        "policies": list(&settings.policies),
        "layers": list(&settings.layers),
        "subnet_ids": list(&settings.subnet_ids),
        "security_group_ids": list(&settings.security_group_ids),
        "managed_queue_extras": list(&settings.managed_queue_extras),
        "binary_media_types": list(&settings.binary_media_types),
        "environment_variables": object(&settings.environment_variables),
    });
    let texts = [
        ("domain_name", &settings.domain_name),
        ("tls_version", &settings.tls_version),
        ("certificate_arn", &settings.certificate_arn),
        ("api_access_log_days", &settings.api_access_log_days),
        ("auto_create_acm_certificate", &settings.auto_create_acm_certificate),
        ("hosted_zone_id", &settings.hosted_zone_id),
        ("image_uri", &settings.image_uri),
        ("kms_key_arn", &settings.kms_key_arn),
        ("name", &settings.name),
        ("hardened", &settings.hardened),
        ("record_concurrency", &settings.record_concurrency),
        ("batch_size", &settings.batch_size),
        ("batch_window", &settings.batch_window),
        ("code_signing_config_arn", &settings.code_signing_config_arn),
    ];
    if !settings.cors.is_empty() {
        all["cors"] = object(&settings.cors);
    }
    if !settings.queue_age_alarm.is_empty() {
        all["queue_age_alarm"] = object(&settings.queue_age_alarm);
    }
    for (key, setting) in texts {
        if let Some(setting) = setting {
            all[key] = json!(setting.value);
        }
    }
    all
}

fn with(level: &Value, key: &str, value: Value) -> Value {
    let mut level = level.clone();
    level[key] = value;
    level
}

proptest! {
    /// Application, stage, task, task's stage; what is missing changes nothing, and nothing leaks elsewhere.
    #[test]
    fn levels_come_on_top_of_each_other(
        app in level(false), stage in level(false), task in level(true), task_stage in level(true),
    ) {
        let task_levels = with(&task, "stages", json!({"prod": task_stage}));
        let file = with(&with(&app, "stages", json!({"prod": stage})), "tasks", json!({"Build": task_levels}));
        let config = Config::parse(&file.to_string()).unwrap();
        prop_assert_eq!(config.findings(), &[]);
        let check = |settings: Settings, levels: &[&Value]| prop_assert_eq_values(&settings, levels);
        check(config.of_app(None), &[&app])?;
        check(config.of_app(Some("prod")), &[&app, &stage])?;
        check(config.of_app(Some("dev")), &[&app])?;
        check(config.of_task("Build", None), &[&app, &task])?;
        check(config.of_task("Build", Some("prod")), &[&app, &stage, &task, &task_stage])?;
        check(config.of_task("Build", Some("dev")), &[&app, &task])?;
        check(config.of_task("Mail", Some("prod")), &[&app, &stage])?;
    }

    /// Every value is said to stand where it does stand.
    #[test]
    fn places_lead_to_values(app in level(false), stage in level(false), task in level(true)) {
        let file = with(&with(&app, "stages", json!({"prod": stage})), "tasks", json!({"Build": task}));
        let settings = Config::parse(&file.to_string()).unwrap().of_task("Build", Some("prod"));
        let lists = [&settings.policies, &settings.layers, &settings.subnet_ids, &settings.managed_queue_extras];
        for setting in lists.into_iter().flatten().chain(settings.environment_variables.values()) {
            let found = file.pointer(&format!("/{}", setting.path)).cloned();
            prop_assert_eq!(found, Some(json!(setting.value)));
        }
    }

    /// Settings on top of nothing are themselves, and merging is associative.
    #[test]
    fn merging_is_a_monoid(first in level(false), second in level(false), third in level(false)) {
        let read = |level: &Value| Config::parse(&level.to_string()).unwrap().of_app(None);
        let merged = |mut below: Settings, above: Settings| { below.merge(above); below };
        let (first, second, third) = (read(&first), read(&second), read(&third));
        prop_assert_eq!(&merged(Settings::default(), first.clone()), &first);
        prop_assert_eq!(&merged(first.clone(), Settings::default()), &first);
        prop_assert_eq!(
            merged(merged(first.clone(), second.clone()), third.clone()),
            merged(first, merged(second, third))
        );
    }

    /// The JSON Schema accepts what the reader accepts.
    #[test]
    fn the_json_schema_agrees(app in level(false), task in level(true), wrong in any::<bool>()) {
        let mut file = with(&app, "tasks", json!({"Build": task}));
        if wrong {
            file["tasks"]["Build"]["domain_name"] = json!("x");
        }
        let validator = jsonschema::validator_for(&json_schema()).unwrap();
        prop_assert_eq!(validator.is_valid(&file), Config::parse(&file.to_string()).unwrap().findings().is_empty());
    }

    /// Whatever stands in a file, reading it ends without a panic.
    #[test]
    fn any_text_can_be_read(text in "\\PC{0,60}") {
        if let Ok(config) = Config::parse(&text) {
            config.check(&model(), Some("prod"));
        }
    }
}

fn prop_assert_eq_values(settings: &Settings, levels: &[&Value]) -> Result<(), TestCaseError> {
    prop_assert_eq!(as_json(settings), expected(levels));
    Ok(())
}

#[test]
fn the_json_schema_is_strict_where_the_reader_is() {
    let validator = jsonschema::validator_for(&json_schema()).unwrap();
    let check = |file: Value| {
        let ours = Config::parse(&file.to_string()).unwrap().findings().is_empty();
        assert_eq!(validator.is_valid(&file), ours, "{file}");
    };
    for key in [
        "layers",
        "policies",
        "environment_variables",
        "domain_name",
        "managed_queue_extras",
        "api_access_log_days",
        "binary_media_types",
        "hosted_zone_id",
        "auto_create_acm_certificate",
        "method_settings",
        "tags",
        "logging_config",
        "queue_age_alarm",
        "image_uri",
        "kms_key_arn",
        "name",
        "hardened",
        "record_concurrency",
        "code_signing_config_arn",
        "cors",
        "$schema",
        "x",
    ] {
        for value in [
            json!("x"),
            json!(["x"]),
            json!({"Ref": "x"}),
            json!({"Fn::Sub": "x"}),
            json!([{"Type": "x"}]),
            json!({"A": "x"}),
            json!({"LogFormat": "JSON", "LogGroup": {"Ref": "x"}}),
            json!({"LogFormat": "json"}),
            json!({"threshold": 1.5, "period": 60, "alarm_actions": [{"Ref": "x"}], "ok_actions": ["x"]}),
            json!({"threshold": 1, "alarm_actions": "x"}),
            json!({"period": 60}),
            json!({"allow_origins": ["x"], "max_age": 60, "allow_credentials": true}),
            json!({"allow_origins": [{"Ref": "x"}]}),
            json!({"max_age": {"Ref": "x"}}),
            json!(true),
            json!(7),
            json!(7.5),
        ] {
            // Only the schema looks at what `$schema` holds: it is for editors.
            if key == "$schema" && !value.is_string() {
                continue;
            }
            check(json!({ key: value }));
            check(json!({"stages": {"prod": {key: value}}}));
            check(json!({"tasks": {"Build": {key: value}}}));
            check(json!({"tasks": {"Build": {"stages": {"prod": {key: value}}}}}));
        }
    }
    check(json!({"stages": []}));
    check(json!({"tasks": {"Build": []}}));
}
