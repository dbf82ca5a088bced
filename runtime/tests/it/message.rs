//! The message, there and back, and from Python.

use async_lambda::prelude::*;
use pretty_assertions::assert_eq;
use proptest::prelude::*;
use serde_json::{Value, json};

use crate::{engine, failures, record};

struct Echo;
struct Sink;

impl Task for Echo {
    const ID: &'static str = "Echo";
    type Payload = Value;
}

impl Task for Sink {
    const ID: &'static str = "Sink";
    type Payload = Value;
}

/// Sends on what it got, and what it knows about the message.
async fn echo(event: ManagedSqsEvent<Echo>, sink: Invoke<Sink>) -> Result<(), Error> {
    let payload = json!({ "payload": event.payload, "source": event.source_task_id, "id": event.invocation_id });
    Ok(sink.send(payload).await?)
}

async fn sink(_: ManagedSqsEvent<Sink>) -> Result<(), Error> {
    Ok(())
}

async fn tick(event: ScheduledEvent, echo: Invoke<Echo>) -> Result<(), Error> {
    Ok(echo.send(event.raw().clone()).await?)
}

fn app() -> App {
    App::new("demo")
        .scheduled_task("Tick", schedule!("rate(1 day)"), tick)
        .async_task(Echo, echo)
        .async_task(Sink, sink)
}

/// The answer of the task Echo to a message that somebody else wrote.
async fn receive(message: &str) -> Value {
    let (engine, recorder) = engine(app());
    assert_eq!(failures(&engine, "Echo", vec![record("m", message)]).await, [""; 0]);
    let sent: Value = serde_json::from_str(&recorder.sent()[0].1.body).unwrap();
    serde_json::from_str(sent["payload"].as_str().unwrap()).unwrap()
}

#[tokio::test]
async fn python_messages_are_read() {
    // As the Python package, version 0.6.15, sent them.
    let outside = r#"{"source_task_id": null, "destination_task_id": "Echo", "invocation_id": "2b6bdfc4-1b52-4cf6-9253-9b7694862e29", "payload": "{\"key\": \"a.png\", \"width\": 800}"}"#;
    assert_eq!(
        receive(outside).await,
        json!({
            "payload": { "key": "a.png", "width": 800 },
            "source": null,
            "id": "2b6bdfc4-1b52-4cf6-9253-9b7694862e29",
        })
    );
    let unicode = r#"{"source_task_id": "Tick", "destination_task_id": "Echo", "invocation_id": "2f1f4a5e-6f0c-4f55-9d0c-0f6c2b6f7f10", "payload": "{\"key\": \"f\\u00fcr \\\"Anna\\\"\\n\\u2028\\ud83d\\ude00\", \"width\": 0, \"unknown\": [1, null, true]}", "source_app": "x"}"#;
    assert_eq!(
        receive(unicode).await,
        json!({
            "payload": { "key": "für \"Anna\"\n\u{2028}😀", "width": 0, "unknown": [1, null, true] },
            "source": "Tick",
            "id": "2f1f4a5e-6f0c-4f55-9d0c-0f6c2b6f7f10",
        })
    );
}

#[tokio::test]
async fn messages_have_pythons_keys() {
    let (engine, recorder) = engine(app());
    engine.invoke("Tick", json!({ "a": "ü" }), Context::default()).await.unwrap();
    let (task, message) = recorder.take_sent().remove(0);
    assert_eq!(task.as_str(), "Echo");
    let expected = r#"{"source_task_id":"Tick","destination_task_id":"Echo","invocation_id":"00000000-0000-4000-8000-000000000001","payload":"{\"a\":\"ü\"}"}"#;
    assert_eq!(message.body, expected);
    // The id is inherited.
    assert_eq!(failures(&engine, "Echo", vec![record("m", &message.body)]).await, [""; 0]);
    let next: Value = serde_json::from_str(&recorder.sent()[0].1.body).unwrap();
    assert_eq!(next["invocation_id"], "00000000-0000-4000-8000-000000000001");
    assert_eq!(next["source_task_id"], "Echo");
}

