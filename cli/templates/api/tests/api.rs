//! Requests to the application, without AWS: messages are recorded instead of sent.

use std::sync::Arc;

use async_lambda::{Context, Engine, Recorder};
use serde_json::{Value, json};
use {{ crate_name }}::{Price, app};

/// Answers a request, and gives the messages that were sent with the response.
async fn request(task: &str, mut event: Value) -> (Value, Arc<Recorder>) {
    event["headers"] = json!({"content-type": "application/json"});
    let recorder = Arc::new(Recorder::new());
    let engine = Engine::new(app(), Arc::clone(&recorder)).expect("the application has no mistake");
    (engine.invoke(task, event, Context::default()).await.expect("the task succeeds"), recorder)
}

async fn order(body: &str) -> (Value, Arc<Recorder>) {
    request("PostOrder", json!({"httpMethod": "POST", "path": "/orders", "body": body})).await
}

#[tokio::test]
async fn prices() {
    let get = |item: &str| {
        json!({"httpMethod": "GET", "path": format!("/prices/{item}"), "pathParameters": {"item": item}})
    };
    let (response, _) = request("GetPrice", get("tea")).await;
    let price: Price = serde_json::from_str(response["body"].as_str().unwrap()).unwrap();
    assert_eq!((&response["statusCode"], price.cents), (&json!(200), 350));

    let (response, _) = request("GetPrice", get("gold")).await;
    assert_eq!(response["statusCode"], 404);
}

#[tokio::test]
async fn an_order_is_shipped() {
    let (response, recorder) = order(r#"{"item": "tea", "count": 2}"#).await;
    assert_eq!(response["statusCode"], 202);
    let sent = recorder.sent();
    assert_eq!(sent.len(), 1);
    assert_eq!(sent[0].0.as_str(), "Ship");
}

#[tokio::test]
async fn a_wrong_order_is_refused() {
    for (body, status) in [(r#"{"item": "tea"}"#, 400), (r#"{"item": "gold", "count": 1}"#, 404)] {
        let (response, recorder) = order(body).await;
        assert_eq!(response["statusCode"], status, "{body}");
        assert!(recorder.sent().is_empty(), "{body}");
    }
}
