use async_lambda::prelude::*;

#[derive(Serialize, Deserialize)]
struct Order {
    id: String,
    cents: u64,
}

struct Orders;

impl TableOf for Orders {
    const NAME: &'static str = "Orders";
    type Item = Order;
    type Key = String;
    const KEY: &'static str = "id";
}

async fn tick(_: ScheduledEvent, orders: ReadTable<Orders>) -> Result<(), Error> {
    orders.put(&Order { id: "a".to_owned(), cents: 1 }).await?;
    orders.update("a").set("cents", &2).send().await?;
    Ok(orders.delete("a").await?)
}

fn main() {
    App::new("demo").scheduled_task("Tick", schedule!("rate(1 day)"), tick);
}
