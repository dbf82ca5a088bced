//! The API tasks over HTTP, on this machine.

use std::{io, net::IpAddr, sync::Arc, time::Instant};

use async_lambda_local::{
    background::background,
    http::{accept, listen, read},
};
use axum_core::response::Response;
use http::{HeaderMap, HeaderName, HeaderValue};
use hyper::body::Incoming;

use super::{
    gateway::{self, Arrived, Gateway, Instead, MAX_BODY},
    route, tree,
};
use crate::{Context, Engine, Recorder, event::header};

struct Server {
    engine: Engine,
    transport: Arc<Recorder>,
    port: u16,
    gateway: Gateway,
}

/// Answers requests until the process ends.
pub(crate) async fn serve(engine: Engine, transport: Arc<Recorder>, gateway: Gateway, port: u16) -> io::Result<()> {
    let listener = listen(port).await?;
    let address = listener.local_addr()?;
    let server = Arc::new(Server { engine, transport, port: address.port(), gateway });
    super::say(&format!("listening on http://{address}\n"));
    for (task, method, route) in gateway::routes(&server.engine) {
        super::say(&format!("  {method} {route} -> {}\n", task.id));
    }
    // A task runs to its end and is answered also where the client sends nothing more, as on AWS.
    accept(listener, true, move |client, request| answer(Arc::clone(&server), client, request)).await;
    Ok(())
}

async fn answer(server: Arc<Server>, client: IpAddr, request: http::Request<Incoming>) -> Response {
    let begin = Instant::now();
    let (method, path) = (request.method().clone(), request.uri().path().to_owned());
    let response = match server.respond(client, request).await {
        Ok(response) => response,
        Err(instead) => {
            super::tell(&format!("{method} {path}: {}", instead.reason));
            instead.response(&server.gateway)
        }
    };
    let (status, millis) = (response.status().as_u16(), begin.elapsed().as_secs_f64() * 1000.0);
    super::say(&format!("{method} {path} {status} {millis:.1} ms\n"));
    background(Box::pin(async move {
        for run in tree::follow_sent(&server.engine, &server.transport, path).await {
            super::say(&run.to_string());
        }
    }));
    response
}

impl Server {
    async fn respond(&self, client: IpAddr, request: http::Request<Incoming>) -> Result<Response, Instead> {
        let (parts, body) = request.into_parts();
        let (method, path) = (parts.method.as_str(), parts.uri.path());
        let headers = headers(&parts.headers, client, self.port);
        let query = route::query(parts.uri.query().unwrap_or_default());
        let protocol = format!("{:?}", parts.version);
        let without_body =
            Arrived { method, protocol, source_ip: client, path, query: &query, headers: &headers, body: &[] };
        if let Some(response) = self.gateway.preflight(&self.engine, &without_body) {
            return Ok(response);
        }
        // A body is read for a route only.
        gateway::find(&self.engine, method, path)?;
        let body = read(body, MAX_BODY).await.map_err(|error| Instead::from(&error))?;
        let arrived = Arrived { body: &body, ..without_body };
        gateway::respond(&self.engine, &self.gateway, arrived, |_| Context::default()).await
    }
}

/// The headers of a request, with those that API Gateway adds.
pub(super) fn headers(headers: &HeaderMap, client: IpAddr, port: u16) -> Vec<(String, String)> {
    let text = |value: &HeaderValue| header::to_text(value.as_bytes());
    let mut path: Vec<String> = headers.get_all("x-forwarded-for").iter().map(text).collect();
    path.push(client.to_string());
    let added = [
        ("X-Forwarded-For", path.join(", ")),
        ("X-Forwarded-Port", port.to_string()),
        ("X-Forwarded-Proto", "http".to_owned()),
    ];
    let is_added = |name: &HeaderName| added.iter().any(|(added, _)| name.as_str().eq_ignore_ascii_case(added));
    let own = headers.iter().filter(|(name, _)| !is_added(name));
    let own: Vec<_> = own.map(|(name, value)| (name.to_string(), text(value))).collect();
    own.into_iter().chain(added.map(|(name, value)| (name.to_owned(), value))).collect()
}
