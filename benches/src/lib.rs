//! The stacks that are measured, written as a user writes them.

use async_lambda_constructs::prelude::*;
use async_lambda_model::AppModel;
use cfn_model::{cloudwatch, iam, lambda, logs};

/// Resources of one [pair](pairs_stack).
pub const RESOURCES_PER_PAIR: usize = 5;

/// Pairs of [`full`], which with its dead-letter queue has 496 resources; CloudFormation takes 500.
pub const PAIRS_OF_FULL: usize = 99;

/// An everyday stack of ten resources: a queue with alarm and topic, a dead-letter queue, a SAM function with
/// its log group, a bucket for payloads, and a topic that feeds the queue.
pub fn ten() -> Stack {
    let mut stack = Stack::new("orders");
    let dlq = stack.add("OrdersDLQ", sqs::Queue::new().message_retention_period(1_209_600));
    let jobs = ManagedQueue::new()
        .queue_name("orders-Jobs")
        .visibility_timeout(360)
        .dead_letter(&dlq, 5)
        .extra(age_alarm("$QUEUEID").alarm_actions([intrinsic::ref_::<String>("$EXTRA1")]))
        .extra(sns::Topic::new().topic_name(sub("${AWS::StackName}-$QUEUEID")));
    let jobs = stack.add("Jobs", jobs);
    let payloads = stack.add("Payloads", PayloadBucket::new().expire_after_days(7));
    let log = stack.add("WorkerLog", logs::LogGroup::new().retention_in_days(30));
    let worker = sam::Function::new()
        .handler("bootstrap")
        .runtime(sam::Runtime::ProvidedAl2023)
        .code_uri("s3://orders-code/worker.zip")
        .memory_size(512)
        .timeout(60)
        .logging_config(sam::function::LoggingConfig::default().log_group(log.reference()))
        .environment_variable("BUCKET", payloads.reference())
        .policy(sam::Policy::s3_crud(payloads.reference()));
    stack.add("Worker", SqsFunction::new(worker, jobs.arn()).batch_size(BatchSize::of::<10>()));
    let placed = stack.add("Placed", sns::Topic::new().display_name("orders that were placed"));
    stack.add(
        "PlacedSubscription",
        sns::Subscription::new("sqs", placed.reference()).endpoint(jobs.arn()).raw_message_delivery(true),
    );
    stack.output("JobsUrl", Output::new(jobs.url()));
    stack
}

/// A dead-letter queue, and so many pairs: a queue with an alarm, and a function with the role and the event
/// source mapping that let it read the queue. All of it plain CloudFormation, so that the resources are those
/// of other tools one to one.
pub fn pairs_stack(name: &str, pairs: usize) -> Stack {
    let mut stack = Stack::new(name);
    let dlq = stack.add("DLQ", sqs::Queue::new().message_retention_period(1_209_600));
    for index in 0..pairs {
        let queue = ManagedQueue::new()
            .queue_name(format!("{name}-Task{index}"))
            .visibility_timeout(360)
            .dead_letter(&dlq, 5)
            .extra(age_alarm("$QUEUEID"));
        let queue = stack.add(format!("Task{index}"), queue);
        let consume = PolicyDocument::new().statement(queue.grant_consume());
        let role = stack.add(
            format!("Task{index}Role"),
            iam::Role::new(PolicyDocument::assumed_by("lambda.amazonaws.com"))
                .managed_policy_arns([sub(
                    "arn:${AWS::Partition}:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole",
                )])
                .policies([iam::role::Policy::new(consume, "consume")]),
        );
        let code = lambda::function::Code::default().s3_bucket("code").s3_key(format!("{name}/task{index}.zip"));
        let variables = [("QUEUE_URL", queue.url())];
        let function = stack.add(
            format!("Task{index}Function"),
            lambda::Function::new(code, role.arn())
                .handler("bootstrap")
                .runtime("provided.al2023")
                .memory_size(512)
                .timeout(60)
                .environment(lambda::function::Environment::default().variables(variables)),
        );
        stack.add(
            format!("Task{index}Source"),
            lambda::EventSourceMapping::new(function.reference())
                .event_source_arn(queue.arn())
                .batch_size(10)
                .function_response_types(["ReportBatchItemFailures"]),
        );
    }
    stack
}

/// 400 pairs in five stacks of 401 resources each.
pub fn pairs() -> Vec<Stack> {
    (1..=5).map(|number| pairs_stack(&format!("part{number}"), 80)).collect()
}

/// As many pairs as one stack can have.
pub fn full() -> Stack {
    pairs_stack("full", PAIRS_OF_FULL)
}

