use async_lambda::prelude::*;

async fn import(_: UnmanagedSqsEvent) -> Result<(), Error> {
    Ok(())
}

fn main() {
    let arn = "arn:aws:sqs:us-east-1:123456789012:orders";
    App::new("demo").sqs_task("Import", arn, task(import).max_receive_count(3));
}
