use std::time::Duration;

use async_lambda::{metrics::Unit, prelude::*};

#[handler]
async fn tick(_: ScheduledEvent, metrics: Metrics) -> Result<(), Error> {
    metrics.put("Bank", Duration::from_secs(1), Unit::Seconds);
    Ok(())
}

fn main() {
    App::new("demo").metrics("Demo").scheduled_task("Tick", schedule!("rate(1 day)"), tick);
}
