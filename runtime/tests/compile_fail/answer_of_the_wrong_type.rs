use async_lambda::prelude::*;

struct Price;

impl CallTask for Price {
    const ID: &'static str = "Price";
    type Request = u32;
    type Answer = u32;
}

#[handler]
async fn price(event: CallEvent<Price>) -> Result<String, Error> {
    Ok(event.request.to_string())
}

fn main() {}
