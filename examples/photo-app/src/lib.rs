//! A schedule that has photos resized.

use async_lambda::prelude::*;

#[cfg(test)]
mod tests;

/// A photo that is to be resized.
#[derive(Debug, PartialEq, Serialize, Deserialize)]
pub struct Photo {
    /// Where it is.
    pub key: String,
    /// How wide it should become, in pixels.
    pub width: u32,
}

/// Resizes a photo.
pub struct Resize; // a task is a type

impl Task for Resize {
    const ID: &'static str = "Resize";
    type Payload = Photo;
}

async fn tick(_: ScheduledEvent, resize: Invoke<Resize>) -> Result<(), Error> {
    resize.send(Photo { key: "a.png".into(), width: 800 }).await?; // payload type is checked
    Ok(())
}

async fn resize(event: ManagedSqsEvent<Resize>) -> Result<(), Error> {
    println!("{} from {:?}", event.payload.key, event.source_task_id);
    Ok(())
}

/// The whole application.
pub fn app() -> App {
    App::new("photo-app")
        .scheduled_task("Tick", schedule!("rate(15 minutes)"), tick)
        .async_task(Resize, task(resize).memory_mb(512).timeout_secs(120))
}
