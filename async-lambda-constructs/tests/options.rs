//! Keys of the config file that came with version 0.6.15 of the Python package: what they make of a template, and what
//! is wrong with a value.
#![cfg(feature = "app")]
#![expect(clippy::unwrap_used, reason = "helpers outside test functions may fail a test too")]

use async_lambda_constructs::{
    AppStack,
    config::Config,
    iam::Statement,
    prelude::{Validate as _, sam},
};
use async_lambda_model::AppModel;
use pretty_assertions::assert_eq;
use serde_json::{Map, Value, json};

const CERTIFICATE: &str = "arn:aws:acm:eu-west-1:123456789012:certificate/11111111-2222-3333-4444-555555555555";

/// Two async tasks, a schedule, and a task with a route.
fn model() -> AppModel {
    serde_json::from_value(data()).unwrap()
}

/// The same, as JSON.
fn data() -> Value {
    let origin = json!({"file": "src/lib.rs", "line": 1});
    let task = |id: &str, trigger: Value| json!({"id": id, "trigger": trigger, "origin": origin});
    let tasks = [
        task("Work", json!({"managed_sqs": {}})),
        task("Other", json!({"managed_sqs": {}})),
        task("Tick", json!({"schedule": {"expression": "rate(1 day)"}})),
        task("Get", json!({"api": {"method": "GET", "path": "/x"}})),
    ];
    json!({"name": "demo", "tasks": tasks, "origin": origin})
}

/// The resources of the template with these settings, which has no finding but that nobody watches dead letters.
fn resources(config: &Value, stage: Option<&str>) -> Map<String, Value> {
    let config = Config::parse(&config.to_string()).unwrap();
    assert_eq!(config.check(&model(), stage), []);
    let stack = AppStack::new(&model(), &config, stage).into_stack();
    let findings = stack.validate().findings;
    let others: Vec<_> = findings.iter().filter(|finding| finding.rule.code != "AL1006").collect();
    assert!(others.is_empty(), "{others:#?}");
    let template: Value = serde_json::from_str(&stack.to_json()).unwrap();
    template["Resources"].as_object().unwrap().clone()
}

/// The findings about a file at stage `prod`, where it has that: code, place, part of the message, part of the help.
fn found(config: Value, expected: &[[&str; 4]]) {
    let stage = config.get("stages").map(|_| "prod");
    let findings = Config::parse(&config.to_string()).unwrap().check(&model(), stage);
    let places: Vec<_> = findings.iter().map(|finding| (finding.rule.code, finding.path.to_string())).collect();
    let expected_places: Vec<_> = expected.iter().map(|[code, path, ..]| (*code, (*path).to_owned())).collect();
    assert_eq!(places, expected_places, "{findings:#?}");
    for (finding, [_, _, message, help]) in findings.iter().zip(expected) {
        assert!(finding.message.contains(message), "{message}: {}", finding.message);
        assert!(finding.help.as_deref().unwrap_or_default().contains(help), "{help}: {:?}", finding.help);
    }
}

#[test]
fn an_application_without_settings_has_nothing_of_them() {
    let text = Value::Object(resources(&json!({}), None)).to_string();
    for name in ["Tags", "LoggingConfig", "MethodSettings", "Alarm", "Certificate", "Image", "Route53"] {
        assert!(!text.contains(name), "{name}");
    }
    assert_eq!(
        resources(&json!({"tags": {}, "logging_config": {}, "queue_age_alarm": null}), None),
        resources(&json!({}), None)
    );
}

#[test]
fn tags_are_on_every_resource_that_takes_them_and_those_of_a_task_on_its_own() {
    let config = json!({
        "tags": {"team": "core", "cost-center": 7, "stack": {"Ref": "AWS::StackName"}},
        "managed_queue_extras": [{"Type": "AWS::SNS::Topic"}],
        "api_access_log_days": 30,
        "stages": {"prod": {"tags": {"team": "ops"}}},
        "tasks": {"Work": {"tags": {"tier": "gold"}, "stages": {"prod": {"tags": {"tier": "iron"}}}}},
    });
    let of = |resources: &Map<String, Value>, id: &str| -> Vec<(String, Value)> {
        match &resources[id]["Properties"]["Tags"] {
            Value::Array(list) => {
                list.iter().map(|tag| (tag["Key"].as_str().unwrap().to_owned(), tag["Value"].clone())).collect()
            }
            Value::Object(map) => map.iter().map(|(key, value)| (key.clone(), value.clone())).collect(),
            _ => Vec::new(),
        }
    };
    let check = |stage: Option<&str>, team: &str, tier: &str| {
        let resources = resources(&config, stage);
        let shared = vec![
            ("team".to_owned(), json!(team)),
            ("cost-center".to_owned(), json!("7")),
            ("stack".to_owned(), json!({"Ref": "AWS::StackName"})),
        ];
        let mut own = shared.clone();
        own.push(("tier".to_owned(), json!(tier)));
        for (id, resource) in &resources {
            let expected = match id.as_str() {
                "WorkALFunc" | "WorkALQueue" => own.clone(),
                // Types without tags, and what somebody wrote out.
                "AsyncLambdaPayloadBucketPolicy" => Vec::new(),
                id if id.contains("Extra") => Vec::new(),
                _ => shared.clone(),
            };
            assert_eq!(of(&resources, id), expected, "{id}");
            let is_of_sam = resource["Type"].as_str().unwrap().starts_with("AWS::Serverless::");
            assert_eq!(
                resource["Properties"]["PropagateTags"],
                if is_of_sam { json!(true) } else { Value::Null },
                "{id}"
            );
        }
    };
    check(None, "core", "gold");
    check(Some("prod"), "ops", "iron");
}

