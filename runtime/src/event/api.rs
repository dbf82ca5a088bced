//! Requests that API Gateway hands on.

use std::{collections::BTreeMap, sync::Arc};

use aws_lambda_events::apigw::ApiGatewayProxyRequest;
use axum_core::body::Body;
use base64::{Engine, prelude::BASE64_STANDARD};
use bytes::Bytes;
use http::{HeaderMap, HeaderName, HeaderValue, Method};
use serde::{Deserialize, de::DeserializeOwned};
use serde_json::Value;

use super::{EventError, text, wrong};
use crate::{Edge, Error, FromInvocation, Invocation, trigger::Api};

/// A request.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct ApiEvent {
    /// The path, without the stage: `/orders/7`.
    pub path: String,
    /// The method.
    pub method: Method,
    /// The headers. Their names are compared without case; one may have several values.
    pub headers: HeaderMap,
    /// The query's parameters, decoded, each with its values in order.
    pub query: BTreeMap<String, Vec<String>>,
    /// The path's parameters: `id` of `/orders/{id}`.
    pub path_parameters: BTreeMap<String, String>,
    /// The body. If API Gateway encoded it as base64, that is undone.
    pub body: Bytes,
    /// API Gateway's request context: identity, stage, authorizer.
    pub request_context: Value,
    invocation: Invocation,
}

impl ApiEvent {
    /// The body, read as JSON.
    pub fn json<T: DeserializeOwned>(&self) -> Result<T, serde_json::Error> {
        serde_json::from_slice(&self.body)
    }

    /// The body as a text.
    pub fn text(&self) -> Result<&str, std::str::Utf8Error> {
        std::str::from_utf8(&self.body)
    }

    /// A query parameter; of several values the last, as API Gateway gives it.
    pub fn query(&self, name: &str) -> Option<&str> {
        self.query.get(name)?.last().map(String::as_str)
    }

    /// A path parameter.
    pub fn path_parameter(&self, name: &str) -> Option<&str> {
        self.path_parameters.get(name).map(String::as_str)
    }

    /// A header that is a text; of several values the first.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name)?.to_str().ok()
    }

    /// The whole request as API Gateway's proxy integration describes it: identity, authorizer, stage variables. It
    /// is decoded when it is asked for; the fields of this event are more lenient.
    pub fn proxy_request(&self) -> Result<ApiGatewayProxyRequest, EventError> {
        let request = ApiGatewayProxyRequest::deserialize(self.raw());
        request.map_err(|source| EventError::Form { form: "a request of API Gateway", source })
    }

    /// The event as Lambda got it.
    pub fn raw(&self) -> &Value {
        self.invocation.raw()
    }

    /// The request in the `http` crate's form, for routers. This event is among its extensions.
    pub fn into_request(self) -> Result<http::Request<Body>, http::Error> {
        // API Gateway leaves what is percent-encoded in a path as it is.
        let mut uri = encode(&self.path, b"/%");
        let pairs = self.query.iter().flat_map(|(name, values)| values.iter().map(move |value| (name, value)));
        for (index, (name, value)) in pairs.enumerate() {
            uri.push(if index == 0 { '?' } else { '&' });
            uri += &encode(name, b"");
            uri.push('=');
            uri += &encode(value, b"");
        }
        let mut request = http::Request::builder().method(self.method.clone()).uri(uri);
        if let Some(headers) = request.headers_mut() {
            headers.clone_from(&self.headers);
        }
        let body = Body::from(self.body.clone());
        request.extension(self).body(body)
    }
}

impl<S: Send + Sync> FromInvocation<S, Api> for ApiEvent {
    const EDGES: &'static [Edge] = &[];

    async fn from_invocation(invocation: &Invocation, _: &Arc<S>) -> Result<Self, Error> {
        let raw = invocation.raw();
        let method = text(raw, "httpMethod")?;
        let body = match &raw["body"] {
            Value::Null => Bytes::new(),
            Value::String(text) if raw["isBase64Encoded"] == true => {
                BASE64_STANDARD.decode(text).map_err(EventError::from)?.into()
            }
            Value::String(text) => Bytes::from(text.clone()),
            other => return Err(wrong("body", "a string", other).into()),
        };
        let path_parameters = raw["pathParameters"].as_object().into_iter().flatten();
        Ok(ApiEvent {
            path: text(raw, "path")?,
            method: Method::from_bytes(method.as_bytes())?,
            headers: headers(raw),
            query: multi_values(&raw["queryStringParameters"], &raw["multiValueQueryStringParameters"]),
            path_parameters: path_parameters
                .filter_map(|(name, value)| Some((name.clone(), value.as_str()?.to_owned())))
                .collect(),
            body,
            request_context: raw["requestContext"].clone(),
            invocation: invocation.clone(),
        })
    }
}

/// One map of values and one of lists of values say the same; the lists say more, where they are.
fn multi_values(single: &Value, multi: &Value) -> BTreeMap<String, Vec<String>> {
    let text = |value: &Value| value.as_str().map(ToOwned::to_owned);
    let single = single.as_object().into_iter().flatten();
    let mut values: BTreeMap<String, Vec<String>> =
        single.map(|(name, value)| (name.clone(), text(value).into_iter().collect())).collect();
    for (name, list) in multi.as_object().into_iter().flatten() {
        values.insert(name.clone(), list.as_array().into_iter().flatten().filter_map(text).collect());
    }
    values
}

/// Of the two maps, the one of lists says more. A name or value that HTTP does not allow cannot have come over HTTP;
/// it is left out.
fn headers(raw: &Value) -> HeaderMap {
    let mut headers = HeaderMap::new();
    for map in [&raw["multiValueHeaders"], &raw["headers"]] {
        let mut found = HeaderMap::new();
        for (name, values) in map.as_object().into_iter().flatten() {
            let Ok(name) = HeaderName::from_bytes(name.as_bytes()) else { continue };
            let values = values.as_array().map_or(std::slice::from_ref(values), Vec::as_slice);
            for value in values.iter().filter_map(Value::as_str) {
                if let Ok(value) = HeaderValue::from_bytes(value.as_bytes()) {
                    found.append(name.clone(), value);
                }
            }
        }
        for name in found.keys().filter(|name| !headers.contains_key(*name)).cloned().collect::<Vec<_>>() {
            for value in found.get_all(&name) {
                headers.append(name.clone(), value.clone());
            }
        }
    }
    headers
}

/// Percent-encodes all but unreserved characters and `also`.
fn encode(text: &str, also: &[u8]) -> String {
    let mut encoded = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) || also.contains(&byte) {
            encoded.push(char::from(byte));
        } else {
            encoded += &format!("%{byte:02X}");
        }
    }
    encoded
}
