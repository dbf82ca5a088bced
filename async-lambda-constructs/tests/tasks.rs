//! What each kind of task becomes.

#![expect(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

use async_lambda_constructs::{config::Config, prelude::*};
use async_lambda_model::AppModel;
use cfn_model::Severity;
use pretty_assertions::assert_eq;
use serde_json::Value as Json;

fn model(tasks: Json) -> AppModel {
    let origin = json!({"file": "src/lib.rs", "line": 1});
    let mut tasks = tasks;
    for task in tasks.as_array_mut().unwrap() {
        task["origin"] = origin.clone();
    }
    serde_json::from_value(json!({"name": "shop", "origin": origin, "tasks": tasks})).unwrap()
}

/// The stack of an application, which has no errors and no warnings.
fn stack(model: &AppModel, config: &str) -> AppStack {
    assert_eq!(model.check(), []);
    let config = Config::parse(config).unwrap();
    let stack = AppStack::new(model, &config, None);
    let report = stack.validate();
    let findings = report.findings.iter().filter(|finding| finding.rule.severity != Severity::Info);
    // Advice to watch the dead letters, which is about none of these.
    let findings = findings.filter(|finding| finding.rule.code != "AL1006");
    assert_eq!(
        findings.map(|finding| format!("{}: {}", finding.rule.code, finding.message)).collect::<Vec<_>>(),
        [""; 0]
    );
    stack
}

fn json_of(stack: &AppStack, id: &str) -> Json {
    let resource = stack.resource(id).unwrap_or_else(|| panic!("no resource `{id}`"));
    serde_json::to_value(resource).unwrap()
}

/// The logical ids that one application has and another has not.
fn added(before: &AppStack, after: &AppStack) -> Vec<String> {
    let ids = after.resources().map(|(id, _)| id.to_owned());
    ids.filter(|id| before.resource(id).is_none()).collect()
}

#[test]
fn a_lane_is_a_queue_and_an_event_source_mapping() {
    let tasks = |options: Json| {
        model(json!([
            {"id": "Work", "trigger": {"managed_sqs": {}}, "options": options},
            {"id": "Tick", "trigger": {"schedule": {"expression": "rate(1 day)"}}, "invokes": ["Work"]},
        ]))
    };
    let config =
        r#"{"managed_queue_extras": [{"Type": "AWS::SNS::Topic", "Properties": {"DisplayName": "$QUEUEID"}}]}"#;
    let one = stack(&tasks(json!({"maximum_concurrency": 4})), config);
    let three = stack(&tasks(json!({"lanes": 3, "lane_concurrency": [5, 2, 9], "maximum_concurrency": 4})), config);
    assert_eq!(
        added(&one, &three),
        ["WorkALQueueL1", "WorkALFuncExtra0L1", "WorkALQueueL2", "WorkALFuncExtra0L2"].map(ToOwned::to_owned)
    );
    // Lane 0 is the queue that was there before.
    assert_eq!(json_of(&one, "WorkALQueue"), json_of(&three, "WorkALQueue"));
    assert_eq!(json_of(&three, "WorkALQueue")["Properties"]["QueueName"], "shop-Work");
    let queue = &json_of(&three, "WorkALQueueL2")["Properties"];
    assert_eq!(queue["QueueName"], "shop-Work-L2");
    assert_eq!(queue["RedrivePolicy"], json_of(&one, "WorkALQueue")["Properties"]["RedrivePolicy"]);
    assert_eq!(json_of(&three, "WorkALFuncExtra0L1")["Properties"]["DisplayName"], "WorkALQueueL1");

    let function = &json_of(&three, "WorkALFunc")["Properties"];
    let events: Vec<(&String, &Json, &Json)> = function["Events"]
        .as_object()
        .unwrap()
        .iter()
        .map(|(name, event)| (name, &event["Properties"]["Queue"], &event["Properties"]["ScalingConfig"]))
        .map(|(name, queue, scaling)| (name, &queue["Fn::GetAtt"][0], &scaling["MaximumConcurrency"]))
        .collect();
    assert_eq!(
        json!(events),
        json!([
            ["ManagedSQS", "WorkALQueue", 5],
            ["ManagedSQSL1", "WorkALQueueL1", 2],
            ["ManagedSQSL2", "WorkALQueueL2", 9]
        ])
    );
    let arns = json!(["WorkALQueue", "WorkALQueueL1", "WorkALQueueL2"].map(|id| json!({"Fn::GetAtt": [id, "Arn"]})));
    assert_eq!(function["Policies"][1]["Statement"][0]["Resource"], arns);
    let sender = &json_of(&three, "TickALFunc")["Properties"]["Policies"][0]["Statement"][0];
    assert_eq!((&sender["Action"], &sender["Resource"]), (&json!(["sqs:SendMessage"]), &arns));
}

