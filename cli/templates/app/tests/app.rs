//! The application as it runs on Lambda, in memory: with its state, its queue and its retries.

use async_lambda::testing::TestApp;

use {{ crate_name }}::{Reminder, SendReminder, app};

fn reminder(invoice: u32, customer: &str) -> Reminder {
    Reminder {
        invoice,
        customer: customer.to_owned(),
    }
}

#[tokio::test]
async fn each_unpaid_invoice_gets_a_reminder() {
    let app = TestApp::new(app());
    app.run_schedule("Collect").await.unwrap();
    let expected = [
        reminder(1, "ada@example.com"),
        reminder(2, "grace@example.com"),
    ];
    assert_eq!(app.payloads::<SendReminder>(), expected);

    let runs = app.run_until_idle().await;
    assert_eq!(runs.len(), 2);
    assert!(runs.iter().all(|run| run.result.is_ok()), "{runs:?}");
}

#[tokio::test]
async fn a_reminder_without_an_address_becomes_a_dead_letter() {
    let app = TestApp::new(app());
    app.send::<SendReminder>(reminder(3, "")).await;
    app.run_until_idle().await;
    let dead_letters = app.dead_letters();
    assert_eq!(dead_letters[0].payload::<SendReminder>(), reminder(3, ""));
    assert_eq!(
        dead_letters[0].reason,
        "invoice 3: the customer has no address"
    );
}
