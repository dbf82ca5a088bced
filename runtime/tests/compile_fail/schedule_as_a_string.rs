use async_lambda::prelude::*;

async fn tick(_: ScheduledEvent) -> Result<(), Error> {
    Ok(())
}

fn main() {
    App::new("demo").scheduled_task("Tick", "rate(1 day)", tick);
}
