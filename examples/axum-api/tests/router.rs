//! Requests through the router.
#![expect(clippy::unwrap_used, reason = "a test may panic")]

use std::sync::Arc;

use async_lambda::{Context, Engine, Recorder};
use serde_json::{Value, json};

async fn call(method: &str, path: &str, body: Option<&str>) -> (Value, Arc<Recorder>) {
    let recorder = Arc::new(Recorder::new());
    let engine = Engine::new(axum_api::app(), Arc::clone(&recorder)).unwrap();
    let event = json!({
        "path": path,
        "httpMethod": method,
        "headers": { "Content-Type": "application/json" },
        "queryStringParameters": { "loud": "true" },
        "body": body,
        "isBase64Encoded": false,
    });
    (engine.invoke("Web", event, Context::default()).await.unwrap(), recorder)
}

#[tokio::test]
async fn a_router_answers() {
    let (response, _) = call("GET", "/hello/you", None).await;
    assert_eq!((&response["statusCode"], &response["body"]), (&json!(200), &json!("HELLO YOU")));
    let (response, _) = call("GET", "/nothing", None).await;
    assert_eq!(response["statusCode"], 404);
}

#[tokio::test]
async fn a_router_invokes() {
    let model = axum_api::app().model().unwrap();
    assert_eq!(model.task("Web").unwrap().invokes[0].as_str(), "Greet");
    let (response, recorder) = call("POST", "/greetings", Some(r#"{"name": "you"}"#)).await;
    assert_eq!(response["statusCode"], 202);
    let sent = recorder.sent();
    assert_eq!(sent[0].0.as_str(), "Greet");
    assert!(sent[0].1.body.contains(r#""source_task_id":"Web""#), "{}", sent[0].1.body);
}
