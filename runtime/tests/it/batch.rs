//! Batches: what is wrong with one record fails that record.

use std::time::Duration;

use async_lambda::{Engine, prelude::*, transport::Transport};
use serde_json::{Value, json};

use crate::{body, engine, failures, record, send::Moody};

#[derive(Serialize, Deserialize)]
struct Photo {
    key: String,
    width: u32,
}

struct Resize;
struct Notify;

impl Task for Resize {
    const ID: &'static str = "Resize";
    type Payload = Photo;
}

impl Task for Notify {
    const ID: &'static str = "Notify";
    type Payload = String;
}

async fn resize(event: ManagedSqsEvent<Resize>, notify: Invoke<Notify>) -> Result<(), Error> {
    match event.payload.width {
        0 => panic!("zero width"),
        1 => tokio::time::sleep(Duration::from_secs(3600)).await,
        4097.. => return Err("too wide".into()),
        _ => {}
    }
    notify.send(format!("{} {}", event.payload.key, event.receive_count)).await?;
    Ok(())
}

async fn notify(_: ManagedSqsEvent<Notify>) -> Result<(), Error> {
    Ok(())
}

fn app() -> App {
    App::new("photo-app").async_task(Resize, resize).async_task(Notify, notify)
}

fn photo(message_id: &str, width: u32) -> Value {
    record(message_id, &body("Resize", &json!({ "key": message_id, "width": width })))
}

