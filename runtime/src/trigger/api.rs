//! API tasks: requests that API Gateway, a function URL or a load balancer hands on.

use std::{collections::BTreeMap, sync::Arc};

use async_lambda_model::{self as model, MediaType, TaskId};
use aws_lambda_events::apigw::ApiGatewayProxyRequest;
use axum_core::{body::Body, response::IntoResponse};
use base64::{Engine, prelude::BASE64_STANDARD};
use bytes::Bytes;
use http::{HeaderMap, HeaderName, HeaderValue, Method, header::COOKIE};
use serde::{Deserialize, de::DeserializeOwned};
use serde_json::Value;

use super::{Kind, Trigger, sealed};
use crate::{
    App, BoxError, Error, FromInvocation,
    event::{EventError, Source, header, in_form_of_request, path, proxy_response, wrong},
    extract::{Edge, Invocation},
    handler::{Handler, Outcome},
    layer::TaskService,
    options::Accepts,
};
#[cfg(feature = "local")]
use crate::{
    local::{Invoke, LocalError, event::request},
    testing::ApiRequest,
};

/// Requests to a route.
pub struct Api;

impl Trigger for Api {}
impl sealed::Trigger for Api {}

impl App {
    /// A task that answers requests to a route: `Method::GET`, or `"ANY"`; `/orders/{id}`, or `/{proxy+}`. API Gateway waits
    /// 29 s for an answer.
    #[track_caller]
    pub fn api_task<M, H, Args>(self, id: &str, method: M, path: impl Into<String>, handler: H) -> Self
    where
        M: TryInto<Method>,
        H: Handler<Api, Args>,
        Api: Accepts<H::Kind>,
    {
        let path = path.into();
        let trigger = match method.try_into() {
            Ok(method) => Ok(model::trigger::Api { method: method.as_str().to_owned(), path }),
            Err(_) => Err(path),
        };
        self.add(TaskId::new(id.to_owned()), trigger, None, handler)
    }
}

// Otherwise the compiler says only that the error is no `IntoResponse`, and not what would be one.
#[diagnostic::do_not_recommend]
impl<R: IntoResponse> Outcome<Api> for R {
    fn into_value(self) -> impl Future<Output = Result<Value, BoxError>> + Send {
        proxy_response(self.into_response())
    }
}

impl Kind for model::trigger::Api {
    fn wrap(&self, service: TaskService, binary: &Arc<[MediaType]>) -> TaskService {
        in_form_of_request(service, Arc::clone(binary))
    }

    #[cfg(feature = "local")]
    fn options(&self) -> &'static [&'static str] {
        &["--body", "--path", "--query", "--header"]
    }

    #[cfg(feature = "local")]
    fn event(&self, task: &model::TaskModel, invoke: &Invoke, binary: &[MediaType]) -> Result<Value, LocalError> {
        request(task, invoke, self, binary)
    }
}

/// A request: of a REST API, of an HTTP API with payload format 1.0 or 2.0, of a function URL, or of an application
/// load balancer. A client's request gives the same event through each of them; `docs/api.md` says where it cannot.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct ApiEvent {
    /// The path without the stage, percent-encoded: `/orders/7`, `/files/a%20b`. It is what the client sent; HTTP APIs
    /// decode it, and then it is encoded again.
    pub path: String,
    /// The method.
    pub method: Method,
    /// The headers. Their names are compared without case; one may have several values. Bytes above 127 are kept.
    pub headers: HeaderMap,
    /// The query's parameters, decoded, each with its values in order.
    pub query: BTreeMap<String, Vec<String>>,
    /// The path's parameters, decoded: `id` of `/orders/{id}` is `a b/c` for `/orders/a%20b%2Fc`.
    pub path_parameters: BTreeMap<String, String>,
    /// The body. If it arrived as base64, that is undone.
    pub body: Bytes,
    /// The request context: identity, stage, authorizer. Its form depends on what is in front of the function.
    pub request_context: Value,
    invocation: Invocation,
}

impl ApiEvent {
    /// The body, read as JSON.
    ///
    /// # Errors
    ///
    /// The body is not JSON of this type.
    pub fn json<T: DeserializeOwned>(&self) -> Result<T, serde_json::Error> {
        serde_json::from_slice(&self.body)
    }

    /// The body as a text.
    ///
    /// # Errors
    ///
    /// The body is not UTF-8.
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