#[tokio::test]
async fn the_trace_header_goes_along() {
    let (engine, recorder) = engine(app());
    let mut context = Context::default();
    context.trace_header = Some("Root=1-5759e988-bd862e3fe1be46a994272793;Sampled=1".to_owned());
    engine.invoke("Tick", json!({}), context.clone()).await.unwrap();
    assert_eq!(recorder.sent()[0].1.trace_header, context.trace_header);
}

#[tokio::test]
async fn a_large_payload_goes_through_the_bucket_until_it_was_handled() {
    async fn picky(event: ManagedSqsEvent<Echo>) -> Result<(), Error> {
        if event.receive_count < 3 { Err("not yet".into()) } else { Ok(()) }
    }
    let app = || App::new("demo").scheduled_task("Tick", schedule!("rate(1 day)"), tick).async_task(Echo, picky);
    let (engine, recorder) = engine(app().delete_payloads_after_success());
    let event = |letters: usize| Value::String("x".repeat(letters));
    engine.invoke("Tick", event(249_993), Context::default()).await.unwrap();
    assert!(recorder.payloads().is_empty());
    assert!(recorder.take_sent()[0].1.body.contains("\"payload\""));

    engine.invoke("Tick", event(249_994), Context::default()).await.unwrap();
    let stored = recorder.payloads();
    assert_eq!(stored.len(), 1);
    assert_eq!(stored[0].1, event(249_994).to_string());
    let message: Value = serde_json::from_str(&recorder.take_sent()[0].1.body).unwrap();
    assert_eq!(message["s3_payload_key"], stored[0].0);
    assert!(message.get("payload").is_none());

    let mut record = record("m", &message.to_string());
    assert_eq!(failures(&engine, "Echo", vec![record.clone()]).await, ["m"]);
    assert_eq!(recorder.payloads().len(), 1);
    record["attributes"]["ApproximateReceiveCount"] = "3".into();
    assert_eq!(failures(&engine, "Echo", vec![record]).await, [""; 0]);
    assert!(recorder.payloads().is_empty());

    // Without the option it stays: SQS may deliver the message again.
    let (engine, recorder) = self::engine(app());
    engine.invoke("Tick", event(249_994), Context::default()).await.unwrap();
    let mut record = self::record("m", &recorder.take_sent()[0].1.body);
    record["attributes"]["ApproximateReceiveCount"] = "3".into();
    for _ in 0..2 {
        assert_eq!(failures(&engine, "Echo", vec![record.clone()]).await, [""; 0]);
    }
    assert_eq!(recorder.payloads().len(), 1);
}

#[tokio::test]
async fn the_limit_can_be_raised_to_sqss() {
    let (engine, recorder) = engine(app().inline_payload_limit(usize::MAX));
    for (letters, stored) in [(249_994, 0), (1_048_400, 0), (1_048_560, 1), (1_048_576, 2)] {
        engine.invoke("Tick", Value::String("x".repeat(letters)), Context::default()).await.unwrap();
        assert_eq!(recorder.payloads().len(), stored, "{letters}");
        assert!(recorder.take_sent()[0].1.size() <= async_lambda::transport::MAX_MESSAGE_BYTES);
    }
}

fn json_value() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<String>().prop_map(Value::from),
    ];
    leaf.prop_recursive(4, 32, 6, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..6).prop_map(Value::from),
            prop::collection::vec((any::<String>(), inner), 0..6)
                .prop_map(|pairs| Value::Object(pairs.into_iter().collect())),
        ]
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn what_is_sent_is_received(payload in json_value()) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap();
        let received = runtime.block_on(async {
            let (engine, recorder) = engine(app());
            engine.invoke("Tick", payload.clone(), Context::default()).await.unwrap();
            receive(&recorder.sent()[0].1.body).await
        });
        prop_assert_eq!(&received["payload"], &payload);
        prop_assert_eq!(&received["source"], "Tick");
    }

    #[test]
    fn no_body_panics(body in ".{0,200}") {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap();
        let failed = runtime.block_on(async {
            let (engine, _) = engine(app());
            failures(&engine, "Echo", vec![record("m", &body)]).await
        });
        prop_assert_eq!(failed, ["m"]);
    }
}