#[test]
fn tags_that_aws_refuses() {
    let long = |length: usize| "k".repeat(length);
    found(json!({"tags": {long(128): long(256), "a b_.:/=+-@": "", "ü": "{{resolve:ssm:x!}}"}}), &[]);
    found(
        json!({
            "tags": {"aws:team": "core", "": "x", long(129): "x", "a": long(257), "b": "x!", "c(": "x"},
            "tasks": {"Work": {"tags": {"AWS:x": "y"}}},
        }),
        &[
            ["AL0120", "tags/aws:team", "tag `aws:team`: must not begin with `aws:`", ""],
            ["AL0120", "tags/", "must have 1 to 128 characters, got 0", ""],
            ["AL0120", &format!("tags/{}", long(129)), "must have 1 to 128 characters, got 129", ""],
            ["AL0120", "tags/a", "tag `a`: the value of a tag must have at most 256 characters, got 257", ""],
            ["AL0120", "tags/b", "must consist of letters, digits, spaces and `_.:/=+-@`, got `!`", ""],
            ["AL0120", "tags/c(", "the key of a tag must consist of", ""],
            ["AL0120", "tasks/Work/tags/AWS:x", "must not begin with `aws:`", ""],
        ],
    );
    found(json!({"tags": {"a": ["x"]}}), &[["AL0102", "tags/a", "must be a string, a number", ""]]);
    let many = |count: usize| (0..count).map(|number| (format!("k{number:02}"), json!("x"))).collect::<Map<_, _>>();
    found(json!({"tags": many(49)}), &[]);
    found(json!({"tags": many(50)}), &[["AL0120", "tags/k49", "must have at most 49 tags, got 50", "SAM"]]);
    found(
        json!({"tags": many(49), "tasks": {"Work": {"tags": {"k01": "y", "more": "x"}}}}),
        &[["AL0120", "tasks/Work/tags/more", "at most 49 tags, got 50", ""]],
    );
}

#[test]
fn logging_is_merged_by_member_and_does_not_leak() {
    let config = json!({
        "logging_config": {"LogFormat": "JSON", "ApplicationLogLevel": "INFO"},
        "stages": {"prod": {"logging_config": {"SystemLogLevel": "WARN"}}},
        "tasks": {"Work": {"logging_config": {"LogGroup": "/x", "ApplicationLogLevel": "DEBUG"}}},
    });
    let logging = |stage, id: &str| resources(&config, stage)[id]["Properties"]["LoggingConfig"].clone();
    let app = json!({"LogFormat": "JSON", "ApplicationLogLevel": "INFO"});
    assert_eq!([logging(None, "OtherALFunc"), logging(None, "GetALFunc")], [app.clone(), app]);
    let work = json!({"LogFormat": "JSON", "ApplicationLogLevel": "DEBUG", "LogGroup": "/x"});
    assert_eq!(logging(None, "WorkALFunc"), work);
    let tick = json!({"LogFormat": "JSON", "ApplicationLogLevel": "INFO", "SystemLogLevel": "WARN"});
    assert_eq!(logging(Some("prod"), "TickALFunc"), tick);

    let level = "`ApplicationLogLevel`: must come with `LogFormat: JSON`, got ";
    let (path, help) = ("tasks/Work/logging_config/ApplicationLogLevel", "Lambda refuses");
    let file = |format: Value| json!({"logging_config": format, "tasks": {"Work": {"logging_config": {"ApplicationLogLevel": "WARN"}}}});
    found(file(json!({})), &[["AL0119", path, &format!("{level}none"), help]]);
    found(file(json!({"LogFormat": "Text"})), &[["AL0119", path, &format!("{level}`Text`"), help]]);
    found(file(json!({"LogFormat": {"Ref": "Format"}})), &[]);
    found(
        json!({"logging_config": {"LogFormat": "JSON", "Levl": "x", "SystemLogLevel": "TRACE", "LogGroup": 7}}),
        &[
            ["AL0101", "logging_config/Levl", "`Levl`: must be a known member of `logging_config`", "`logging_config`"],
            ["AL0102", "logging_config/SystemLogLevel", "must be `DEBUG`, `INFO`, `WARN` or an intrinsic", ""],
            ["AL0102", "logging_config/LogGroup", "must be a string or an intrinsic function, got integer", ""],
        ],
    );
    found(
        json!({"tasks": {"Work": {"logging_config": {"LogGroup": "a b"}}}}),
        &[["AL0125", "tasks/Work/logging_config/LogGroup", "must have 1 to 512 letters, digits and `._-/#`", "ARN"]],
    );
    found(
        json!({"logging_config": {"Logformat": "JSON"}}),
        &[["AL0101", "logging_config/Logformat", "known member", "did you mean `LogFormat`?"]],
    );
}

