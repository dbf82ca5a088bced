use async_lambda::prelude::*;

struct Resize;

impl Task for Resize {
    const ID: &'static str = "Resize";
    type Payload = u32;
}

#[handler]
async fn tick(_: ScheduledEvent, resize: Call<Resize>) -> Result<(), Error> {
    Ok(())
}

fn main() {}
