use async_lambda::prelude::*;

#[handler]
async fn web(event: &ApiEvent) -> Result<String, Error> {
    Ok(event.path.clone())
}

fn main() {}
