//! Numbers and signatures of the config file, and what only the whole application shows.
#![cfg(feature = "app")]
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use async_lambda_constructs::{config::Config, prelude::*};
use async_lambda_model::AppModel;
use pretty_assertions::assert_eq;
use serde_json::{Value, json};

fn model() -> AppModel {
    let task = |id: &str, trigger: Value, options: Value| json!({"id": id, "trigger": trigger, "options": options, "origin": {"file": "src/lib.rs", "line": 1}});
    let sqs = |arn: &str| json!({"sqs": {"queue_arn": arn}});
    let stream = "arn:aws:dynamodb:eu-west-1:123456789012:table/t/stream/2026-01-01T00:00:00.000";
    let tasks = [
        task("Work", json!({"managed_sqs": {}}), json!({})),
        task("Said", json!({"managed_sqs": {}}), json!({"batch_size": 3, "record_concurrency": 4})),
        task("Many", json!({"managed_sqs_batch": {}}), json!({})),
        task("Ship", json!({"fifo": {}}), json!({})),
        task("Letters", json!({"dead_letters": {}}), json!({})),
        task("Import", sqs("arn:aws:sqs:eu-west-1:123456789012:uploads"), json!({})),
        task("Changes", json!({"dynamodb": {"stream_arn": stream}}), json!({})),
        task("Tick", json!({"schedule": {"expression": "rate(1 day)"}}), json!({})),
        task("Get", json!({"api": {"method": "GET", "path": "/x"}}), json!({})),
    ];
    let origin = json!({"file": "src/lib.rs", "line": 1});
    serde_json::from_value(json!({"name": "demo", "tasks": tasks, "origin": origin})).unwrap()
}

fn resources(model: &AppModel, config: &Value, stage: Option<&str>) -> Value {
    let config = Config::parse(&config.to_string()).unwrap();
    assert_eq!(config.check(model, stage), []);
    let stack = AppStack::new(model, &config, stage).into_stack();
    assert!(!stack.validate().has_errors(), "{:#?}", stack.validate().findings);
    let mut template: Value = serde_json::from_str(&stack.to_json()).unwrap();
    template["Resources"].take()
}

/// Batch size, window and record concurrency of a task, as Lambda and the function get them.
fn numbers(resources: &Value, task: &str) -> Value {
    let function = &resources[format!("{task}ALFunc")]["Properties"];
    let event = function["Events"].as_object().unwrap().values().next().unwrap()["Properties"].clone();
    let concurrency = &function["Environment"]["Variables"]["ASYNC_LAMBDA_RECORD_CONCURRENCY"];
    json!([event["BatchSize"], event["MaximumBatchingWindowInSeconds"], concurrency])
}

/// Code, place and message of what is wrong.
fn found(config: Value, expected: &[[&str; 3]]) {
    let findings = Config::parse(&config.to_string()).unwrap().check(&model(), None);
    let found: Vec<[String; 3]> = findings
        .iter()
        .map(|finding| [finding.rule.code.to_owned(), finding.path.to_string(), finding.message.clone()])
        .collect();
    assert_eq!(found, expected.iter().map(|finding| finding.map(str::to_owned)).collect::<Vec<_>>());
    assert!(findings.iter().all(|finding| finding.help.is_some() || finding.rule.code == "AL0102"), "{findings:#?}");
}

#[test]
fn numbers_without_a_key_are_those_of_code() {
    let resources = resources(&model(), &json!({}), None);
    assert_eq!(numbers(&resources, "Work"), json!([1, null, null]));
    // The function knows it from code.
    assert_eq!(numbers(&resources, "Said"), json!([3, null, null]));
    assert!(!resources.to_string().contains("RECORD_CONCURRENCY"));
}

