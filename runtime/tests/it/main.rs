//! Whole applications, run on a recorder.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

/// The part of a transport that a test leaves to its `recorder`.
macro_rules! through_the_recorder {
    () => {
        fn send<'a>(
            &'a self,
            destination: &'a TaskId,
            messages: &'a [OutgoingMessage],
        ) -> BoxFuture<'a, Result<Vec<Refused>, TransportError>> {
            self.recorder.send(destination, messages)
        }

        fn send_dead_letter<'a>(&'a self, message: &'a OutgoingMessage) -> BoxFuture<'a, Result<(), TransportError>> {
            self.recorder.send_dead_letter(message)
        }

        fn store_payload(&self, payload: Bytes) -> BoxFuture<'_, Result<String, TransportError>> {
            self.recorder.store_payload(payload)
        }

        fn load_payload<'a>(&'a self, key: &'a str) -> BoxFuture<'a, Result<String, TransportError>> {
            self.recorder.load_payload(key)
        }

        fn delete_payload<'a>(&'a self, key: &'a str) -> BoxFuture<'a, Result<(), TransportError>> {
            self.recorder.delete_payload(key)
        }

        fn new_invocation_id(&self) -> String {
            self.recorder.new_invocation_id()
        }
    };
}

mod api;
mod app;
mod batch;
mod batch_task;
#[cfg(feature = "local")]
mod call;
mod compile_fail;
#[cfg(feature = "local")]
mod cors;
mod dead_letters;
mod dynamodb;
mod event;
mod external;
mod faults;
mod fifo;
mod lanes;
mod later;
mod macros;
mod message;
#[cfg(feature = "local")]
mod metrics;
#[cfg(feature = "local")]
mod once;
mod permanent;
mod put_off;
mod send;
mod sources;
#[cfg(feature = "local")]
mod table;
#[cfg(feature = "local")]
mod testing;
mod time;

use std::sync::Arc;

use async_lambda::{App, Context, Engine, Recorder};
use serde_json::{Value, json};

/// An engine and what it sends.
fn engine(app: App) -> (Engine, Arc<Recorder>) {
    let recorder = Arc::new(Recorder::new());
    let engine = Engine::new(app, Arc::clone(&recorder)).unwrap();
    (engine, recorder)
}

/// A record as Lambda gives it.
fn record(message_id: &str, body: &str) -> Value {
    json!({
        "messageId": message_id,
        "receiptHandle": "handle",
        "body": body,
        "attributes": { "ApproximateReceiveCount": "2", "SentTimestamp": "1795424400000" },
        "messageAttributes": {},
        "eventSource": "aws:sqs",
        "eventSourceARN": "arn:aws:sqs:us-east-1:123456789012:photo-app-Resize",
        "awsRegion": "us-east-1",
    })
}

/// A message as a task sends it.
fn body(destination: &str, payload: &Value) -> String {
    json!({
        "source_task_id": "Tick",
        "destination_task_id": destination,
        "invocation_id": "2f1f4a5e-6f0c-4f55-9d0c-0f6c2b6f7f10",
        "payload": payload.to_string(),
    })
    .to_string()
}

/// The ids of the records that failed.
async fn failures(engine: &Engine, task: &str, records: Vec<Value>) -> Vec<String> {
    let response = engine.invoke(task, json!({ "Records": records }), Context::default()).await.unwrap();
    let failures = response["batchItemFailures"].as_array().unwrap();
    failures.iter().map(|failure| failure["itemIdentifier"].as_str().unwrap().to_owned()).collect()
}
