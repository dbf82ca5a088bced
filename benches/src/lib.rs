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
