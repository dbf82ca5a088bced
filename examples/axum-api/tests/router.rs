//! Requests through the router.

use async_lambda::{prelude::*, testing::TestApp};
use axum_api::{Greet, Greeting, app};

#[tokio::test]
async fn a_router_answers() {
    let app = TestApp::new(app());
    let response = app.request(ApiEvent::get("/hello/you?loud=true")).await;
    assert_eq!((response.status, response.text()), (StatusCode::OK, "HELLO YOU"));
    let response = app.request(ApiEvent::get("/nothing")).await;
    assert_eq!(response.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn a_router_invokes() {
    let app = TestApp::new(app());
    let response = app.request(ApiEvent::post("/greetings").json(&Greeting { name: "you".to_owned() })).await;
    assert_eq!(response.status, StatusCode::ACCEPTED);
    let runs = app.run_until_idle().await;
    assert_eq!((runs.len(), runs[0].payload::<Greet>().name.as_str()), (1, "you"));
    assert_eq!(app.sent::<Greet>()[0].source_task_id.as_deref(), Some("Web"));
}

#[tokio::test]
async fn a_greeting_that_is_not_sent_is_told() {
    let app = TestApp::new(app());
    app.fail_sends::<Greet>(1);
    let response = app.request(ApiEvent::post("/greetings").json(&Greeting { name: "you".to_owned() })).await;
    assert_eq!(response.status, StatusCode::BAD_GATEWAY);
}