    /// A header that is UTF-8; of several values the first. The bytes of any other are in [`headers`](ApiEvent::headers).
    pub fn header(&self, name: &str) -> Option<&str> {
        std::str::from_utf8(self.headers.get(name)?.as_bytes()).ok()
    }

    /// The whole request as the proxy integration of a REST API describes it (payload format 1.0): identity,
    /// authorizer, stage variables. It is decoded when it is asked for; the fields of this event are more lenient.
    ///
    /// # Errors
    ///
    /// [`EventError::Form`]: a field that the typed form insists on is missing or of another type.
    pub fn proxy_request(&self) -> Result<ApiGatewayProxyRequest, EventError> {
        let request = ApiGatewayProxyRequest::deserialize(self.raw());
        request.map_err(|source| EventError::Form { form: "a request of API Gateway", source })
    }

    /// The event as Lambda got it.
    pub fn raw(&self) -> &Value {
        self.invocation.raw()
    }

    /// The request in the `http` crate's form, for routers. This event is among its extensions.
    ///
    /// # Errors
    ///
    /// The path, the method or a header cannot be one of HTTP.
    pub fn into_request(self) -> Result<http::Request<Body>, http::Error> {
        let mut uri = path::complete(&self.path);
        if !uri.starts_with('/') {
            uri.insert(0, '/');
        }
        let pairs = self.query.iter().flat_map(|(name, values)| values.iter().map(move |value| (name, value)));
        for (index, (name, value)) in pairs.enumerate() {
            uri.push(if index == 0 { '?' } else { '&' });
            uri += &path::encode_query(name);
            uri.push('=');
            uri += &path::encode_query(value);
        }
        let mut request = http::Request::builder().method(self.method.clone()).uri(uri);
        if let Some(headers) = request.headers_mut() {
            headers.clone_from(&self.headers);
        }
        let body = Body::from(self.body.clone());
        request.extension(self).body(body)
    }
}

impl FromInvocation<Api> for ApiEvent {
    const EDGES: &'static [Edge] = &[];

    async fn from_invocation(invocation: &Invocation) -> Result<Self, Error> {
        Ok(ApiEvent::of(invocation)?)
    }
}

#[cfg(feature = "local")]
impl ApiEvent {
    /// Begins a request with any method: `ApiEvent::request(Method::OPTIONS, "/orders")`.
    pub fn request(method: Method, path: &str) -> ApiRequest {
        ApiRequest::new(method, path)
    }

    /// Begins a GET request; a query may follow the path: `/orders/7?full=yes`.
    pub fn get(path: &str) -> ApiRequest {
        ApiRequest::new(Method::GET, path)
    }

    /// Begins a POST request.
    pub fn post(path: &str) -> ApiRequest {
        ApiRequest::new(Method::POST, path)
    }

    /// Begins a PUT request.
    pub fn put(path: &str) -> ApiRequest {
        ApiRequest::new(Method::PUT, path)
    }

    /// Begins a PATCH request.
    pub fn patch(path: &str) -> ApiRequest {
        ApiRequest::new(Method::PATCH, path)
    }

    /// Begins a DELETE request.
    pub fn delete(path: &str) -> ApiRequest {
        ApiRequest::new(Method::DELETE, path)
    }
}

impl ApiEvent {
    /// The request of an invocation.
    pub(crate) fn of(invocation: &Invocation) -> Result<ApiEvent, EventError> {
        let raw = invocation.raw();
        let source = Source::of(raw)?;
        let path = source.path(raw)?;
        let body = match &raw["body"] {
            Value::Null => Bytes::new(),
            Value::String(text) if raw["isBase64Encoded"] == true => {
                BASE64_STANDARD.decode(text).map_err(EventError::from)?.into()
            }
            Value::String(text) => Bytes::from(text.clone()),
            other => return Err(wrong("body", "a string", other)),
        };
        Ok(ApiEvent {
            method: method(raw, source)?,
            headers: headers(raw, source),
            query: query(raw, source),
            path_parameters: path_parameters(invocation, source, &path),
            path: if source.decodes_paths() { path::encode(&path) } else { path },
            body,
            request_context: raw["requestContext"].clone(),
            invocation: invocation.clone(),
        })
    }
}