#[test]
fn numbers_of_the_application_are_for_tasks_that_say_nothing_else() {
    let config = json!({
        "batch_size": 5, "batch_window": 7, "record_concurrency": 20,
        "stages": {"prod": {"batch_size": 8}},
        "tasks": {"Said": {"batch_window": 0}},
    });
    let resources = resources(&model(), &config, Some("prod"));
    let all: Vec<Value> = ["Work", "Said", "Many", "Ship", "Letters", "Import", "Changes"]
        .iter()
        .map(|task| numbers(&resources, task))
        .collect();
    let expected = [
        json!([8, 7, "20"]),
        json!([3, null, null]),
        json!([8, 7, null]),
        json!([8, null, null]),
        json!([8, 7, "20"]),
        json!([8, 7, "20"]),
        json!([8, 7, null]),
    ];
    assert_eq!(all, expected);
    // A message stays hidden for the window, too.
    assert_eq!(resources["WorkALQueue"]["Properties"]["VisibilityTimeout"], 367);
    assert!(!resources["TickALFunc"].to_string().contains("RECORD_CONCURRENCY"));
}

#[test]
fn numbers_of_a_task_take_the_place_of_those_in_code() {
    let config = json!({
        "tasks": {
            "Said": {"batch_size": 100, "record_concurrency": 30, "stages": {"prod": {"record_concurrency": 40}}},
            "Import": {"batch_size": 100, "batch_window": 1},
            "Changes": {"batch_size": 1000},
        },
        "stages": {"prod": {}},
    });
    let of = |stage| resources(&model(), &config, Some(stage));
    let prod = of("prod");
    // Above 10 the window is that of code: 30 s where it says none.
    assert_eq!(numbers(&prod, "Said"), json!([100, 30, "40"]));
    assert_eq!(numbers(&prod, "Import"), json!([100, 1, null]));
    assert_eq!(numbers(&prod, "Changes"), json!([1000, null, null]));
    assert_eq!(numbers(&resources(&model(), &config, None), "Said"), json!([100, 30, "30"]));
}

#[test]
fn numbers_that_a_task_cannot_have() {
    found(
        json!({"tasks": {"Tick": {"batch_size": 5}, "Many": {"record_concurrency": 5}, "Ship": {"batch_window": 5}}}),
        &[
            [
                "AL0132",
                "tasks/Many/record_concurrency",
                "`record_concurrency`: task `Many` has none, since it is started by async batch",
            ],
            ["AL0132", "tasks/Ship/batch_window", "`batch_window`: task `Ship` has none, since it is started by fifo"],
            [
                "AL0132",
                "tasks/Tick/batch_size",
                "`batch_size`: task `Tick` has none, since it is started by schedule rate(1 day)",
            ],
        ],
    );
    found(
        json!({"batch_size": 0, "tasks": {"Work": {"record_concurrency": 1001, "batch_window": 301}}}),
        &[
            ["AL0132", "tasks/Work/record_concurrency", "`record_concurrency`: must be 1 to 1000, got 1001"],
            ["AL0132", "batch_size", "`batch_size`: must be 1 to 10000, got 0"],
            ["AL0132", "tasks/Work/batch_window", "`batch_window`: must be 0 to 300 s, got 301 s"],
        ],
    );
    found(
        json!({"tasks": {"Ship": {"batch_size": 11}, "Import": {"batch_size": 11}, "Work": {"batch_size": 11, "batch_window": 0}}}),
        &[
            [
                "AL0132",
                "tasks/Work/batch_window",
                "`batch_window`: task `Work`: must be at least 1 s for a batch size above 10, got 0 s for 11",
            ],
            [
                "AL0132",
                "tasks/Ship/batch_size",
                "`batch_size`: task `Ship`: must be at most 10 for a FIFO queue, got 11",
            ],
            [
                "AL0132",
                "tasks/Import/batch_size",
                "`batch_size`: task `Import`: must be at most 10 without a batching window, got 11",
            ],
        ],
    );
    found(
        json!({"batch_size": {"Ref": "Size"}}),
        &[["AL0102", "batch_size", "`batch_size`: must be an integer from 1 to 10000, got `Ref`"]],
    );
}

