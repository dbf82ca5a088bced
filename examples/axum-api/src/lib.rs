//! An axum router as one task, which invokes another.

use async_lambda::{mount, prelude::*};
use axum::{
    Extension, Json, Router,
    extract::{Path, Query},
    http::StatusCode,
    routing::{get, post},
};

/// A greeting that is to be sent.
#[derive(Debug, Serialize, Deserialize)]
pub struct Greeting {
    /// Who gets it.
    pub name: String,
}

/// Sends a greeting.
pub struct Greet;

impl Task for Greet {
    const ID: &'static str = "Greet";
    type Payload = Greeting;
}

#[derive(Deserialize)]
struct Tone {
    #[serde(default)]
    loud: bool,
}

async fn hello(Path(name): Path<String>, Query(tone): Query<Tone>) -> String {
    if tone.loud { format!("HELLO {}", name.to_uppercase()) } else { format!("hello {name}") }
}

async fn send(
    Extension(greet): Extension<Invoke<Greet>>,
    Json(greeting): Json<Greeting>,
) -> Result<StatusCode, (StatusCode, String)> {
    match greet.send(greeting).await {
        Ok(()) => Ok(StatusCode::ACCEPTED),
        Err(error) => Err((StatusCode::BAD_GATEWAY, error.to_string())),
    }
}

async fn greet(event: ManagedSqsEvent<Greet>) -> Result<(), Error> {
    println!("hello {}", event.payload.name);
    Ok(())
}

fn router() -> Router {
    Router::new().route("/hello/{name}", get(hello)).route("/greetings", post(send))
}

/// The whole application.
pub fn app() -> App {
    App::new("axum-api")
        .api_task("Web", "ANY", "/{proxy+}", task(mount(router()).with::<Invoke<Greet>>()).timeout_secs(20))
        .async_task(Greet, greet)
}
