//! A REST API: from a request to the task of its route, and from the task's answer to a response.

use std::net::IpAddr;

use async_lambda_local::http::BodyError;
use async_lambda_model::{Cors, MediaType, TaskModel};
use axum_core::{body::Body, response::Response};
use base64::{Engine as _, prelude::BASE64_STANDARD};
use bytes::Bytes;
use http::{
    HeaderName, HeaderValue, StatusCode,
    header::{
        ACCESS_CONTROL_ALLOW_CREDENTIALS, ACCESS_CONTROL_ALLOW_ORIGIN, CONNECTION, CONTENT_LENGTH, CONTENT_TYPE,
        TRANSFER_ENCODING, UPGRADE,
    },
};
use serde_json::{Value, json};

use super::{
    limits::{self, Refused},
    request::Request,
    route,
};
use crate::{
    Context, Engine, cors,
    event::{header, is_delivered_as_bytes},
};

/// API Gateway's limit on a request, in bytes.
pub(crate) const MAX_BODY: usize = 10 * 1024 * 1024;

/// Headers that say how the answer is sent; the server says that itself, as API Gateway does.
const CONNECTION_HEADERS: [HeaderName; 4] = [CONNECTION, CONTENT_LENGTH, TRANSFER_ENCODING, UPGRADE];

/// The settings of the API for requests and answers.
#[derive(Clone, Debug)]
pub(crate) struct Gateway {
    /// The media types that it treats as binary.
    pub(crate) binary: Vec<MediaType>,
    pub(crate) cors: Option<Cors>,
}

/// A request, without its route.
pub(crate) struct Arrived<'a> {
    pub(crate) method: &'a str,
    /// `HTTP/1.1`.
    pub(crate) protocol: String,
    pub(crate) source_ip: IpAddr,
    /// As the client sent it, without the query.
    pub(crate) path: &'a str,
    /// Decoded.
    pub(crate) query: &'a [(String, String)],
    pub(crate) headers: &'a [(String, String)],
    pub(crate) body: &'a [u8],
}

/// An answer that comes from API Gateway and not from a task, and why.
pub(crate) struct Instead {
    status: StatusCode,
    /// The message for the client.
    message: &'static str,
    pub(crate) reason: String,
}

impl Instead {
    pub(crate) fn missing() -> Instead {
        let reason = "no task has this route".to_owned();
        Instead { status: StatusCode::FORBIDDEN, message: "Missing Authentication Token", reason }
    }

    fn too_large(reason: String) -> Instead {
        Instead { status: StatusCode::PAYLOAD_TOO_LARGE, message: "Request Too Long", reason }
    }

    pub(crate) fn failed(reason: String) -> Instead {
        Instead { status: StatusCode::BAD_GATEWAY, message: "Internal server error", reason }
    }

    fn too_late(reason: String) -> Instead {
        Instead { status: StatusCode::GATEWAY_TIMEOUT, message: "Endpoint request timed out", reason }
    }

    pub(crate) fn response(&self, gateway: &Gateway) -> Response {
        let mut response = Response::new(Body::from(json!({ "message": self.message }).to_string()));
        *response.status_mut() = self.status;
        let headers = response.headers_mut();
        headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
        let cors = gateway.cors.as_ref();
        if let Some((cors, origin)) = cors.and_then(|cors| Some((cors, header::to_value(cors.origin_of_errors()?)?))) {
            headers.insert(ACCESS_CONTROL_ALLOW_ORIGIN, origin);
            if cors.has_credentials() {
                headers.insert(ACCESS_CONTROL_ALLOW_CREDENTIALS, HeaderValue::from_static("true"));
            }
        }
        response
    }
}

impl From<&BodyError> for Instead {
    fn from(error: &BodyError) -> Instead {
        let reason = error.to_string();
        match error {
            BodyError::TooLarge(_) => Instead::too_large(reason),
            BodyError::Broken(_) => Instead { status: StatusCode::BAD_REQUEST, message: "Bad Request", reason },
        }
    }
}

