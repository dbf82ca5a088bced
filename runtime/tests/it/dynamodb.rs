//! Streams of tables: records of a shard are handled in order, until one fails.

use std::{
    collections::BTreeMap,
    fmt,
    time::{Duration, SystemTime},
};

use async_lambda::{EventError, model::Problem, prelude::*, trigger::DynamoDbEventName};
use pretty_assertions::assert_eq;
use serde::{Deserializer, de::Visitor};
use serde_json::{Value, json};

use crate::engine;

const STREAM: &str = "arn:aws:dynamodb:us-east-2:123456789012:table/my-table/stream/2023-06-10T19:26:16.525";

struct Note;

impl Task for Note {
    const ID: &'static str = "Note";
    type Payload = String;
}

#[derive(Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Item {
    id: u32,
    message: String,
}

#[derive(Debug, PartialEq, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Key {
    id: u32,
}

#[handler]
async fn changed(event: DynamoDbEvent<Item>, note: Invoke<Note>) -> Result<(), Error> {
    let key: Key = event.keys()?;
    note.send(format!("{} of {}: {:?}", event.sequence_number, key.id, event.event_name)).await?;
    match event.new_image.as_ref().map(|item| item.message.as_str()) {
        Some("bad") => Err("bad".into()),
        Some("panics") => panic!("on purpose"),
        _ => Ok(()),
    }
}

#[handler]
async fn note(_: ManagedSqsEvent<Note>) -> Result<(), Error> {
    Ok(())
}

fn app() -> App {
    App::new("demo").dynamodb_task("Changed", STREAM, changed).async_task(Note, note)
}

fn image(id: &str, message: &str) -> Value {
    json!({ "Id": { "N": id }, "Message": { "S": message } })
}

/// AWS's published sample event.
fn sample() -> Value {
    let record = |number: u32, name: &str, images: Value| {
        let mut record = json!({
            "eventID": number.to_string(),
            "eventVersion": "1.0",
            "dynamodb": {
                "Keys": { "Id": { "N": "101" } },
                "SequenceNumber": (number * 111).to_string(),
                "SizeBytes": 26,
                "StreamViewType": "NEW_AND_OLD_IMAGES",
            },
            "awsRegion": "us-west-2",
            "eventName": name,
            "eventSourceARN": STREAM,
            "eventSource": "aws:dynamodb",
        });
        record["dynamodb"].as_object_mut().unwrap().extend(images.as_object().unwrap().clone());
        record
    };
    let (new, changed) = (image("101", "New item!"), image("101", "This item has changed"));
    json!({ "Records": [
        record(1, "INSERT", json!({ "NewImage": new })),
        record(2, "MODIFY", json!({ "NewImage": changed, "OldImage": new })),
        record(3, "REMOVE", json!({ "OldImage": changed })),
    ] })
}

async fn notes(event: Value) -> (Value, Vec<String>) {
    let (engine, recorder) = engine(app());
    let answer = engine.invoke("Changed", event, async_lambda::Context::default()).await.unwrap();
    let payload = |body: &str| serde_json::from_str::<Value>(body).unwrap()["payload"].as_str().unwrap().to_owned();
    (answer, recorder.sent().iter().map(|(_, message)| payload(&message.body)).collect())
}

#[tokio::test]
async fn the_sample_event_is_handled_record_by_record() {
    let (answer, notes) = notes(sample()).await;
    assert_eq!(answer, json!({ "batchItemFailures": [] }));
    assert_eq!(notes, [r#""111 of 101: Insert""#, r#""222 of 101: Modify""#, r#""333 of 101: Remove""#]);
}

#[tokio::test]
async fn handling_stops_at_the_first_failure() {
    for message in ["bad", "panics"] {
        let mut event = sample();
        event["Records"][1]["dynamodb"]["NewImage"] = image("101", message);
        let (answer, notes) = notes(event).await;
        assert_eq!(answer, json!({ "batchItemFailures": [{ "itemIdentifier": "222" }] }));
        assert_eq!(notes.len(), 2, "{message}");
    }
    // An image of another form fails its record too.
    let mut event = sample();
    event["Records"][0]["dynamodb"]["NewImage"] = json!({ "Id": { "S": "x" } });
    let (answer, notes) = notes(event).await;
    assert_eq!((answer["batchItemFailures"][0]["itemIdentifier"].as_str(), notes.len()), (Some("111"), 0));
}

#[tokio::test(start_paused = true)]
async fn what_is_not_done_in_time_is_reported() {
    async fn slow(event: DynamoDbEvent<Item>) -> Result<(), Error> {
        if event.event_name == DynamoDbEventName::Modify {
            tokio::time::sleep(Duration::from_secs(3600)).await;
        }
        Ok(())
    }
    let (engine, _) = engine(App::new("demo").dynamodb_task("Slow", STREAM, slow));
    let mut context = async_lambda::Context::default();
    context.deadline = Some(tokio::time::Instant::now() + Duration::from_secs(60));
    let answer = engine.invoke("Slow", sample(), context).await.unwrap();
    assert_eq!(answer, json!({ "batchItemFailures": [{ "itemIdentifier": "222" }] }));
}

#[tokio::test]
async fn an_event_that_cannot_be_answered_fails_as_a_whole() {
    let (engine, recorder) = engine(app());
    let mut event = sample();
    event["Records"][2]["dynamodb"]["SequenceNumber"] = Value::Null;
    for (event, reason) in [
        (event, "event: record 2 must have `dynamodb.SequenceNumber`, a string that is not empty"),
        (json!({}), "event: must have `Records`, a list"),
    ] {
        let error = engine.invoke("Changed", event, async_lambda::Context::default()).await.unwrap_err();
        assert_eq!((error.kind, error.reason.as_str()), ("event", reason));
    }
    assert_eq!(recorder.sent().len(), 0);
}

/// As `serde_bytes::ByteBuf`.
struct Bytes(Vec<u8>);

impl<'de> Deserialize<'de> for Bytes {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Bytes, D::Error> {
        struct Read;
        impl Visitor<'_> for Read {
            type Value = Bytes;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("bytes")
            }

            fn visit_bytes<E>(self, bytes: &[u8]) -> Result<Bytes, E> {
                Ok(Bytes(bytes.to_vec()))
            }
        }
        deserializer.deserialize_byte_buf(Read)
    }
}

