//! Message move tasks.

use std::time::Duration;

use pretty_assertions::assert_eq;
use serde_json::{Value, json};

use super::{BEGIN, DEAD, Local, arn};

/// Dead letters of a queue.
async fn letters(local: &Local, count: usize) {
    for number in 0..count {
        local.done("SendMessage", json!({ "QueueUrl": "jobs", "MessageBody": number.to_string() })).await;
    }
    for _ in 0..count.div_ceil(10) {
        local.receive("jobs", json!({ "VisibilityTimeout": 0 })).await;
    }
    assert_eq!(local.bodies("jobs").await, Vec::<String>::new());
}

async fn newest(local: &Local) -> Value {
    let listed = local.done("ListMessageMoveTasks", json!({ "SourceArn": arn("dead") })).await;
    listed["Results"][0].clone()
}

/// Waits until the newest task is as it should be.
async fn until(local: &Local, is_so: impl Fn(&Value) -> bool) -> Value {
    for _ in 0..500 {
        let task = newest(local).await;
        if is_so(&task) {
            return task;
        }
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    panic!("still {}", newest(local).await);
}

async fn ended(local: &Local) -> Value {
    until(local, |task| !["RUNNING", "CANCELLING"].contains(&task["Status"].as_str().unwrap())).await
}

#[tokio::test]
async fn dead_letters_go_back_to_where_they_came_from() {
    let local = Local::start().await;
    letters(&local, 3).await;
    let started = local.done("StartMessageMoveTask", json!({ "SourceArn": arn("dead") })).await;
    assert!(started["TaskHandle"].is_string());
    let expected = json!({
        "Status": "COMPLETED",
        "SourceArn": arn("dead"),
        "ApproximateNumberOfMessagesMoved": 3,
        "ApproximateNumberOfMessagesToMove": 3,
        "StartedTimestamp": BEGIN,
    });
    assert_eq!(ended(&local).await, expected);
    assert_eq!(local.bodies("jobs").await, ["0", "1", "2"]);
}

#[tokio::test]
async fn messages_without_a_source_need_a_destination() {
    let local = Local::start().await;
    letters(&local, 1).await;
    local.done("SendMessage", json!({ "QueueUrl": "dead", "MessageBody": "direct" })).await;
    local.done("StartMessageMoveTask", json!({ "SourceArn": arn("dead") })).await;
    let task = ended(&local).await;
    let seen = [&task["Status"], &task["FailureReason"], &task["ApproximateNumberOfMessagesMoved"]];
    assert_eq!(seen, [&json!("FAILED"), &json!("CouldNotDetermineMessageSource"), &json!(1)]);
    local.done("StartMessageMoveTask", json!({ "SourceArn": arn("dead"), "DestinationArn": arn("slow") })).await;
    let task = ended(&local).await;
    assert_eq!((&task["Status"], &task["DestinationArn"]), (&json!("COMPLETED"), &json!(arn("slow"))));
    assert_eq!(local.bodies("slow").await, ["direct"]);
    let listed = local.done("ListMessageMoveTasks", json!({ "SourceArn": arn("dead"), "MaxResults": 10 })).await;
    let states: Vec<_> = listed["Results"].as_array().unwrap().iter().map(|task| &task["Status"]).collect();
    assert_eq!(states, ["COMPLETED", "FAILED"]);
}

#[tokio::test]
async fn a_task_keeps_its_rate_and_can_be_cancelled() {
    let local = Local::start().await;
    letters(&local, 10).await;
    let start = json!({ "SourceArn": arn("dead"), "MaxNumberOfMessagesPerSecond": 2 });
    let started = local.done("StartMessageMoveTask", start.clone()).await;
    let moved = |count: u64| move |task: &Value| task["ApproximateNumberOfMessagesMoved"] == count;
    let running = until(&local, moved(2)).await;
    assert_eq!(running["Status"], "RUNNING");
    assert_eq!(running["TaskHandle"], started["TaskHandle"]);
    assert_eq!(running["MaxNumberOfMessagesPerSecond"], 2);
    let second = local.sqs("StartMessageMoveTask", start).await.unwrap_err();
    assert_eq!(second.code, "InvalidParameterValue;Sender");
    local.cloud.clock().advance(999);
    tokio::time::sleep(Duration::from_millis(20)).await;
    assert!(moved(2)(&newest(&local).await));
    local.cloud.clock().advance(1);
    until(&local, moved(4)).await;
    let cancel = json!({ "TaskHandle": started["TaskHandle"] });
    assert_eq!(
        local.done("CancelMessageMoveTask", cancel.clone()).await,
        json!({ "ApproximateNumberOfMessagesMoved": 4 })
    );
    let task = ended(&local).await;
    assert_eq!((&task["Status"], &task["TaskHandle"]), (&json!("CANCELLED"), &Value::Null));
    assert_eq!(local.cloud.look(|broker, _| broker.queue(DEAD).messages().count()), 6);
    let again = local.sqs("CancelMessageMoveTask", cancel).await.unwrap_err();
    assert_eq!(again.shape, "UnsupportedOperation");
}

#[tokio::test]
async fn ten_tasks_of_a_queue_are_listed() {
    let local = Local::start().await;
    for _ in 0..11 {
        local.done("StartMessageMoveTask", json!({ "SourceArn": arn("dead") })).await;
        ended(&local).await;
    }
    let listed = local.done("ListMessageMoveTasks", json!({ "SourceArn": arn("dead"), "MaxResults": 10 })).await;
    assert_eq!(listed["Results"].as_array().unwrap().len(), 10);
    let other = local.done("ListMessageMoveTasks", json!({ "SourceArn": arn("dead.fifo") })).await;
    assert_eq!(other, json!({ "Results": [] }));
}
