//! A client of HTTP/1.1 for one server on this machine, which keeps its connections.

use std::{
    io,
    sync::{Mutex, MutexGuard, PoisonError},
};

use async_lambda_local::background::background;
use bytes::Bytes;
use http::{Method, Request, Response, header::HOST};
use http_body_util::{BodyExt, Full};
use hyper::{
    body::Incoming,
    client::conn::http1::{SendRequest, handshake},
};
use hyper_util::rt::TokioIo;
use tokio::net::TcpStream;

/// Sends requests to one server.
pub(super) struct Client {
    /// The address without the path.
    host: String,
    /// The beginning of all paths.
    prefix: String,
    /// Connections that nobody uses.
    idle: Mutex<Vec<SendRequest<Full<Bytes>>>>,
}

/// The reason why there is no answer.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ClientError {
    #[error("{0}")]
    Connect(#[from] io::Error),
    #[error("{0}")]
    Http(#[from] hyper::Error),
    #[error("{0}")]
    Request(#[from] http::Error),
}

impl Client {
    /// A client for an address, which may have a scheme and a path.
    pub(super) fn new(address: &str) -> Client {
        let address = address.strip_prefix("http://").unwrap_or(address);
        let (host, prefix) = match address.split_once('/') {
            Some((host, path)) => (host.to_owned(), format!("/{}", path.trim_end_matches('/'))),
            None => (address.to_owned(), String::new()),
        };
        Client { host, prefix, idle: Mutex::default() }
    }

    /// A request for the server.
    pub(super) fn request(&self, method: Method, path: &str, body: Bytes) -> Result<Request<Full<Bytes>>, ClientError> {
        let uri = format!("{}{path}", self.prefix);
        Ok(Request::builder().method(method).uri(uri).header(HOST, &self.host).body(Full::new(body))?)
    }

    /// Sends a request once, and reads the whole answer.
    pub(super) async fn send(&self, request: Request<Full<Bytes>>) -> Result<Response<Bytes>, ClientError> {
        let mut connection = self.connection().await?;
        let (head, body) = connection.send_request(request).await?.into_parts();
        let body = body.collect().await?.to_bytes();
        self.lock().push(connection);
        Ok(Response::from_parts(head, body))
    }

    /// Sends a request once, and leaves the body of the answer to be read as it comes.
    pub(super) async fn open(&self, request: Request<Full<Bytes>>) -> Result<Response<Incoming>, ClientError> {
        Ok(self.connection().await?.send_request(request).await?)
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
        background(Box::pin(async move {
            if let Err(error) = connection.await {
                tracing::debug!(%error, "connection ended");
            }
        }));
        sender.ready().await?;
        Ok(sender)
    }

    /// A panic of another thread leaves nothing half done here, so its poison is ignored.
    fn lock(&self) -> MutexGuard<'_, Vec<SendRequest<Full<Bytes>>>> {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
