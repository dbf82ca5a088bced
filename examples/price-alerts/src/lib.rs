//! Prices arrive on a queue, and low ones are announced, each once a day. The queue, and the topic for announcements, are the
//! application's own: `infra/main.rs` adds them.

use std::time::Duration;

use async_lambda::prelude::*;
use serde_json::json;

/// The price of something.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Price {
    /// What it is the price of.
    pub item: String,
    /// The price itself.
    pub cents: u32,
}

/// Announces a low price.
pub struct Announce;

impl Task for Announce {
    const ID: &'static str = "Announce";
    type Payload = Price;
}

/// The logical id of the queue on which prices arrive.
pub const PRICES: &str = "Prices";
/// The variable with the ARN of the topic for announcements.
pub const TOPIC: &str = "ANNOUNCEMENTS_TOPIC";
/// What a low price is.
const LOW: u32 = 100;
/// For how long nobody hears of the same price again.
const QUIET: Duration = Duration::from_secs(24 * 60 * 60);

async fn price(event: UnmanagedSqsEvent, announce: Invoke<Announce>) -> Result<(), Error> {
    let price: Price = event.json()?;
    if price.cents < LOW {
        announce.send(price).await?;
    }
    Ok(())
}

async fn announce(event: ManagedSqsEvent<Announce>, once: Once<Price>) -> Result<(), Error> {
    let price = event.payload;
    once.expires_after(QUIET).run(&price, async || publish(&price).await).await
}

async fn publish(price: &Price) -> Result<(), Error> {
    // The task's role may publish there: with the crate `aws-sdk-sns` that is one call.
    let topic = std::env::var(TOPIC).unwrap_or_else(|_| "no topic".to_owned());
    println!("{} costs {} cents, for {topic}", price.item, price.cents);
    Ok(())
}

/// The whole application.
pub fn app() -> App {
    App::new("price-alerts")
        .sqs_task("Price", json!({"Fn::GetAtt": [PRICES, "Arn"]}), price)
        .async_task(Announce, announce)
}
