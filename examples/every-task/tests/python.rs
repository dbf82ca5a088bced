//! The template against that of the twin in Python, `python/app.py` on version 0.6.15 of the package, at each stage: names,
//! events, targets, settings of queues and all else are the same but for what is listed here.
//!
//! `cargo xtask conformance --moving --bless` writes `golden/*.json` with the package, and moves a stack from one to the other.

#![expect(clippy::unwrap_used, reason = "a test may panic")]

use std::{collections::BTreeSet, fs, path::Path};

use async_lambda_constructs::{AppStack, config::Config, prelude::Validate as _};
use pretty_assertions::assert_eq;
use serde_json::{Map, Value};

/// Where our template differs, and the row of `docs/differences.md` that says why. A `*` at the end of a step stands for any
/// end of it.
const DIFFERENCES: &[(&str, &str)] = &[
    ("Resources/*/Properties/Handler", "The code is a binary"),
    ("Resources/*/Properties/Runtime", "The code is a binary"),
    ("Resources/*/Properties/Architectures", "The code is a binary"),
    ("Resources/*/Properties/Tracing", "Tracing is on"),
    ("Resources/AsyncLambdaAPIGateway/Properties/TracingEnabled", "Tracing is on"),
    ("Resources/SendToAllAsyncLambdaQueuesPolicy", "Roles are narrow"),
    ("Resources/*/Properties/Policies", "Roles are narrow"),
    ("Resources/*/Properties/Events/*/Properties/FunctionResponseTypes", "Records of a batch fail one by one"),
    ("Resources/*ALQueue*/Properties/VisibilityTimeout", "Messages stay hidden for six times the timeout"),
    ("Resources/*ALQueue*/Properties/MessageRetentionPeriod", "How long a queue keeps messages"),
    ("Resources/*/Properties/SqsManagedSseEnabled", "Queues and the bucket are encrypted"),
    ("Resources/AsyncLambdaPayloadBucket/Properties/BucketEncryption", "Queues and the bucket are encrypted"),
    ("Resources/AsyncLambdaPayloadBucket/Properties/PublicAccessBlockConfiguration", "The payload bucket is private"),
    ("Resources/AsyncLambdaPayloadBucketPolicy", "The payload bucket is private"),
    ("Resources/AsyncLambdaPayloadBucket/Properties/LifecycleConfiguration/Rules", "Payloads expire"),
    ("Resources/*/Properties/Tags", "`tags`"),
    ("Resources/*/Properties/Tags/framework*", "`tags`"),
    ("Resources/*/Properties/PropagateTags", "`tags`"),
    ("Resources/AsyncLambdaQueueAgeAlarm*", "`queue_age_alarm`"),
    ("Resources/AsyncLambda*DLQAlarm", "`queue_age_alarm`"),
    ("Resources/AsyncLambdaCreateDelaySchedulesPolicy", "delays above 900 s"),
    ("Resources/*/Properties/Environment/Variables/ASYNC_LAMBDA_DELAY_*", "delays above 900 s"),
    ("Resources/AsyncLambdaDelaySchedulerRole/Properties/AssumeRolePolicyDocument/Statement", "delays above 900 s"),
    ("Resources/AsyncLambdaDelaySchedulerRole/Properties/ManagedPolicyArns", "delays above 900 s"),
    ("Resources/ChangedALFunc/Properties/Events/DynamoDBEvent/Properties/*", "Streams of DynamoDB tables"),
    ("Resources/ImportALFunc/Properties/Events/UnmanagedSQS/Properties/BatchSize", "Foreign queues"),
    ("Resources/NightlyALFunc/Properties/Events/ScheduledEvent/Properties/DeadLetterConfig", "Schedules"),
    ("Resources/NightlyALFunc/Properties/Events/ScheduledEvent/Properties/ScheduleExpressionTimezone", "Schedules"),
    ("Resources/PriceALFunc/Properties/Events", "Tasks without a trigger"),
    ("Resources/*/Properties/RecursiveLoop", "A loop of invocations"),
    ("Resources/*/Properties/Environment/Variables/ASYNC_LAMBDA_DLQ_URL", "a message that can never be handled"),
    ("Resources/ShipAL*", "FIFO tasks"),
    ("Resources/AsyncLambdaFifoDLQ", "FIFO tasks"),
];

fn file(path: &str) -> String {
    fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(path)).unwrap()
}

