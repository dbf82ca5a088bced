//! What each kind of task becomes.
#![cfg(feature = "app")]
#![expect(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

use async_lambda_constructs::{access, config::Config, prelude::*};
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

#[test]
fn a_fifo_task_has_fifo_queues() {
    let tasks = |trigger: &str| {
        model(json!([
            {"id": "Ship", "trigger": {trigger: {}}, "recursion": 3},
            {"id": "Tick", "trigger": {"schedule": {"expression": "rate(1 day)"}}, "invokes": ["Ship"]},
        ]))
    };
    let config =
        r#"{"managed_queue_extras": [{"Type": "AWS::SNS::Topic", "Properties": {"DisplayName": "$QUEUEID"}}]}"#;
    let standard = stack(&tasks("managed_sqs"), config);
    let fifo = stack(&tasks("fifo"), config);
    assert_eq!(added(&standard, &fifo), ["AsyncLambdaFifoDLQ", "AsyncLambdaFifoDLQExtra0"].map(ToOwned::to_owned));
    let queue = &json_of(&fifo, "ShipALQueue")["Properties"];
    assert_eq!((&queue["QueueName"], &queue["FifoQueue"]), (&json!("shop-Ship.fifo"), &json!(true)));
    assert_eq!(queue["RedrivePolicy"]["deadLetterTargetArn"], json!({"Fn::GetAtt": ["AsyncLambdaFifoDLQ", "Arn"]}));
    let letters = &json_of(&fifo, "AsyncLambdaFifoDLQ")["Properties"];
    assert_eq!((&letters["QueueName"], &letters["FifoQueue"]), (&json!("shop-fifo-dlq.fifo"), &json!(true)));
    assert_eq!(letters["MessageRetentionPeriod"], 1_209_600);
    assert_eq!(json_of(&fifo, "AsyncLambdaFifoDLQExtra0")["Properties"]["DisplayName"], "AsyncLambdaFifoDLQ");
    let function = &json_of(&fifo, "ShipALFunc")["Properties"];
    assert_eq!(function["Environment"]["Variables"]["ASYNC_LAMBDA_DLQ_URL"], json!({"Ref": "AsyncLambdaFifoDLQ"}));
    // Who may send is the same.
    assert_eq!(json_of(&fifo, "TickALFunc"), json_of(&standard, "TickALFunc"));
}

