//! The environment of a function: its task, and settings that the template gives it beside those in code.

use std::env;

use async_lambda_model::{MediaType, Problem, RecordConcurrency};

use crate::{App, BoxError, Engine, engine::UnknownTask, failure::caught};

/// The task that a function is for.
pub(crate) const TASK_ID: &str = "ASYNC_LAMBDA_TASK_ID";
/// The media types of the API in front of a function, separated by commas; the template sets it for API tasks.
pub(crate) const BINARY_MEDIA_TYPES: &str = "ASYNC_LAMBDA_BINARY_MEDIA_TYPES";
/// Settings of CORS as JSON, where they are not those in code; the template sets it for API tasks.
pub(crate) const CORS: &str = "ASYNC_LAMBDA_CORS";
/// The number of records of one batch that are handled at once, where the config file says it; the template sets it for
/// its task.
pub(crate) const RECORD_CONCURRENCY: &str = "ASYNC_LAMBDA_RECORD_CONCURRENCY";

/// The id of the task of this function.
pub(crate) fn task_id() -> Result<String, BoxError> {
    env::var(TASK_ID).map_err(|_| format!("environment: `{TASK_ID}` must name a task").into())
}

/// An application with the settings of this function.
pub(crate) fn configured(app: App) -> Result<App, BoxError> {
    let app = app.with_media_types(media_types()?);
    let app = app.with_cors(&|| env::var(CORS).ok()).map_err(|error| format!("environment: `{CORS}`: {error}"))?;
    Ok(match env::var(RECORD_CONCURRENCY) {
        Ok(text) => app.with_record_concurrency(record_concurrency(&text)?),
        Err(_) => app,
    })
}

/// The engine of this function with its task, ready for events. An error comes with its type.
pub(crate) async fn ready(
    engine: Result<Engine, Vec<Problem>>,
    task: String,
) -> Result<(Engine, String), (&'static str, BoxError)> {
    let engine = engine.map_err(|problems| {
        let problems: Vec<String> = problems.iter().map(ToString::to_string).collect();
        ("Application", problems.join("; ").into())
    })?;
    let prepared = caught(engine.prepare(&task)).await;
    let prepared = prepared.unwrap_or_else(|panic| Err(format!("panic: {panic}").into()));
    prepared.map_err(|error| match error.is::<UnknownTask>() {
        true => ("Environment", format!("environment: `{TASK_ID}`: {error}").into()),
        false => ("State", error),
    })?;
    Ok((engine, task))
}

/// A number of the template.
fn record_concurrency(text: &str) -> Result<RecordConcurrency, BoxError> {
    let number = text.parse::<i64>().ok().and_then(|number| RecordConcurrency::new(number).ok());
    number.ok_or_else(|| format!("environment: `{RECORD_CONCURRENCY}`: must be 1 to 1000, got `{text}`").into())
}

/// The media types that the template gives to functions of API tasks.
fn media_types() -> Result<Vec<MediaType>, BoxError> {
    let text = env::var(BINARY_MEDIA_TYPES).unwrap_or_default();
    let media_types = text.split(',').filter(|media_type| !media_type.is_empty()).map(MediaType::new);
    let media_types: Result<_, _> = media_types.collect();
    media_types.map_err(|error| format!("environment: `{BINARY_MEDIA_TYPES}`: {error}").into())
}

#[cfg(test)]
mod tests {
    use super::record_concurrency;

    #[test]
    fn the_template_may_give_a_record_concurrency() {
        assert_eq!(record_concurrency("25").unwrap().get(), 25);
        for wrong in ["", "0", "1001", "x", "7.5"] {
            let error = record_concurrency(wrong).unwrap_err().to_string();
            let expected = "environment: `ASYNC_LAMBDA_RECORD_CONCURRENCY`: must be 1 to 1000, got";
            assert_eq!(error, format!("{expected} `{wrong}`"));
        }
    }
}