#[test]
fn all_queues_of_a_task_are_at_hand() {
    let model = model(json!([{"id": "Work", "trigger": {"managed_sqs": {}}, "options": {"lanes": 2}}]));
    let mut stack = stack(&model, "{}");
    let queues: Vec<String> =
        stack.task_by_id("Work").queues().iter().map(|queue| queue.logical_id().to_string()).collect();
    assert_eq!(queues, ["WorkALQueue", "WorkALQueueL1"]);
}

#[test]
fn a_batch_task_collects_messages() {
    let tasks =
        |trigger: &str, options: Json| model(json!([{"id": "Rows", "trigger": {trigger: {}}, "options": options}]));
    let mapping =
        |stack: &AppStack| json_of(stack, "RowsALFunc")["Properties"]["Events"]["ManagedSQS"]["Properties"].clone();
    let hidden = |stack: &AppStack| json_of(stack, "RowsALQueue")["Properties"]["VisibilityTimeout"].clone();
    let one = stack(&tasks("managed_sqs", json!({})), "{}");
    assert_eq!(
        (&mapping(&one)["BatchSize"], &mapping(&one)["MaximumBatchingWindowInSeconds"]),
        (&json!(1), &Json::Null)
    );
    assert_eq!(hidden(&one), 360);

    let many = stack(&tasks("managed_sqs_batch", json!({})), "{}");
    assert_eq!(added(&one, &many), [""; 0]);
    let event = mapping(&many);
    assert_eq!((&event["BatchSize"], &event["MaximumBatchingWindowInSeconds"]), (&json!(20), &json!(30)));
    assert_eq!(event["FunctionResponseTypes"], json!(["ReportBatchItemFailures"]));
    assert_eq!(hidden(&many), 390);

    let few = stack(&tasks("managed_sqs_batch", json!({"batch_size": 5, "batching_window": 12, "lanes": 2})), "{}");
    let event = &json_of(&few, "RowsALFunc")["Properties"]["Events"]["ManagedSQSL1"]["Properties"];
    assert_eq!((&event["BatchSize"], &event["MaximumBatchingWindowInSeconds"]), (&json!(5), &json!(12)));
    assert_eq!(json_of(&few, "RowsALQueueL1")["Properties"]["VisibilityTimeout"], 372);
}

