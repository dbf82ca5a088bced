//! Whatever hangs or panics: finished records stay finished, and the rest is reported.

use std::{
    future::pending,
    sync::{
        Arc, Mutex,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use async_lambda::{
    BoxFuture, Engine, Recorder,
    model::TaskId,
    prelude::*,
    transport::{OutgoingMessage, Refused, Transport, TransportError},
};
use bytes::Bytes;
use serde_json::{Value, json};
use tokio::time::Instant;

use crate::{body, record};

/// A fault of a transport in place of one of its calls.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Fault {
    None,
    Load,
    LoadOnce,
    Delete,
    DeadLetter,
    Send,
    PanicInLoad,
}

struct Faulty {
    inner: Arc<Recorder>,
    fault: Fault,
    calls: AtomicUsize,
}

impl Faulty {
    fn new(fault: Fault) -> (Faulty, Arc<Recorder>) {
        let inner = Arc::new(Recorder::new());
        (Faulty { inner: Arc::clone(&inner), fault, calls: AtomicUsize::new(0) }, inner)
    }
}

impl Transport for Faulty {
    fn send<'a>(
        &'a self,
        destination: &'a TaskId,
        messages: &'a [OutgoingMessage],
    ) -> BoxFuture<'a, Result<Vec<Refused>, TransportError>> {
        if self.fault == Fault::Send { Box::pin(pending()) } else { self.inner.send(destination, messages) }
    }

    fn send_dead_letter<'a>(&'a self, message: &'a OutgoingMessage) -> BoxFuture<'a, Result<(), TransportError>> {
        if self.fault == Fault::DeadLetter { Box::pin(pending()) } else { self.inner.send_dead_letter(message) }
    }

    fn store_payload(&self, payload: Bytes) -> BoxFuture<'_, Result<String, TransportError>> {
        self.inner.store_payload(payload)
    }

    fn load_payload<'a>(&'a self, key: &'a str) -> BoxFuture<'a, Result<String, TransportError>> {
        let call = self.calls.fetch_add(1, Ordering::Relaxed);
        match self.fault {
            Fault::Load => Box::pin(pending()),
            Fault::LoadOnce if call == 0 => Box::pin(pending()),
            Fault::PanicInLoad => panic!("in the transport"),
            _ => self.inner.load_payload(key),
        }
    }

    fn delete_payload<'a>(&'a self, key: &'a str) -> BoxFuture<'a, Result<(), TransportError>> {
        if self.fault == Fault::Delete { Box::pin(pending()) } else { self.inner.delete_payload(key) }
    }

    fn new_invocation_id(&self) -> String {
        self.inner.new_invocation_id()
    }
}

struct Work;

impl Task for Work {
    const ID: &'static str = "Work";
    type Payload = Value;
    const RECURSION: Option<u32> = Some(3);
}

/// Panics when it is dropped, as a destructor of somebody's library may.
struct Bomb;

impl Drop for Bomb {
    fn drop(&mut self) {
        assert!(std::thread::panicking(), "in drop");
    }
}

#[derive(Debug)]
struct Unprintable;

impl std::fmt::Display for Unprintable {
    fn fmt(&self, _: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        panic!("in display")
    }
}

impl std::error::Error for Unprintable {}

async fn work(event: ManagedSqsEvent<Work>, again: Invoke<Work>) -> Result<(), Error> {
    match event.payload.as_str() {
        Some("bomb") => {
            let _bomb = Bomb;
            pending().await
        }
        Some("hang") => pending().await,
        Some("unprintable") => Err(Unprintable.into()),
        Some("panic with a bomb") => std::panic::panic_any(Bomb),
        Some("send") => Ok(again.send("ok".into()).await?),
        _ => Ok(()),
    }
}

/// The records of a batch [good, X, good] that failed, and the seconds that it took of the 60.
async fn run(app: App, fault: Fault, message: &str) -> (Vec<String>, f64) {
    let (transport, recorder) = Faulty::new(fault);
    recorder.store_payload("\"ok\"".into()).await.unwrap();
    let engine = Engine::new(app, transport).unwrap();
    let good = body("Work", &json!("ok"));
    let records = json!([record("first", &good), record("x", message), record("last", &good)]);
    let mut context = Context::default();
    let begin = Instant::now();
    context.deadline = Some(begin + Duration::from_secs(60));
    let response = engine.invoke("Work", json!({ "Records": records }), context).await.unwrap();
    let failures = response["batchItemFailures"].as_array().unwrap();
    let failed = failures.iter().map(|failure| failure["itemIdentifier"].as_str().unwrap().to_owned()).collect();
    (failed, begin.elapsed().as_secs_f64())
}

fn app() -> App {
    App::new("demo").async_task(Work, work)
}

fn stored() -> String {
    let message = body("Work", &json!(""))
        .replace("\"payload\":\"\\\"\\\"\"", "\"s3_payload_key\":\"1970/01/01/00000000000000000000000000000001.json\"");
    assert!(message.contains("s3_payload_key"), "{message}");
    message
}

