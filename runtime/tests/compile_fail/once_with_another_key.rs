use async_lambda::prelude::*;

struct NoKey;

async fn tick(_: ScheduledEvent, once: Once<u32>) -> Result<(), Error> {
    once.run("order-7", async || Ok::<(), Error>(())).await
}

#[handler]
async fn keyless(_: ScheduledEvent, _: Once<NoKey>) -> Result<(), Error> {
    Ok(())
}

fn main() {
    App::new("demo").scheduled_task("Tick", schedule!("rate(1 day)"), tick);
    let _: Once<u32> = Once { expires_after: std::time::Duration::ZERO };
}
