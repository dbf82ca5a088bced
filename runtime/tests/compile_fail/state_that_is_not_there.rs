use async_lambda::prelude::*;

struct Database;

async fn tick(_: ScheduledEvent, _: State<Database>) -> Result<(), Error> {
    Ok(())
}

fn main() {
    App::new("demo").scheduled_task("Tick", schedule!("rate(1 day)"), tick);
}