#[test]
fn a_task_that_gives_up_messages_may_write_to_its_dead_letter_queue() {
    let tasks = |gives_up: bool, options: Json| {
        model(json!([
            {"id": "Work", "trigger": {"managed_sqs": {}}, "options": options, "writes_dead_letters": gives_up},
            {"id": "Letters", "trigger": {"dead_letters": {}}},
        ]))
    };
    let before = stack(&tasks(false, json!({})), "{}");
    let after = stack(&tasks(true, json!({})), "{}");
    assert_eq!(added(&before, &after), [""; 0]);
    let variable = |stack: &AppStack, task: &str| {
        let function = json_of(stack, &format!("{task}ALFunc"));
        function["Properties"]["Environment"]["Variables"]["ASYNC_LAMBDA_DLQ_URL"].clone()
    };
    assert_eq!(variable(&before, "Work"), Json::Null);
    assert_eq!(variable(&after, "Work"), json!({"Ref": "AsyncLambdaDLQ"}));
    assert_eq!(json_of(&before, "LettersALFunc"), json_of(&after, "LettersALFunc"));
    let sends = |stack: &AppStack| {
        let policies = json_of(stack, "WorkALFunc")["Properties"]["Policies"].clone();
        let statements =
            policies.as_array().unwrap().iter().flat_map(|policy| policy["Statement"].as_array().unwrap().clone());
        let sends = statements.filter(|statement| statement["Action"] == json!(["sqs:SendMessage"]));
        sends.map(|statement| statement["Resource"].clone()).collect::<Vec<_>>()
    };
    assert_eq!(sends(&before), [""; 0]);
    assert_eq!(sends(&after), [json!({"Fn::GetAtt": ["AsyncLambdaDLQ", "Arn"]})]);
    let own = stack(&tasks(true, json!({"dead_letters": "Letters"})), "{}");
    assert_eq!(sends(&own), [json!({"Fn::GetAtt": ["LettersALQueue", "Arn"]})]);
    assert_eq!(variable(&own, "Work"), json!({"Ref": "LettersALQueue"}));
}

#[test]
fn dead_letters_go_to_the_task_that_takes_them() {
    let tasks = |options: Json, letters: bool| {
        let mut tasks = vec![json!({"id": "Work", "trigger": {"managed_sqs": {}}, "options": options, "recursion": 3})];
        if letters {
            tasks.push(json!({"id": "Letters", "trigger": {"dead_letters": {}}, "invokes": ["Work"]}));
        }
        model(tasks.into())
    };
    let target = |stack: &AppStack, queue: &str| {
        json_of(stack, queue)["Properties"]["RedrivePolicy"]["deadLetterTargetArn"]["Fn::GetAtt"][0].clone()
    };
    let before = stack(&tasks(json!({}), false), "{}");
    let after = stack(&tasks(json!({"dead_letters": "Letters", "lanes": 2}), true), "{}");
    assert_eq!(added(&before, &after), ["WorkALQueueL1", "LettersALFunc", "LettersALQueue"].map(ToOwned::to_owned));
    assert_eq!(target(&before, "WorkALQueue"), "AsyncLambdaDLQ");
    assert_eq!(target(&after, "WorkALQueue"), "LettersALQueue");
    assert_eq!(target(&after, "WorkALQueueL1"), "LettersALQueue");
    // The chain of dead-letter queues ends, and each keeps messages for longer than the one before.
    assert_eq!(target(&after, "LettersALQueue"), "AsyncLambdaDLQ");
    let kept = |queue: &str| json_of(&after, queue)["Properties"]["MessageRetentionPeriod"].clone();
    assert_eq!(
        [kept("WorkALQueue"), kept("LettersALQueue"), kept("AsyncLambdaDLQ")],
        [json!(null), json!(1_123_200), json!(1_209_600)]
    );
    assert_eq!(json_of(&after, "LettersALQueue")["Properties"]["QueueName"], "shop-Letters");
    // What the library itself gives up goes there too.
    let function = &json_of(&after, "WorkALFunc")["Properties"];
    assert_eq!(function["Environment"]["Variables"]["ASYNC_LAMBDA_DLQ_URL"], json!({"Ref": "LettersALQueue"}));
    assert_eq!(function["Policies"][0]["Statement"][0]["Resource"], json!({"Fn::GetAtt": ["LettersALQueue", "Arn"]}));
    // A letter may have its payload in the bucket.
    let policies = json_of(&after, "LettersALFunc")["Properties"]["Policies"].to_string();
    assert!(policies.contains("s3:GetObject"), "{policies}");
    // Resending is a loop, which Lambda would stop.
    assert_eq!(json_of(&after, "LettersALFunc")["Properties"]["RecursiveLoop"], "Allow");
    assert_eq!(json_of(&after, "WorkALFunc")["Properties"]["RecursiveLoop"], "Allow");
}