#[test]
fn method_settings_of_a_stage_come_on_top() {
    let of_all = json!({"HttpMethod": "*", "ResourcePath": "/*", "ThrottlingRateLimit": 10});
    let of_get = json!({"HttpMethod": "GET", "ResourcePath": "/x", "MetricsEnabled": true});
    let more = json!({"HttpMethod": "*", "ResourcePath": "/*", "ThrottlingRateLimit": 99});
    let config = json!({"method_settings": [of_all], "stages": {"prod": {"method_settings": [of_get, more]}}});
    let methods = |stage| resources(&config, stage)["AsyncLambdaAPIGateway"]["Properties"]["MethodSettings"].clone();
    assert_eq!(methods(None), json!([of_all]));
    assert_eq!(methods(Some("prod")), json!([more, of_get]));
    found(json!({"method_settings": [7]}), &[["AL0102", "method_settings/0", "must be an object", ""]]);
    found(
        json!({"tasks": {"Get": {"method_settings": []}}}),
        &[["AL0104", "tasks/Get/method_settings", "must stand at the top or in a stage", "all tasks share one API"]],
    );
}

#[test]
fn a_certificate_is_made_for_the_domain_where_its_zone_is_known() {
    let config =
        json!({"domain_name": "api.example.com", "auto_create_acm_certificate": true, "hosted_zone_id": "Z123"});
    let resources = resources(&config, None);
    assert_eq!(
        resources["AsyncLambdaAPICertificate"],
        json!({"Type": "AWS::CertificateManager::Certificate", "Properties": {
            "DomainName": "api.example.com",
            "ValidationMethod": "DNS",
            "DomainValidationOptions": [{"DomainName": "api.example.com", "HostedZoneId": "Z123"}],
        }})
    );
    let domain = |resources: &Map<String, Value>| resources["AsyncLambdaAPIGateway"]["Properties"]["Domain"].clone();
    let expected = |certificate: Value| {
        json!({
            "DomainName": "api.example.com", "CertificateArn": certificate, "SecurityPolicy": "TLS_1_2",
            "Route53": {"HostedZoneId": "Z123"},
        })
    };
    assert_eq!(domain(&resources), expected(json!({"Ref": "AsyncLambdaAPICertificate"})));
    let mut tagged = config;
    tagged["tags"] = json!({"team": "core"});
    let tags = &self::resources(&tagged, None)["AsyncLambdaAPICertificate"]["Properties"]["Tags"];
    assert_eq!(*tags, json!([{"Key": "team", "Value": "core"}]));
    // A certificate of one's own, with a record.
    let given = json!({"domain_name": "api.example.com", "certificate_arn": CERTIFICATE, "hosted_zone_id": "Z123",
        "auto_create_acm_certificate": false});
    let given = self::resources(&given, None);
    assert_eq!(domain(&given), expected(json!(CERTIFICATE)));
    assert!(!given.contains_key("AsyncLambdaAPICertificate"));
}

#[test]
fn a_certificate_that_cannot_be_made() {
    let (domain, new) = (json!("api.example.com"), "auto_create_acm_certificate");
    found(
        json!({"domain_name": domain, new: true}),
        &[["AL0122", new, "must come with `hosted_zone_id`, got none", "the Route 53 hosted zone of the domain"]],
    );
    found(
        json!({"domain_name": domain, new: true, "hosted_zone_id": "Z1", "stages": {"prod": {"certificate_arn": CERTIFICATE}}}),
        &[[
            "AL0122",
            new,
            "must not come with `certificate_arn`, got both",
            "to false in the settings of stage `prod`",
        ]],
    );
    found(
        json!({"domain_name": domain}),
        &[["AL0105", "domain_name", "must have a certificate", "`\"auto_create_acm_certificate\": true`"]],
    );
    found(
        json!({"hosted_zone_id": "Z1", new: true}),
        &[
            ["AL0118", "hosted_zone_id", "`hosted_zone_id`: must come with `domain_name`", "add `domain_name`"],
            ["AL0118", new, "must come with `domain_name`", "add `domain_name`"],
        ],
    );
    found(json!({new: false}), &[]);
    found(json!({new: "true"}), &[["AL0102", new, "must be true or false, got string", ""]]);
    for (wrong, help) in
        [("example.com", "copy the hosted zone ID"), ("/hostedzone/Z1", "remove `/hostedzone/`"), ("z1", "copy")]
    {
        found(
            json!({"domain_name": domain, "certificate_arn": CERTIFICATE, "hosted_zone_id": wrong}),
            &[["AL0121", "hosted_zone_id", "must be a `Z`, then capital letters and digits", help]],
        );
    }
}

