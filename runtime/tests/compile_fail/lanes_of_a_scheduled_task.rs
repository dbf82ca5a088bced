use async_lambda::{model::LaneCount, prelude::*};

async fn tick(_: ScheduledEvent) -> Result<(), Error> {
    Ok(())
}

fn main() {
    let _ = App::new("demo").scheduled_task("Tick", schedule!("rate(1 day)"), task(tick).lanes(2));
    let _ = LaneCount::of::<0>();
}
