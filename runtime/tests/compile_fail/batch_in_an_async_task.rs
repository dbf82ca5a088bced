use async_lambda::prelude::*;

struct Resize;
impl Task for Resize {
    const ID: &'static str = "Resize";
    type Payload = String;
}

async fn many(batch: Batch<Resize>) -> Result<(), Error> {
    println!("{}", batch.messages().len());
    Ok(())
}

async fn one(event: ManagedSqsEvent<Resize>) -> Result<(), Error> {
    println!("{}", event.payload);
    Ok(())
}

fn main() {
    App::new("demo").async_task(Resize, many);
    App::new("demo").async_batch_task(Resize, one);
}
