//! The Runtime API of Lambda, by "Using the Lambda runtime API" of its developer guide, and the other requests of workers.

use std::sync::Arc;

use bytes::Bytes;
use http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, Uri};
use serde_json::{Value, json};
use tokio::sync::{mpsc, oneshot};

use super::{
    AND_NEXT, CLOCK, MAX_PAYLOAD, RunInHand,
    environment::function_arn,
    pools::{Event, Order, Pools},
};
use crate::{
    http::{Call, Response, Service, json, response},
    run::{Answer, BoxFuture, Failure, FailureKind},
};

/// The version of the API, and the beginning of its paths.
const VERSION: &str = "2018-06-01/runtime/";
/// The beginning of the paths of the other service.
const OTHER: &str = "async-lambda/";

/// Answers workers.
pub(super) struct Api(pub(super) Arc<Pools>);

impl Service for Api {
    fn call(&self, call: Call) -> BoxFuture<'_, Response> {
        Box::pin(async {
            let path = call.request.uri().path().to_owned();
            let Some((key, path)) = path.strip_prefix('/').and_then(|path| path.split_once('/')) else {
                return unknown();
            };
            let mut response = self.answer(key, path, call).await;
            let clock = self.0.cloud.clock();
            let clock = HeaderValue::from_str(&format!("{} {}", clock.now(), clock.speed()));
            response.headers_mut().extend(clock.ok().map(|clock| (HeaderName::from_static(CLOCK), clock)));
            response
        })
    }
}

impl Api {
    async fn answer(&self, key: &str, path: &str, mut call: Call) -> Response {
        let Some(orders) = self.0.orders(key) else { return unknown() };
        if path.starts_with(OTHER) {
            let Ok(uri) = Uri::try_from(format!("/{path}")) else { return unknown() };
            *call.request.uri_mut() = uri;
            if let Some(run) = self.0.run_of(key) {
                call.request.extensions_mut().insert(RunInHand(run));
            }
            return self.0.config.service.call(call).await;
        }
        let Some(path) = path.strip_prefix(VERSION) else { return unknown() };
        let (method, headers, body) = (call.request.method(), call.request.headers(), call.request.body());
        match (method, path.split('/').collect::<Vec<_>>().as_slice()) {
            (&Method::GET, ["invocation", "next"]) => self.next(&orders).await,
            (&Method::POST, ["invocation", id, what @ ("response" | "error")]) => {
                let (status, answer) = match *what {
                    "response" => answer_of(body),
                    _ => (StatusCode::ACCEPTED, Err(Failure::new(FailureKind::Error, message(headers, body)))),
                };
                let (known, is_known) = oneshot::channel();
                // An order to a supervisor that has ended is dropped, and with it the other end of its channel.
                let _ = orders.send(Order::Answered { id: (*id).to_owned(), answer, known });
                match (is_known.await, status) {
                    (Ok(true), StatusCode::PAYLOAD_TOO_LARGE) => {
                        error(status, "RequestEntityTooLarge", "the answer is too large")
                    }
                    (Ok(true), _) if headers.contains_key(AND_NEXT) => self.next(&orders).await,
                    (Ok(true), _) => json(status, &json!({ "status": "OK" })),
                    _ => error(StatusCode::BAD_REQUEST, "InvalidRequestID", "the worker has no event with this id"),
                }
            }
            (&Method::POST, ["init", "error"]) => {
                let _ = orders.send(Order::InitError(message(headers, body)));
                json(StatusCode::ACCEPTED, &json!({ "status": "OK" }))
            }
            _ => unknown(),
        }
    }

    /// Waits for an event.
    async fn next(&self, orders: &mpsc::UnboundedSender<Order>) -> Response {
        let (reply, event) = oneshot::channel();
        let _ = orders.send(Order::Next(reply));
        match event.await {
            Ok(event) => self.event(event),
            Err(_) => error(StatusCode::GONE, "Gone", "this worker gets no more events"),
        }
    }

    /// An event, with the headers that Lambda gives it.
    fn event(&self, event: Event) -> Response {
        let Event { id, invocation, deadline } = event;
        let arn = function_arn(self.0.cloud.plan(), &invocation.task);
        // Of an id that no other invocation has: eight digits of the time, and 24 more.
        let digits = id.replace('-', "");
        let (root, parent) = (format!("1-{:08x}-{}", deadline / 1000, &digits[..24]), &digits[16..]);
        let headers = [
            ("lambda-runtime-aws-request-id", id),
            ("lambda-runtime-deadline-ms", deadline.to_string()),
            ("lambda-runtime-invoked-function-arn", arn),
            ("lambda-runtime-trace-id", format!("Root={root};Parent={parent};Sampled=0")),
        ];
        let mut response = response(StatusCode::OK, "application/json", invocation.event);
        for (name, value) in headers {
            // Names of applications and tasks are letters, digits, `-` and `_`.
            response
                .headers_mut()
                .extend(HeaderValue::from_str(&value).ok().map(|value| (HeaderName::from_static(name), value)));
        }
        response
    }
}

/// The answer of a task, and the status for the worker.
fn answer_of(body: &Bytes) -> (StatusCode, Answer) {
    let failure = |message: String| Err(Failure::new(FailureKind::Error, message));
    if body.len() > MAX_PAYLOAD {
        let message = format!("answer: must have at most {MAX_PAYLOAD} bytes of JSON on Lambda, has {}", body.len());
        return (StatusCode::PAYLOAD_TOO_LARGE, failure(message));
    }
    let answer = match std::str::from_utf8(body) {
        Ok(answer) => Ok(answer.to_owned()),
        Err(error) => failure(format!("answer: must be JSON: {error}")),
    };
    (StatusCode::ACCEPTED, answer)
}

/// The message of an error that a worker reports.
fn message(headers: &HeaderMap, body: &Bytes) -> String {
    let of_body: Value = serde_json::from_slice(body).unwrap_or_default();
    let of_header = headers.get("lambda-runtime-function-error-type").and_then(|value| value.to_str().ok());
    let text = [of_body["errorMessage"].as_str(), of_body["errorType"].as_str(), of_header];
    text.into_iter().flatten().find(|text| !text.is_empty()).unwrap_or("error without a message").to_owned()
}

fn error(status: StatusCode, error_type: &str, message: &str) -> Response {
    json(status, &json!({ "errorType": error_type, "errorMessage": message }))
}

fn unknown() -> Response {
    error(StatusCode::NOT_FOUND, "NotFound", "no such path")
}
