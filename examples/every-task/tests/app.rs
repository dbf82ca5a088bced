//! The whole application, in memory.

use async_lambda::{prelude::*, testing::TestApp};
use every_task::{Count, Invoice, Order, Pay, Remind, Ship, app};

fn order(customer: &str) -> Order {
    Order { id: 7, customer: customer.to_owned(), items: 200 }
}

#[tokio::test]
async fn an_order_is_paid_shipped_and_announced() -> Result<(), Error> {
    let app = TestApp::new(app());
    let response = app.request(ApiEvent::post("/orders").json(&order("ada"))).await;
    assert_eq!(response.status, StatusCode::OK);
    assert_eq!(response.json::<serde_json::Value>(), serde_json::json!({"id": 7, "price": 1400}));
    let runs = app.run_until_idle().await;
    assert!(runs.iter().all(|run| run.result.is_ok()), "{runs:?}");
    let tasks: Vec<&str> = runs.iter().map(|run| run.task.as_str()).collect();
    assert_eq!(tasks, ["Pay", "Ship", "Ship", "Remind"]);
    let sent = app.sent::<Pay>();
    assert_eq!((sent[0].lane, sent[0].group.as_deref()), (1, Some("ada")));
    assert_eq!(app.fifo_payloads::<Ship>().len(), 2);
    assert_eq!(app.payloads::<Invoice>(), [order("ada")]);
    assert_eq!(app.payloads::<Remind>(), ["order 7 is on its way"]);
    Ok(())
}

#[tokio::test]
async fn an_order_without_a_customer_is_given_up_at_once() {
    let app = TestApp::new(app());
    app.receive("Import", serde_json::json!({"id": 8, "customer": "", "items": 1}).to_string());
    app.run_until_idle().await;
    assert_eq!(app.dead_letters()[0].reason, "an order needs a customer");
    assert_eq!(app.payloads::<Remind>(), ["a message to Pay was given up: an order needs a customer"]);
}

#[tokio::test]
async fn what_is_counted_is_counted_together() {
    let app = TestApp::new(app());
    assert!(app.run_schedule("Nightly").await.is_ok());
    app.send::<Count>(0).await;
    let runs = app.run_until_idle().await;
    let first: Vec<bool> = runs.iter().take(4).map(|run| run.result.is_ok()).collect();
    assert_eq!(first, [true, true, true, false]);
    assert_eq!(runs.iter().filter(|run| run.task == "Count").count(), 3 + 5);
}