#[tokio::test(start_paused = true)]
async fn finished_records_stay_finished() {
    let too_deep = body("Work", &json!("ok")).replacen('{', r#"{"hops": 9,"#, 1);
    let payload = |text: &str| body("Work", &json!(text));
    let all = ["x", "last"];
    for (fault, message, expected) in [
        (Fault::None, payload("hang"), &all[..]),
        (Fault::None, payload("bomb"), &all),
        (Fault::None, payload("unprintable"), &["x"]),
        (Fault::None, payload("panic with a bomb"), &["x"]),
        (Fault::None, stored(), &[]),
        (Fault::LoadOnce, stored(), &[]),
        (Fault::PanicInLoad, stored(), &["x"]),
        (Fault::Send, payload("send"), &["x"]),
        (Fault::DeadLetter, too_deep, &["x"]),
    ] {
        let (failed, seconds) = run(app(), fault, &message).await;
        assert_eq!(failed, expected, "{fault:?} {message}");
        assert!(seconds <= 59.1, "{fault:?} {message}: {seconds}");
    }
    // Attempts share what time is left, so pauses decide whether some is left for the last record.
    let (failed, seconds) = run(app(), Fault::Load, &stored()).await;
    assert_eq!(failed.first().map(String::as_str), Some("x"));
    assert!(seconds <= 59.1, "{seconds}");
}

#[tokio::test(start_paused = true)]
async fn a_deletion_that_hangs_does_not_undo_the_work() {
    let app = || app().delete_payloads_after_success();
    let (failed, seconds) = run(app(), Fault::Delete, &stored()).await;
    assert_eq!(failed, [""; 0]);
    assert!((4.0..6.0).contains(&seconds), "{seconds}");
    assert_eq!(run(app(), Fault::None, &stored()).await.0, [""; 0]);
}

static LOG: Mutex<Vec<String>> = Mutex::new(Vec::new());

async fn slow(event: UnmanagedSqsEvent) -> Result<(), Error> {
    LOG.lock().unwrap().push(format!("+{}", event.body));
    tokio::time::sleep(Duration::from_millis(300)).await;
    LOG.lock().unwrap().push(format!("-{}", event.body));
    if event.body.ends_with('!') { Err("bad".into()) } else { Ok(()) }
}

#[tokio::test(start_paused = true)]
async fn records_run_concurrently_and_groups_in_order() {
    let run = async |concurrency: i64, records: Vec<Value>| {
        LOG.lock().unwrap().clear();
        let arn = "arn:aws:sqs:us-east-1:123456789012:orders";
        let app = App::new("demo").sqs_task("Import", arn, task(slow).record_concurrency(concurrency));
        let engine = Engine::new(app, Recorder::new()).unwrap();
        let begin = Instant::now();
        let response = engine.invoke("Import", json!({ "Records": records }), Context::default()).await.unwrap();
        let failed = response["batchItemFailures"].as_array().unwrap().clone();
        let failed: Vec<String> =
            failed.iter().map(|failure| failure["itemIdentifier"].as_str().unwrap().to_owned()).collect();
        (failed, begin.elapsed().as_millis(), std::mem::take(&mut *LOG.lock().unwrap()))
    };
    let ten =
        || (0..10).map(|index| record(&format!("m{index}"), &format!("{index}{}", ["", "!"][index % 2]))).collect();
    let odd = ["m1", "m3", "m5", "m7", "m9"];
    let (failed, millis, _) = run(10, ten()).await;
    assert_eq!((failed, millis), (odd.map(ToOwned::to_owned).into(), 300));
    let (failed, millis, _) = run(4, ten()).await;
    assert_eq!((failed, millis), (odd.map(ToOwned::to_owned).into(), 900));
    let (_, millis, log) = run(1, ten()).await;
    assert_eq!(millis, 3000);
    assert_eq!(log[..4], ["+0", "-0", "+1!", "-1!"]);

    let in_group = |message_id: &str, body: &str| {
        let mut record = record(message_id, body);
        record["eventSourceARN"] = "arn:aws:sqs:us-east-1:123456789012:orders.fifo".into();
        record["attributes"]["MessageGroupId"] = body[..1].into();
        record
    };
    let groups = ["a1", "a2!", "b1", "a3", "b2", "c1!", "c2"].map(|body| in_group(body, body)).to_vec();
    let (failed, millis, log) = run(10, groups).await;
    assert_eq!(failed, ["a2!", "a3", "c1!", "c2"]);
    assert_eq!(millis, 600);
    let of = |group: &str| log.iter().filter(|line| line[1..].starts_with(group)).cloned().collect::<Vec<_>>();
    assert_eq!(of("a"), ["+a1", "-a1", "+a2!", "-a2!"]);
    assert_eq!(of("b"), ["+b1", "-b1", "+b2", "-b2"]);
    assert_eq!(of("c"), ["+c1!", "-c1!"]);
}

#[tokio::test]
async fn numbers_survive() {
    let texts = [
        "0.9452706955539223",
        "1795424400.1234567",
        "5e-324",
        "1.7976931348623157e308",
        "-0.0",
        "18446744073709551615",
    ];
    for text in texts {
        let value: Value = serde_json::from_str(text).unwrap();
        assert_eq!(
            value.to_string().parse::<f64>().unwrap().to_bits(),
            text.parse::<f64>().unwrap().to_bits(),
            "{text}"
        );
    }
    let large = body("Work", &json!("")).replace("\\\"\\\"", "18446744073709551616");
    assert_eq!(run(app(), Fault::None, &large).await.0, ["x"]);
}
