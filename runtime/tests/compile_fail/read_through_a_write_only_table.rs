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

async fn tick(_: ScheduledEvent, orders: WriteTable<Orders>) -> Result<(), Error> {
    println!("{}", orders.get("a").await?.is_some());
    Ok(())
}

fn main() {
    App::new("demo").scheduled_task("Tick", schedule!("rate(1 day)"), tick);
}
