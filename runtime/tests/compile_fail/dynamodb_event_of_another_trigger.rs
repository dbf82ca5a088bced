use async_lambda::prelude::*;

async fn tick(_: ScheduledEvent) -> Result<(), Error> {
    Ok(())
}

fn main() {
    App::new("demo").dynamodb_task("Changed", "arn", tick);
}
