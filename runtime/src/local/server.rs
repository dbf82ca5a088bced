//! The API tasks over HTTP, on this machine.

use std::{
    convert::Infallible,
    io,
    net::{IpAddr, Ipv4Addr},
    sync::Arc,
    time::Instant,
};

use async_lambda_model::{MediaType, TaskModel, Trigger};
use axum_core::{body::Body, response::Response};
use base64::{Engine as _, prelude::BASE64_STANDARD};
use bytes::Bytes;
use http::{
    HeaderMap, HeaderName, HeaderValue, StatusCode,
    header::{CONNECTION, CONTENT_LENGTH, CONTENT_TYPE, TRANSFER_ENCODING, UPGRADE},
};
use http_body_util::{BodyExt, LengthLimitError, Limited};
use hyper::{body::Incoming, server::conn::http1, service::service_fn};
use hyper_util::rt::TokioIo;
use serde_json::{Value, json};
use tokio::net::TcpListener;

use super::{
    limits::{self, Refused},
    request::Request,
    route, tree,
};
use crate::{
    Engine, Recorder,
    event::{header, is_delivered_as_bytes},
};

/// API Gateway's limit on a request, in bytes.
const MAX_BODY: usize = 10 * 1024 * 1024;

/// Headers that say how the answer is sent; the server says that itself, as API Gateway does.
const CONNECTION_HEADERS: [HeaderName; 4] = [CONNECTION, CONTENT_LENGTH, TRANSFER_ENCODING, UPGRADE];

struct Server {
    engine: Engine,
    transport: Arc<Recorder>,
    port: u16,
    /// The media types that the API treats as binary.
    binary: Vec<MediaType>,
}

/// An answer that comes from API Gateway and not from a task, and why.
struct Instead {
    status: StatusCode,
    /// What the client is told.
    message: &'static str,
    reason: String,
}

impl Instead {
    fn missing() -> Instead {
        let reason = "no task has this route".to_owned();
        Instead { status: StatusCode::FORBIDDEN, message: "Missing Authentication Token", reason }
    }

    fn too_large(reason: String) -> Instead {
        Instead { status: StatusCode::PAYLOAD_TOO_LARGE, message: "Request Too Long", reason }
    }

    fn malformed(reason: String) -> Instead {
        Instead { status: StatusCode::BAD_REQUEST, message: "Bad Request", reason }
    }

    fn failed(reason: String) -> Instead {
        Instead { status: StatusCode::BAD_GATEWAY, message: "Internal server error", reason }
    }

    fn response(&self) -> Response {
        let mut response = Response::new(Body::from(json!({ "message": self.message }).to_string()));
        *response.status_mut() = self.status;
        response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
        response
    }
}

/// Answers requests until the process ends.
pub(crate) async fn serve(
    engine: Engine,
    transport: Arc<Recorder>,
    binary: Vec<MediaType>,
    port: u16,
) -> io::Result<()> {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port)).await?;
    let address = listener.local_addr()?;
    let server = Arc::new(Server { engine, transport, port: address.port(), binary });
    println!("listening on http://{address}");
    for (task, method, route) in server.routes() {
        println!("  {method} {route} -> {}", task.id);
    }
    loop {
        let (stream, client) = match listener.accept().await {
            Ok(connection) => connection,
            // A client that went away before it was accepted is no reason to stop.
            Err(error) if error.kind() == io::ErrorKind::ConnectionAborted => continue,
            Err(error) => return Err(error),
        };
        let server = Arc::clone(&server);
        tokio::spawn(async move {
            let service = service_fn(move |request| {
                let server = Arc::clone(&server);
                async move { Ok::<_, Infallible>(answer(server, client.ip(), request).await) }
            });
            // A task runs to its end and is answered also where the client sends nothing more, as on AWS.
            let connection = http1::Builder::new().half_close(true).serve_connection(TokioIo::new(stream), service);
            if let Err(error) = connection.await {
                tracing::debug!(%error, "connection ended");
            }
        });
    }
}

async fn answer(server: Arc<Server>, client: IpAddr, request: http::Request<Incoming>) -> Response {
    let begin = Instant::now();
    let (method, path) = (request.method().clone(), request.uri().path().to_owned());
    let response = match server.respond(client, request).await {
        Ok(response) => response,
        Err(instead) => {
            eprintln!("{method} {path}: {}", instead.reason);
            instead.response()
        }
    };
    println!("{method} {path} {} {:.1} ms", response.status().as_u16(), begin.elapsed().as_secs_f64() * 1000.0);
    tokio::spawn(async move {
        for run in tree::follow_sent(&server.engine, &server.transport, path).await {
            print!("{run}");
        }
    });
    response
}

impl Server {
    /// All routes, the most specific first; a method before `ANY`.
    fn routes(&self) -> Vec<(&TaskModel, &str, &str)> {
        let mut routes: Vec<_> = self
            .engine
            .models()
            .filter_map(|task| match &task.trigger {
                Trigger::Api { method, path } => Some((task, method.as_str(), path.as_str())),
                _ => None,
            })
            .collect();
        routes.sort_by_key(|(_, method, path)| (route::rank(path), *method == "ANY"));
        routes
    }

