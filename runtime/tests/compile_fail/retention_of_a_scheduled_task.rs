use async_lambda::prelude::*;

async fn tick(_: ScheduledEvent) -> Result<(), Error> {
    Ok(())
}

fn main() {
    App::new("demo").scheduled_task("Tick", schedule!("rate(1 day)"), task(tick).queue_retention_secs(3600));
}
