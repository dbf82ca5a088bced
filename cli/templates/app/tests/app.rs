//! The application as it runs, without AWS: messages are recorded instead of sent.

use std::sync::Arc;

use async_lambda::{Context, Engine, Recorder};
use serde_json::{Value, json};
use {{ crate_name }}::{Reminder, app};

/// Runs a task with an event, and gives its result with the messages that it sent.
async fn run(task: &str, event: Value) -> (Value, Arc<Recorder>) {
    let recorder = Arc::new(Recorder::new());
    let engine = Engine::new(app(), Arc::clone(&recorder)).expect("the application has no mistake");
    (engine.invoke(task, event, Context::default()).await.expect("the task succeeds"), recorder)
}

#[tokio::test]
async fn a_reminder_is_sent_for_each_unpaid_invoice() {
    let (_, recorder) = run("Collect", json!({"time": "2026-11-23T08:00:00Z"})).await;
    let sent = recorder.sent();
    assert_eq!(sent.len(), 2);
    assert!(sent.iter().all(|(task, _)| task.as_str() == "SendReminder"));

    // What was sent is what the task takes.
    let message = json!({"messageId": "1", "body": sent[0].1.body});
    let (result, _) = run("SendReminder", json!({"Records": [message]})).await;
    assert_eq!(result, json!({"batchItemFailures": []}));
}

#[test]
fn payloads_keep_their_form() {
    let reminder = Reminder { invoice: 1, customer: "ada@example.com".to_owned() };
    let text = r#"{"invoice":1,"customer":"ada@example.com"}"#;
    assert_eq!(serde_json::to_string(&reminder).unwrap(), text, "messages of this form are in the queue");
}
