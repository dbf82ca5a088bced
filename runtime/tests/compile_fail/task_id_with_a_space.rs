use async_lambda::prelude::*;

struct Resize;

impl Task for Resize {
    const ID: &'static str = "re size";
    type Payload = ();
}

async fn resize(_: ManagedSqsEvent<Resize>) -> Result<(), Error> {
    Ok(())
}

fn main() {
    App::new("demo").async_task(Resize, resize);
}
