use async_lambda::prelude::*;

struct Resize;

impl Task for Resize {
    const ID: &'static str = "Resize";
    type Payload = u32;
}

struct Database;

struct Other;

impl Task for Other {
    const ID: &'static str = "Other";
    type Payload = u32;
}

#[handler]
async fn no_extractor(_: ScheduledEvent, _: Database) -> Result<(), Error> {
    Ok(())
}

#[handler]
async fn not_send(_: ScheduledEvent, resize: Invoke<Resize>) -> Result<(), Error> {
    let width = std::rc::Rc::new(800);
    resize.send(*width).await?;
    drop(width);
    Ok(())
}

#[handler(ManagedSqs<Resize>)]
async fn of_another_task(_: ManagedSqsEvent<Other>) -> Result<(), Error> {
    Ok(())
}

#[handler]
async fn no_result(_: ScheduledEvent) {}

#[handler]
async fn no_response(_: ApiEvent) -> Result<Json<u32>, std::io::Error> {
    Ok(Json(1))
}

fn main() {}
