//! The dashboard: a page, and an API of JSON, which the command line uses as well.
//!
//! Every command of [`COMMANDS`] is a path below `/api/`: `queue ls` is `GET /api/queue/ls`, and `queue pause QUEUE` is
//! `POST /api/queue/pause` with `{"queue": "shop-SendMail"}`. A command that only looks has its parameters in the query, one that
//! changes something in a body of JSON. `GET /api/help` has all of them with their arguments.
//!
//! | answer | means |
//! |---|---|
//! | 200 | done; JSON, or plain text where a text was asked for as it is |
//! | 400 | a parameter is wrong, or a queue refused |
//! | 403 | the request comes from a page of another origin, or was meant for another host |
//! | 404 | nothing has this id, name or path |
//! | 405 | another method |
//! | 502 | a task was started and failed |
//! | 503 | the state cannot be written any more |
//!
//! An answer other than 200 is `{"error": "…"}`. Times are milliseconds since 1970 by the clock of the cloud, durations
//! milliseconds. A list has at most 100 entries and `next`, for the parameter `after`, if there are more. Long strings are
//! `{"text": "…", "length": 70000, "cut": true}`; lengths are bytes, and another command has the whole.
//!
//! `GET /api/watch` is a stream of server-sent events. Each is the answer of `status`: the first comes at once, the others when
//! it has changed, at most four a second.

pub mod actions;
mod assets;
mod chains;
mod clock;
pub mod commands;
mod errors;
mod graph;
mod letters;
mod live;
mod messages;
mod params;
mod queues;
mod runs;
mod search;
mod show;
mod start;
mod test_case;
mod view;

use std::sync::Arc;

use bytes::Bytes;
use http::{HeaderValue, Method, StatusCode, header};
use serde_json::json;

use self::{
    actions::Actions,
    commands::{Answer, COMMANDS, Command},
    params::{Params, Refused},
};
use crate::{
    bucket::Bucket,
    cloud::Cloud,
    http::{Call, Response, Service, is_local, json as json_response, response},
    run::BoxFuture,
};

/// The port that the dashboard has by default.
pub const PORT: u16 = 8001;
/// The largest body of a request to the API, in bytes: a message in JSON, with room for escapes.
pub const LARGEST_BODY: usize = 8 * 1024 * 1024;

/// Nothing but our own files: a payload that got into the page as markup could still do nothing.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src data:; connect-src 'self'; \
                      base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/// The page and its API.
pub struct Dashboard {
    cloud: Cloud,
    bucket: Arc<Bucket>,
    actions: Arc<dyn Actions>,
}

impl std::fmt::Debug for Dashboard {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Dashboard").field("bucket", &self.bucket).finish_non_exhaustive()
    }
}

impl Dashboard {
    /// The dashboard of a cloud. `bucket` has the payloads that are too large for a message.
    pub fn new(cloud: Cloud, bucket: Arc<Bucket>, actions: impl Actions) -> Dashboard {
        Dashboard { cloud, bucket, actions: Arc::new(actions) }
    }

    async fn answer(&self, call: Call) -> Response {
        let headers = call.request.headers();
        if !is_local(headers) {
            let shown = |name| headers.get(name).map_or("none", |value: &HeaderValue| value.to_str().unwrap_or("?"));
            let message = format!(
                "request: must come from this machine and be meant for it: Host is `{}`, Origin is `{}`; open the \
                 address that `cargo run` has printed",
                shown(header::HOST),
                shown(header::ORIGIN)
            );
            return json_response(StatusCode::FORBIDDEN, &json!({ "error": message }));
        }
        let path = call.request.uri().path();
        match path.strip_prefix("/api/") {
            None => assets::answer(call.request.method(), path),
            Some(words) => {
                let name = words.replace('/', " ");
                let Some(command) = Command::named(&name) else {
                    let message = format!("{path}: is no command; `GET /api/help` has all {}", COMMANDS.len());
                    return json_response(StatusCode::NOT_FOUND, &json!({ "error": message }));
                };
                self.execute(command, &call)
                    .await
                    .unwrap_or_else(|refused| json_response(refused.status, &json!({ "error": refused.message })))
            }
        }
    }

    async fn execute(&self, command: &Command, call: &Call) -> Result<Response, Refused> {
        if *call.request.method() != command.method() {
            let message = format!("{}: must be {}, is {}", command.path(), command.method(), call.request.method());
            return Err(Refused { status: StatusCode::METHOD_NOT_ALLOWED, message });
        }
        let params = match command.method() {
            Method::POST => Params::of_body(call.request.body())?,
            _ => Params::of_query(call.request.uri().query().unwrap_or_default()),
        };
        command.check(&params)?;
        let value = match command.answer {
            Answer::Look(answer) | Answer::Act(answer) => answer(self, &params)?,
            Answer::Start(answer) => answer(self, &params).await?,
            Answer::Watch => return Ok(live::watch(self)),
            Answer::Text(answer) => {
                let text: Bytes = answer(self, &params)?;
                return Ok(response(StatusCode::OK, "text/plain; charset=utf-8", text));
            }
        };
        Ok(json_response(StatusCode::OK, &value))
    }
}

impl Service for Dashboard {
    fn call(&self, call: Call) -> BoxFuture<'_, Response> {
        Box::pin(async move {
            let mut response = self.answer(call).await;
            let headers = response.headers_mut();
            for (name, value) in [
                (header::CONTENT_SECURITY_POLICY, POLICY),
                (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
                (header::REFERRER_POLICY, "no-referrer"),
                (header::CACHE_CONTROL, "no-store"),
            ] {
                headers.insert(name, HeaderValue::from_static(value));
            }
            response
        })
    }
}
