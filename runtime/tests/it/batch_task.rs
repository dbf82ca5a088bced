//! Batch tasks: many messages in one call of a handler, each of which fails alone.

use std::{
    sync::{Arc, Mutex},
    time::Duration,
};

use async_lambda::{Recorder, prelude::*, testing::TestApp, transport::Transport};
use pretty_assertions::assert_eq;
use serde_json::{Value, json};

use crate::{body, engine, failures, record};

struct Store;
struct Notify;

impl Task for Store {
    const ID: &'static str = "Store";
    type Payload = u32;
    const RECURSION: Option<u32> = Some(2);
}

impl Task for Notify {
    const ID: &'static str = "Notify";
    type Payload = String;
}

/// The messages that each call of the handler got.
#[derive(Clone, Default)]
struct Calls(Arc<Mutex<Vec<Vec<u32>>>>);

async fn store(rows: Batch<Store>, notify: Invoke<Notify>, calls: State<Calls>) -> Result<usize, Error> {
    let payloads: Vec<u32> = rows.messages().iter().map(|row| row.payload).collect();
    calls.0.lock().unwrap().push(payloads.clone());
    for row in &rows {
        match row.payload {
            400.. => rows.fail(row, format!("{} is too large", row.payload)),
            100 => notify.following(row).send(row.message_id.clone()).await?,
            _ => {}
        }
    }
    if payloads.contains(&200) {
        tokio::time::sleep(Duration::from_secs(3600)).await;
    }
    assert!(!payloads.contains(&300), "300 is not wanted");
    if payloads.contains(&99) {
        return Err("99 fails all".into());
    }
    notify.send(format!("{} rows", payloads.len())).await?;
    Ok(payloads.len())
}

async fn notify(_: ManagedSqsEvent<Notify>) -> Result<(), Error> {
    Ok(())
}

fn app(calls: &Calls) -> App {
    let store = task(store).batch_size(3).max_receive_count(2);
    App::new("demo").with_state(calls.clone()).async_batch_task(Store, store).async_task(Notify, notify)
}

fn row(message_id: &str, row: u32) -> Value {
    record(message_id, &body("Store", &json!(row)))
}

fn row_of_chain(message_id: &str, row: u32, chain: &str, hops: u32) -> Value {
    let message = json!({"source_task_id": "Tick", "destination_task_id": "Store", "invocation_id": chain,
        "payload": row.to_string(), "hops": hops});
    record(message_id, &message.to_string())
}

#[tokio::test]
async fn unreadable_messages_fail_before_the_handler_and_others_where_it_says_so() {
    let calls = Calls::default();
    let (engine, recorder) = engine(app(&calls));
    let records = vec![
        row("one", 1),
        record("bad-json", "{"),
        record("wrong-shape", &body("Store", &json!("two"))),
        record("gone", &body("Store", &Value::Null).replace("\"payload\"", "\"s3_payload_key\"")),
        row("too-large", 400),
        row("two", 2),
    ];
    assert_eq!(failures(&engine, "Store", records).await, ["bad-json", "wrong-shape", "gone", "too-large"]);
    assert_eq!(*calls.0.lock().unwrap(), [vec![1, 400, 2]]);
    assert_eq!(recorder.sent().len(), 1);
}

#[tokio::test(start_paused = true)]
async fn an_error_a_panic_and_a_deadline_fail_all_messages() {
    for bad in [99, 200, 300] {
        let (engine, _) = engine(app(&Calls::default()));
        let mut context = Context::default();
        context.deadline = Some(tokio::time::Instant::now() + Duration::from_secs(60));
        let event = json!({"Records": [row("one", 1), row("bad", bad)]});
        let response = engine.invoke("Store", event, context).await.unwrap();
        let all = json!({"batchItemFailures": [{"itemIdentifier": "one"}, {"itemIdentifier": "bad"}]});
        assert_eq!(response, all, "{bad}");
    }
}

#[tokio::test]
async fn a_batch_without_a_readable_message_does_not_run() {
    let calls = Calls::default();
    let (engine, _) = engine(app(&calls));
    assert_eq!(
        failures(&engine, "Store", vec![record("a", "{"), record("b", &body("Store", &json!("x")))]).await,
        ["a", "b"]
    );
    assert!(calls.0.lock().unwrap().is_empty());
    let error = engine.invoke("Store", json!({}), Context::default()).await.unwrap_err();
    assert_eq!(error.to_string(), "event: must have `Records`, a list");
}