fn ours(stage: Option<&str>) -> Value {
    let (model, config) =
        (every_task::app().model().unwrap(), Config::parse(&file(".async_lambda/config.json")).unwrap());
    assert_eq!(config.check(&model, stage), []);
    let stack = AppStack::new(&model, &config, stage).into_stack();
    assert_eq!(stack.validate().findings.iter().map(|finding| finding.rule.code).collect::<Vec<_>>(), [] as [&str; 0]);
    serde_json::from_str(&stack.to_json()).unwrap()
}

/// Python's template, with what it says for all functions said for each.
fn golden(stage: &str) -> Value {
    let mut template: Value = serde_json::from_str(&file(&format!("tests/golden/{stage}.json"))).unwrap();
    let globals = template.as_object_mut().unwrap().remove("Globals").unwrap();
    for resource in template["Resources"].as_object_mut().unwrap().values_mut() {
        if resource["Type"] == "AWS::Serverless::Function" {
            merge(&globals["Function"], &mut resource["Properties"]);
        }
    }
    template
}

/// As SAM does it: maps are merged, lists follow those of the globals, and all else is the function's own.
fn merge(globals: &Value, own: &mut Value) {
    match (globals, own) {
        (Value::Object(globals), Value::Object(own)) => {
            for (key, value) in globals {
                match own.get_mut(key) {
                    Some(own) => merge(value, own),
                    None => {
                        own.insert(key.clone(), value.clone());
                    }
                }
            }
        }
        (Value::Array(globals), Value::Array(own)) => {
            own.splice(0..0, globals.iter().cloned());
        }
        _ => {}
    }
}

/// The paths at which two documents differ: what is only in one of them counts as one path.
fn differing(path: &str, left: &Map<String, Value>, right: &Map<String, Value>, found: &mut Vec<String>) {
    for key in left.keys().chain(right.keys()).collect::<BTreeSet<_>>() {
        let path = format!("{path}{key}");
        match (left.get(key), right.get(key)) {
            (Some(Value::Object(left)), Some(Value::Object(right))) => {
                differing(&format!("{path}/"), left, right, found);
            }
            (left, right) if left == right => {}
            _ => found.push(path),
        }
    }
}

fn matches(pattern: &str, path: &str) -> bool {
    let (pattern, path): (Vec<&str>, Vec<&str>) = (pattern.split('/').collect(), path.split('/').collect());
    pattern.len() == path.len() && pattern.iter().zip(path).all(|(pattern, step)| step_matches(pattern, step))
}

fn step_matches(pattern: &str, step: &str) -> bool {
    match pattern.split_once('*') {
        None => pattern == step,
        Some((start, "")) => step.starts_with(start),
        Some((start, rest)) => {
            step.strip_prefix(start).is_some_and(|end| end.char_indices().any(|(at, _)| step_matches(rest, &end[at..])))
        }
    }
}

#[test]
fn what_differs_from_the_twin_is_listed_and_nothing_else_does() {
    let mut used = BTreeSet::new();
    for stage in [None, Some("dev"), Some("prod")] {
        let name = stage.unwrap_or("none");
        let (ours, golden, mut paths) = (ours(stage), golden(name), Vec::new());
        differing("", ours.as_object().unwrap(), golden.as_object().unwrap(), &mut paths);
        for path in paths {
            let found: Vec<&str> = DIFFERENCES
                .iter()
                .filter(|(pattern, _)| matches(pattern, &path))
                .map(|(pattern, _)| *pattern)
                .collect();
            let pointer = format!("/{path}");
            let values = (ours.pointer(&pointer), golden.pointer(&pointer));
            assert!(!found.is_empty(), "{name}: {path}: ours {:?}, Python's {:?}", values.0, values.1);
            used.extend(found);
        }
    }
    let all: BTreeSet<&str> = DIFFERENCES.iter().map(|(pattern, _)| *pattern).collect();
    assert_eq!(used, all, "remove differences from the list that no longer exist");
}

#[test]
fn every_difference_is_explained() {
    let text = file("../../docs/differences.md");
    for (pattern, title) in DIFFERENCES {
        assert!(text.contains(&format!("\n| {title} |")), "{pattern}: `{title}` is missing");
    }
}

#[test]
fn a_step_of_a_pattern_has_any_end() {
    let cases =
        [("*", "A", true), ("A*", "AB", true), ("A*", "B", false), ("A*C", "ABC", true), ("A*C", "ABCD", false)];
    for (pattern, step, expected) in [cases.as_slice(), &[("*B*", "ABC", true), ("A", "AB", false)]].concat() {
        assert_eq!(step_matches(pattern, step), expected, "{pattern} {step}");
    }
}
