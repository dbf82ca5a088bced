//! Orders, invoices and mail, each a group of tasks: every group is a nested stack of its own.

use async_lambda::prelude::*;

/// The group of orders.
pub mod orders {
    use async_lambda::prelude::*;

    use crate::billing::Invoice;

    /// Packs an order.
    pub struct Pack;

    impl Task for Pack {
        const ID: &'static str = "Pack";
        type Payload = String;
    }

    async fn place(event: ApiEvent, pack: Invoke<Pack>, invoice: Invoke<Invoice>) -> Result<StatusCode, Error> {
        let order = event.path_parameter("id").unwrap_or_default().to_owned();
        pack.send(order.clone()).await?;
        invoice.send(order).await?;
        Ok(StatusCode::ACCEPTED)
    }

    async fn pack(event: ManagedSqsEvent<Pack>) -> Result<(), Error> {
        println!("packed {}", event.payload);
        Ok(())
    }

    /// The tasks.
    pub fn tasks(app: App) -> App {
        app.api_task("PlaceOrder", Method::POST, "/orders/{id}", place).async_task(Pack, task(pack).lanes(2))
    }
}

/// The group of invoices.
pub mod billing {
    use async_lambda::prelude::*;

    use crate::Mail;

    /// Writes an invoice.
    pub struct Invoice;

    impl Task for Invoice {
        const ID: &'static str = "Invoice";
        type Payload = String;
    }

    async fn invoice(event: ManagedSqsEvent<Invoice>, mail: Invoke<Mail>) -> Result<(), Error> {
        Ok(mail.send(format!("an invoice for {}", event.payload)).await?)
    }

    async fn remind(_: ScheduledEvent, invoice: Invoke<Invoice>) -> Result<(), Error> {
        Ok(invoice.send("everything".to_owned()).await?)
    }

    /// The tasks.
    pub fn tasks(app: App) -> App {
        app.async_task(Invoice, task(invoice).max_receive_count(3).dead_letters_to("Lost")).scheduled_task(
            "RemindAll",
            schedule!("rate(1 day)"),
            remind,
        )
    }
}

/// Writes to a customer: a task of no group, to which all groups send.
pub struct Mail;

impl Task for Mail {
    const ID: &'static str = "Mail";
    type Payload = String;
}

async fn mail(event: ManagedSqsEvent<Mail>) -> Result<(), Error> {
    println!("mail: {}", event.payload);
    Ok(())
}

async fn status() -> &'static str {
    "open"
}

/// What nobody could handle. It stands in no group: its queue has to exist before those whose dead letters it takes.
async fn lost(event: DeadLetterEvent) -> Result<(), Error> {
    println!("lost: {}", event.body);
    Ok(())
}

/// The application.
pub fn app() -> App {
    App::new("groups-app")
        .group("orders", orders::tasks)
        .group("billing", billing::tasks)
        .async_task(Mail, mail)
        .api_task("Status", Method::GET, "/status", status)
        .dead_letter_task("Lost", lost)
}

#[cfg(test)]
mod tests {
    use async_lambda::testing::TestApp;

    use super::*;

    #[tokio::test]
    async fn groups_make_no_difference_to_messages() {
        let app = TestApp::new(app());
        app.run_schedule("RemindAll").await.unwrap();
        app.run_until_idle().await;
        assert_eq!(app.payloads::<Mail>(), ["an invoice for everything"]);
    }
}
