use async_lambda::prelude::*;

struct Price;

impl CallTask for Price {
    const ID: &'static str = "Price";
    type Request = u32;
    type Answer = u32;
}

async fn tick(_: ScheduledEvent, price: Call<Price>) -> Result<u32, Error> {
    Ok(price.call("ten").await?)
}

fn main() {}