    async fn respond(&self, client: IpAddr, request: http::Request<Incoming>) -> Result<Response, Instead> {
        let (parts, body) = request.into_parts();
        let path = parts.uri.path();
        let matching = |method: &str| method == "ANY" || method == parts.method.as_str();
        let found = self.routes().into_iter().find_map(|(task, method, route)| {
            let parameters = route::parameters(route, path).filter(|_| matching(method))?;
            Some((task.id.as_str(), route, parameters))
        });
        let (task, route, parameters) = found.ok_or_else(Instead::missing)?;
        let body = Limited::new(body, MAX_BODY).collect().await.map_err(|error| {
            if error.is::<LengthLimitError>() {
                Instead::too_large(format!("body: must have at most {MAX_BODY} bytes, has more"))
            } else {
                Instead::malformed(format!("body: cannot be read: {error}"))
            }
        })?;
        let request = Request {
            method: parts.method.as_str(),
            protocol: format!("{:?}", parts.version),
            source_ip: client,
            route,
            path,
            parameters,
            query: &route::query(parts.uri.query().unwrap_or_default()),
            headers: &self.headers(&parts.headers, client),
            body: &body.to_bytes(),
        };
        let event = request.event(&self.binary);
        let takes_bytes = is_delivered_as_bytes(&self.binary, &event);
        let answer = limits::invoke(&self.engine, task, event).await.map_err(|refused| match refused {
            Refused::Event(_) => Instead::too_large(refused.to_string()),
            // What API Gateway makes of a function that failed, or that does not answer in its form.
            Refused::Answer(_) | Refused::Failed(_) => Instead::failed(refused.to_string()),
        })?;
        response(&answer, takes_bytes).map_err(|reason| Instead::failed(format!("task `{task}`: {reason}")))
    }

    /// The headers of a request, with those that API Gateway adds.
    fn headers(&self, headers: &HeaderMap, client: IpAddr) -> Vec<(String, String)> {
        let text = |value: &HeaderValue| header::to_text(value.as_bytes());
        let mut path: Vec<String> = headers.get_all("x-forwarded-for").iter().map(text).collect();
        path.push(client.to_string());
        let added = [
            ("X-Forwarded-For", path.join(", ")),
            ("X-Forwarded-Port", self.port.to_string()),
            ("X-Forwarded-Proto", "http".to_owned()),
        ];
        let is_added = |name: &HeaderName| added.iter().any(|(added, _)| name.as_str().eq_ignore_ascii_case(added));
        let own = headers.iter().filter(|(name, _)| !is_added(name));
        let own: Vec<_> = own.map(|(name, value)| (name.to_string(), text(value))).collect();
        own.into_iter().chain(added.map(|(name, value)| (name.to_owned(), value))).collect()
    }
}

/// The response that a proxy response stands for; the error is what keeps it from being one.
fn response(proxy: &Value, takes_bytes: bool) -> Result<Response, String> {
    let status = proxy["statusCode"].as_u64().and_then(|status| u16::try_from(status).ok());
    let status = status.filter(|status| (200..600).contains(status));
    let status =
        status.ok_or_else(|| format!("answer: `statusCode` must be 200 to 599, got {}", proxy["statusCode"]))?;
    let body = match proxy["body"].as_str().unwrap_or_default() {
        encoded if takes_bytes && proxy["isBase64Encoded"] == true => {
            let bytes = BASE64_STANDARD.decode(encoded);
            Bytes::from(bytes.map_err(|error| format!("answer: `body` must be base64: {error}"))?)
        }
        text => Bytes::from(text.to_owned()),
    };
    let mut response = http::Response::builder().status(status);
    for map in [&proxy["headers"], &proxy["multiValueHeaders"]] {
        for (name, values) in map.as_object().into_iter().flatten() {
            if CONNECTION_HEADERS.iter().any(|known| known.as_str().eq_ignore_ascii_case(name)) {
                continue;
            }
            let values = values.as_array().map_or(std::slice::from_ref(values), Vec::as_slice);
            for value in values.iter().filter_map(Value::as_str) {
                let value = header::to_value(value);
                response = response.header(name, value.ok_or_else(|| format!("answer: header `{name}`: is no value"))?);
            }
        }
    }
    response.body(Body::from(body)).map_err(|error| format!("answer: {error}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn responses_are_those_of_api_gateway() {
        let run = |proxy: Value| response(&proxy, false).map(|response| response.status().as_u16());
        assert_eq!(run(json!({ "statusCode": 204 })), Ok(204));
        for (proxy, expected) in [
            (json!({}), "answer: `statusCode` must be 200 to 599, got null"),
            (json!({ "statusCode": 101 }), "answer: `statusCode` must be 200 to 599, got 101"),
            (json!({ "statusCode": 600 }), "answer: `statusCode` must be 200 to 599, got 600"),
            (json!({ "statusCode": 200, "headers": { "a b": "c" } }), "answer: invalid HTTP header name"),
            (json!({ "statusCode": 200, "headers": { "a": "\n" } }), "answer: header `a`: is no value"),
        ] {
            assert_eq!(run(proxy), Err(expected.to_owned()));
        }
        let broken = json!({ "statusCode": 200, "body": "!", "isBase64Encoded": true });
        assert!(response(&broken, true).is_err() && response(&broken, false).is_ok());
        let headers = json!({ "Content-Length": "7", "connection": "close", "x": "\u{e9}" });
        let response = response(&json!({ "statusCode": 200, "headers": headers }), false).unwrap();
        assert_eq!((response.headers().len(), response.headers()["x"].as_bytes()), (1, &b"\xe9"[..]));
    }
}
