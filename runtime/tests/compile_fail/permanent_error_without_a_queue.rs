use async_lambda::prelude::*;

async fn tick(_: ScheduledEvent, permanent: Permanent) -> Result<(), Error> {
    Err(permanent.error("never"))
}

async fn import(_: UnmanagedSqsEvent, permanent: Permanent) -> Result<(), Error> {
    Err(permanent.error("never"))
}

fn main() {
    App::new("demo").scheduled_task("Tick", schedule!("rate(1 day)"), tick);
    App::new("demo").sqs_task("Import", "arn:aws:sqs:us-east-1:123456789012:orders", import);
    let _ = Permanent(());
}