#[test]
fn each_queue_has_an_alarm_that_does_not_depend_on_the_others() {
    let topic = "arn:aws:sns:us-east-1:123456789012:alarms";
    let config = json!({
        "queue_age_alarm": {"threshold": 5000, "alarm_actions": [topic]},
        "stages": {"prod": {"queue_age_alarm": {"threshold": 60, "period": 300, "ok_actions": [{"Ref": "AWS::NoValue"}]}}},
    });
    let alarms = |stage| -> Map<String, Value> {
        let of_type = |(_, resource): &(String, Value)| resource["Type"] == "AWS::CloudWatch::Alarm";
        resources(&config, stage).into_iter().filter(of_type).collect()
    };
    let common = alarms(None);
    let ids: Vec<&str> = common.keys().map(String::as_str).collect();
    assert_eq!(
        ids,
        ["AsyncLambdaDLQAlarm", "AsyncLambdaQueueAgeAlarmWorkALQueue", "AsyncLambdaQueueAgeAlarmOtherALQueue"]
    );
    assert_eq!(
        common["AsyncLambdaQueueAgeAlarmWorkALQueue"]["Properties"],
        json!({
            "AlarmDescription": "the oldest message of a task is too old",
            "Namespace": "AWS/SQS", "MetricName": "ApproximateAgeOfOldestMessage",
            "Dimensions": [{"Name": "QueueName", "Value": {"Fn::GetAtt": ["WorkALQueue", "QueueName"]}}],
            "Statistic": "Maximum", "Period": 86400, "EvaluationPeriods": 1, "Threshold": 5000,
            "ComparisonOperator": "GreaterThanThreshold", "TreatMissingData": "notBreaching", "AlarmActions": [topic],
        })
    );
    let dead = &common["AsyncLambdaDLQAlarm"]["Properties"];
    assert_eq!(dead["MetricName"], "ApproximateNumberOfMessagesVisible");
    assert_eq!([&dead["Threshold"], &dead["AlarmActions"]], [&json!(0), &json!([topic])]);
    // An alarm of a stage takes the place of the whole.
    let of_stage = &alarms(Some("prod"))["AsyncLambdaQueueAgeAlarmWorkALQueue"]["Properties"];
    assert_eq!([&of_stage["Threshold"], &of_stage["Period"]], [&json!(60), &json!(300)]);
    assert_eq!(of_stage["AlarmActions"], Value::Null);
    // Nobody is told that dead letters are not watched.
    let stack = AppStack::new(&model(), &Config::parse(&config.to_string()).unwrap(), None).into_stack();
    assert_eq!(stack.validate().findings, []);
}

#[test]
fn alarms_that_cloudwatch_refuses() {
    found(
        json!({"queue_age_alarm": {"threshold": -1, "period": 90}}),
        &[
            ["AL0123", "queue_age_alarm/threshold", "must be a number of seconds from 0, got -1", ""],
            [
                "AL0123",
                "queue_age_alarm/period",
                "must be a multiple of 60 from 60 to 604800 s, got 90 s",
                "once a minute",
            ],
        ],
    );
    found(
        json!({"queue_age_alarm": {"ok_actions": "arn"}}),
        &[
            ["AL0102", "queue_age_alarm/ok_actions", "must be a list of strings", ""],
            ["AL0123", "queue_age_alarm", "`queue_age_alarm`: must have `threshold`, got none", "in seconds"],
        ],
    );
    found(json!({"queue_age_alarm": {"threshold": {"Ref": "Age"}, "period": 604_800}}), &[]);
    found(
        json!({"tasks": {"Work": {"queue_age_alarm": {"threshold": 1}}}}),
        &[["AL0104", "tasks/Work/queue_age_alarm", "must stand at the top or in a stage", "`managed_queue_extras`"]],
    );
}

#[test]
fn functions_of_an_image_have_no_archive() {
    let image = "123456789012.dkr.ecr.us-east-1.amazonaws.com/repo:1";
    let resources = resources(&json!({ "image_uri": image }), None);
    let function = &resources["WorkALFunc"]["Properties"];
    assert_eq!(
        [&function["PackageType"], &function["ImageUri"], &function["FunctionName"]],
        [&json!("Image"), &json!(image), &json!("demo-Work-image")]
    );
    for name in ["Handler", "Runtime", "CodeUri", "ImageConfig"] {
        assert_eq!(function[name], Value::Null, "{name}");
    }
    // Only functions have other names: the package type cannot be changed in place.
    assert_eq!(resources["WorkALQueue"]["Properties"]["QueueName"], "demo-Work");
    let schedule = &resources["TickALFunc"]["Properties"]["Events"]["ScheduledEvent"]["Properties"];
    assert_eq!(schedule["Name"], "demo-Tick");

    found(
        json!({"image_uri": {"Fn::Sub": "${AWS::AccountId}.dkr.ecr"}, "tasks": {"Work": {"layers": ["arn:x"]}}}),
        &[["AL0124", "tasks/Work/layers/0", "`layers`: must not be set for functions with an image", "into the image"]],
    );
    found(
        json!({"image_uri": format!("https://{image}")}),
        &[["AL0124", "image_uri", "must name a container image", "remove the scheme"]],
    );
    found(
        json!({"tasks": {"Work": {"image_uri": image}}}),
        &[["AL0104", "tasks/Work/image_uri", "must stand at the top or in a stage", "one image"]],
    );
}