#[test]
fn who_invokes_later_may_make_schedules() {
    let tasks = |later: Json| {
        model(json!([
            {"id": "Order", "trigger": {"managed_sqs": {}}, "invokes": ["Mail"], "invokes_later": later},
            {"id": "Remind", "trigger": {"managed_sqs": {}}, "options": {"lanes": 2}},
            {"id": "Mail", "trigger": {"managed_sqs": {}}},
        ]))
    };
    let (now, later) = (stack(&tasks(json!([])), "{}"), stack(&tasks(json!(["Remind"])), "{}"));
    assert_eq!(
        added(&now, &later),
        ["AsyncLambdaDelayDLQ", "AsyncLambdaDelayScheduleGroup", "AsyncLambdaDelaySchedulerRole"]
            .map(ToOwned::to_owned)
    );
    let queue = &json_of(&later, "AsyncLambdaDelayDLQ")["Properties"];
    assert_eq!((&queue["QueueName"], &queue["MessageRetentionPeriod"]), (&json!("shop-delay-dlq"), &json!(1_209_600)));
    assert_eq!(
        json_of(&later, "AsyncLambdaDelayScheduleGroup"),
        json!({"Type": "AWS::Scheduler::ScheduleGroup", "Properties": {"Name": "shop-delay"}})
    );

    // The role sends to the tasks that are invoked later, and to no other.
    let arn = |id: &str| json!({"Fn::GetAtt": [id, "Arn"]});
    let role = &json_of(&later, "AsyncLambdaDelaySchedulerRole")["Properties"];
    let queues = json!(["RemindALQueue", "RemindALQueueL1", "AsyncLambdaDelayDLQ"].map(arn));
    assert_eq!(
        role["Policies"][0]["PolicyDocument"]["Statement"],
        json!([{"Effect": "Allow", "Action": ["sqs:SendMessage"], "Resource": queues}])
    );
    assert_eq!(
        role["AssumeRolePolicyDocument"]["Statement"],
        json!([{
            "Effect": "Allow", "Principal": {"Service": "scheduler.amazonaws.com"}, "Action": ["sts:AssumeRole"],
            "Condition": {"StringEquals": {
                "aws:SourceAccount": {"Ref": "AWS::AccountId"}, "aws:SourceArn": arn("AsyncLambdaDelayScheduleGroup"),
            }},
        }])
    );

    // One function has what it needs, and all others are as they were.
    let function = |stack: &AppStack, id: &str| json_of(stack, id)["Properties"].clone();
    for other in ["RemindALFunc", "MailALFunc"] {
        assert_eq!(function(&now, other), function(&later, other));
    }
    let (before, after) = (function(&now, "OrderALFunc"), function(&later, "OrderALFunc"));
    let statements = |function: &Json| function["Policies"][0]["Statement"].as_array().unwrap().clone();
    let resource = "arn:${AWS::Partition}:scheduler:${AWS::Region}:${AWS::AccountId}:schedule/\
                    ${AsyncLambdaDelayScheduleGroup}/*";
    let more = [
        json!({
            "Effect": "Allow",
            "Action": ["scheduler:CreateSchedule", "scheduler:DeleteSchedule", "scheduler:GetSchedule"],
            "Resource": {"Fn::Sub": resource},
        }),
        json!({
            "Effect": "Allow", "Action": ["iam:PassRole"], "Resource": arn("AsyncLambdaDelaySchedulerRole"),
            "Condition": {"StringEquals": {"iam:PassedToService": "scheduler.amazonaws.com"}},
        }),
    ];
    let after_statements = statements(&after);
    assert_eq!(after_statements[2..], more);
    assert_eq!(after_statements[1], statements(&before)[1]);
    // A message whose time is near goes straight to the queue.
    let sends = json!(["MailALQueue", "RemindALQueue", "RemindALQueueL1"].map(arn));
    assert_eq!(after_statements[0]["Resource"], sends);
    let variables = |function: &Json| function["Environment"]["Variables"].as_object().unwrap().clone();
    let known = variables(&before);
    let new: Vec<(String, Json)> =
        variables(&after).into_iter().filter(|(name, _)| !known.contains_key(name)).collect();
    let expected = [
        ("ASYNC_LAMBDA_DELAY_SCHEDULER_ROLE_ARN", arn("AsyncLambdaDelaySchedulerRole")),
        ("ASYNC_LAMBDA_DELAY_SCHEDULE_GROUP", json!({"Ref": "AsyncLambdaDelayScheduleGroup"})),
        ("ASYNC_LAMBDA_DELAY_SCHEDULE_DLQ_ARN", arn("AsyncLambdaDelayDLQ")),
    ];
    assert_eq!(new, expected.map(|(name, value)| (name.to_owned(), value)));
}

#[test]
fn a_loop_in_time_is_a_loop() {
    let tasks = |recursion: Json| {
        model(json!([
            {"id": "Again", "trigger": {"managed_sqs": {}}, "invokes_later": ["Again"], "recursion": recursion},
        ]))
    };
    let problems = tasks(Json::Null).check();
    assert!(problems[0].to_string().contains("invocations form a loop: Again -> Again"), "{problems:?}");
    let stack = stack(&tasks(json!(3)), "{}");
    assert_eq!(json_of(&stack, "AgainALFunc")["Properties"]["RecursiveLoop"], "Allow");

    let nobody = model(json!([{"id": "A", "trigger": {"managed_sqs": {}}, "invokes_later": ["Mail"]}]));
    assert!(nobody.check()[0].to_string().contains("invokes `Mail`, which is not registered"), "{:?}", nobody.check());
    // Two ways to the same task are one edge.
    let twice = model(json!([
        {"id": "A", "trigger": {"managed_sqs": {}}, "invokes": ["B"], "invokes_later": ["B"]},
        {"id": "B", "trigger": {"managed_sqs": {}}},
    ]));
    assert_eq!((twice.tasks[0].targets().count(), twice.check()), (1, vec![]));
}

