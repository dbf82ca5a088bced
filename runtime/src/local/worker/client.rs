//! A client of HTTP/1.1 for one server on this machine, which keeps its connections.

use std::{
    io,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use async_lambda_local::workers::{AND_NEXT, CLOCK};
use bytes::Bytes;
use http::{HeaderMap, HeaderValue, Method, Request, StatusCode, header::HOST};
use http_body_util::{BodyExt, Full};
use hyper::client::conn::http1::{SendRequest, handshake};
use hyper_util::rt::TokioIo;
use tokio::net::TcpStream;

use super::clock::EngineClock;

/// Sends requests to the engine.
pub(super) struct Client {
    /// The address without the path.
    host: String,
    /// The beginning of all paths.
    prefix: String,
    /// Connections that nobody uses.
    idle: Mutex<Vec<SendRequest<Full<Bytes>>>>,
    clock: Arc<EngineClock>,
}

/// Why there is no answer.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ClientError {
    #[error("engine: {0}")]
    Connect(#[from] io::Error),
    #[error("engine: {0}")]
    Http(#[from] hyper::Error),
    #[error("engine: {0}")]
    Request(#[from] http::Error),
    #[error("engine: status {status}: {body}")]
    Status { status: StatusCode, body: String },
}

impl Client {
    /// A client for an address, which may have a scheme and a path. It keeps the clock as answers say it.
    pub(super) fn new(address: &str, clock: Arc<EngineClock>) -> Client {
        let address = address.strip_prefix("http://").unwrap_or(address);
        let (host, prefix) = match address.split_once('/') {
            Some((host, path)) => (host.to_owned(), format!("/{}", path.trim_end_matches('/'))),
            None => (address.to_owned(), String::new()),
        };
        Client { host, prefix, idle: Mutex::default(), clock }
    }

    pub(super) async fn get(&self, path: &str) -> Result<(HeaderMap, Bytes), ClientError> {
        self.send(self.request(Method::GET, path, Bytes::new())?).await
    }

    pub(super) async fn post(&self, path: &str, body: Bytes) -> Result<Bytes, ClientError> {
        Ok(self.send(self.request(Method::POST, path, body)?).await?.1)
    }

    /// Answers an event, and gets the next one.
    pub(super) async fn post_and_next(&self, path: &str, body: Bytes) -> Result<(HeaderMap, Bytes), ClientError> {
        let mut request = self.request(Method::POST, path, body)?;
        request.headers_mut().insert(AND_NEXT, HeaderValue::from_static("1"));
        self.send(request).await
    }

    fn request(&self, method: Method, path: &str, body: Bytes) -> Result<Request<Full<Bytes>>, ClientError> {
        let uri = format!("{}{path}", self.prefix);
        Ok(Request::builder().method(method).uri(uri).header(HOST, &self.host).body(Full::new(body))?)
    }

    /// Sends a request once. A status that is no success is an error.
    async fn send(&self, request: Request<Full<Bytes>>) -> Result<(HeaderMap, Bytes), ClientError> {
        let mut connection = self.connection().await?;
        let response = connection.send_request(request).await?;
        let (head, body) = response.into_parts();
        let body = body.collect().await?.to_bytes();
        self.lock().push(connection);
        if let Some(clock) = head.headers.get(CLOCK).and_then(|value| value.to_str().ok()) {
            self.clock.set(clock);
        }
        match head.status.is_success() {
            true => Ok((head.headers, body)),
            false => {
                let body = String::from_utf8_lossy(&body).into_owned();
                Err(ClientError::Status { status: head.status, body })
            }
        }
    }

    /// A connection that nobody uses, or a new one.
    async fn connection(&self) -> Result<SendRequest<Full<Bytes>>, ClientError> {
        loop {
            let idle = self.lock().pop();
            let Some(mut connection) = idle else { break };
            if connection.ready().await.is_ok() {
                return Ok(connection);
            }
        }
        let stream = TcpStream::connect(&self.host).await?;
        stream.set_nodelay(true)?;
        let (mut sender, connection) = handshake(TokioIo::new(stream)).await?;
        tokio::spawn(async move {
            if let Err(error) = connection.await {
                tracing::debug!(%error, "connection to the engine ended");
            }
        });
        sender.ready().await?;
        Ok(sender)
    }

    /// A panic of another thread leaves nothing half done here, so its poison is ignored.
    fn lock(&self) -> MutexGuard<'_, Vec<SendRequest<Full<Bytes>>>> {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
