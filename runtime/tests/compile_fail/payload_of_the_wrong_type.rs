use async_lambda::prelude::*;

struct Resize;
impl Task for Resize {
    const ID: &'static str = "Resize";
    type Payload = u32;
}

async fn tick(_: ScheduledEvent, resize: Invoke<Resize>) -> Result<(), Error> {
    Ok(resize.send("800".to_owned()).await?)
}

fn main() {
    App::new("demo").scheduled_task("Tick", schedule!("rate(1 day)"), tick);
}
