//! Filters of event source mappings.

use std::sync::{Arc, Mutex};

use async_lambda_local::{
    cloud::Cloud,
    mapping::poll,
    plan::{Mapping, Plan},
    queue::{Attribute, Attributes, NewMessage},
    run::{Answer, BoxFuture, Invocation, Runner},
    time::Clock,
};
use async_lambda_model::{TaskId, TaskModel, trigger::Sqs};
use pretty_assertions::assert_eq;
use serde_json::{Value, json};

use crate::operations::{BEGIN, model};

/// Remembers the bodies of each invocation.
#[derive(Default)]
struct Remembers(Mutex<Vec<Vec<String>>>);

impl Runner for Remembers {
    fn run(&self, invocation: Invocation) -> BoxFuture<'_, Answer> {
        let event: Value = serde_json::from_str(&invocation.event).unwrap();
        let bodies =
            event["Records"].as_array().unwrap().iter().map(|record| record["body"].as_str().unwrap().to_owned());
        self.0.lock().unwrap().push(bodies.collect());
        Box::pin(async { Ok(String::new()) })
    }
}

#[tokio::test(start_paused = true)]
async fn messages_that_fit_no_filter_are_deleted_without_an_invocation() {
    let trigger = Sqs::new("arn:aws:sqs:us-east-1:123456789012:orders")
        .batch_size(4)
        .filter(json!({"body": {"kind": ["order"]}}))
        .filter(json!({"messageAttributes": {"kind": {"stringValue": ["order"]}}}));
    let mut model = model();
    model.tasks.push(TaskModel::new(TaskId::literal("Work"), trigger, async_lambda_model::Origin::default()));
    let cloud = Cloud::in_memory(Plan::of(&model), Clock::starting_at(BEGIN), 1);
    let mapping: Mapping = cloud.plan().mappings[0].clone();
    let queue = mapping.queue;
    let order = |number: i32| json!({"kind": "order", "number": number}).to_string();
    for number in 1..=6 {
        cloud.send(queue, NewMessage::new(order(number))).unwrap();
        cloud.send(queue, NewMessage::new(r#"{"kind": "offer"}"#)).unwrap();
    }
    let named = [("kind".to_owned(), Attribute::string("order"))].into();
    let attributes = Some(Arc::new(Attributes { named, ..Attributes::default() }));
    cloud.send(queue, NewMessage { attributes, ..NewMessage::new("plain") }).unwrap();
    cloud.send(queue, NewMessage::new("plain")).unwrap();
    let runner = Arc::new(Remembers::default());
    let poller = tokio::spawn(poll(cloud.clone(), mapping, runner.clone()));
    tokio::time::sleep(std::time::Duration::from_secs(1)).await;
    poller.abort();
    // A batch is filled with messages that fit.
    let expected = [vec![order(1), order(2), order(3), order(4)], vec![order(5), order(6), "plain".to_owned()]];
    assert_eq!(*runner.0.lock().unwrap(), expected);
    assert_eq!(cloud.look(|broker, _| broker.queue(queue).messages().count()), 0);
}
