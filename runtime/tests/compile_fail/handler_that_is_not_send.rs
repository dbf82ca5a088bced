use async_lambda::prelude::*;

struct Resize;
impl Task for Resize {
    const ID: &'static str = "Resize";
    type Payload = u32;
}

async fn tick(_: ScheduledEvent, resize: Invoke<Resize>) -> Result<(), Error> {
    let width = std::rc::Rc::new(800);
    resize.send(*width).await?;
    drop(width);
    Ok(())
}

fn main() {
    App::new("demo").scheduled_task("Tick", schedule!("rate(1 day)"), tick);
}
