//! The templates against those of the Python package, version 0.6.15: an application moves from there to here, and no queue,
//! function, schedule, API or bucket is removed or replaced. `golden/0.6.15/*.json` is what the Python package made of the
//! same applications.

#![expect(clippy::unwrap_used, reason = "a test may panic")]

use std::fs;

use async_lambda::prelude::*;
use async_lambda_constructs::{AppStack, config::Config, prelude::Validate as _};
use serde_json::{Value, json};

/// What every application of the Python package has, and here those have whose handlers invoke something later.
const DELAYS: [&str; 4] = [
    "AsyncLambdaCreateDelaySchedulesPolicy",
    "AsyncLambdaDelayDLQ",
    "AsyncLambdaDelayScheduleGroup",
    "AsyncLambdaDelaySchedulerRole",
];

/// A policy that lets every function send to every queue; here each function has its own.
const SEND_TO_ALL: &str = "SendToAllAsyncLambdaQueuesPolicy";

/// Compares what both templates say of the resources that Python's has.
fn check(name: &str, app: App) {
    let path = format!("{}/tests/golden/0.6.15/{name}.json", env!("CARGO_MANIFEST_DIR"));
    let python: Value = serde_json::from_str(&fs::read_to_string(path).unwrap()).unwrap();
    let model = app.model().unwrap();
    let stack = AppStack::new(&model, &Config::default(), None);
    let report = stack.validate();
    assert!(!report.has_errors(), "{name}: {:#?}", report.findings);
    let ours: Value = serde_json::from_str(&stack.to_json()).unwrap();
    let has_delays = !model.tasks.iter().all(|task| task.invokes_later.is_empty());
    for (id, theirs) in python["Resources"].as_object().unwrap() {
        let is_left_out = DELAYS.contains(&id.as_str()) && (!has_delays || id.ends_with("Policy"));
        if is_left_out || id == SEND_TO_ALL {
            continue;
        }
        let resource = &ours["Resources"][id];
        assert_eq!(resource["Type"], theirs["Type"], "{name}: {id}");
        let (resource, theirs) = (&resource["Properties"], &theirs["Properties"]);
        // What a change of would replace the resource.
        for property in ["QueueName", "FunctionName", "Name", "StageName", "BucketName"] {
            assert_eq!(resource[property], theirs[property], "{name}: {id}: {property}");
        }
        let target = |properties: &Value| properties["RedrivePolicy"]["deadLetterTargetArn"].clone();
        assert_eq!(target(resource), target(theirs), "{name}: {id}");
        // Defaults of Python are in `Globals`.
        for property in ["Timeout", "MemorySize", "EphemeralStorage"] {
            let given = theirs[property].is_null() || resource[property] == theirs[property];
            let is_api = property == "Timeout" && theirs["Events"]["APIEvent"].is_object();
            assert!(given || is_api, "{name}: {id}: {property}: {} {}", resource[property], theirs[property]);
        }
        for (event, given) in theirs["Events"].as_object().into_iter().flatten() {
            let own = &resource["Events"][event];
            assert_eq!(own["Type"], given["Type"], "{name}: {id}: {event}");
            for (property, value) in given["Properties"].as_object().unwrap() {
                assert_eq!(&own["Properties"][property], value, "{name}: {id}: {event}: {property}");
            }
        }
    }
}

macro_rules! tasks {
    ($($task:ident),*) => {$(
        struct $task;
        impl Task for $task {
            const ID: &'static str = stringify!($task);
            type Payload = Value;
        }
    )*};
}

tasks!(Work, Single, Many, Few, Window, A, B);

async fn one<T: Task>(_: ManagedSqsEvent<T>) -> Result<(), Error> {
    Ok(())
}

async fn many<T: Task>(_: Batch<T>) -> Result<(), Error> {
    Ok(())
}

async fn letter(_: DeadLetterEvent) -> Result<(), Error> {
    Ok(())
}

#[test]
fn lanes() {
    let work = task(one::<Work>).lane_concurrency([10, 2]);
    let single = task(one::<Single>).lanes(1).propagate_lane(false).maximum_concurrency(4);
    check("lanes_app", App::new("demo").lanes(2).async_task(Work, work).async_task(Single, single));
}

#[test]
fn batches() {
    let app = App::new("demo")
        .async_batch_task(Many, many::<Many>)
        .async_batch_task(Few, task(many::<Few>).batch_size(10))
        .async_batch_task(Window, task(many::<Window>).batch_size(5).batching_window_secs(12).lanes(2));
    check("batch", app);
}

#[test]
fn dead_letter_tasks() {
    let app = App::new("demo")
        .dead_letters_to("AppDlq")
        .dead_letter_task("AppDlq", task(letter).max_receive_count(9))
        .dead_letter_task("OwnDlq", letter)
        .async_task(A, one::<A>)
        .async_task(B, task(one::<B>).dead_letters_to("OwnDlq"));
    check("dlq_tasks", app);
}

#[test]
fn options() {
    let options = task(one::<Work>).max_receive_count(3).timeout_secs(120).memory_mb(1024).ephemeral_storage_mb(2048);
    check("async_options", App::new("demo").async_task(Work, options.maximum_concurrency(7)));
}

#[test]
fn other_triggers() {
    async fn tick(_: ScheduledEvent) -> Result<(), Error> {
        Ok(())
    }
    async fn foreign(_: UnmanagedSqsEvent) -> Result<(), Error> {
        Ok(())
    }
    async fn changed(_: async_lambda::DynamoDbEvent<Value>) -> Result<(), Error> {
        Ok(())
    }
    struct Pure;
    impl CallTask for Pure {
        const ID: &'static str = "Pure";
        type Request = Value;
        type Answer = Value;
    }
    async fn pure(event: CallEvent<Pure>) -> Result<Value, Error> {
        Ok(event.request)
    }
    check("scheduled", App::new("demo").scheduled_task("Tick", schedule!("rate(15 minutes)"), tick));
    let legacy = "arn:aws:sqs:us-east-1:123456789012:legacy";
    let app = App::new("demo").sqs_task("Foreign", legacy, task(foreign).maximum_concurrency(3));
    check("sqs_task", app.sqs_task("Imported", json!({"Fn::ImportValue": "QArn"}), foreign));
    let stream = "arn:aws:dynamodb:us-east-1:123456789012:table/T/stream/2024-06-01T00:00:00.000";
    let stream = DynamoDb::new(stream).batch_size(100).batching_window_secs(5);
    check("dynamodb", App::new("demo").dynamodb_task("Stream", stream, changed));
    check("pure", App::new("demo").function_task(Pure, task(pure).memory_mb(256)));
}

#[test]
fn later_and_elsewhere() {
    struct Other;
    impl async_lambda::OtherApp for Other {
        const NAME: &'static str = "other-app";
    }
    async fn work(_: ManagedSqsEvent<Work>, _: InvokeExternal<Work, Other>) -> Result<(), Error> {
        Ok(())
    }
    async fn later(_: ManagedSqsEvent<A>, _: InvokeLater<Work>) -> Result<(), Error> {
        Ok(())
    }
    check("external", App::new("demo").async_task(Work, work));
    check("minimal_async", App::new("demo").async_task(Work, one::<Work>));
    // With something to invoke later, the queue and the group of Python's schedules stay.
    check("minimal_async", App::new("demo").async_task(Work, one::<Work>).async_task(A, later));
}
