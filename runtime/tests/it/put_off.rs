//! Messages that come again at a time of their own: errors that say it, and the backoff of a task.

use std::{
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use async_lambda::{
    BoxFuture, Engine, Recorder,
    model::{RetryDelay, TaskId},
    prelude::*,
    testing::TestApp,
    transport::{HiddenMessage, OutgoingMessage, Refused, Transport, TransportError},
};
use bytes::Bytes;
use pretty_assertions::assert_eq;
use serde_json::{Value, json};

use crate::{body, engine, failures, record};

struct Work;
struct Rows;

impl Task for Work {
    const ID: &'static str = "Work";
    type Payload = u64;
}

impl Task for Rows {
    const ID: &'static str = "Rows";
    type Payload = u64;
}

#[derive(Debug, thiserror::Error)]
#[error("step 2")]
struct Step(#[source] async_lambda::BoxError);

/// 0 is handled, 1 fails, another number fails and says when the message comes again.
fn outcome(payload: u64) -> Result<(), Error> {
    match payload {
        0 => Ok(()),
        1 => Err("failed".into()),
        // `?` makes an error of another one, and that of another one; this one hides what is in it from `source`.
        9 => Err(std::io::Error::other(Error::from("busy").retry_after(Duration::from_secs(9)).into_inner()).into()),
        7 => Err(Step(Error::from("busy").retry_after(Duration::from_secs(7)).into_inner()).into()),
        8 => panic!("no"),
        secs => Err(Error::from("busy").retry_after(Duration::from_secs(secs))),
    }
}

async fn work(event: ManagedSqsEvent<Work>) -> Result<(), Error> {
    outcome(event.payload)
}

async fn rows(rows: Batch<Rows>) -> Result<(), Error> {
    for row in &rows {
        if let Err(error) = outcome(row.payload) {
            rows.fail(row, error);
        }
    }
    Ok(())
}

async fn import(event: UnmanagedSqsEvent) -> Result<(), Error> {
    outcome(event.body.parse().unwrap())
}

/// A record with a receipt handle of its own.
fn message(task: &str, payload: u64, attempt: u32) -> Value {
    let mut record = record(&format!("m{payload}"), &body(task, &json!(payload)));
    record["receiptHandle"] = format!("handle-{payload}").into();
    record["attributes"]["ApproximateReceiveCount"] = attempt.to_string().into();
    record
}

/// `handle seconds` of each message that was hidden.
fn hidden(recorder: &Recorder) -> Vec<String> {
    let line = |(arn, message): (String, HiddenMessage)| {
        assert_eq!(arn, "arn:aws:sqs:us-east-1:123456789012:photo-app-Resize");
        format!("{} {}", message.receipt_handle, message.seconds)
    };
    recorder.hidden().into_iter().map(line).collect()
}

#[tokio::test]
async fn an_error_says_when_its_message_comes_again() {
    let app = || App::new("demo").async_task(Work, work).async_batch_task(Rows, rows);
    for task in ["Work", "Rows"] {
        let (engine, recorder) = engine(app());
        let records = [0, 1, 7, 8, 9, 300, u64::MAX].map(|payload| message(task, payload, 1)).to_vec();
        // All of a batch fail with a panic.
        let records = if task == "Rows" {
            records.into_iter().filter(|record| record["messageId"] != "m8").collect()
        } else {
            records
        };
        let failed = failures(&engine, task, records).await;
        assert!(!failed.contains(&"m0".to_owned()) && failed.contains(&"m300".to_owned()), "{failed:?}");
        assert_eq!(
            hidden(&recorder),
            ["handle-7 7", "handle-9 9", "handle-300 300", "handle-18446744073709551615 42000"],
            "{task}"
        );
    }
}

#[tokio::test]
async fn times_are_whole_seconds() {
    async fn soon(_: ManagedSqsEvent<Work>) -> Result<(), Error> {
        Err(Error::from("soon").retry_after(Duration::from_millis(1)))
    }
    async fn now(_: ManagedSqsEvent<Rows>) -> Result<(), Error> {
        Err(Error::from("now").retry_after(Duration::ZERO))
    }
    let (engine, recorder) = engine(App::new("demo").async_task(Work, soon).async_task(Rows, now));
    failures(&engine, "Work", vec![message("Work", 1, 1)]).await;
    failures(&engine, "Rows", vec![message("Rows", 2, 1)]).await;
    assert_eq!(hidden(&recorder), ["handle-1 1", "handle-2 0"]);
}

#[tokio::test]
async fn a_backoff_is_for_every_failure_by_its_attempt() {
    let app = || {
        App::new("demo")
            .async_task(Work, task(work).backoff_secs(100, 3000))
            .async_batch_task(Rows, task(rows).backoff_secs(100, 3000))
            .sqs_task("Import", "arn:aws:sqs:us-east-1:123456789012:q", task(import).backoff_secs(100, 3000))
    };
    for name in ["Work", "Rows", "Import"] {
        for (attempt, most) in [(1, 100), (2, 200), (5, 1600), (6, 3000), (1000, 3000)] {
            let (engine, recorder) = engine(app());
            let mut records = vec![message(name, 0, attempt), message(name, 1, attempt), message(name, 300, attempt)];
            if name == "Import" {
                records.iter_mut().zip([0, 1, 300]).for_each(|(record, body)| record["body"] = body.to_string().into());
            }
            assert_eq!(failures(&engine, name, records).await, ["m1", "m300"]);
            let messages: Vec<u32> = recorder.hidden().into_iter().map(|(_, message)| message.seconds).collect();
            assert!(matches!(messages[..], [about, 300] if (most / 2..=most).contains(&about)), "{name}: {messages:?}");
        }
    }
    // A message that cannot be read, and a handler that panics.
    let (engine, recorder) = engine(app());
    let mut unreadable = message("Work", 2, 1);
    unreadable["body"] = "{".into();
    assert_eq!(failures(&engine, "Work", vec![unreadable, message("Work", 8, 1)]).await, ["m2", "m8"]);
    assert_eq!(recorder.hidden().len(), 2);
}

#[tokio::test]
async fn what_was_not_tried_is_not_put_off() {
    let (engine, recorder) = engine(App::new("demo").sqs_task(
        "Import",
        "arn:aws:sqs:us-east-1:123456789012:q.fifo",
        task(import).backoff_secs(10, 10),
    ));
    let of_group = |payload: u64, group: &str| {
        let mut record = message("Import", payload, 1);
        record["body"] = payload.to_string().into();
        record["eventSourceARN"] = "arn:aws:sqs:us-east-1:123456789012:q.fifo".into();
        record["attributes"]["MessageGroupId"] = group.into();
        record
    };
    let records = vec![of_group(1, "a"), of_group(0, "b"), of_group(300, "a")];
    assert_eq!(failures(&engine, "Import", records).await, ["m1", "m300"]);
    let handles: Vec<String> = recorder.hidden().into_iter().map(|(_, message)| message.receipt_handle).collect();
    assert_eq!(handles, ["handle-1"]);
}

#[test]
fn the_default_is_for_tasks_with_a_queue() {
    async fn tick(_: ScheduledEvent) -> Result<(), Error> {
        Ok(())
    }
    let app = App::new("demo")
        .backoff_secs(10, RetryDelay::of::<600>())
        .async_task(Work, work)
        .async_batch_task(Rows, task(rows).backoff_secs(1, 2))
        .scheduled_task("Tick", schedule!("rate(1 day)"), tick);
    let tasks = app.model().unwrap().tasks;
    let backoffs =
        tasks.iter().map(|task| task.options.backoff.map(|backoff| (backoff.first.get(), backoff.most.get())));
    assert_eq!(backoffs.collect::<Vec<_>>(), [Some((10, 600)), Some((1, 2)), None]);

    let app = App::new("demo").backoff_secs(-1, 1).async_task(Work, task(work).backoff_secs(10, 42_001));
    let problems: Vec<String> = app.model().unwrap_err().iter().map(|problem| problem.message()).collect();
    assert_eq!(
        problems,
        [
            "application: retry delay: must be 0 to 42000 s, got -1 s",
            "task `Work`: retry delay: must be 0 to 42000 s, got 42001 s",
        ]
    );
}

/// A fault of SQS in a call that changes visibility timeouts.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Fault {
    Refuse,
    Deny,
    Hang,
    Panic,
    Busy,
}

struct Faulty(Recorder, Fault, Arc<AtomicUsize>);

impl Transport for Faulty {
    fn send<'a>(
        &'a self,
        destination: &'a TaskId,
        messages: &'a [OutgoingMessage],
    ) -> BoxFuture<'a, Result<Vec<Refused>, TransportError>> {
        self.0.send(destination, messages)
    }

    fn send_dead_letter<'a>(&'a self, message: &'a OutgoingMessage) -> BoxFuture<'a, Result<(), TransportError>> {
        self.0.send_dead_letter(message)
    }

    fn change_visibility<'a>(
        &'a self,
        _: &'a str,
        messages: &'a [HiddenMessage],
    ) -> BoxFuture<'a, Result<Vec<Refused>, TransportError>> {
        assert!(messages.len() <= 10);
        self.2.fetch_add(1, Ordering::Relaxed);
        match self.1 {
            Fault::Refuse => Box::pin(async {
                Ok(vec![Refused { index: 0, reason: "ReceiptHandleIsInvalid".to_owned(), retry: false }])
            }),
            Fault::Deny => Box::pin(async { Err(TransportError::permanent("access denied")) }),
            Fault::Hang => Box::pin(std::future::pending()),
            Fault::Panic => panic!("in the transport"),
            Fault::Busy => Box::pin(async { Err(TransportError::transient("busy")) }),
        }
    }

    fn store_payload(&self, payload: Bytes) -> BoxFuture<'_, Result<String, TransportError>> {
        self.0.store_payload(payload)
    }

    fn load_payload<'a>(&'a self, key: &'a str) -> BoxFuture<'a, Result<String, TransportError>> {
        self.0.load_payload(key)
    }

    fn delete_payload<'a>(&'a self, key: &'a str) -> BoxFuture<'a, Result<(), TransportError>> {
        self.0.delete_payload(key)
    }

    fn new_invocation_id(&self) -> String {
        self.0.new_invocation_id()
    }
}

