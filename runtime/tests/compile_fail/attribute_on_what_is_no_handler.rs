use async_lambda::prelude::*;

struct Resize;

impl Task for Resize {
    const ID: &'static str = "Resize";
    type Payload = u32;
}

#[handler]
fn not_async(_: ScheduledEvent) -> Result<(), Error> {
    Ok(())
}

#[handler]
async fn no_event(_: Invoke<Resize>) -> Result<(), Error> {
    Ok(())
}

#[handler]
async fn generic<T: Task>(_: ManagedSqsEvent<T>) -> Result<(), Error> {
    Ok(())
}

#[derive(FromInvocation)]
enum Either {
    Resize(Invoke<Resize>),
}

fn main() {}