/// The routes of all API tasks, the most specific first; a method before `ANY`.
pub(crate) fn routes(engine: &Engine) -> Vec<(&TaskModel, &str, &str)> {
    let mut routes: Vec<_> = engine
        .models()
        .filter_map(|task| task.trigger.route().map(|route| (task, route.method.as_str(), route.path.as_str())))
        .collect();
    routes.sort_by_key(|(_, method, path)| (route::rank(path), *method == "ANY"));
    routes
}

/// A task's route, and a path's parameters for it as they stand in the path.
pub(crate) struct Found<'e> {
    task: &'e str,
    route: &'e str,
    parameters: Vec<(String, String)>,
}

/// The task of a request's route.
pub(crate) fn find<'e>(engine: &'e Engine, method: &str, path: &str) -> Result<Found<'e>, Instead> {
    let found = routes(engine).into_iter().find_map(|(task, known, route)| {
        let is_its_method = known == "ANY" || known == method;
        let parameters = route::parameters(route, path).filter(|_| is_its_method)?;
        Some(Found { task: task.id.as_str(), route, parameters })
    });
    found.ok_or_else(Instead::missing)
}

impl Gateway {
    /// The answer to a preflight request: to `OPTIONS` of a path that has no such route itself.
    pub(crate) fn preflight(&self, engine: &Engine, arrived: &Arrived<'_>) -> Option<Response> {
        let cors = self.cors.as_ref().filter(|_| arrived.method == "OPTIONS")?;
        let routes = routes(engine);
        let (_, _, path) = routes.iter().find(|(_, _, route)| route::parameters(route, arrived.path).is_some())?;
        let of_path = || routes.iter().filter(|(_, _, route)| route == path).map(|(_, method, _)| *method);
        if of_path().any(|method| method == "OPTIONS") {
            return None;
        }
        let origin = arrived.headers.iter().find(|(name, _)| name.eq_ignore_ascii_case("origin"));
        let origin = origin.map(|(_, origin)| origin.as_str());
        response(&cors::preflight(cors, &cors::methods(of_path()), origin), false).ok()
    }
}

/// Runs the task of a request's route in this process; `context` makes the context of the task's invocation.
pub(crate) async fn respond(
    engine: &Engine,
    gateway: &Gateway,
    arrived: Arrived<'_>,
    context: fn(&TaskModel) -> Context,
) -> Result<Response, Instead> {
    respond_with(engine, gateway, arrived, async |task, event| {
        let context = engine.task_model(task).map(context).unwrap_or_default();
        limits::invoke(engine, task, event, context).await
    })
    .await
}

/// Answers a request with what `run` makes of the event for the task of its route.
pub(crate) async fn respond_with(
    engine: &Engine,
    gateway: &Gateway,
    arrived: Arrived<'_>,
    run: impl AsyncFnOnce(&str, Value) -> Result<Value, Refused>,
) -> Result<Response, Instead> {
    if let Some(response) = gateway.preflight(engine, &arrived) {
        return Ok(response);
    }
    let binary = gateway.binary.as_slice();
    let Arrived { method, protocol, source_ip, path, query, headers, body } = arrived;
    let Found { task, route, parameters } = find(engine, method, path)?;
    let request = Request { method, protocol, source_ip, route, path, parameters, query, headers, body };
    let event = request.event(binary);
    let takes_bytes = is_delivered_as_bytes(binary, &event);
    let answer = run(task, event).await.map_err(|refused| match refused {
        Refused::Event(_) => Instead::too_large(refused.to_string()),
        Refused::TooLate => Instead::too_late(refused.to_string()),
        // The answer of API Gateway for a function that failed, or that does not answer in its form.
        Refused::Answer(_) | Refused::Failed(_) => Instead::failed(refused.to_string()),
    })?;
    response(&answer, takes_bytes).map_err(|reason| Instead::failed(format!("task `{task}`: {reason}")))
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
