use async_lambda::prelude::*;

async fn tick(_: ScheduledEvent) -> Result<(), Error> {
    Ok(())
}

fn main() {
    App::new("demo").scheduled_task("Tick", schedule!("rate(1 day)"), task(tick).backoff_secs(10, 600));
}
