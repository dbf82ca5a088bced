//! The engine, as a worker talks to it.

use std::sync::Arc;

use async_lambda_local::workers::{AND_NEXT, CLOCK};
use bytes::Bytes;
use http::{HeaderMap, HeaderValue, Method, Request, StatusCode};
use http_body_util::Full;

use super::{
    super::client::{Client, ClientError},
    clock::EngineClock,
};

/// Sends requests to the engine, and keeps the clock as its answers say it.
pub(super) struct EngineClient {
    client: Client,
    clock: Arc<EngineClock>,
}

/// The reason why the engine gave no answer, or none that helps.
#[derive(Debug, thiserror::Error)]
pub(crate) enum EngineError {
    #[error("engine: {0}")]
    Client(#[from] ClientError),
    #[error("engine: status {status}: {body}")]
    Status { status: StatusCode, body: String },
}

impl EngineError {
    /// Whether the same request could be answered later.
    pub(super) fn is_transient(&self) -> bool {
        matches!(self, EngineError::Client(ClientError::Connect(_) | ClientError::Http(_)))
    }
}

impl EngineClient {
    /// A client for the engine at an address.
    pub(super) fn new(address: &str, clock: Arc<EngineClock>) -> EngineClient {
        EngineClient { client: Client::new(address), clock }
    }

    pub(super) async fn get(&self, path: &str) -> Result<(HeaderMap, Bytes), EngineError> {
        self.send(self.client.request(Method::GET, path, Bytes::new())?).await
    }

    pub(super) async fn post(&self, path: &str, body: Bytes) -> Result<Bytes, EngineError> {
        Ok(self.send(self.client.request(Method::POST, path, body)?).await?.1)
    }

    /// Answers an event, and gets the next one.
    pub(super) async fn post_and_next(&self, path: &str, body: Bytes) -> Result<(HeaderMap, Bytes), EngineError> {
        let mut request = self.client.request(Method::POST, path, body)?;
        request.headers_mut().insert(AND_NEXT, HeaderValue::from_static("1"));
        self.send(request).await
    }

    /// Sends a request once. A status that is no success is an error.
    async fn send(&self, request: Request<Full<Bytes>>) -> Result<(HeaderMap, Bytes), EngineError> {
        let (head, body) = self.client.send(request).await?.into_parts();
        if let Some(clock) = head.headers.get(CLOCK).and_then(|value| value.to_str().ok()) {
            self.clock.set(clock);
        }
        match head.status.is_success() {
            true => Ok((head.headers, body)),
            false => {
                let body = String::from_utf8_lossy(&body).into_owned();
                Err(EngineError::Status { status: head.status, body })
            }
        }
    }
}
