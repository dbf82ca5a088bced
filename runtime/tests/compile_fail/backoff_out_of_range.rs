use async_lambda::{model::RetryDelay, prelude::*};

struct Work;

impl Task for Work {
    const ID: &'static str = "Work";
    type Payload = ();
}

async fn work(_: ManagedSqsEvent<Work>) -> Result<(), Error> {
    Ok(())
}

fn main() {
    App::new("demo").async_task(Work, task(work).backoff_secs(10, RetryDelay::of::<43_200>()));
}
