//! Failures before the first event.

use std::time::Duration;

use http::Request;
use lambda_runtime::Diagnostic;
use lambda_runtime_api_client::{Client, body::Body, build_request};

use crate::BoxError;

/// Time to tell Lambda.
const PATIENCE: Duration = Duration::from_secs(1);

/// Says what went wrong in the log, and to Lambda, so that it answers the invocation with it.
pub(super) async fn report(error_type: &'static str, error: &BoxError) {
    let reason = crate::failure::one_line(&crate::failure::chain(error.as_ref()));
    tracing::error!(kind = "init", errorType = error_type, reason, "initialization failed");
    let told = tokio::time::timeout(PATIENCE, tell(error_type, reason)).await;
    if let Err(error) = told.unwrap_or_else(|_| Err("no answer".into())) {
        tracing::warn!(reason = %error, "Lambda could not be told that the initialization failed");
    }
}

async fn tell(error_type: &'static str, error_message: String) -> Result<(), BoxError> {
    let diagnostic = Diagnostic { error_type: error_type.to_owned(), error_message };
    let request: Request<Body> = build_request()
        .method("POST")
        .uri("/2018-06-01/runtime/init/error")
        .header("lambda-runtime-function-error-type", error_type)
        .body(Body::from(serde_json::to_vec(&diagnostic)?))?;
    Client::builder().build()?.call(request).await?;
    Ok(())
}
