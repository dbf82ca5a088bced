//! A server of HTTP/1.1 on this machine, which answers no page of another origin.

use std::{
    convert::Infallible,
    error::Error,
    fmt, io,
    net::{IpAddr, Ipv4Addr},
    pin::Pin,
    sync::Arc,
    task::{Context, Poll},
    time::Duration,
};

use bytes::Bytes;
use http::{
    HeaderMap, HeaderValue, Request, StatusCode,
    header::{CACHE_CONTROL, CONTENT_TYPE, HOST, ORIGIN},
    request::Parts,
};
use http_body::{Body as HttpBody, Frame, SizeHint};
use http_body_util::{BodyExt, LengthLimitError, Limited};
use hyper::{body::Incoming, server::conn::http1, service::service_fn};
use hyper_util::rt::TokioIo;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::Value;
use tokio::{net::TcpListener, sync::mpsc};

use crate::{background::background, run::BoxFuture};

/// The time for which no connection is accepted after one could not be.
const PAUSE: Duration = Duration::from_millis(100);

/// A request whose body was read, and the client that sent it.
#[derive(Debug)]
pub struct Call {
    /// The request.
    pub request: Request<Bytes>,
    /// The client.
    pub client: IpAddr,
}

/// A response.
pub type Response = http::Response<Body>;

/// Answers requests.
pub trait Service: Send + Sync + 'static {
    /// Answers a request.
    fn call(&self, call: Call) -> BoxFuture<'_, Response>;

    /// Answers a request whose body was not read.
    fn refuse<'a>(&'a self, request: &'a Parts, error: &'a BodyError) -> BoxFuture<'a, Response> {
        let _ = request;
        Box::pin(async move { response(error.status(), "text/plain", error.to_string()) })
    }

    /// Whether a client may close its half of the connection and still wait for the answer. If not, a call whose client goes
    /// away is given up.
    fn half_close(&self) -> bool {
        true
    }
}

/// An error of reading the body of a request.
#[derive(Debug, thiserror::Error)]
pub enum BodyError {
    /// It is longer than this number of bytes.
    #[error("body: must have at most {0} bytes, has more")]
    TooLarge(usize),
    /// The connection broke, or it is not sent by the rules of HTTP.
    #[error("body: cannot be read: {0}")]
    Broken(String),
}

impl BodyError {
    /// The status of the response.
    pub fn status(&self) -> StatusCode {
        match self {
            BodyError::TooLarge(_) => StatusCode::PAYLOAD_TOO_LARGE,
            BodyError::Broken(_) => StatusCode::BAD_REQUEST,
        }
    }
}

/// The body of a response: bytes, or pieces as they come.
#[derive(Debug)]
pub enum Body {
    /// All of it; `None` once it is sent.
    Full(Option<Bytes>),
    /// Pieces, until the sender is dropped.
    Stream(mpsc::Receiver<Bytes>),
}

impl HttpBody for Body {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        let piece = match &mut *self {
            Body::Full(bytes) => Poll::Ready(bytes.take().filter(|bytes| !bytes.is_empty())),
            Body::Stream(pieces) => pieces.poll_recv(context),
        };
        piece.map(|piece| piece.map(|piece| Ok(Frame::data(piece))))
    }

    fn is_end_stream(&self) -> bool {
        matches!(self, Body::Full(None))
    }

    fn size_hint(&self) -> SizeHint {
        match self {
            Body::Full(bytes) => SizeHint::with_exact(bytes.as_ref().map_or(0, Bytes::len) as u64),
            Body::Stream(_) => SizeHint::default(),
        }
    }
}

/// A response with a body of a type.
pub fn response(status: StatusCode, content_type: &'static str, body: impl Into<Bytes>) -> Response {
    let mut response = http::Response::new(Body::Full(Some(body.into())));
    *response.status_mut() = status;
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static(content_type));
    response
}

/// A response with a value.
pub fn json(status: StatusCode, value: &Value) -> Response {
    response(status, "application/json", value.to_string())
}

/// A response of server-sent events, which are `pieces`: each `data: ...` and an empty line.
pub fn events(pieces: mpsc::Receiver<Bytes>) -> Response {
    let mut response = http::Response::new(Body::Stream(pieces));
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("text/event-stream"));
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}

/// The characters that stand for themselves in a query: those that RFC 3986 calls unreserved.
const QUERY: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// A name or value of a query, percent-encoded.
pub fn escaped(text: &str) -> impl fmt::Display {
    utf8_percent_encode(text, QUERY)
}