#[tokio::test]
async fn a_mixed_batch_fails_exactly_the_bad_records() {
    let (engine, recorder) = engine(app());
    let mut no_body = photo("no-body", 10);
    no_body["body"] = Value::Null;
    let records = vec![
        photo("good-1", 10),
        photo("panics", 0),
        photo("errors", 5000),
        record("bad-json", "{"),
        record("no-envelope", r#"{"key": "a", "width": 10}"#),
        record("wrong-shape", &body("Resize", &json!({ "key": 1 }))),
        record("payload-not-json", &body("Resize", &Value::Null).replace("\"null\"", "\"{\"")),
        record("no-payload", &body("Resize", &Value::Null).replace("\"payload\"", "\"other\"")),
        record("payload-gone", &body("Resize", &Value::Null).replace("\"payload\"", "\"s3_payload_key\"")),
        no_body,
        photo("good-2", 20),
    ];
    let expected: Vec<String> =
        records[1..10].iter().map(|record| record["messageId"].as_str().unwrap().into()).collect();
    assert_eq!(failures(&engine, "Resize", records).await, expected);
    let sent: Vec<String> = recorder.sent().iter().map(|(_, message)| message.body.clone()).collect();
    assert_eq!(sent.len(), 2);
    assert!(sent[0].contains("good-1 2") && sent[1].contains("good-2 2"), "{sent:?}");
}

#[tokio::test]
async fn an_event_that_is_no_batch_is_an_error() {
    let (engine, _) = engine(app());
    let mut no_id = photo("x", 10);
    no_id["messageId"] = "".into();
    for (event, expected) in [
        (json!({}), "event: must have `Records`, a list"),
        (json!([]), "event: must have `Records`, a list"),
        (json!({ "Records": [no_id] }), "event: record 0 must have `messageId`, a string that is not empty"),
    ] {
        let error = engine.invoke("Resize", event, Context::default()).await.unwrap_err();
        assert_eq!(error.to_string(), expected);
    }
}

#[tokio::test(start_paused = true)]
async fn a_deadline_gives_back_what_is_not_done() {
    let (engine, recorder) = engine(app());
    let mut context = Context::default();
    context.deadline = Some(tokio::time::Instant::now() + Duration::from_secs(60));
    let records = vec![photo("done", 10), photo("too-long", 1), photo("never-begun", 10)];
    let response = engine.invoke("Resize", json!({ "Records": records }), context.clone()).await.unwrap();
    assert_eq!(
        response,
        json!({ "batchItemFailures": [{ "itemIdentifier": "too-long" }, { "itemIdentifier": "never-begun" }] })
    );
    assert_eq!(recorder.sent().len(), 1);
    let left = context.remaining().unwrap();
    assert!(Duration::from_millis(900) < left && left <= Duration::from_secs(1), "{left:?}");
}

#[tokio::test]
async fn a_fifo_group_keeps_its_order() {
    let (engine, recorder) = engine(app());
    let in_group = |message_id: &str, width: u32, group: &str| {
        let mut record = photo(message_id, width);
        record["eventSourceARN"] = "arn:aws:sqs:us-east-1:123456789012:orders.fifo".into();
        record["attributes"]["MessageGroupId"] = group.into();
        record
    };
    let records = vec![
        in_group("a1", 10, "a"),
        in_group("a2", 5000, "a"),
        in_group("b1", 10, "b"),
        in_group("a3", 10, "a"),
        in_group("b2", 10, "b"),
    ];
    assert_eq!(failures(&engine, "Resize", records).await, ["a2", "a3"]);
    assert_eq!(recorder.sent().len(), 3);
    // Groups of a standard queue are about fairness, not about order.
    let mut records = vec![photo("a1", 5000), photo("a2", 10)];
    for record in &mut records {
        record["attributes"]["MessageGroupId"] = "a".into();
    }
    assert_eq!(failures(&engine, "Resize", records).await, ["a1"]);
}

#[tokio::test]
async fn other_tasks_queues_are_batches_too() {
    async fn import(event: UnmanagedSqsEvent) -> Result<(), Error> {
        let order: Value = event.json()?;
        assert_eq!(order["id"], 7);
        assert_eq!(event.attribute("SentTimestamp"), Some("1795424400000".into()));
        assert_eq!(event.message_attribute("shop"), Some("old"));
        let record = event.record()?;
        assert_eq!(record.aws_region.as_deref(), Some("us-east-1"));
        assert_eq!(record.body.as_ref(), Some(&event.body));
        Ok(())
    }
    let app = App::new("demo").sqs_task("Import", "arn:aws:sqs:us-east-1:123456789012:orders", import);
    let (engine, _) = engine(app);
    let order = |message_id: &str, body: &str| {
        let mut record = record(message_id, body);
        record["messageAttributes"] = json!({ "shop": { "stringValue": "old", "dataType": "String" } });
        record
    };
    let mut numbers = order("numbers", r#"{"id": 7}"#);
    numbers["attributes"] = json!({ "ApproximateReceiveCount": 1, "SentTimestamp": 1_795_424_400_000_u64 });
    let mut no_record = order("no-record", r#"{"id": 7}"#);
    no_record["messageAttributes"] = json!(7);
    let records =
        vec![order("good", r#"{"id": 7}"#), order("bad", "id=7"), no_record, order("panics", r#"{"id": 8}"#), numbers];
    assert_eq!(failures(&engine, "Import", records).await, ["bad", "no-record", "panics"]);
}

#[tokio::test]
async fn a_batch_of_somebody_elses_fifo_queue_keeps_the_order_of_each_group() {
    async fn import(event: UnmanagedSqsEvent, notify: Invoke<Notify>) -> Result<(), Error> {
        notify.send(event.message_id.clone()).await?;
        if event.body == "bad" { Err("bad".into()) } else { Ok(()) }
    }
    let arn = "arn:aws:sqs:us-east-1:123456789012:orders.fifo";
    let app = App::new("demo")
        .sqs_task("Import", Sqs::new(arn).batch_size(10), task(import).record_concurrency(10))
        .async_task(Notify, notify);
    let (engine, recorder) = engine(app);
    let in_group = |message_id: &str, body: &str, group: &str| {
        let mut record = record(message_id, body);
        record["eventSourceARN"] = arn.into();
        record["attributes"]["MessageGroupId"] = group.into();
        record
    };
    let records = vec![
        in_group("a1", "", "a"),
        in_group("a2", "bad", "a"),
        in_group("b1", "", "b"),
        in_group("a3", "", "a"),
        in_group("b2", "", "b"),
    ];
    assert_eq!(failures(&engine, "Import", records).await, ["a2", "a3"]);
    let sent: Vec<String> = recorder.sent().iter().map(|(_, message)| message.body.clone()).collect();
    let place = |id: &str| sent.iter().position(|body| body.contains(&format!("\\\"{id}\\\"")));
    assert!(place("a1") < place("a2") && place("b1") < place("b2"), "{sent:?}");
    assert_eq!((sent.len(), place("a3")), (4, None), "{sent:?}");
}

struct Again;

impl Task for Again {
    const ID: &'static str = "Again";
    type Payload = u32;
    const RECURSION: Option<u32> = Some(3);
}

async fn again(event: ManagedSqsEvent<Again>, again: Invoke<Again>) -> Result<(), Error> {
    Ok(again.send(event.payload + 1).await?)
}

#[tokio::test]
async fn recursion_ends_at_its_bound() {
    let (engine, recorder) = engine(App::new("demo").async_task(Again, again));
    let mut message = body("Again", &json!(0));
    for run in 0..=3 {
        assert_eq!(failures(&engine, "Again", vec![record("m", &message)]).await, [""; 0], "run {run}");
        message = recorder.take_sent().remove(0).1.body;
    }
    // One hop too many: the record is done, and the message is where it would have ended after many attempts.
    let other = body("Again", &json!(0));
    let records = vec![record("too-deep", &message), record("good", &other)];
    assert_eq!(failures(&engine, "Again", records).await, [""; 0]);
    assert_eq!(recorder.sent().len(), 1);
    let letters = recorder.dead_letters();
    assert_eq!(letters.len(), 1);
    assert_eq!(letters[0].body, message);
    assert_eq!(
        letters[0].attributes,
        [
            ("AsyncLambdaTaskId", "Again".to_owned()),
            ("AsyncLambdaMessageId", "too-deep".to_owned()),
            ("AsyncLambdaKind", "recursion".to_owned()),
            (
                "AsyncLambdaReason",
                "recursion: a chain of invocations through this task must have at most 3 hops, has 4".to_owned()
            ),
        ]
    );
}

#[tokio::test]
async fn a_message_that_the_dead_letter_queue_refuses_is_received_again() {
    let engine = Engine::new(App::new("demo").async_task(Again, again), Moody::down()).unwrap();
    let message = body("Again", &json!(0)).replacen('{', r#"{"hops": 4,"#, 1);
    assert_eq!(failures(&engine, "Again", vec![record("m", &message)]).await, ["m"]);
}

#[tokio::test]
async fn a_payload_stays_for_the_dead_letter_queue() {
    let (engine, recorder) = engine(App::new("demo").async_task(Again, again));
    let key = recorder.store_payload("0".into()).await.unwrap();
    let message = json!({
        "source_task_id": null, "destination_task_id": "Again", "invocation_id": "i", "s3_payload_key": key, "hops": 4,
    });
    assert_eq!(failures(&engine, "Again", vec![record("m", &message.to_string())]).await, [""; 0]);
    assert_eq!((recorder.dead_letters().len(), recorder.payloads().len()), (1, 1));
}

#[tokio::test]
async fn panics_outside_batches_are_errors() {
    let app = App::new("demo").scheduled_task("Tick", schedule!("rate(1 day)"), async |event: ScheduledEvent| {
        assert_eq!(event.time, "never", "due");
        Ok::<_, Error>(())
    });
    let (engine, _) = engine(app);
    let error = engine.invoke("Tick", json!({ "time": "now" }), Context::default()).await.unwrap_err();
    assert!(error.to_string().starts_with("panic: assertion `left == right` failed: due"), "{error}");
}