#[test]
fn the_longest_name_of_a_schedule_group_is_that_of_scheduler() {
    let tasks = json!([
        {"id": "A", "trigger": {"managed_sqs": {}}, "invokes_later": ["B"]}, {"id": "B", "trigger": {"managed_sqs": {}}},
    ]);
    let named = |length: usize| {
        let mut model = model(tasks.clone());
        model.name = async_lambda_model::AppName::new("x".repeat(length)).unwrap();
        let stack = AppStack::new(&model, &Config::default(), None);
        let report = stack.validate();
        report.findings.iter().map(|finding| format!("{}: {}", finding.path, finding.message)).collect::<Vec<_>>()
    };
    let about_names = |findings: Vec<String>| findings.into_iter().filter(|finding| finding.contains("Name")).collect();
    assert_eq!(about_names(named(58)), [""; 0] as [&str; 0]);
    let findings: Vec<String> = about_names(named(59));
    assert!(findings.len() == 1 && findings[0].contains("AsyncLambdaDelayScheduleGroup"), "{findings:#?}");
}

#[test]
fn a_task_of_another_application_is_one_queue() {
    let tasks = |external: Json| {
        model(json!([
            {"id": "Tick", "trigger": {"schedule": {"expression": "rate(1 day)"}}, "invokes_external": external},
        ]))
    };
    let (alone, both) =
        (stack(&tasks(json!([])), "{}"), stack(&tasks(json!([{"app": "billing", "task": "Invoice"}])), "{}"));
    assert_eq!(added(&alone, &both), [""; 0]);
    assert_eq!(json_of(&alone, "TickALFunc")["Properties"].get("Policies"), None);
    let function = &json_of(&both, "TickALFunc")["Properties"];
    // No payload goes to the bucket.
    assert_eq!(
        function["Policies"],
        json!([{"Version": "2012-10-17", "Statement": [{
            "Effect": "Allow", "Action": ["sqs:SendMessage"],
            "Resource": {"Fn::Sub": "arn:${AWS::Partition}:sqs:${AWS::Region}:${AWS::AccountId}:billing-Invoice"},
        }]}])
    );
    assert_eq!(function["Environment"], json_of(&alone, "TickALFunc")["Properties"]["Environment"]);
}

fn with_once(once: bool) -> AppModel {
    model(json!([
        {"id": "Charge", "trigger": {"managed_sqs": {}}, "once": once},
        {"id": "Tick", "trigger": {"schedule": {"expression": "rate(1 day)"}}, "once": once},
        {"id": "Mail", "trigger": {"managed_sqs": {}}},
    ]))
}

#[test]
fn who_does_work_once_may_write_to_the_table() {
    let (before, after) = (stack(&with_once(false), "{}"), stack(&with_once(true), "{}"));
    assert_eq!(added(&before, &after), ["AsyncLambdaOnceTable"]);
    assert_eq!(
        json_of(&after, "AsyncLambdaOnceTable"),
        json!({"Type": "AWS::DynamoDB::Table", "Properties": {
            "AttributeDefinitions": [{"AttributeName": "id", "AttributeType": "S"}],
            "KeySchema": [{"AttributeName": "id", "KeyType": "HASH"}],
            "BillingMode": "PAY_PER_REQUEST",
            "TimeToLiveSpecification": {"AttributeName": "expiration", "Enabled": true},
        }})
    );
    let function = |stack: &AppStack, id: &str| json_of(stack, id)["Properties"].clone();
    assert_eq!(function(&before, "MailALFunc"), function(&after, "MailALFunc"));
    let write = json!({
        "Effect": "Allow", "Action": ["dynamodb:DeleteItem", "dynamodb:PutItem"],
        "Resource": {"Fn::GetAtt": ["AsyncLambdaOnceTable", "Arn"]},
    });
    for (id, index) in [("ChargeALFunc", 1), ("TickALFunc", 0)] {
        let (old, mut new) = (function(&before, id), function(&after, id));
        let statements = new["Policies"][0]["Statement"].as_array().unwrap().clone();
        assert_eq!((statements.len(), &statements[index]), (index + 1, &write), "{id}");
        let variables = new["Environment"]["Variables"].as_object_mut().unwrap();
        let table = variables.remove("ASYNC_LAMBDA_ONCE_TABLE");
        assert_eq!(table, Some(json!({"Ref": "AsyncLambdaOnceTable"})), "{id}");
        assert_eq!(old["Environment"], new["Environment"], "{id}");
    }
    assert_eq!(function(&before, "TickALFunc").get("Policies"), None);
}