/// An application of 400 tasks, which has 494 resources: 300 schedules that invoke 90 async tasks, and 10 routes.
///
/// # Panics
///
/// When the model takes another form.
pub fn tasks() -> AppModel {
    let task = |id: String, trigger: serde_json::Value, invokes: Vec<String>| json!({"id": id, "trigger": trigger, "invokes": invokes, "origin": {"file": "src/lib.rs", "line": 1}});
    let schedule = json!({"schedule": {"expression": "rate(15 minutes)"}});
    let schedules =
        (0..300).map(|index| task(format!("Tick{index}"), schedule.clone(), vec![format!("Work{}", index % 90)]));
    let workers = (0..90).map(|index| task(format!("Work{index}"), json!({"managed_sqs": {}}), Vec::new()));
    let routes = (0..10).map(|index| {
        let route = json!({"api": {"method": "GET", "path": format!("/items{index}")}});
        task(format!("Get{index}"), route, vec![format!("Work{index}")])
    });
    let tasks: Vec<_> = schedules.chain(workers).chain(routes).collect();
    serde_json::from_value(json!({"name": "many", "tasks": tasks, "origin": {"file": "src/lib.rs", "line": 1}}))
        .expect("the model has this form")
}

/// An application of 400 tasks of every kind, in six groups; with one more in one of them when there is `more`.
///
/// # Panics
///
/// When the model takes another form.
pub fn grouped(more: bool) -> AppModel {
    const GROUPS: [&str; 6] = ["billing", "catalog", "mail", "orders", "reports", "search"];
    let mut tasks = Vec::new();
    for number in 0..44 {
        tasks.extend(every_kind(number, GROUPS[number % GROUPS.len()]));
    }
    tasks.extend(["Letters", "Attic", "Ash", "Dust"].map(|id| json!({"id": id, "trigger": {"dead_letters": {}}})));
    if more {
        let invokes = json!(["Pay1", "Pay2"]);
        let options = json!({"group": "billing"});
        tasks.insert(100, json!({"id": "New", "trigger": {"managed_sqs": {}}, "invokes": invokes, "options": options}));
    }
    for (task, line) in tasks.iter_mut().zip(1..) {
        task["origin"] = json!({"file": "src/lib.rs", "line": line});
    }
    serde_json::from_value(json!({"name": "grouped", "tasks": tasks, "origin": {"file": "src/lib.rs", "line": 1}}))
        .expect("the model has this form")
}

/// Nine tasks of a group, each of another kind; some invoke one of the next group.
fn every_kind(number: usize, group: &str) -> Vec<serde_json::Value> {
    let id = |kind: &str| format!("{kind}{number}");
    let next = format!("Count{}", (number + 1) % 44);
    let queue = format!("arn:aws:sqs:us-east-1:123456789012:legacy-{number}");
    let stream = format!("arn:aws:dynamodb:us-east-1:123456789012:table/Items{number}/stream/2026-01-01T00:00:00.000");
    vec![
        json!({"id": id("Order"), "trigger": {"api": {"method": "POST", "path": format!("/orders{number}/{{id}}")}},
            "invokes": [id("Pay"), id("Ship")], "invokes_later": [id("Pay")], "calls": [id("Price")], "options": {"group": group}}),
        json!({"id": id("Any"), "trigger": {"api": {"method": "ANY", "path": format!("/any{number}/{{proxy+}}")}}, "options": {"group": group}}),
        json!({"id": id("Price"), "trigger": {"function": {}}, "options": {"group": group, "timeout": 10}}),
        json!({"id": id("Pay"), "trigger": {"managed_sqs": {}}, "once": true,
            "options": {"group": group, "lanes": 2, "dead_letters": "Letters"}}),
        json!({"id": id("Ship"), "trigger": {"fifo": {}}, "invokes": [next], "options": {"group": group}}),
        json!({"id": id("Count"), "trigger": {"managed_sqs_batch": {}}, "options": {"group": group}}),
        json!({"id": id("Import"), "trigger": {"sqs": {"queue_arn": queue}}, "invokes": [id("Pay")], "options": {"group": group}}),
        json!({"id": id("Changed"), "trigger": {"dynamodb": {"stream_arn": stream, "dead_letters": true}},
            "invokes": [id("Count")], "options": {"group": group}}),
        json!({"id": id("Nightly"), "trigger": {"schedule": {"expression": "rate(1 day)", "dead_letters": true}},
            "invokes": [id("Count")], "options": {"group": group}}),
    ]
}

fn age_alarm(queue: &str) -> cloudwatch::Alarm {
    cloudwatch::Alarm::new()
        .comparison_operator("GreaterThanThreshold")
        .evaluation_periods(1)
        .namespace("AWS/SQS")
        .metric_name("ApproximateAgeOfOldestMessage")
        .statistic("Maximum")
        .period(300)
        .threshold(900)
        .dimensions([cloudwatch::alarm::Dimension::new("QueueName", get_att::<String>(queue, "QueueName"))])
}
