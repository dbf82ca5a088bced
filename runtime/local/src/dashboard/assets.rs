//! The files of the page, as they are in the repository: nothing builds them.

use http::{Method, StatusCode};
use serde_json::json;

use crate::http::{Response, json as json_response, response};

macro_rules! files {
    ($($name:literal),* $(,)?) => {
        &[$(($name, include_str!(concat!("page/", $name)))),*]
    };
}

const FILES: &[(&str, &str)] = files![
    "index.html",
    "base.css",
    "parts.css",
    "app.js",
    "api.js",
    "dom.js",
    "format.js",
    "parts.js",
    "json.js",
    "layout.js",
    "graph.js",
    "overview.js",
    "queues.js",
    "messages.js",
    "message.js",
    "chains.js",
    "waterfall.js",
    "letters.js",
    "errors.js",
    "runs.js",
    "start.js",
    "clock.js",
];

/// A file of the page.
pub(super) fn answer(method: &Method, path: &str) -> Response {
    let name = if path == "/" { "index.html" } else { path.trim_start_matches('/') };
    let found = FILES.iter().find(|(known, _)| *known == name);
    match found {
        Some((name, text)) if *method == Method::GET || *method == Method::HEAD => {
            let content_type = match name.rsplit('.').next() {
                Some("html") => "text/html; charset=utf-8",
                Some("css") => "text/css; charset=utf-8",
                _ => "text/javascript; charset=utf-8",
            };
            response(StatusCode::OK, content_type, *text)
        }
        Some(_) => json_response(StatusCode::METHOD_NOT_ALLOWED, &json!({"error": format!("{path}: must be GET")})),
        None => json_response(StatusCode::NOT_FOUND, &json!({"error": format!("{path}: is no file of the dashboard")})),
    }
}
