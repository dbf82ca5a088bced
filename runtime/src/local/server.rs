//! The API tasks over HTTP, on this machine.

use std::{convert::Infallible, io, net::Ipv4Addr, sync::Arc, time::Instant};

use async_lambda_model::{TaskModel, Trigger};
use axum_core::{body::Body, response::Response};
use base64::{Engine as _, prelude::BASE64_STANDARD};
use bytes::Bytes;
use http::{HeaderName, HeaderValue, Request, StatusCode};
use http_body_util::{BodyExt, Limited};
use hyper::{body::Incoming, server::conn::http1, service::service_fn};
use hyper_util::rt::TokioIo;
use serde_json::Value;
use tokio::net::TcpListener;

use super::{event, route, tree};
use crate::{Context, Engine, Recorder};

/// API Gateway's limit on a request, in bytes.
const MAX_BODY: usize = 10 * 1024 * 1024;

/// Answers requests until the process ends.
pub(crate) async fn serve(engine: Arc<Engine>, transport: Arc<Recorder>, port: u16) -> io::Result<()> {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port)).await?;
    println!("listening on http://{}", listener.local_addr()?);
    for (task, method, route) in routes(&engine) {
        println!("  {method} {route} -> {}", task.id);
    }
    loop {
        let (stream, _) = match listener.accept().await {
            Ok(connection) => connection,
            // A client that went away before it was accepted is no reason to stop.
            Err(error) if error.kind() == io::ErrorKind::ConnectionAborted => continue,
            Err(error) => return Err(error),
        };
        let (engine, transport) = (Arc::clone(&engine), Arc::clone(&transport));
        tokio::spawn(async move {
            let service = service_fn(move |request| {
                let (engine, transport) = (Arc::clone(&engine), Arc::clone(&transport));
                async move { Ok::<_, Infallible>(answer(engine, transport, request).await) }
            });
            if let Err(error) = http1::Builder::new().serve_connection(TokioIo::new(stream), service).await {
                tracing::debug!(%error, "connection ended");
            }
        });
    }
}

/// All routes, the most specific first; a method before `ANY`.
fn routes(engine: &Engine) -> Vec<(&TaskModel, &str, &str)> {
    let mut routes: Vec<_> = engine
        .models()
        .filter_map(|task| match &task.trigger {
            Trigger::Api { method, path } => Some((task, method.as_str(), path.as_str())),
            _ => None,
        })
        .collect();
    routes.sort_by_key(|(_, method, path)| (route::rank(path), *method == "ANY"));
    routes
}

async fn answer(engine: Arc<Engine>, transport: Arc<Recorder>, request: Request<Incoming>) -> Response {
    let begin = Instant::now();
    let (method, path) = (request.method().clone(), request.uri().path().to_owned());
    let response = match respond(&engine, request).await {
        Ok(response) => response,
        Err((status, reason)) => {
            eprintln!("{method} {path}: {reason}");
            plain(status, reason)
        }
    };
    println!("{method} {path} {} {:.1} ms", response.status().as_u16(), begin.elapsed().as_secs_f64() * 1000.0);
    tokio::spawn(async move {
        for run in tree::follow_sent(&engine, &transport, path).await {
            print!("{run}");
        }
    });
    response
}

async fn respond(engine: &Engine, request: Request<Incoming>) -> Result<Response, (StatusCode, String)> {
    let (parts, body) = request.into_parts();
    let path = parts.uri.path();
    let matching = |method: &str| method == "ANY" || method == parts.method.as_str();
    let found = routes(engine).into_iter().find_map(|(task, method, route)| {
        let parameters = route::parameters(route, path).filter(|_| matching(method))?;
        Some((task, route, parameters))
    });
    // What API Gateway answers to a route that it does not have.
    let missing = || (StatusCode::FORBIDDEN, "no task has this route".to_owned());
    let (task, route, parameters) = found.ok_or_else(missing)?;
    let body = Limited::new(body, MAX_BODY).collect().await;
    let body = body.map_err(|error| (StatusCode::PAYLOAD_TOO_LARGE, error.to_string()))?.to_bytes();
    let header = |(name, value): (&HeaderName, &HeaderValue)| {
        (name.to_string(), String::from_utf8_lossy(value.as_bytes()).into_owned())
    };
    let event = event::Request {
        method: parts.method.as_str(),
        route,
        path,
        parameters,
        query: &route::query(parts.uri.query().unwrap_or_default()),
        headers: &parts.headers.iter().map(header).collect::<Vec<_>>(),
        body: &body,
    };
    let result = engine.invoke(task.id.as_str(), event.event(), Context::default()).await;
    // API Gateway's answer to a function that failed, or that does not answer in its form.
    let failed = |reason| (StatusCode::BAD_GATEWAY, reason);
    let proxy = result.map_err(|error| failed(error.to_string()))?;
    response(&proxy).ok_or_else(|| failed(format!("task `{}`: is no proxy response: {proxy}", task.id)))
}

/// The response that a proxy response stands for.
fn response(proxy: &Value) -> Option<Response> {
    let status = u16::try_from(proxy["statusCode"].as_u64()?).ok()?;
    let body = match proxy["body"].as_str().unwrap_or_default() {
        encoded if proxy["isBase64Encoded"] == true => Bytes::from(BASE64_STANDARD.decode(encoded).ok()?),
        text => Bytes::from(text.to_owned()),
    };
    let mut response = http::Response::builder().status(status);
    for map in [&proxy["headers"], &proxy["multiValueHeaders"]] {
        for (name, values) in map.as_object().into_iter().flatten() {
            let values = values.as_array().map_or(std::slice::from_ref(values), Vec::as_slice);
            for value in values.iter().filter_map(Value::as_str) {
                response = response.header(name, value);
            }
        }
    }
    response.body(Body::from(body)).ok()
}

fn plain(status: StatusCode, text: String) -> Response {
    let mut response = Response::new(Body::from(text));
    *response.status_mut() = status;
    response
}
