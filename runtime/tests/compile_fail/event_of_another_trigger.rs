use async_lambda::prelude::*;

#[handler]
async fn web(event: ApiEvent) -> Result<String, Error> {
    Ok(event.path)
}

fn main() {
    App::new("demo").scheduled_task("Tick", schedule!("rate(1 day)"), web);
}
