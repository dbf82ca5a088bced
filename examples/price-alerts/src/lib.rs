//! Prices arrive on a queue, and low ones are announced. The queue, and the topic for announcements, are the
//! application's own: `infra/main.rs` adds them.

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

async fn price(event: UnmanagedSqsEvent, announce: Invoke<Announce>) -> Result<(), Error> {
    let price: Price = event.json()?;
    if price.cents < LOW {
        announce.send(price).await?;
    }
    Ok(())
}

async fn announce(event: ManagedSqsEvent<Announce>) -> Result<(), Error> {
    // Its role may publish there: with the crate `aws-sdk-sns` that is one call.
    let topic = std::env::var(TOPIC).unwrap_or_else(|_| "no topic".to_owned());
    println!("{} costs {} cents, for {topic}", event.payload.item, event.payload.cents);
    Ok(())
}

/// The whole application.
pub fn app() -> App {
    App::new("price-alerts")
        .sqs_task("Price", json!({"Fn::GetAtt": [PRICES, "Arn"]}), price)
        .async_task(Announce, announce)
}
