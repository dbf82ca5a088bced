//! The shop as it runs on Lambda, in memory.

use async_lambda::{prelude::*, testing::TestApp};
use serde_json::{Value, json};
use shop::{BuildReport, SendMail};

#[tokio::test]
async fn an_order_is_kept_and_reported() {
    let app = TestApp::new(shop::app());
    let order = json!({"id": 7, "item": "tea"});
    let response = app.request(ApiEvent::post("/orders").json(&order)).await;
    assert_eq!((response.status, response.text()), (StatusCode::CREATED, "/orders/7"));

    let runs = app.run_until_idle().await;
    let tasks: Vec<&str> = runs.iter().map(|run| run.task.as_str()).collect();
    assert_eq!(tasks, ["BuildReport", "SendMail"]);
    assert_eq!(app.sent::<SendMail>()[0].delay_secs, 30);

    let response = app.request(ApiEvent::get("/orders/7")).await;
    assert_eq!(response.json::<Value>(), order);
}

#[tokio::test]
async fn an_order_without_a_number_becomes_a_dead_letter() {
    let app = TestApp::new(shop::app());
    app.receive("Import", r#"{"id": 0, "item": "tea"}"#);
    let runs = app.run_until_idle().await;
    assert!(runs.iter().all(|run| run.result.is_err()));
    assert!(app.dead_letters()[0].reason.contains("must not give an order the number 0"));
}

#[tokio::test]
async fn a_mail_waits_for_its_report() {
    let app = TestApp::new(shop::app());
    app.run_schedule("NightlyReport").await.unwrap();
    assert_eq!(app.payloads::<BuildReport>()[0].day, "2026-01-01");
    // The mail is refused once, and the report is made again.
    app.fail_sends::<SendMail>(1);
    let runs = app.run_until_idle().await;
    let attempts: Vec<(&str, u32)> = runs.iter().map(|run| (run.task.as_str(), run.attempt)).collect();
    assert_eq!(attempts, [("BuildReport", 1), ("BuildReport", 2), ("SendMail", 1)]);
}