/// With a queue of somebody else that is FIFO, and a task without a batching window.
fn model_of_queues() -> AppModel {
    let mut model = model();
    let task = |id: &str, trigger: Value, options: Value| {
        serde_json::from_value(
            json!({"id": id, "trigger": trigger, "options": options, "origin": {"file": "src/lib.rs", "line": 1}}),
        )
        .unwrap()
    };
    model.tasks.push(task(
        "Foreign",
        json!({"sqs": {"queue_arn": "arn:aws:sqs:eu-west-1:123456789012:q.fifo"}}),
        json!({}),
    ));
    let stream = "arn:aws:dynamodb:eu-west-1:123456789012:table/u/stream/2026-01-01T00:00:00.000";
    model.tasks.push(task("Hundred", json!({"dynamodb": {"stream_arn": stream, "batch_size": 100}}), json!({})));
    model.tasks.push(task("Now", json!({"managed_sqs": {}}), json!({"batching_window": 0})));
    model.tasks.push(task("Bulk", json!({"managed_sqs": {}}), json!({"batch_size": 50})));
    model
}

#[test]
fn numbers_of_the_application_leave_out_tasks_that_cannot_have_them() {
    let model = model_of_queues();
    let check = |config: Value, expected: &[(&str, Value)]| {
        let resources = resources(&model, &config, None);
        for (task, expected) in expected {
            assert_eq!(numbers(&resources, task), *expected, "{task} {config}");
        }
    };
    check(
        json!({"batch_size": 100}),
        &[
            ("Work", json!([100, 30, null])),
            ("Ship", json!([1, null, null])),
            ("Import", json!([1, null, null])),
            ("Foreign", json!([1, null, null])),
            ("Now", json!([1, null, null])),
            ("Bulk", json!([50, 30, null])),
            ("Changes", json!([100, null, null])),
        ],
    );
    check(
        json!({"batch_size": 100, "batch_window": 5, "tasks": {"Work": {"batch_window": 0}}}),
        &[
            ("Work", json!([1, null, null])),
            ("Ship", json!([1, null, null])),
            ("Import", json!([100, 5, null])),
            ("Foreign", json!([1, null, null])),
            ("Now", json!([1, null, null])),
        ],
    );
    check(
        json!({"batch_window": 0, "tasks": {"Work": {"batch_size": 20}}}),
        &[
            ("Work", json!([20, 30, null])),
            ("Said", json!([3, null, null])),
            ("Many", json!([20, 30, null])),
            ("Bulk", json!([50, 30, null])),
        ],
    );
    // The default, but said in code.
    check(json!({"batch_size": 7}), &[("Hundred", json!([100, null, null])), ("Changes", json!([7, null, null]))]);
    check(
        json!({"batch_size": 10, "batch_window": 9}),
        &[("Ship", json!([10, null, null])), ("Foreign", json!([10, null, null]))],
    );
}

