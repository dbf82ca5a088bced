//! Orders of a shop: every kind of task, once.

use std::time::Duration;

use async_lambda::{DynamoDbEvent, prelude::*};
use serde_json::json;

/// An order, as a customer places it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Order {
    /// Its number.
    pub id: u32,
    /// Who pays.
    pub customer: String,
    /// How many.
    pub items: u32,
}

/// What an order costs.
pub struct Price;
/// Takes the money.
pub struct Pay;
/// The steps of a delivery, in order.
pub struct Ship;
/// A word to a customer.
pub struct Remind;
/// Statistics.
pub struct Count;
/// The application that writes invoices.
pub struct Billing;
/// Its task.
pub struct Invoice;

impl CallTask for Price {
    const ID: &'static str = "Price";
    type Request = u32;
    type Answer = u32;
}

impl Task for Pay {
    const ID: &'static str = "Pay";
    type Payload = Order;
}

impl FifoTask for Ship {
    const ID: &'static str = "Ship";
    type Payload = String;
    type Group = u32;
}

impl Task for Remind {
    const ID: &'static str = "Remind";
    type Payload = String;
    // A word that nobody gets becomes a dead letter, of which somebody is told with a word: once.
    const RECURSION: Option<u32> = Some(2);
}

impl Task for Count {
    const ID: &'static str = "Count";
    type Payload = u32;
}

impl Task for Invoice {
    const ID: &'static str = "Invoice";
    type Payload = Order;
}

impl OtherApp for Billing {
    const NAME: &'static str = "billing";
}

#[handler]
async fn place_order(
    event: ApiEvent,
    price: Call<Price>,
    pay: Invoke<Pay>,
    ship: InvokeFifo<Ship>,
) -> Result<Json<serde_json::Value>, Error> {
    let order: Order = event.json()?;
    let price = price.call(order.items).await?;
    // A customer with many orders does not hold up the others, and a large order has a lane of its own.
    let lane = if order.items > 100 { 1 } else { 0 };
    pay.message(order.clone()).group(&order.customer).lane(lane).send().await?;
    ship.send_all([(order.id, "pack".to_owned()), (order.id, "send".to_owned())]).await?;
    Ok(Json(json!({"id": order.id, "price": price})))
}

#[handler]
async fn price(event: CallEvent<Price>) -> Result<u32, Error> {
    Ok(event.request * 7)
}

#[handler]
async fn pay(
    event: ManagedSqsEvent<Pay>,
    invoice: InvokeExternal<Invoice, Billing>,
    permanent: Permanent,
) -> Result<(), Error> {
    let group = event.message_group_id.as_deref().unwrap_or("no group");
    println!("{} pays for order {} in lane {}, {group}", event.payload.customer, event.payload.id, event.lane);
    if event.payload.customer.is_empty() {
        // No further attempt would change that.
        return Err(permanent.error("an order needs a customer"));
    }
    Ok(invoice.send(event.payload).await?)
}

#[handler]
async fn ship(event: FifoEvent<Ship>, remind: InvokeLater<Remind>) -> Result<(), Error> {
    println!("order {}: {}", event.group, event.payload);
    if event.payload == "send" {
        let text = format!("order {} is on its way", event.group);
        remind
            .message(text)
            .after(Duration::from_secs(24 * 60 * 60))
            .id(format!("order-{}", event.group))
            .send()
            .await?;
    }
    Ok(())
}

#[handler]
async fn remind(event: ManagedSqsEvent<Remind>) -> Result<(), Error> {
    println!("{}", event.payload);
    Ok(())
}

#[handler]
async fn count(batch: Batch<Count>) -> Result<u32, Error> {
    for message in &batch {
        if message.payload == 0 {
            batch.fail(message, "nothing to count");
        }
    }
    let sum = batch.messages().iter().map(|message| message.payload).sum();
    println!("{} messages in lane {}: {sum}", batch.messages().len(), batch.messages()[0].lane);
    Ok(sum)
}

#[handler]
async fn changed(event: DynamoDbEvent<Order>, count: Invoke<Count>) -> Result<(), Error> {
    let items = event.new_image.map_or(0, |order| order.items);
    Ok(count.send(items).await?)
}

#[handler]
async fn import(event: UnmanagedSqsEvent, pay: Invoke<Pay>) -> Result<(), Error> {
    Ok(pay.send(event.json()?).await?)
}

#[handler]
async fn nightly(_: ScheduledEvent, count: Invoke<Count>) -> Result<(), Error> {
    Ok(count.send_all(1..=3).await?)
}

#[handler]
async fn letter(letter: DeadLetterEvent, remind: Invoke<Remind>) -> Result<(), Error> {
    let task = letter.task.as_deref().unwrap_or("nobody");
    let reason = letter.reason.as_deref().unwrap_or("see the log");
    Ok(remind.send(format!("a message to {task} was given up: {reason}")).await?)
}

/// The application.
pub fn app() -> App {
    let nightly_run = Schedule::new(schedule!("cron(0 3 * * ? *)")).time_zone("Europe/Berlin").dead_letters();
    let legacy = Sqs::new("arn:aws:sqs:us-east-1:123456789012:orders.fifo").batch_size(10);
    let orders = DynamoDb::new("arn:aws:dynamodb:us-east-1:123456789012:table/Orders/stream/2026-11-23T00:00:00.000");
    App::new("orders")
        .dead_letters_to("Letters")
        .backoff_secs(10, 600)
        .memory_mb(256)
        .payload_retention_days(60)
        .queue_retention_secs(12 * 24 * 60 * 60)
        .api_task("PlaceOrder", Method::POST, "/orders", place_order)
        .function_task(Price, task(price).timeout_secs(10))
        .async_task(Pay, task(pay).lanes(3).lane_concurrency([50, 5, 5]))
        .fifo_task(Ship, task(ship).batch_size(10))
        .async_task(Remind, remind)
        .async_batch_task(Count, task(count).batch_size(100).batching_window_secs(5))
        .dynamodb_task("Changed", orders.batch_size(10), changed)
        .sqs_task("Import", legacy, import)
        .scheduled_task("Nightly", nightly_run, nightly)
        .dead_letter_task("Letters", letter)
}