#[tokio::test]
async fn images_are_typed() {
    #[derive(Deserialize)]
    struct Everything {
        tags: Vec<String>,
        bytes: Bytes,
        nested: BTreeMap<String, Option<f64>>,
        paid: bool,
    }
    async fn read(event: DynamoDbEvent<Everything>) -> Result<(), Error> {
        let item = event.new_image.as_ref().unwrap();
        assert_eq!(item.tags, ["a", "b"]);
        assert_eq!(item.bytes.0, [1, 2, 3]);
        assert_eq!(item.nested, BTreeMap::from([("n".to_owned(), Some(1.5)), ("none".to_owned(), None)]));
        assert!(item.paid && event.old_image.is_none());
        let time = SystemTime::UNIX_EPOCH + Duration::from_secs(1_795_424_400);
        assert_eq!(event.approximate_creation_time, Some(time));
        let error = event.keys::<Key>().unwrap_err();
        assert!(matches!(error, EventError::Image { image: "Keys", .. }), "{error}");
        Ok(())
    }
    let (engine, _) = engine(App::new("demo").dynamodb_task("Read", STREAM, read));
    let record = json!({ "eventName": "INSERT", "dynamodb": {
        "ApproximateCreationDateTime": 1_795_424_400.0,
        "Keys": {},
        "NewImage": {
            "tags": { "SS": ["a", "b"] },
            "bytes": { "B": "AQID" },
            "nested": { "M": { "n": { "N": "1.5" }, "none": { "NULL": true } } },
            "paid": { "BOOL": true },
        },
        "SequenceNumber": "1",
    } });
    let answer = engine.invoke("Read", json!({ "Records": [record] }), async_lambda::Context::default()).await.unwrap();
    assert_eq!(answer, json!({ "batchItemFailures": [] }));
}

#[cfg(feature = "local")]
#[tokio::test]
async fn a_handler_is_called_with_items() {
    async fn read(event: DynamoDbEvent<Item>) -> Result<(Option<u32>, Option<u32>), Error> {
        Ok((event.old_image.map(|item| item.id), event.new_image.map(|item| item.id)))
    }
    let item = |id| Item { id, message: "x".to_owned() };
    assert_eq!(read(DynamoDbEvent::insert(&item(1))).await.unwrap(), (None, Some(1)));
    assert_eq!(read(DynamoDbEvent::modify(&item(1), &item(2))).await.unwrap(), (Some(1), Some(2)));
    assert_eq!(read(DynamoDbEvent::remove(&item(2))).await.unwrap(), (Some(2), None));
}

#[cfg(feature = "local")]
#[tokio::test]
async fn a_test_hands_changes_to_an_application() {
    let app = async_lambda::testing::TestApp::new(app());
    let item = |message: &str| Item { id: 7, message: message.to_owned() };
    let changes = [DynamoDbEvent::insert(&item("a")), DynamoDbEvent::modify(&item("a"), &item("bad"))];
    let answer = app.run_stream("Changed", changes).await.unwrap();
    // Their keys are not those that the handler wants.
    assert_eq!(answer, json!({ "batchItemFailures": [{ "itemIdentifier": "1" }] }));
}

#[test]
fn a_wrong_stream_is_a_problem() {
    let problems = App::new("demo").dynamodb_task("Changed", "orders", changed).async_task(Note, note).model();
    assert!(matches!(&problems.unwrap_err()[..], [Problem::Trigger { .. }]));
}