#[test]
fn numbers_that_are_no_integers() {
    let check = |text: &str, expected: &str, help: &str| {
        let config = format!(r#"{{"cors": {{"max_age": {text}}}, "record_concurrency": {text}}}"#);
        let found: Vec<_> = Config::parse(&config).unwrap().check(&model(), None);
        let found: Vec<_> =
            found.into_iter().map(|finding| (finding.message, finding.help.unwrap_or_default())).collect();
        let of = |key: &str, range: &str| {
            let help = if help.is_empty() { format!("write a whole number from {range}") } else { help.to_owned() };
            (format!("`{key}`: must be an integer from {range}, got {expected}"), help)
        };
        assert_eq!(found, [of("cors/max_age", "0 to 86400"), of("record_concurrency", "1 to 1000")]);
    };
    check("18446744073709551615", "`18446744073709551615`", "");
    check("99999999999999999999", "`99999999999999999999`", "");
    check("7.5", "`7.5`", "");
    check(r#""ten""#, r#"`"ten"`"#, "");
    check(r#""10""#, r#"`"10"`"#, "write `10`, without quotes");
    let literal =
        "write the value itself: functions of CloudFormation cannot be used here, since the template depends on it";
    check(r#"{"Ref": "X"}"#, "`Ref`", literal);
    let config = Config::parse(r#"{"cors": {"allow_origins": ["https://a.example", {"Ref": "X"}, 5]}}"#).unwrap();
    let found: Vec<_> =
        config.check(&model(), None).into_iter().map(|finding| (finding.message, finding.help)).collect();
    let expected = [
        ("`cors/allow_origins/1`: must be a string, got `Ref`", Some(literal)),
        ("`cors/allow_origins/2`: must be a string, got integer", None),
    ];
    assert_eq!(found, expected.map(|(message, help)| (message.to_owned(), help.map(str::to_owned))));
}

#[test]
fn numbers_that_contradict_each_other_and_fixes_of_the_file() {
    let helps = |config: Value| {
        let findings = Config::parse(&config.to_string()).unwrap().check(&model_of_queues(), None);
        let findings = findings.into_iter().map(|finding| (finding.path.to_string(), finding.help.unwrap()));
        findings.collect::<Vec<_>>()
    };
    let expected = [
        ("tasks/Foreign/batch_size", "write `\"batch_size\": 10`"),
        ("tasks/Import/batch_size", "add `\"batch_window\": 1` beside it"),
        ("tasks/Now/batch_size", "give it a `batch_window`, or a smaller `batch_size`"),
    ];
    let mut found = helps(
        json!({"tasks": {"Foreign": {"batch_size": 11}, "Import": {"batch_size": 11}, "Now": {"batch_size": 11}}}),
    );
    found.sort();
    assert_eq!(found, expected.map(|(path, help)| (path.to_owned(), help.to_owned())));
    let window = "tasks/Foreign/batch_window";
    let paths = helps(json!({"tasks": {"Foreign": {"batch_window": 1}}})).into_iter().map(|(path, _)| path);
    assert_eq!(paths.collect::<Vec<_>>(), [window]);
    // No queue can take both.
    let found = helps(json!({"batch_size": 100, "batch_window": 0}));
    let paths: Vec<&str> = found.iter().map(|(path, _)| path.as_str()).collect();
    assert_eq!(paths, ["batch_window", "batch_window", "batch_window", "batch_size"]);
}

#[test]
fn functions_have_signatures_and_images_do_not() {
    let arn = "arn:aws:lambda:eu-west-1:123456789012:code-signing-config:csc-0123456789abcdef0";
    let config = json!({"stages": {"prod": {"code_signing_config_arn": arn}}});
    let signed = resources(&model(), &config, Some("prod"));
    for task in ["Work", "Tick", "Get"] {
        assert_eq!(signed[format!("{task}ALFunc")]["Properties"]["CodeSigningConfigArn"], arn, "{task}");
    }
    assert!(!resources(&model(), &json!({}), None).to_string().contains("CodeSigning"));
    let wrong = "must be the ARN of a code signing configuration of Lambda, \
                 `arn:aws:lambda:<region>:<account>:code-signing-config:csc-<id>`, got `csc-0123456789abcdef0`";
    found(
        json!({"code_signing_config_arn": "csc-0123456789abcdef0"}),
        &[["AL0131", "code_signing_config_arn", &format!("`code_signing_config_arn`: {wrong}")]],
    );
    found(
        json!({"code_signing_config_arn": arn, "image_uri": "shop:1"}),
        &[[
            "AL0131",
            "code_signing_config_arn",
            "`code_signing_config_arn`: must not be set for functions with an image, got `image_uri` too",
        ]],
    );
    found(
        json!({"tasks": {"Work": {"code_signing_config_arn": arn}}}),
        &[[
            "AL0104",
            "tasks/Work/code_signing_config_arn",
            "`code_signing_config_arn`: must stand at the top or in a stage, got a task",
        ]],
    );
}

#[test]
fn a_stage_has_no_name_of_an_application_that_is_invoked() {
    let mut model = model();
    let external = json!({"app": "billing-prod", "task": "Invoice"});
    model.tasks[0].invokes_external = vec![serde_json::from_value(external).unwrap()];
    model.name = serde_json::from_value(json!("billing")).unwrap();
    let config = json!({"name": "{app}-{stage}", "stages": {"prod": {}, "dev": {}}});
    let config = Config::parse(&config.to_string()).unwrap();
    assert_eq!(config.check(&model, Some("dev")), []);
    let findings = config.check(&model, Some("prod"));
    let messages: Vec<&str> = findings.iter().map(|finding| finding.message.as_str()).collect();
    let expected = "`name`: must not be that of another application that task `Work` invokes, got `billing-prod`";
    assert_eq!(messages, [expected]);
}