#[test]
fn the_table_has_the_key_the_tags_and_the_role_of_the_application() {
    let given = "arn:aws:kms:eu-west-1:123456789012:key/11111111-2222-3333-4444-555555555555";
    let own = stack(&with_once(true), &format!(r#"{{"kms_key_arn": "{given}", "tags": {{"team": "shop"}}}}"#));
    let table = &json_of(&own, "AsyncLambdaOnceTable")["Properties"];
    let encryption = json!({"SSEEnabled": true, "SSEType": "KMS", "KMSMasterKeyId": given});
    assert_eq!(table["SSESpecification"], encryption);
    assert_eq!(table["Tags"], json!([{"Key": "team", "Value": "shop"}]));
    assert_eq!(table.get("PointInTimeRecoverySpecification"), None);
    let policies = &json_of(&own, "TickALFunc")["Properties"]["Policies"];
    let of_key = json!({
        "Effect": "Allow",
        "Action": ["kms:Decrypt", "kms:DescribeKey", "kms:Encrypt", "kms:GenerateDataKey*", "kms:ReEncrypt*"],
        "Resource": given,
        "Condition": {"StringEquals": {
            "kms:ViaService": {"Fn::Sub": "dynamodb.${AWS::Region}.${AWS::URLSuffix}"},
        }},
    });
    assert_eq!(policies[0]["Statement"][1], of_key);

    let hardened = stack(&with_once(true), r#"{"hardened": true}"#);
    let table = &json_of(&hardened, "AsyncLambdaOnceTable")["Properties"];
    assert_eq!(table["PointInTimeRecoverySpecification"], json!({"PointInTimeRecoveryEnabled": true}));
    assert_eq!(table["SSESpecification"]["KMSMasterKeyId"], json!({"Fn::GetAtt": ["AsyncLambdaKey", "Arn"]}));

    let mut shared = with_once(true);
    shared.options.shared_role = true;
    let shared = stack(&shared, "{}");
    assert_eq!(json_of(&shared, "TickALFunc")["Properties"].get("Policies"), None);
    let role = json_of(&shared, "AsyncLambdaSharedFunctionRole")["Properties"]["Policies"].to_string();
    assert_eq!(role.matches("dynamodb:PutItem").count(), 1, "{role}");
}

fn with_tables(pay: Json, list: Json) -> AppModel {
    model(json!([
        {"id": "Pay", "trigger": {"managed_sqs": {}}, "tables": pay},
        {"id": "List", "trigger": {"schedule": {"expression": "rate(1 day)"}}, "tables": list},
        {"id": "Mail", "trigger": {"managed_sqs": {}}},
    ]))
}

fn orders(access: &str) -> Json {
    json!([{"name": "Orders", "partition": {"name": "id", "type": "S"}, "access": access}])
}

struct Orders;
impl async_lambda_model::TableOf for Orders {
    const NAME: &'static str = "Orders";
    type Item = String;
    type Key = String;
    const KEY: &'static str = "id";
}

fn function(stack: &AppStack, id: &str) -> Json {
    json_of(stack, id)["Properties"].clone()
}

const READ: [&str; 6] = [
    "dynamodb:BatchGetItem",
    "dynamodb:ConditionCheckItem",
    "dynamodb:DescribeTable",
    "dynamodb:GetItem",
    "dynamodb:Query",
    "dynamodb:Scan",
];
const WRITE: [&str; 4] = ["dynamodb:BatchWriteItem", "dynamodb:DeleteItem", "dynamodb:PutItem", "dynamodb:UpdateItem"];

#[test]
fn a_table_comes_with_the_parameter_and_goes_with_it() {
    let visits = json!([{
        "name": "Visits", "partition": {"name": "customer", "type": "S"}, "sort": {"name": "at", "type": "N"},
        "access": "write",
    }]);
    let before = stack(&with_tables(json!([]), json!([])), "{}");
    let after = stack(&with_tables(orders("read"), visits), "{}");
    assert_eq!(added(&before, &after), ["OrdersALTable", "VisitsALTable"]);
    assert_eq!(
        json_of(&after, "VisitsALTable"),
        json!({
            "Type": "AWS::DynamoDB::Table",
            "Properties": {
                "AttributeDefinitions": [
                    {"AttributeName": "customer", "AttributeType": "S"}, {"AttributeName": "at", "AttributeType": "N"},
                ],
                "KeySchema": [
                    {"AttributeName": "customer", "KeyType": "HASH"}, {"AttributeName": "at", "KeyType": "RANGE"},
                ],
                "BillingMode": "PAY_PER_REQUEST",
            },
            "DeletionPolicy": "Retain",
            "UpdateReplacePolicy": "Retain",
        })
    );
    assert_eq!(function(&before, "MailALFunc"), function(&after, "MailALFunc"));
    let arn = json!({"Fn::GetAtt": ["OrdersALTable", "Arn"]});
    let policies = &function(&after, "PayALFunc")["Policies"];
    let statements = policies[0]["Statement"].as_array().unwrap();
    let read = json!({
        "Sid": "ReadTableOrders", "Effect": "Allow", "Action": READ,
        "Resource": [arn, {"Fn::Join": ["", [arn, "/index/*"]]}],
    });
    assert_eq!((statements.len(), &statements[1]), (2, &read));
    let write = json!({
        "Sid": "WriteTableVisits", "Effect": "Allow", "Action": WRITE,
        "Resource": {"Fn::GetAtt": ["VisitsALTable", "Arn"]},
    });
    let list = function(&after, "ListALFunc");
    assert_eq!(list["Policies"], json!([{"Version": "2012-10-17", "Statement": [write]}]));
    assert_eq!(function(&before, "ListALFunc").get("Policies"), None);
    let mut variables = list["Environment"]["Variables"].clone();
    let table = variables.as_object_mut().unwrap().remove("ASYNC_LAMBDA_TABLE_Visits");
    assert_eq!(table, Some(json!({"Ref": "VisitsALTable"})));
    assert_eq!(variables, function(&before, "ListALFunc")["Environment"]["Variables"]);
    let mut both = stack(&with_tables(orders("read_write"), json!([])), "{}");
    let actions = &function(&both, "PayALFunc")["Policies"][0]["Statement"][1]["Action"];
    assert_eq!(actions, &json!([&READ[..], &WRITE[..]].concat()));
    assert!(!both.validate().has_errors());
    // Nobody else sets the variable.
    both.task_by_id("Mail").environment_variable("ASYNC_LAMBDA_TABLE_Orders", "mine");
    let findings: Vec<String> = both.validate().findings.iter().map(|finding| finding.message.clone()).collect();
    let expected = "task `Mail`: variable `ASYNC_LAMBDA_TABLE_Orders` must not be set, the library reads it";
    assert!(findings.contains(&expected.to_owned()), "{findings:#?}");
}

#[test]
fn a_table_that_is_made_has_the_key_and_the_tags_of_the_application() {
    let given = "arn:aws:kms:eu-west-1:123456789012:key/11111111-2222-3333-4444-555555555555";
    let config = format!(r#"{{"kms_key_arn": "{given}", "tags": {{"team": "shop"}}}}"#);
    let own = stack(&with_tables(json!([]), orders("read")), &config);
    let table = &json_of(&own, "OrdersALTable")["Properties"];
    assert_eq!(table["SSESpecification"], json!({"SSEEnabled": true, "SSEType": "KMS", "KMSMasterKeyId": given}));
    assert_eq!(table["Tags"], json!([{"Key": "team", "Value": "shop"}]));
    let of_key = json!({
        "Sid": "ReadTableKeyOrders", "Effect": "Allow", "Action": ["kms:Decrypt"], "Resource": given,
        "Condition": {"StringEquals": {
            "kms:ViaService": {"Fn::Sub": "dynamodb.${AWS::Region}.amazonaws.com"},
        }},
    });
    let statements = &function(&own, "ListALFunc")["Policies"][0]["Statement"];
    assert_eq!((statements.as_array().unwrap().len(), &statements[1]), (2, &of_key));
    let hardened = stack(&with_tables(json!([]), orders("read")), r#"{"hardened": true}"#);
    let table = &json_of(&hardened, "OrdersALTable")["Properties"];
    assert_eq!(table["PointInTimeRecoverySpecification"], json!({"PointInTimeRecoveryEnabled": true}));
}

#[test]
fn another_table_is_bound_in_place_of_the_one_that_is_made() {
    let key = "arn:aws:kms:eu-west-1:123456789012:key/11111111-2222-3333-4444-555555555555";
    let config = r#"{"policies": ["arn:aws:iam::aws:policy/AWSLambdaExecute"]}"#;
    for is_shared in [false, true] {
        let mut model = with_tables(orders("read"), orders("read_write"));
        model.options.shared_role = is_shared;
        let mut stack = stack(&model, config);
        let theirs = access::Table::from_name("their-orders").encrypted_with(key);
        stack.bind_table::<Orders>(&theirs);
        assert!(stack.resource("OrdersALTable").is_none());
        let arn =
            json!({"Fn::Sub": "arn:${AWS::Partition}:dynamodb:${AWS::Region}:${AWS::AccountId}:table/their-orders"});
        for id in ["PayALFunc", "ListALFunc"] {
            assert_eq!(function(&stack, id)["Environment"]["Variables"]["ASYNC_LAMBDA_TABLE_Orders"], arn, "{id}");
        }
        let policies = match is_shared {
            false => {
                [function(&stack, "PayALFunc")["Policies"].clone(), function(&stack, "ListALFunc")["Policies"].clone()]
            }
            true => [function(&stack, "AsyncLambdaSharedFunctionRole")["Policies"].clone(), json!([])],
        };
        let text = serde_json::to_string(&policies).unwrap();
        let count = |part: &str| text.matches(part).count();
        assert_eq!(count("OrdersALTable"), 0, "{text}");
        let sids = ["\"ReadTableOrders\"", "\"ReadTableKeyOrders\"", "\"ReadWriteTableOrders\""];
        assert_eq!(sids.map(count), [1, 1, 1], "{text}");
        assert_eq!(count(key), 2, "{text}");
        let report = stack.validate();
        assert!(!report.has_errors(), "{:#?}", report.findings);
    }
}

#[test]
fn a_table_that_cannot_be_bound_is_found() {
    struct Others;
    impl async_lambda_model::TableOf for Others {
        const NAME: &'static str = "Order";
        type Item = String;
        type Key = u32;
        const KEY: &'static str = "id";
    }
    let mut stack = stack(&with_tables(orders("read"), json!([])), "{}");
    let table = |name: &str, code: &str| {
        Resource::raw(
            "AWS::DynamoDB::Table",
            json!({
                "AttributeDefinitions": [{"AttributeName": name, "AttributeType": code}],
                "KeySchema": [{"AttributeName": name, "KeyType": "HASH"}], "BillingMode": "PAY_PER_REQUEST",
            }),
        )
    };
    let own = stack.add("Mine", table("number", "N"));
    let arn = cfn_model::intrinsic::get_att::<String>(own.logical_id().as_str(), "Arn");
    stack.bind_table::<Orders>(&access::Table::from_arn(arn.clone()));
    stack.bind_table::<Orders>(&access::Table::from_arn(arn));
    stack.bind_table::<Others>(&access::Table::from_name("others"));
    let report = stack.validate();
    let found: Vec<(&str, Option<&str>)> = report
        .findings
        .iter()
        .filter(|finding| finding.rule.code == "AL0004")
        .map(|finding| (finding.message.as_str(), finding.help.as_deref()))
        .collect();
    let mut expected = [
        (
            "table `Orders`: the key of `Mine` must be `id` (S), got `number` (N)",
            Some("change the key of `Mine`, or `KEY` and `Key` of the type"),
        ),
        ("table `Orders`: must be bound once, and is bound already", Some("remove one of the two calls")),
        ("table `Order`: must be one that a task of application `shop` uses", Some("did you mean `Orders`?")),
    ];
    expected.sort_unstable();
    let mut found = found;
    found.sort_unstable();
    assert_eq!(found, expected);
    let own = |finding: &&cfn_model::Finding| finding.rule.code == "AL0004";
    let of_here = |finding: &cfn_model::Finding| finding.origin.is_some_and(|origin| origin.file.ends_with("tasks.rs"));
    assert!(report.findings.iter().filter(own).all(of_here));
}

#[test]
fn the_key_of_a_table_of_the_stack_is_that_of_the_type() {
    let simple = |key: Json| {
        let mut stack = stack(&with_tables(orders("read"), json!([])), "{}");
        stack.add("Mine", Resource::raw("AWS::Serverless::SimpleTable", key));
        let arn = cfn_model::intrinsic::get_att::<String>("Mine", "Arn");
        stack.bind_table::<Orders>(&access::Table::from_arn(arn));
        stack.validate().findings.iter().filter(|finding| finding.rule.code == "AL0004").count()
    };
    assert_eq!(simple(json!({})), 0);
    assert_eq!(simple(json!({"PrimaryKey": {"Name": "id", "Type": "String"}})), 0);
    assert_eq!(simple(json!({"PrimaryKey": {"Name": "id", "Type": "Number"}})), 1);
    assert_eq!(simple(json!({"PrimaryKey": {"Name": "key", "Type": "String"}})), 1);
}