#[tokio::test]
async fn what_is_sent_belongs_to_the_chain_of_its_message() {
    let (engine, recorder) = engine(app(&Calls::default()));
    let sent = |recorder: &Recorder| {
        let sent = recorder.take_sent();
        let read = |text: &str| serde_json::from_str::<Value>(text).unwrap();
        let parts = |message: &Value| (message["invocation_id"].as_str().unwrap().to_owned(), message["hops"].clone());
        sent.iter().map(|(_, message)| parts(&read(&message.body))).collect::<Vec<_>>()
    };
    // One chain: it goes on.
    let records = vec![row_of_chain("a", 1, "chain-a", 0), row_of_chain("b", 2, "chain-a", 1)];
    assert!(failures(&engine, "Store", records).await.is_empty());
    assert_eq!(sent(&recorder), [("chain-a".to_owned(), json!(2))]);
    // Two: a new one, unless a message is followed.
    let records = vec![row_of_chain("a", 1, "chain-a", 0), row_of_chain("b", 100, "chain-b", 1)];
    assert!(failures(&engine, "Store", records).await.is_empty());
    let sent = sent(&recorder);
    assert_eq!(sent[0], ("chain-b".to_owned(), json!(2)));
    assert!(!sent[1].0.starts_with("chain"), "{sent:?}");
    assert_eq!(sent[1].1, json!(2));
}

#[tokio::test]
async fn a_chain_that_is_too_long_leaves_the_batch() {
    let calls = Calls::default();
    let (engine, recorder) = engine(app(&calls));
    let records = vec![row_of_chain("deep", 1, "chain", 3), row_of_chain("fine", 2, "chain", 2)];
    assert!(failures(&engine, "Store", records).await.is_empty());
    assert_eq!(*calls.0.lock().unwrap(), [vec![2]]);
    assert_eq!(recorder.take_dead_letters().len(), 1);
}

#[tokio::test]
async fn payloads_are_deleted_where_their_message_was_handled() {
    let calls = Calls::default();
    let (engine, recorder) = engine(app(&calls).delete_payloads_after_success());
    let mut keys = Vec::new();
    let mut records = Vec::new();
    for (index, payload) in ["1", "400"].into_iter().enumerate() {
        let key = recorder.store_payload(payload.into()).await.unwrap();
        let message = json!({"source_task_id": null, "destination_task_id": "Store", "invocation_id": "i",
            "s3_payload_key": key});
        records.push(record(&format!("m{index}"), &message.to_string()));
        keys.push(key);
    }
    assert_eq!(failures(&engine, "Store", records).await, ["m1"]);
    assert_eq!(*calls.0.lock().unwrap(), [vec![1, 400]]);
    assert!(recorder.load_payload(&keys[0]).await.is_err());
    assert!(recorder.load_payload(&keys[1]).await.is_ok());
}

#[derive(Debug, Serialize, Deserialize)]
struct Large(String);

struct Import;

impl Task for Import {
    const ID: &'static str = "Import";
    type Payload = Large;
}

#[tokio::test]
async fn payloads_take_a_quarter_of_the_memory_and_the_rest_comes_again() {
    async fn import(batch: Batch<Import>) -> Result<usize, Error> {
        Ok(batch.messages().iter().map(|message| message.payload.0.len()).sum())
    }
    // A quarter of 128 MB.
    let (engine, recorder) = engine(App::new("demo").async_batch_task(Import, import));
    let mut records = Vec::new();
    for index in 0..12 {
        let payload = serde_json::to_string(&Large("x".repeat(5_000_000))).unwrap();
        let key = recorder.store_payload(payload.into()).await.unwrap();
        let message = json!({"source_task_id": null, "destination_task_id": "Import", "invocation_id": "i",
            "s3_payload_key": key});
        records.push(record(&format!("m{index}"), &message.to_string()));
    }
    assert_eq!(failures(&engine, "Import", records).await.len(), 6);
}

#[tokio::test]
async fn a_test_app_delivers_batches() {
    let calls = Calls::default();
    let app = TestApp::new(app(&calls));
    for row in [1, 2, 400, 4] {
        app.send::<Store>(row).await;
    }
    let runs = app.run_until_idle().await;
    // Three, one, and the one that failed once more; two notifications a call at most.
    assert_eq!(*calls.0.lock().unwrap(), [vec![1, 2, 400], vec![4], vec![400]]);
    let of_store: Vec<(u32, u32, bool)> = runs
        .iter()
        .filter(|run| run.task == "Store")
        .map(|run| (run.payload::<Store>(), run.attempt, run.result.is_ok()))
        .collect();
    assert_eq!(of_store, [(1, 1, true), (2, 1, true), (400, 1, false), (4, 1, true), (400, 2, false)]);
    let dead = app.dead_letters();
    assert_eq!((dead[0].payload::<Store>(), dead[0].reason.as_str()), (400, "400 is too large"));
}
