//! Requests and responses of a REST API.

use std::net::Ipv4Addr;

use async_lambda_model::{MediaType, Trigger, trigger::Api};
use axum_core::response::Response;
use bytes::Bytes;
use http::{HeaderMap, Method, StatusCode};
use http_body_util::BodyExt;
use serde::{Serialize, de::DeserializeOwned};

use crate::{
    ApiEvent,
    event::path,
    invocation::Invocation,
    local::{gateway::Arrived, request::Request, route},
};

/// A request that is being written: [`ApiEvent::get`] and its kind begin one.
///
/// ```
/// use async_lambda::prelude::*;
///
/// let event = ApiEvent::get("/orders/7?full=yes").path_parameter("id", "7").header("accept", "text/plain").build();
/// assert_eq!((event.path_parameter("id"), event.query("full")), (Some("7"), Some("yes")));
/// ```
#[derive(Clone, Debug)]
#[must_use = "`build` makes it an event, `TestApp::request` sends it"]
pub struct ApiRequest {
    method: Method,
    path: String,
    query: Vec<(String, String)>,
    headers: Vec<(String, String)>,
    path_parameters: Vec<(String, String)>,
    body: Bytes,
}

impl ApiRequest {
    pub(crate) fn new(method: Method, path: &str) -> ApiRequest {
        let (path, query) = path.split_once('?').unwrap_or((path, ""));
        ApiRequest {
            method,
            path: path.to_owned(),
            query: route::query(query),
            headers: Vec::new(),
            path_parameters: Vec::new(),
            body: Bytes::new(),
        }
    }

    /// Adds a header.
    pub fn header(mut self, name: impl Into<String>, value: impl Into<String>) -> ApiRequest {
        self.headers.push((name.into(), value.into()));
        self
    }

    /// Adds a query parameter, as it is when it is decoded.
    pub fn query(mut self, name: impl Into<String>, value: impl Into<String>) -> ApiRequest {
        self.query.push((name.into(), value.into()));
        self
    }

    /// Adds a path parameter, as it is when it is decoded. [`TestApp::request`](super::TestApp::request) takes those of
    /// the task's route instead.
    pub fn path_parameter(mut self, name: impl Into<String>, value: impl Into<String>) -> ApiRequest {
        self.path_parameters.push((name.into(), value.into()));
        self
    }

    /// Sets the body.
    pub fn body(mut self, body: impl Into<Bytes>) -> ApiRequest {
        self.body = body.into();
        self
    }

    /// Sets a body of JSON, and its `Content-Type`.
    ///
    /// # Panics
    ///
    /// If the value cannot be written as JSON.
    #[track_caller]
    pub fn json(self, value: &impl Serialize) -> ApiRequest {
        match serde_json::to_vec(value) {
            Ok(body) => self.header("content-type", "application/json").body(body),
            Err(error) => panic!("the body cannot be written as JSON: {error}"),
        }
    }

    /// The event that API Gateway makes of the request.
    ///
    /// # Panics
    ///
    /// If API Gateway could not make one: the path does not begin with `/`.
    #[track_caller]
    pub fn build(self) -> ApiEvent {
        assert!(self.path.starts_with('/'), "the path must begin with `/`, got `{}`", self.path);
        let encoded = |(name, value): &(String, String)| (name.clone(), path::encode(value).replace('/', "%2F"));
        let request = Request {
            method: self.method.as_str(),
            protocol: "HTTP/1.1".to_owned(),
            source_ip: Ipv4Addr::LOCALHOST.into(),
            route: &self.path,
            path: &self.path,
            parameters: self.path_parameters.iter().map(encoded).collect(),
            query: &self.query,
            headers: &self.headers,
            body: &self.body,
        };
        // Any body arrives as it is.
        let raw = request.event(&[MediaType::new("*/*").unwrap_or_else(|error| panic!("{error}"))]);
        let trigger = Trigger::Api(Api { method: self.method.to_string(), path: self.path.clone() });
        let event = ApiEvent::of(&Invocation::by_hand(trigger, raw));
        event.unwrap_or_else(|error| panic!("{error}"))
    }

    pub(super) fn method(&self) -> &str {
        self.method.as_str()
    }

    pub(super) fn arrived(&self) -> Arrived<'_> {
        Arrived {
            method: self.method.as_str(),
            protocol: "HTTP/1.1".to_owned(),
            source_ip: Ipv4Addr::LOCALHOST.into(),
            path: &self.path,
            query: &self.query,
            headers: &self.headers,
            body: &self.body,
        }
    }

    pub(super) fn path(&self) -> &str {
        &self.path
    }
}

/// A response, as API Gateway hands it on to a client.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct ApiResponse {
    /// The status: 500 where the handler returned an error, 502 where it panicked or answered wrongly, 403 where no task
    /// has the route.
    pub status: StatusCode,
    /// The headers.
    pub headers: HeaderMap,
    /// The body.
    pub body: Bytes,
}

impl ApiResponse {
    pub(super) async fn of(response: Response) -> ApiResponse {
        let (parts, body) = response.into_parts();
        // It is in memory: nothing can fail.
        let body = body.collect().await.map(|body| body.to_bytes()).unwrap_or_default();
        ApiResponse { status: parts.status, headers: parts.headers, body }
    }

    /// The body as a string.
    ///
    /// # Panics
    ///
    /// If it is not UTF-8.
    #[track_caller]
    pub fn text(&self) -> &str {
        std::str::from_utf8(&self.body).unwrap_or_else(|error| panic!("the body must be UTF-8: {error}"))
    }

    /// The body, read as JSON.
    ///
    /// # Panics
    ///
    /// If it is not JSON of this type.
    #[track_caller]
    pub fn json<T: DeserializeOwned>(&self) -> T {
        serde_json::from_slice(&self.body)
            .unwrap_or_else(|error| panic!("the body: {error}: {}", String::from_utf8_lossy(&self.body)))
    }
}
