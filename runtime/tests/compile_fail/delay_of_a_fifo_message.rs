use async_lambda::prelude::*;

struct Ship;
impl FifoTask for Ship {
    const ID: &'static str = "Ship";
    type Payload = String;
    type Group = u32;
}

async fn tick(_: ScheduledEvent, ship: InvokeFifo<Ship>) -> Result<(), Error> {
    ship.message(7, "packed".to_owned()).delay_secs(30).send().await?;
    ship.send("packed".to_owned()).await?;
    Ok(())
}

async fn other(_: ScheduledEvent, ship: Invoke<Ship>) -> Result<(), Error> {
    ship.send("packed".to_owned()).await?;
    Ok(())
}

fn main() {
    App::new("demo").scheduled_task("Tick", schedule!("rate(1 day)"), tick);
    App::new("demo").scheduled_task("Other", schedule!("rate(1 day)"), other);
}
