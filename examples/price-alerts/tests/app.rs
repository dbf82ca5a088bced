//! Prices that arrive, in memory.

use async_lambda::{
    Task,
    testing::{OnceState, TestApp},
};
use price_alerts::{Announce, Price, app};
use serde_json::Value;

#[tokio::test]
async fn low_prices_are_announced() {
    let app = TestApp::new(app());
    app.receive("Price", r#"{"item": "tea", "cents": 90}"#);
    app.receive("Price", r#"{"item": "cups", "cents": 900}"#);
    let runs = app.run_until_idle().await;
    assert!(runs.iter().all(|run| run.result.is_ok()), "{runs:?}");
    let announced: Vec<String> = app.payloads::<Announce>().into_iter().map(|price| price.item).collect();
    assert_eq!(announced, ["tea"]);
}

#[tokio::test]
async fn the_same_price_is_announced_once() {
    let app = TestApp::new(app());
    for cents in [90, 90, 80] {
        app.receive("Price", format!(r#"{{"item": "tea", "cents": {cents}}}"#));
    }
    let runs = app.run_until_idle().await;
    assert!(runs.iter().all(|run| run.result.is_ok()), "{runs:?}");
    assert_eq!(app.payloads::<Announce>().len(), 3);
    let tea = |cents| Price { item: "tea".to_owned(), cents };
    let states = [90, 80, 70].map(|cents| app.once_state(Announce::ID, &tea(cents)));
    let done = Some(OnceState::Completed(Value::Null));
    assert_eq!(states, [done.clone(), done, None]);
}

#[tokio::test]
async fn a_price_that_is_none_becomes_a_dead_letter() {
    let app = TestApp::new(app());
    app.receive("Price", "{}");
    assert_eq!(app.run_until_idle().await.len(), 5);
    assert!(app.dead_letters()[0].reason.contains("missing field `item`"), "{:?}", app.dead_letters());
}