fn method(raw: &Value, source: Source) -> Result<Method, EventError> {
    let text = source.method(raw)?;
    let wrong =
        |_| EventError::Field { field: source.method_field(), expected: "a method of HTTP", got: format!("`{text}`") };
    Method::from_bytes(text.as_bytes()).map_err(wrong)
}

/// The parameters of the event, or, where it has none, those of the task's route: function URLs and load balancers know
/// no routes.
fn path_parameters(invocation: &Invocation, source: Source, path: &str) -> BTreeMap<String, String> {
    let decoded = |value: &str| if source.decodes_paths() { value.to_owned() } else { path::decode(value) };
    let mut found = BTreeMap::new();
    if let Some(parameters) = invocation.raw()["pathParameters"].as_object().filter(|map| !map.is_empty()) {
        found.extend(parameters.iter().filter_map(|(name, value)| Some((name.clone(), decoded(value.as_str()?)))));
    } else if let Some(route) = invocation.model().trigger.route() {
        let parameters = path::parameters(&route.path, path).into_iter().flatten();
        found.extend(parameters.map(|(name, value)| (name, decoded(&value))));
    }
    found
}

/// The query's parameters, decoded once: by whatever is in front of the function, or here.
fn query(raw: &Value, source: Source) -> BTreeMap<String, Vec<String>> {
    let (single, multi) = (&raw["queryStringParameters"], &raw["multiValueQueryStringParameters"]);
    match (source, raw["rawQueryString"].as_str()) {
        // In the map, the values of a name are joined by commas, which cannot be taken apart again.
        (Source::Http2 | Source::Url, Some(text)) if !text.is_empty() => collect(path::query(text)),
        (Source::LoadBalancer { .. }, _) => {
            let encoded = multi_values(single, multi).into_iter();
            let pairs = encoded.flat_map(|(name, values)| {
                let name = path::decode_form(&name);
                values.into_iter().map(move |value| (name.clone(), path::decode_form(&value)))
            });
            collect(pairs)
        }
        _ => multi_values(single, multi),
    }
}

fn collect(pairs: impl IntoIterator<Item = (String, String)>) -> BTreeMap<String, Vec<String>> {
    let mut values: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for (name, value) in pairs {
        values.entry(name).or_default().push(value);
    }
    values
}

/// One map of values and one of lists of values say the same; the lists say more, where they are.
fn multi_values(single: &Value, multi: &Value) -> BTreeMap<String, Vec<String>> {
    let text = |value: &Value| value.as_str().map(ToOwned::to_owned);
    let single = single.as_object().into_iter().flatten();
    let mut values: BTreeMap<String, Vec<String>> = BTreeMap::new();
    values.extend(single.map(|(name, value)| (name.clone(), text(value).into_iter().collect())));
    for (name, list) in multi.as_object().into_iter().flatten() {
        values.insert(name.clone(), list.as_array().into_iter().flatten().filter_map(text).collect());
    }
    values
}

/// Of the two maps, the one of lists says more. A name or value that HTTP does not allow cannot have come over HTTP;
/// it is left out.
fn headers(raw: &Value, source: Source) -> HeaderMap {
    let mut headers = HeaderMap::new();
    for map in [&raw["multiValueHeaders"], &raw["headers"]] {
        let mut found = HeaderMap::new();
        for (name, values) in map.as_object().into_iter().flatten() {
            let Ok(name) = HeaderName::from_bytes(name.as_bytes()) else { continue };
            let values = values.as_array().map_or(std::slice::from_ref(values), Vec::as_slice);
            for value in values.iter().filter_map(Value::as_str).filter_map(header::to_value) {
                found.append(name.clone(), value);
            }
        }
        for name in found.keys().filter(|name| !headers.contains_key(*name)).cloned().collect::<Vec<_>>() {
            for value in found.get_all(&name) {
                headers.append(name.clone(), value.clone());
            }
        }
    }
    if source.is_version_2()
        && let Some(cookies) = cookies(&raw["cookies"])
    {
        headers.insert(COOKIE, cookies);
    }
    headers
}

/// The header of which payload format 2.0 makes a list.
fn cookies(list: &Value) -> Option<HeaderValue> {
    let cookies: Vec<&str> = list.as_array()?.iter().filter_map(Value::as_str).collect();
    if cookies.is_empty() { None } else { header::to_value(&cookies.join("; ")) }
}
