use async_lambda::prelude::*;

struct Order;

#[handler]
async fn changed(_: DynamoDbEvent<Order>) -> Result<(), Error> {
    Ok(())
}

fn main() {}
