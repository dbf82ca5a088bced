use async_lambda::prelude::*;

async fn get(_: ApiEvent) -> Result<&'static str, Error> {
    Ok("hello")
}

fn main() {
    App::new("demo").api_task("Get", Method::GET, "/", task(get).maximum_concurrency(5));
}
