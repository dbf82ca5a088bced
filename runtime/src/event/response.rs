//! The answer of an API task.

use axum_core::{
    body::Body,
    response::{IntoResponse, Response},
};
use base64::{Engine, prelude::BASE64_STANDARD};
use http::{
    HeaderValue, StatusCode,
    header::{CONTENT_ENCODING, CONTENT_TYPE},
};
use http_body_util::BodyExt;
use serde::Serialize;
use serde_json::{Map, Value, json};

use super::header;
use crate::BoxError;

/// A response with a JSON body.
///
/// ```
/// use async_lambda::prelude::*;
///
/// async fn get_order(event: ApiEvent) -> Result<Json<u32>, Error> {
///     Ok(Json(event.path_parameter("id").unwrap_or("0").parse()?))
/// }
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Json<T>(pub T);

impl<T: Serialize> IntoResponse for Json<T> {
    fn into_response(self) -> Response {
        match serde_json::to_vec(&self.0) {
            Ok(body) => {
                let mut response = Response::new(Body::from(body));
                response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
                response
            }
            Err(error) => {
                tracing::error!(%error, "response cannot be written as json");
                StatusCode::INTERNAL_SERVER_ERROR.into_response()
            }
        }
    }
}

/// The form that the proxy integration of a REST API wants; other senders' forms are made of it. A body that is not
/// UTF-8, or is compressed, goes as base64.
pub(crate) async fn proxy_response(response: Response) -> Result<Value, BoxError> {
    let (parts, body) = response.into_parts();
    let body = body.collect().await?.to_bytes();
    let mut headers = Map::new();
    let mut multi_value_headers = Map::new();
    for name in parts.headers.keys() {
        let values: Vec<Value> =
            parts.headers.get_all(name).iter().map(|value| header::to_text(value.as_bytes()).into()).collect();
        match &values[..] {
            [value] => headers.insert(name.to_string(), value.clone()),
            _ => multi_value_headers.insert(name.to_string(), values.into()),
        };
    }
    let is_plain = |value: &HeaderValue| value.as_bytes().eq_ignore_ascii_case(b"identity");
    let is_compressed = !body.is_empty() && !parts.headers.get_all(CONTENT_ENCODING).iter().all(is_plain);
    let text = std::str::from_utf8(&body).ok().filter(|_| !is_compressed);
    let mut proxy = json!({
        "statusCode": parts.status.as_u16(),
        "headers": headers,
        "body": text.map_or_else(|| BASE64_STANDARD.encode(&body), ToOwned::to_owned),
        "isBase64Encoded": text.is_none(),
    });
    if !multi_value_headers.is_empty() {
        proxy["multiValueHeaders"] = multi_value_headers.into();
    }
    Ok(proxy)
}
