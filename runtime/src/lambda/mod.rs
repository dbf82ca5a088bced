//! Runs on Lambda. This and the local runs are what reads the environment and the clock.

mod aws;

use std::{
    env,
    time::{Duration, SystemTime, UNIX_EPOCH},
};

use async_lambda_model::MediaType;
use lambda_runtime::{Diagnostic, LambdaEvent, service_fn};
use serde_json::Value;
use tokio::time::Instant;
use tracing_subscriber::{
    filter::{LevelFilter, Targets},
    layer::SubscriberExt,
};

pub use aws::{Aws, AwsError};

use crate::{App, Context, Engine, Error};

/// The task that this function is for.
const TASK_ID: &str = "ASYNC_LAMBDA_TASK_ID";

/// The media types of the API in front of this function, separated by commas; the template sets it for API tasks.
const BINARY_MEDIA_TYPES: &str = "ASYNC_LAMBDA_BINARY_MEDIA_TYPES";

/// Asks Lambda for events until there are no more.
pub(crate) fn run<S: Send + Sync + 'static>(app: App<S>) -> Result<(), Error> {
    init_logs();
    let task = env::var(TASK_ID).map_err(|_| format!("environment: `{TASK_ID}` must name a task"))?;
    let aws = Aws::from_env(app.name());
    let app = app.with_media_types(media_types()?);
    let engine = Engine::new(app, aws).map_err(|problems| {
        let problems: Vec<String> = problems.iter().map(ToString::to_string).collect();
        problems.join("; ")
    })?;
    // One event at a time is what a function gets: threads would cost start time and memory for nothing.
    tokio::runtime::Builder::new_current_thread().enable_all().build()?.block_on(async {
        engine.prepare(&task).await?;
        let (engine, task) = (&engine, task.as_str());
        lambda_runtime::run(service_fn(async |event: LambdaEvent<Value>| {
            let result = engine.invoke(task, event.payload, context(&event.context)).await;
            result.map_err(|error| Diagnostic { error_type: "Error".to_owned(), error_message: error.to_string() })
        }))
        .await
    })
}

/// The media types that the template gives to functions of API tasks.
fn media_types() -> Result<Vec<MediaType>, Error> {
    let text = env::var(BINARY_MEDIA_TYPES).unwrap_or_default();
    let media_types = text.split(',').filter(|media_type| !media_type.is_empty()).map(MediaType::new);
    let media_types: Result<_, _> = media_types.collect();
    media_types.map_err(|error| format!("environment: `{BINARY_MEDIA_TYPES}`: {error}").into())
}

fn context(context: &lambda_runtime::Context) -> Context {
    let deadline = UNIX_EPOCH + Duration::from_millis(context.deadline);
    // A deadline that has passed, or a clock that is off, leaves no time.
    let remaining = deadline.duration_since(SystemTime::now()).unwrap_or_default();
    Context {
        request_id: context.request_id.clone(),
        function_arn: context.invoked_function_arn.clone(),
        trace_header: context.xray_trace_id.clone(),
        deadline: Some(Instant::now() + remaining),
    }
}

/// JSON lines, from the level on that Lambda's logging configuration says.
fn init_logs() {
    let level = env::var("AWS_LAMBDA_LOG_LEVEL").ok().and_then(|level| match level.as_str() {
        "FATAL" => Some(LevelFilter::ERROR),
        level => level.parse().ok(),
    });
    // Of a handler's error, the engine has said more than `lambda_runtime` knows.
    let targets = Targets::new()
        .with_default(level.unwrap_or(LevelFilter::INFO))
        .with_target("lambda_runtime::layers::panic", LevelFilter::OFF);
    let lines = tracing_subscriber::fmt::layer()
        .json()
        .flatten_event(true)
        .with_current_span(false)
        .with_span_list(false)
        .with_target(false);
    // An application that has set its own subscriber keeps it.
    drop(tracing::subscriber::set_global_default(tracing_subscriber::registry().with(targets).with(lines)));
}
