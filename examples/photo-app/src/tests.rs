//! Handlers called as the functions that they are, and the whole application in memory.

use async_lambda::testing::{Outbox, TestApp};

use super::*;

#[tokio::test]
async fn a_tick_sends_one_photo() {
    let outbox = Outbox::new();
    tick(ScheduledEvent::at("2026-11-23T09:00:00Z"), outbox.invoke()).await.unwrap();
    assert_eq!(outbox.payloads::<Resize>(), [Photo { key: "a.png".to_owned(), width: 800 }]);
}

#[tokio::test]
async fn a_photo_that_cannot_be_sent_fails_the_tick() {
    let outbox = Outbox::new();
    outbox.fail_sends::<Resize>(1);
    let error = tick(ScheduledEvent::at("2026-11-23T09:00:00Z"), outbox.invoke()).await.unwrap_err();
    assert!(error.to_string().starts_with("message to `Resize`: was refused"), "{error}");
}

#[tokio::test]
async fn the_photo_is_resized() {
    let app = TestApp::new(app());
    app.run_schedule("Tick").await.unwrap();
    let runs = app.run_until_idle().await;
    assert_eq!((runs.len(), runs[0].task.as_str()), (1, "Resize"));
    assert!(runs[0].result.is_ok(), "{runs:?}");
    assert_eq!(app.sent::<Resize>()[0].source_task_id.as_deref(), Some("Tick"));
}
