use async_lambda::prelude::*;

#[derive(Serialize, Deserialize)]
struct Photo;

#[handler]
async fn tick(_: ScheduledEvent, photo: Invoke<Photo>) -> Result<(), Error> {
    Ok(photo.send(Photo).await?)
}

fn main() {}
