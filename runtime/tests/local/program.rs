//! The application under test.

use std::time::Duration;

use async_lambda::{http::HeaderName, model::OtherApp, prelude::*};
use axum_core::response::IntoResponse;
use serde_json::{Value, json};

pub struct Work;

impl Task for Work {
    const ID: &'static str = "Work";
    type Payload = String;
}

async fn work(event: ManagedSqsEvent<Work>) -> Result<String, Error> {
    tracing::info!(payload = event.payload, "working");
    tracing::debug!("details");
    println!("printed by a handler");
    if event.payload == "fail" { Err("no".into()) } else { Ok(event.payload) }
}

/// Answers with what the program sees of a request.
async fn see(event: ApiEvent) -> Result<Json<Value>, Error> {
    tracing::info!("seen");
    let typed = event.proxy_request()?;
    Ok(Json(json!({
        "path": event.path,
        "id": event.path_parameter("id"),
        "query": event.query,
        "uri": event.clone().into_request()?.uri().to_string(),
        "raw": event.raw(),
        "typed": [
            typed.query_string_parameters.first("q"),
            typed.headers.get("x-one").and_then(|value| value.to_str().ok()),
        ],
        "body": event.body.to_vec(),
    })))
}

async fn png() -> Result<impl IntoResponse, Error> {
    // The length is that of the bytes, and not that of their base64.
    Ok(([("content-type", "image/png"), ("content-length", "4")], vec![0x89_u8, b'P', 0xff, 0]))
}

async fn compressed() -> Result<impl IntoResponse, Error> {
    Ok(([("content-type", "text/plain"), ("content-encoding", "gzip")], "not really"))
}

/// As many quotes as asked for: each has two bytes in JSON.
async fn large(event: ApiEvent) -> Result<String, Error> {
    Ok("\"".repeat(event.query("n").unwrap_or("0").parse()?))
}

/// Gives back a header as it came.
async fn header(event: ApiEvent) -> Result<impl IntoResponse, Error> {
    let value = event.headers.get("x-name").cloned().ok_or("x-name is missing")?;
    Ok([(HeaderName::from_static("x-name"), value)])
}

async fn fail() -> Result<(), Error> {
    Err("secret of the database".into())
}

/// Answers what no task should.
async fn informational() -> Result<impl IntoResponse, Error> {
    Ok(StatusCode::CONTINUE)
}

/// Another application, which has a task `Work` too.
pub struct Other;

impl OtherApp for Other {
    const NAME: &'static str = "other";
}

pub struct Fan;

impl Task for Fan {
    const ID: &'static str = "Fan";
    type Payload = String;
    const RECURSION: Option<u32> = Some(1);
}

/// Sends to a lane, whose number goes along, and which Work does not have.
async fn fan(
    event: ManagedSqsEvent<Fan>,
    fan: Invoke<Fan>,
    work: Invoke<Work>,
    later: InvokeLater<Work>,
    other: InvokeExternal<Work, Other>,
) -> Result<u32, Error> {
    if event.lane == 0 {
        fan.message(String::new()).lane(2).group("g").delay_secs(5).send().await?;
    } else {
        work.send(event.message_group_id.unwrap_or_default()).await?;
        other.send("fail".to_owned()).await?;
        later.message("later".to_owned()).after(Duration::from_secs(3600)).send().await?;
    }
    Ok(event.lane)
}

pub fn app() -> App {
    let app = App::new("local")
        .metrics("Local")
        .async_task(Work, work)
        .async_task(Fan, task(fan).lanes(3))
        .api_task("See", "ANY", "/see/{id}", see)
        .api_task("Png", Method::GET, "/png", png)
        .api_task("Compressed", Method::GET, "/compressed", compressed)
        .api_task("Large", Method::POST, "/large", large)
        .api_task("Header", Method::GET, "/header", header)
        .api_task("Fail", Method::GET, "/fail", fail)
        .api_task("Informational", Method::GET, "/informational", informational);
    let app = match std::env::var("TEST_CORS") {
        Ok(origin) => app.cors(Cors::new([origin])),
        Err(_) => app,
    };
    match std::env::var("TEST_MEDIA_TYPES") {
        Ok(media_types) => app.binary_media_types(media_types.split(',').map(str::to_owned).collect::<Vec<_>>()),
        Err(_) => app,
    }
}