#[test]
fn a_key_of_ones_own_is_on_queues_and_payloads_and_functions_may_use_it() {
    let key = "arn:aws:kms:eu-west-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab";
    let resources = resources(&json!({ "kms_key_arn": key }), None);
    for queue in ["WorkALQueue", "OtherALQueue", "AsyncLambdaDLQ"] {
        let queue = &resources[queue]["Properties"];
        assert_eq!([&queue["KmsMasterKeyId"], &queue["SqsManagedSseEnabled"]], [&json!(key), &Value::Null]);
    }
    assert_eq!(
        resources["AsyncLambdaPayloadBucket"]["Properties"]["BucketEncryption"]["ServerSideEncryptionConfiguration"],
        json!([{"BucketKeyEnabled": true, "ServerSideEncryptionByDefault": {"SSEAlgorithm": "aws:kms", "KMSMasterKeyID": key}}])
    );
    let may = json!({"Effect": "Allow", "Action": ["kms:Decrypt", "kms:GenerateDataKey"], "Resource": key});
    let statements = |id: &str| resources[id]["Properties"]["Policies"][0]["Statement"].as_array().cloned();
    assert!(statements("WorkALFunc").unwrap().contains(&may));
    // It neither sends nor receives.
    assert_eq!(statements("TickALFunc"), None);
    for wrong in ["alias/shop", "arn:aws:kms:eu-west-1:123456789012:alias/shop", "1234abcd"] {
        found(
            json!({ "kms_key_arn": wrong }),
            &[["AL0127", "kms_key_arn", "must be the ARN of a key of KMS", "alias"]],
        );
    }
    found(json!({"kms_key_arn": {"Fn::GetAtt": ["Key", "Arn"]}}), &[]);
}

/// The model, with options of the application and of its tasks.
fn with_options(options: Value, of_tasks: Value) -> AppModel {
    let mut model = data();
    model["options"] = options;
    model["tasks"][0]["options"] = of_tasks;
    serde_json::from_value(model).unwrap()
}

#[test]
fn options_in_code_reach_the_template() {
    let options = json!({"architecture": "arm64", "payload_retention": 90, "log_retention": 14});
    let of_work = json!({"reserved_concurrency": 7, "queue_retention": 86_400});
    let config = json!({
        "logging_config": {"LogFormat": "JSON"}, "tags": {"team": "core"},
        "managed_queue_extras": [{"Type": "AWS::SQS::Queue"}],
    });
    let config = Config::parse(&config.to_string()).unwrap();
    let model = with_options(options, of_work);
    assert_eq!(config.check(&model, None), []);
    let stack = AppStack::new(&model, &config, None).into_stack();
    assert!(!stack.validate().has_errors(), "{:#?}", stack.validate().findings);
    let template: Value = serde_json::from_str(&stack.to_json()).unwrap();
    let of = |id: &str| &template["Resources"][id]["Properties"];
    assert_eq!(of("GetALFunc")["Architectures"], json!(["arm64"]));
    let rule = &of("AsyncLambdaPayloadBucket")["LifecycleConfiguration"]["Rules"][0];
    assert_eq!(rule["ExpirationInDays"], 90);
    let logging = json!({"LogFormat": "JSON", "LogGroup": {"Ref": "WorkALFuncLogs"}});
    assert_eq!(of("WorkALFunc")["LoggingConfig"], logging);
    let team = json!([{"Key": "team", "Value": "core"}]);
    assert_eq!(of("WorkALFuncLogs"), &json!({"RetentionInDays": 14, "Tags": team}));
    assert_eq!(of("TickALFuncLogs")["RetentionInDays"], 14);
    assert_eq!(of("WorkALFunc")["ReservedConcurrentExecutions"], 7);
    assert_eq!(of("OtherALFunc")["ReservedConcurrentExecutions"], Value::Null);
    let retention = |id: &str| of(id)["MessageRetentionPeriod"].clone();
    assert_eq!(
        ["WorkALQueue", "OtherALQueue", "WorkALFuncExtra0", "AsyncLambdaDLQ"].map(retention),
        [json!(86_400), Value::Null, Value::Null, json!(1_209_600)]
    );

    let config = json!({"tasks": {"Work": {"logging_config": {"LogGroup": "/x"}}}});
    let findings = Config::parse(&config.to_string()).unwrap().check(&model, None);
    let found: Vec<_> = findings.iter().map(|finding| (finding.rule.code, finding.path.to_string())).collect();
    assert_eq!(found, [("AL0126", "tasks/Work/logging_config/LogGroup".to_owned())]);
    assert!(findings[0].message.contains("`log_retention_days(14)`"), "{}", findings[0].message);
}

