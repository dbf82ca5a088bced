//! The application as it runs on Lambda, in memory: with its routes and its queue.

use async_lambda::{prelude::*, testing::TestApp};
use serde_json::json;

use {{ crate_name }}::{Order, Price, Ship, app};

#[tokio::test]
async fn prices() {
    let app = TestApp::new(app());
    let response = app.request(ApiEvent::get("/prices/tea")).await;
    assert_eq!(
        (response.status, response.json::<Price>()),
        (StatusCode::OK, Price { cents: 350 })
    );
    let response = app.request(ApiEvent::get("/prices/gold")).await;
    assert_eq!(response.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn an_order_is_shipped() {
    let app = TestApp::new(app());
    let order = Order {
        item: "tea".to_owned(),
        count: 2,
    };
    let response = app.request(ApiEvent::post("/orders").json(&order)).await;
    assert_eq!(response.status, StatusCode::ACCEPTED);

    let runs = app.run_until_idle().await;
    assert_eq!(runs.len(), 1);
    assert_eq!(runs[0].payload::<Ship>(), order);
    assert!(runs[0].result.is_ok(), "{runs:?}");
}

#[tokio::test]
async fn a_wrong_order_is_refused() {
    let app = TestApp::new(app());
    let check = async |body: serde_json::Value, status| {
        let response = app.request(ApiEvent::post("/orders").json(&body)).await;
        assert_eq!(response.status, status, "{body}");
    };
    check(json!({"item": "tea"}), StatusCode::BAD_REQUEST).await;
    check(json!({"item": "gold", "count": 1}), StatusCode::NOT_FOUND).await;
    assert!(app.sent::<Ship>().is_empty());
}

#[tokio::test]
async fn an_order_that_cannot_be_sent_is_an_error() {
    let app = TestApp::new(app());
    app.fail_sends::<Ship>(1);
    let response = app
        .request(ApiEvent::post("/orders").json(&json!({"item": "tea", "count": 1})))
        .await;
    assert!(response.status.is_server_error());
}
