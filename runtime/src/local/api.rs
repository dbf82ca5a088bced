//! The API of the application over HTTP: requests as API Gateway hands them on, answers as it gives them.

use std::time::Duration;

use async_lambda_local::{
    cloud::Cloud,
    history::Cause,
    http::{self as server, Body, BodyError, Call, Service},
    run::{BoxFuture, Runner, invoke},
};
use axum_core::response::Response;
use http::{StatusCode, header::CONTENT_TYPE, request::Parts};
use http_body_util::BodyExt;
use serde_json::Value;

use super::{
    gateway::{self, Arrived, Gateway, Instead},
    limits::{MAX_PAYLOAD, Refused},
    route,
    server::headers,
};
use crate::{Engine, engine::InvocationError};

/// The time for which API Gateway waits for an answer.
const PATIENCE: Duration = Duration::from_secs(29);

/// Answers requests to the routes of API tasks.
pub(super) struct Api {
    pub(super) engine: Engine,
    pub(super) gateway: Gateway,
    pub(super) cloud: Cloud,
    pub(super) runner: std::sync::Arc<dyn Runner>,
    pub(super) port: u16,
}

impl Service for Api {
    fn call(&self, call: Call) -> BoxFuture<'_, server::Response> {
        Box::pin(async move {
            let line = format!("{} {}", call.request.method(), call.request.uri().path());
            match self.respond(&call, line.clone()).await {
                Ok(response) => whole(response).await,
                Err(instead) => self.instead(&line, &instead).await,
            }
        })
    }

    fn refuse<'a>(&'a self, request: &'a Parts, error: &'a BodyError) -> BoxFuture<'a, server::Response> {
        Box::pin(async move {
            let line = format!("{} {}", request.method, request.uri.path());
            self.instead(&line, &error.into()).await
        })
    }
}

impl Api {
    /// The answer of API Gateway, where no task gives one.
    async fn instead(&self, line: &str, instead: &Instead) -> server::Response {
        super::tell(&format!("{line}: {}", instead.reason));
        whole(instead.response(&self.gateway)).await
    }

    async fn respond(&self, call: &Call, line: String) -> Result<Response, Instead> {
        let request = &call.request;
        let headers = headers(request.headers(), call.client, self.port);
        let query = route::query(request.uri().query().unwrap_or_default());
        let arrived = Arrived {
            method: request.method().as_str(),
            protocol: format!("{:?}", request.version()),
            source_ip: call.client,
            path: request.uri().path(),
            query: &query,
            headers: &headers,
            body: request.body(),
        };
        gateway::respond_with(&self.engine, &self.gateway, arrived, async |task, event| {
            let event = event.to_string();
            if event.len() > MAX_PAYLOAD {
                return Err(Refused::Event(event.len()));
            }
            let Some(model) = self.engine.task_model(task) else {
                return Err(failed("task", format!("task `{task}`: is not in the application")));
            };
            let answer = invoke(&self.cloud, &*self.runner, &model.id, Cause::Request { line }, event);
            let answer = match tokio::time::timeout(PATIENCE, answer).await {
                Ok(answer) => answer.map_err(|failure| failed(failure.kind.as_str(), failure.message))?,
                Err(_) => return Err(Refused::TooLate),
            };
            if answer.len() > MAX_PAYLOAD {
                return Err(Refused::Answer(answer.len()));
            }
            serde_json::from_str::<Value>(&answer)
                .map_err(|error| failed("answer", format!("answer: must be JSON: {error}")))
        })
        .await
    }
}

fn failed(kind: &'static str, reason: String) -> Refused {
    Refused::Failed(InvocationError { kind, reason, is_dead: false, hidden: None })
}

/// A response with all of its body.
async fn whole(response: Response) -> server::Response {
    let (parts, body) = response.into_parts();
    match body.collect().await {
        Ok(body) => server::Response::from_parts(parts, Body::Full(Some(body.to_bytes()))),
        Err(error) => {
            let mut response = server::Response::new(Body::Full(Some(error.to_string().into())));
            *response.status_mut() = StatusCode::BAD_GATEWAY;
            response.headers_mut().insert(CONTENT_TYPE, http::HeaderValue::from_static("text/plain"));
            response
        }
    }
}
