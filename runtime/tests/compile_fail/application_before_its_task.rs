use async_lambda::{model::OtherApp, prelude::*};

struct Invoice;
impl Task for Invoice {
    const ID: &'static str = "Invoice";
    type Payload = u32;
}

struct Billing;
impl OtherApp for Billing {
    const NAME: &'static str = "billing";
}

async fn tick(_: ScheduledEvent, invoice: InvokeExternal<Billing, Invoice>) -> Result<(), Error> {
    Ok(invoice.send(7).await?)
}

fn main() {
    let _ = App::new("demo").scheduled_task("Tick", schedule!("rate(1 day)"), tick);
}