#[test]
fn a_line_watches_dead_letters() {
    let topic = "arn:aws:sns:us-east-1:123456789012:alarms";
    let watched = |config: Value| {
        let config = Config::parse(&config.to_string()).unwrap();
        let mut stack = AppStack::new(&model(), &config, None);
        stack.alarm_on_dead_letters(topic);
        let stack = stack.into_stack();
        assert_eq!(stack.validate().findings, []);
        let template: Value = serde_json::from_str(&stack.to_json()).unwrap();
        let alarms = template["Resources"].as_object().unwrap().values();
        let count = alarms.filter(|resource| resource["Type"] == "AWS::CloudWatch::Alarm").count();
        (count, template["Resources"]["AsyncLambdaDLQAlarm"]["Properties"]["AlarmActions"].clone())
    };
    assert_eq!(watched(json!({})), (1, json!([topic])));
    let alarm = json!({"threshold": 60, "alarm_actions": ["arn:aws:sns:us-east-1:123456789012:ops"]});
    let both = json!(["arn:aws:sns:us-east-1:123456789012:ops", topic]);
    let tagged = Config::parse(r#"{"tags": {"team": "core"}}"#).unwrap();
    let mut stack = AppStack::new(&model(), &tagged, None);
    stack.alarm_on_dead_letters(topic);
    let tags = &stack.resource("AsyncLambdaDLQAlarm").unwrap()["Properties"]["Tags"];
    assert_eq!(json!(tags), json!([{"Key": "team", "Value": "core"}]));
    assert_eq!(watched(json!({ "queue_age_alarm": alarm })), (3, both));
}

#[test]
fn stages_of_one_account_have_names_of_their_own() {
    let config = json!({"stages": {"prod": {"name": "{app}-{stage}"}, "dev": {"name": "sandbox_7"}, "test": {}}});
    let check = |stage: &str, name: &str| {
        let resources = resources(&config, Some(stage));
        let of = |id: &str| &resources[id]["Properties"];
        assert_eq!(of("WorkALFunc")["FunctionName"], format!("{name}-Work"));
        assert_eq!(of("WorkALQueue")["QueueName"], format!("{name}-Work"));
        let schedule = &of("TickALFunc")["Events"]["ScheduledEvent"]["Properties"];
        assert_eq!(schedule["Name"], format!("{name}-Tick"));
        let expected = if name == "demo" { Value::Null } else { json!(name) };
        for task in ["Work", "Other", "Tick", "Get"] {
            let variables = &of(&format!("{task}ALFunc"))["Environment"]["Variables"];
            assert_eq!(variables["ASYNC_LAMBDA_APP_NAME"], expected, "{task}");
        }
    };
    check("prod", "demo-prod");
    check("dev", "sandbox_7");
    check("test", "demo");
    // The name in code is no other name.
    let text = Value::Object(resources(&json!({"name": "{app}"}), None)).to_string();
    assert!(!text.contains("ASYNC_LAMBDA_APP_NAME"));
}

#[test]
fn names_that_an_application_cannot_have() {
    found(json!({"name": "{app}-{stage}", "stages": {"prod": {}}}), &[]);
    found(
        json!({"name": "{app}-{stage}"}),
        &[["AL0128", "name", "`{stage}` must be filled in, and no stage is given", "`synth --stage prod`"]],
    );
    found(
        json!({"stages": {"prod": {"name": "{app}.{region}"}}}),
        &[[
            "AL0128",
            "stages/prod/name",
            "must be 1 to 62 letters, digits, `-` and `_`, got `demo.{region}`",
            "`{app}`",
        ]],
    );
    let longest = "n".repeat(58);
    found(json!({ "name": longest }), &[]);
    found(
        json!({"name": format!("{longest}n")}),
        &[["AL0128", "name", "must have at most 64 characters, got `nnn", "shorten the name"]],
    );
    found(json!({"name": longest, "image_uri": "shop:1"}), &[["AL0128", "name", "n-Other-image`, which has 70", ""]]);
    found(json!({"name": {"Ref": "Name"}}), &[["AL0102", "name", "must be a string, got `Ref`", ""]]);
    found(
        json!({"tasks": {"Work": {"name": "x"}}}),
        &[["AL0104", "tasks/Work/name", "must stand at the top or in a stage", "one application"]],
    );
}

#[test]
fn a_hardened_application_has_what_auditors_ask_for() {
    let mut model = data();
    model["tasks"][0]["options"] = json!({"maximum_concurrency": 20});
    model["tasks"][1]["options"] = json!({"reserved_concurrency": 6});
    model["options"] = json!({"log_retention": 14});
    let model: AppModel = serde_json::from_value(model).unwrap();
    let template = |config: &Value, model: &AppModel| -> Value {
        let config = Config::parse(&config.to_string()).unwrap();
        assert_eq!(config.check(model, None), []);
        let stack = AppStack::new(model, &config, None).into_stack();
        let findings = stack.validate().findings;
        assert!(findings.iter().all(|finding| finding.rule.code == "AL1006"), "{findings:#?}");
        serde_json::from_str(&stack.to_json()).unwrap()
    };
    let hardened = template(&json!({"hardened": true}), &model);
    let of = |id: &str| &hardened["Resources"][id]["Properties"];
    let key = json!({"Fn::GetAtt": ["AsyncLambdaKey", "Arn"]});
    assert_eq!(of("AsyncLambdaKey")["EnableKeyRotation"], true);
    assert_eq!(of("AsyncLambdaKey")["KeyPolicy"]["Statement"][1]["Sid"], "Logs");
    for queue in ["WorkALQueue", "OtherALQueue", "AsyncLambdaDLQ"] {
        assert_eq!(of(queue)["KmsMasterKeyId"], key, "{queue}");
    }
    for group in ["AsyncLambdaAPIGatewayAccessLogs", "WorkALFuncLogs", "TickALFuncLogs"] {
        assert_eq!(of(group)["KmsKeyId"], key, "{group}");
    }
    assert_eq!(of("AsyncLambdaAPIGatewayAccessLogs")["RetentionInDays"], 90);
    let may = json!({"Effect": "Allow", "Action": ["kms:Decrypt", "kms:GenerateDataKey"], "Resource": key});
    let arn = json!({"Fn::GetAtt": ["AsyncLambdaDLQ", "Arn"]});
    for (task, reserved) in [("Work", 20), ("Other", 6), ("Tick", 10), ("Get", 10)] {
        let function = of(&format!("{task}ALFunc"));
        assert_eq!([&function["KmsKeyArn"], &function["DeadLetterQueue"]["TargetArn"]], [&key, &arn], "{task}");
        assert_eq!(function["ReservedConcurrentExecutions"], reserved, "{task}");
        assert!(function["Policies"][0]["Statement"].as_array().unwrap().contains(&may), "{task}");
    }
    let maximum = |task: &str| {
        let event = &of(&format!("{task}ALFunc"))["Events"]["ManagedSQS"]["Properties"];
        event["ScalingConfig"]["MaximumConcurrency"].clone()
    };
    assert_eq!([maximum("Work"), maximum("Other")], [json!(20), json!(6)]);
    // A key that is given takes the place of that key.
    let given = "arn:aws:kms:eu-west-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab";
    let own = template(&json!({"hardened": true, "kms_key_arn": given}), &model);
    assert_eq!(own["Resources"]["AsyncLambdaKey"], Value::Null);
    assert_eq!(own["Resources"]["WorkALFunc"]["Properties"]["KmsKeyArn"], given);
    // The shared role may send to the dead-letter queue, which SAM gives to roles that it makes only.
    let mut shared = model.clone();
    shared.options.shared_role = true;
    let shared = template(&json!({"hardened": true}), &shared);
    let role = &shared["Resources"]["AsyncLambdaSharedFunctionRole"]["Properties"]["Policies"][0]["PolicyDocument"];
    let send = json!({"Effect": "Allow", "Action": ["sqs:SendMessage"], "Resource": arn});
    assert!(role["Statement"].as_array().unwrap().contains(&send), "{role:#}");
    // Without it there is nothing of it.
    assert_eq!(template(&json!({"hardened": false}), &model), template(&json!({}), &model));
}

#[test]
fn functions_share_a_role_where_their_task_has_no_policies() {
    let mut model = data();
    model["options"] = json!({"shared_role": true});
    model["tasks"][2]["invokes"] = json!(["Work", "Other"]);
    model["tasks"][3]["invokes"] = json!(["Work"]);
    let model: AppModel = serde_json::from_value(model).unwrap();
    let config = json!({
        "policies": [
            "arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess",
            {"Effect": "Allow", "Action": "ses:SendEmail", "Resource": "*"},
        ],
        "tags": {"team": "core"},
        "tasks": {"Other": {"policies": ["AmazonSQSReadOnlyAccess"]}},
    });
    let stack = |config: &Value, change: fn(&mut AppStack)| {
        let config = Config::parse(&config.to_string()).unwrap();
        assert_eq!(config.check(&model, None), []);
        let mut stack = AppStack::new(&model, &config, None);
        change(&mut stack);
        stack.into_stack()
    };
    let right = stack(&config, |stack| {
        stack
            .task_by_id("Tick")
            .grant(Statement::allow(["sns:Publish"]).resource("arn:aws:sns:eu-west-1:123456789012:a"));
    });
    let findings = right.validate().findings;
    assert!(findings.iter().all(|finding| finding.rule.code == "AL1006"), "{findings:#?}");
    let template: Value = serde_json::from_str(&right.to_json()).unwrap();
    let of = |id: &str| &template["Resources"][id]["Properties"];
    for task in ["Work", "Tick", "Get"] {
        let function = of(&format!("{task}ALFunc"));
        assert_eq!(function["Role"], json!({"Fn::GetAtt": ["AsyncLambdaSharedFunctionRole", "Arn"]}), "{task}");
        assert_eq!(function["Policies"], Value::Null, "{task}");
    }
    assert_eq!(of("OtherALFunc")["Role"], Value::Null);
    assert_eq!(of("OtherALFunc")["Policies"].as_array().unwrap().len(), 5);
    let role = of("AsyncLambdaSharedFunctionRole");
    let managed = |name: &str| json!({"Fn::Sub": format!("arn:${{AWS::Partition}}:iam::aws:policy/{name}")});
    assert_eq!(
        role["ManagedPolicyArns"],
        json!([
            managed("service-role/AWSLambdaBasicExecutionRole"),
            managed("AWSXRayDaemonWriteAccess"),
            "arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess",
        ])
    );
    assert_eq!(role["Tags"], json!([{"Key": "team", "Value": "core"}]));
    let statements = role["Policies"][0]["PolicyDocument"]["Statement"].as_array().unwrap();
    let arn = |queue: &str| json!({"Fn::GetAtt": [queue, "Arn"]});
    let may = |action: &str| {
        let of_action =
            |statement: &&Value| statement["Action"] == json!(action) || statement["Action"] == json!([action]);
        let found: Vec<_> = statements.iter().filter(of_action).map(|statement| &statement["Resource"]).collect();
        assert_eq!(found.len(), 1, "{action}: {statements:#?}");
        found[0].clone()
    };
    assert_eq!(may("sqs:SendMessage"), json!([arn("WorkALQueue"), arn("OtherALQueue")]));
    assert_eq!(may("ses:SendEmail"), json!("*"));
    // Nobody may receive from a queue whose task has a role of its own.
    let receive = statements.iter().find(|statement| statement["Action"].as_array().is_some_and(|all| all.len() == 5));
    assert_eq!(receive.unwrap()["Resource"], arn("WorkALQueue"));
    assert_eq!(role["Policies"][1]["PolicyDocument"]["Statement"][0]["Action"], json!(["sns:Publish"]));

    let wrong = stack(&json!({"policies": ["AWSLambdaExecute"]}), |stack| {
        stack.task_by_id("Tick").grant(sam::Policy::dynamodb_read("orders"));
    });
    let findings = wrong.validate().findings;
    let of_role = findings.iter().filter(|finding| finding.rule.code == "AL0129").map(|finding| &finding.message);
    let got: Vec<&str> = of_role.map(|message| message.rsplit_once("got ").unwrap().1).collect();
    assert_eq!(got, ["`AWSLambdaExecute`", "`DynamoDBReadPolicy`"]);
}

#[test]
fn snap_start_is_refused_with_its_reason() {
    found(
        json!({"tasks": {"Work": {"snap_start": true}}}),
        &[["AL0101", "tasks/Work/snap_start", "must be a known key", "SnapStart is for managed runtimes"]],
    );
}

#[test]
fn files_of_the_python_package_are_accepted_whole() {
    // Its golden files, but for `api_auto_cert_no_zone`, which it makes a template of that SAM refuses, and `vpc_task`,
    // of which Lambda refuses one function.
    for config in [
        json!({
            "tags": {"team": "core", "framework": "mine"},
            "logging_config": {"LogFormat": "JSON", "ApplicationLogLevel": "INFO"},
            "tasks": {"Work": {"tags": {"tier": "gold"}, "logging_config": {"LogGroup": "/x"}}},
        }),
        json!({
            "method_settings": [{"HttpMethod": "*", "ResourcePath": "/*"}],
            "stages": {"prod": {"method_settings": [{"HttpMethod": "GET", "ResourcePath": "/x"}]}},
        }),
        json!({
            "domain_name": "api.example.com", "auto_create_acm_certificate": true, "hosted_zone_id": "Z123",
            "tls_version": "TLS_1_2",
        }),
        json!({"queue_age_alarm": {"threshold": 5000, "alarm_actions": ["arn:aws:sns:us-east-1:123456789012:alarms"]}}),
    ] {
        found(config.clone(), &[]);
        resources(&config, config.get("stages").map(|_| "prod"));
    }
    found(
        json!({"subnet_ids": ["subnet-2", "subnet-1"], "tasks": {"Work": {"security_group_ids": ["sg-9"]}}}),
        &[["AL0112", "subnet_ids", "must come with `security_group_ids`, got none", ""]],
    );
}
