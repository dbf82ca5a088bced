use async_lambda::prelude::*;

async fn changed(_: DynamoDbEvent<String>) -> Result<(), Error> {
    Ok(())
}

fn main() {
    App::new("demo").dynamodb_task("Changed", "arn", task(changed).maximum_concurrency(2));
}
