use async_lambda::prelude::*;

struct Resize;
impl Task for Resize {
    const ID: &'static str = "Resize";
    type Payload = u32;
}
struct Other;
impl Task for Other {
    const ID: &'static str = "Other";
    type Payload = u32;
}

async fn other(_: ManagedSqsEvent<Other>) -> Result<(), Error> {
    Ok(())
}

fn main() {
    App::new("demo").async_task(Resize, other);
}
