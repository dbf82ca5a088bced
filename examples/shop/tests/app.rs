//! The shop as it runs on Lambda, in memory.

use std::time::{Duration, UNIX_EPOCH};

use async_lambda::{prelude::*, testing::TestApp};
use serde_json::{Value, json};
use shop::{BuildReport, Mail, SendMail};

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
    let app = TestApp::new(shop::app()).starting_at(UNIX_EPOCH + Duration::from_secs(1_767_225_600));
    app.run_schedule("NightlyReport").await.unwrap();
    assert_eq!(app.payloads::<BuildReport>()[0].day, "2026-01-01");
    // The mail is refused once, and the report is made again.
    app.fail_sends::<SendMail>(1);
    let runs = app.run_until_idle().await;
    let attempts: Vec<(&str, u32)> = runs.iter().map(|run| (run.task.as_str(), run.attempt)).collect();
    assert_eq!(attempts, [("BuildReport", 1), ("BuildReport", 2), ("SendMail", 1)]);
}

#[tokio::test]
async fn a_mail_is_sent_twice_where_the_answer_is_lost() {
    let app = TestApp::new(shop::app());
    app.crash_next::<SendMail>(1);
    app.send::<SendMail>(Mail { to: "ada@example.com".to_owned(), text: "hello".to_owned() }).await;
    let attempts: Vec<u32> = app.run_until_idle().await.iter().map(|run| run.attempt).collect();
    assert_eq!(attempts, [1, 2]);
}

#[tokio::test]
async fn the_report_is_built_every_night() {
    let app = TestApp::new(shop::app());
    let runs = app.advance(Duration::from_secs(7 * 24 * 60 * 60)).await;
    assert_eq!(runs.iter().filter(|run| run.task == "NightlyReport").count(), 7);
}