#[tokio::test(start_paused = true)]
async fn a_call_that_fails_changes_nothing_else() {
    for fault in [Fault::Refuse, Fault::Deny, Fault::Hang, Fault::Panic, Fault::Busy] {
        for task in ["Work", "Rows"] {
            let calls = Arc::new(AtomicUsize::new(0));
            let app = App::new("demo").async_task(Work, work).async_batch_task(Rows, rows);
            let engine = Engine::new(app, Faulty(Recorder::new(), fault, Arc::clone(&calls))).unwrap();
            let begin = tokio::time::Instant::now();
            let mut context = Context::default();
            context.deadline = Some(begin + Duration::from_secs(60));
            let records: Vec<Value> = (100..125).chain([0]).map(|payload| message(task, payload, 1)).collect();
            let response = engine.invoke(task, json!({ "Records": records }), context).await.unwrap();
            assert_eq!(response["batchItemFailures"].as_array().unwrap().len(), 25, "{fault:?} {task}");
            assert!(calls.load(Ordering::Relaxed) >= 1, "{fault:?} {task}");
            assert!(begin.elapsed() <= Duration::from_secs(6), "{fault:?} {task}: {:?}", begin.elapsed());
        }
    }
}

#[tokio::test]
async fn without_a_delay_nothing_is_asked() {
    let (engine, recorder) = engine(App::new("demo").async_task(Work, work));
    failures(&engine, "Work", vec![message("Work", 1, 1), message("Work", 0, 1)]).await;
    assert_eq!(recorder.hidden(), []);
}

#[tokio::test]
async fn a_test_app_delivers_in_the_order_of_the_delays() {
    let app = App::new("demo")
        .async_task(Work, task(work).timeout_secs(100).max_receive_count(2))
        .async_task(Rows, task(late).backoff_secs(50, 60).max_receive_count(4));
    async fn late(_: ManagedSqsEvent<Rows>) -> Result<(), Error> {
        Err("late".into())
    }
    let app = TestApp::new(app);
    app.send::<Work>(1).await;
    app.send::<Work>(700).await;
    app.send::<Work>(140).await;
    app.send::<Rows>(1).await;
    let runs = app.run_until_idle().await;
    let runs: Vec<String> = runs.iter().map(|run| format!("{} {} {}", run.task, run.text(), run.attempt)).collect();
    // The first message of `Work` is hidden for six timeouts: 600 s. `Rows` waits for 50, 60 and 60 s.
    assert_eq!(
        runs,
        [
            "Work 1 1",
            "Work 700 1",
            "Work 140 1",
            "Rows 1 1",
            "Rows 1 2",
            "Rows 1 3",
            "Work 140 2",
            "Rows 1 4",
            "Work 1 2",
            "Work 700 2",
        ]
    );
}