/// Whether a request is meant for this machine, and comes from no page of another origin: its `Host` and its `Origin` are those
/// of a loopback address. Otherwise a page elsewhere could send messages, and a page whose host name resolves to this machine
/// could read them.
pub fn is_local(headers: &HeaderMap) -> bool {
    let text = |value: &HeaderValue| value.to_str().unwrap_or("?").to_owned();
    let host = headers.get(HOST).map(text);
    let origin = headers.get(ORIGIN).map(text);
    let origin = origin.as_deref().map(|origin| origin.split_once("://").map_or("?", |(_, host)| host));
    host.as_deref().is_none_or(is_loopback) && origin.is_none_or(is_loopback)
}

fn is_loopback(host: &str) -> bool {
    let name = match host.strip_prefix('[') {
        Some(rest) => rest.split(']').next().unwrap_or_default(),
        None => host.split(':').next().unwrap_or_default(),
    };
    name.eq_ignore_ascii_case("localhost") || name.parse::<IpAddr>().is_ok_and(|address| address.is_loopback())
}

/// Opens a port on this machine; 0 for any that is free.
///
/// # Errors
///
/// A port that is taken, or that this user may not open.
pub async fn listen(port: u16) -> io::Result<TcpListener> {
    TcpListener::bind((Ipv4Addr::LOCALHOST, port)).await
}

/// Answers requests with bodies of at most so many bytes, for as long as the program runs.
pub async fn serve(listener: TcpListener, service: Arc<dyn Service>, most: usize) {
    let half_close = service.half_close();
    let answer = move |client, request: Request<Incoming>| {
        let service = Arc::clone(&service);
        async move {
            let (parts, body) = request.into_parts();
            match read(body, most).await {
                Ok(body) => service.call(Call { request: Request::from_parts(parts, body), client }).await,
                Err(error) => service.refuse(&parts, &error).await,
            }
        }
    };
    accept(listener, half_close, answer).await;
}

/// Accepts connections for as long as the program runs, and has a function answer the requests of a client. With `half_close`
/// a client may close its half of the connection and still wait for the answer.
pub async fn accept<A, F, B>(listener: TcpListener, half_close: bool, answer: A)
where
    A: Fn(IpAddr, Request<Incoming>) -> F + Clone + Send + 'static,
    F: Future<Output = http::Response<B>> + Send + 'static,
    B: HttpBody<Data: Send, Error: Into<Box<dyn Error + Send + Sync>>> + Send + 'static,
{
    loop {
        let (stream, client) = match listener.accept().await {
            Ok(connection) => connection,
            // A client that went away before it was accepted is no reason to stop.
            Err(error) if error.kind() == io::ErrorKind::ConnectionAborted => continue,
            // Too many open files, or too little memory: waits until others have ended.
            Err(error) => {
                tracing::warn!(%error, "a connection is not accepted");
                tokio::time::sleep(PAUSE).await;
                continue;
            }
        };
        // Answers are small and somebody waits for them; a socket that cannot do this is only slower.
        let _ = stream.set_nodelay(true);
        let answer = answer.clone();
        background(Box::pin(async move {
            let service = service_fn(move |request| {
                let response = answer(client.ip(), request);
                async move { Ok::<_, Infallible>(response.await) }
            });
            let connection =
                http1::Builder::new().half_close(half_close).serve_connection(TokioIo::new(stream), service);
            if let Err(error) = connection.await {
                tracing::debug!(%error, "connection ended");
            }
        }));
    }
}

/// Reads a body of at most so many bytes.
///
/// # Errors
///
/// [`BodyError`]: it is longer, or the connection broke.
pub async fn read(body: Incoming, most: usize) -> Result<Bytes, BodyError> {
    match Limited::new(body, most).collect().await {
        Ok(body) => Ok(body.to_bytes()),
        Err(error) if error.is::<LengthLimitError>() => Err(BodyError::TooLarge(most)),
        Err(error) => Err(BodyError::Broken(error.to_string())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_this_machine_is_local() {
        let check = |host: &str, origin: Option<&str>, expected: bool| {
            let mut headers = HeaderMap::new();
            headers.insert(HOST, host.parse().unwrap());
            origin.into_iter().for_each(|origin| drop(headers.insert(ORIGIN, origin.parse().unwrap())));
            assert_eq!(is_local(&headers), expected, "{host} {origin:?}");
        };
        check("127.0.0.1:8001", None, true);
        check("localhost:8001", Some("http://localhost:8001"), true);
        check("[::1]:8001", Some("http://127.0.0.1:9000"), true);
        check("evil.example", None, false);
        check("127.0.0.1.evil.example:8001", None, false);
        check("127.0.0.1:8001", Some("https://evil.example"), false);
        check("127.0.0.1:8001", Some("null"), false);
    }
}
