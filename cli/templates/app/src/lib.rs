//! Reminders about unpaid invoices: a schedule collects the invoices, and a task sends each reminder.

use async_lambda::prelude::*;

/// A reminder: the payload of [`SendReminder`].
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Reminder {
    /// The number of the invoice.
    pub invoice: u32,
    /// The customer's address.
    pub customer: String,
}

/// A task is a type. This one has a queue of its own, and each message in the queue is a [`Reminder`].
pub struct SendReminder;

impl Task for SendReminder {
    const ID: &'static str = "SendReminder";
    type Payload = Reminder;
}

/// State: what handlers share. Clients and pools belong here.
struct Mailer {
    sender: String,
}

impl Mailer {
    /// Called when a function starts that uses it, and never by synth. `SENDER` is set in `.async_lambda/config.json`.
    async fn connect() -> Result<Mailer, Error> {
        let sender = std::env::var("SENDER").unwrap_or_else(|_| "nobody@example.com".to_owned());
        Ok(Mailer { sender })
    }

    fn send(&self, Reminder { invoice, customer }: &Reminder) -> Result<(), Error> {
        if customer.is_empty() {
            return Err(format!("invoice {invoice}: the customer has no address").into());
        }
        println!(
            "from {} to {customer}: invoice {invoice} is unpaid",
            self.sender
        );
        Ok(())
    }
}

/// The unpaid invoices. A real application asks its database.
fn unpaid() -> Vec<Reminder> {
    let reminder = |invoice, customer: &str| Reminder {
        invoice,
        customer: customer.to_owned(),
    };
    vec![
        reminder(1, "ada@example.com"),
        reminder(2, "grace@example.com"),
    ]
}

/// Runs each working day. `Invoke<SendReminder>` in the signature is the permission to send to the task's queue.
#[handler]
async fn collect(_: ScheduledEvent, send_reminder: Invoke<SendReminder>) -> Result<(), Error> {
    send_reminder.send_all(unpaid()).await?;
    Ok(())
}

/// A message whose handler fails comes again. After five times it goes to the dead-letter queue.
#[handler]
async fn send_reminder(
    event: ManagedSqsEvent<SendReminder>,
    mailer: State<Mailer>,
) -> Result<(), Error> {
    mailer.send(&event.payload)
}

/// The whole application.
pub fn app() -> App {
    App::new("{{ name }}")
        .with_state_async(Mailer::connect)
        .scheduled_task("Collect", schedule!("cron(0 8 ? * MON-FRI *)"), collect)
        .async_task(
            SendReminder,
            task(send_reminder).memory_mb(256).timeout_secs(30),
        )
}
