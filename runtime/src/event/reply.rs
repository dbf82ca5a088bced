//! The answer in the form that the request's sender wants.

use std::sync::Arc;

use async_lambda_model::MediaType;
use serde_json::{Map, Value, json};

use super::source::Source;
use crate::{extract::Invocation, layer::TaskService};

/// Wraps the service of an API task: its answer, in the form of a REST API's proxy integration, gets the form that
/// the sender of the request wants.
pub(crate) fn in_form_of_request(service: TaskService, binary: Arc<[MediaType]>) -> TaskService {
    TaskService::new(move |invocation| {
        let reply = Reply::to(&invocation, &binary);
        let answer = service.run(invocation);
        Box::pin(async move { Ok(reply.form(answer.await?)) })
    })
}

/// Whether a REST API answers this request with bytes where the answer is base64.
pub(crate) fn is_delivered_as_bytes(binary: &[MediaType], request: &Value) -> bool {
    binary.iter().any(|media_type| media_type.matches(first_header(request, "accept")))
}

/// The facts about a request that are needed to answer it.
struct Reply {
    task: String,
    /// `None`: nothing that is known, so nothing is done about the answer.
    source: Option<Source>,
    /// Whether the answer may be binary.
    takes_bytes: bool,
    has_media_types: bool,
}

impl Reply {
    fn to(invocation: &Invocation, binary: &[MediaType]) -> Reply {
        let source = Source::of(invocation.raw()).ok();
        Reply {
            task: invocation.task().to_string(),
            source,
            // Only a REST API asks for more than `isBase64Encoded`.
            takes_bytes: source != Some(Source::Rest) || is_delivered_as_bytes(binary, invocation.raw()),
            has_media_types: !binary.is_empty(),
        }
    }

    fn form(&self, mut answer: Value) -> Value {
        if !answer["statusCode"].is_u64() {
            return answer;
        }
        match self.source {
            None | Some(Source::Http1) => {}
            Some(Source::Rest) => self.check_base64(&answer),
            Some(Source::Http2 | Source::Url) => {
                let mut headers = take_headers(&mut answer);
                let cookies: Vec<Value> = headers
                    .extract_if(.., |(name, _)| name.eq_ignore_ascii_case("set-cookie"))
                    .flat_map(|(_, values)| values)
                    .map(Value::from)
                    .collect();
                answer["headers"] = joined(headers);
                if !cookies.is_empty() {
                    answer["cookies"] = cookies.into();
                }
            }
            Some(Source::LoadBalancer { lists: true }) => {
                let headers = take_headers(&mut answer).into_iter();
                answer["multiValueHeaders"] = headers.map(|(name, values)| (name, Value::from(values))).collect();
            }
            Some(Source::LoadBalancer { lists: false }) => {
                let mut headers = take_headers(&mut answer);
                for (name, values) in &mut headers {
                    if name.eq_ignore_ascii_case("set-cookie") && values.len() > 1 {
                        tracing::error!(
                            task = self.task,
                            cookies = values.len(),
                            "only the last cookie is sent: set `lambda.multi_value_headers.enabled` of the load \
                             balancer's target group to send several"
                        );
                        values.drain(..values.len() - 1);
                    }
                }
                answer["headers"] = joined(headers);
            }
        }
        answer
    }

    /// Checks an answer in base64: without a media type that fits, the client gets the base64.
    fn check_base64(&self, answer: &Value) {
        if self.takes_bytes || answer["isBase64Encoded"] != true {
            return;
        }
        let content_type = first_header(answer, "content-type");
        if self.has_media_types {
            tracing::warn!(
                task = self.task,
                content_type,
                "the client gets base64 text instead of bytes: none of the API's `binary_media_types` is the first in \
                 the request's header `Accept`"
            );
        } else {
            tracing::error!(
                task = self.task,
                content_type,
                "the client gets base64 text instead of bytes: name a media type with `App::binary_media_types`, or with \
                 `binary_media_types` in .async_lambda/config.json"
            );
        }
    }
}

/// All headers of a proxy response, each with its values, out of both of its maps. Names are equal without case.
fn take_headers(answer: &mut Value) -> Vec<(String, Vec<String>)> {
    let mut headers: Vec<(String, Vec<String>)> = Vec::new();
    for map in ["headers", "multiValueHeaders"] {
        let Some(Value::Object(map)) = answer.as_object_mut().and_then(|answer| answer.shift_remove(map)) else {
            continue;
        };
        for (name, values) in map {
            let values = if let Value::Array(values) = values { values } else { vec![values] };
            let values = values.into_iter().filter_map(text);
            match headers.iter_mut().find(|(known, _)| known.eq_ignore_ascii_case(&name)) {
                Some((_, known)) => known.extend(values),
                None => headers.push((name, values.collect())),
            }
        }
    }
    headers
}

/// A header's value, which a layer may have made a number.
fn text(value: Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text),
        Value::Number(_) | Value::Bool(_) => Some(value.to_string()),
        Value::Null | Value::Array(_) | Value::Object(_) => None,
    }
}

/// Several values of a name become one, as HTTP allows for every header but `Set-Cookie`.
fn joined(headers: Vec<(String, Vec<String>)>) -> Value {
    let headers: Map<String, Value> = headers
        .into_iter()
        .filter(|(_, values)| !values.is_empty())
        .map(|(name, values)| (name, json!(values.join(", "))))
        .collect();
    headers.into()
}

/// A header of an event or of a proxy response; of several values the first.
pub(crate) fn first_header<'a>(event: &'a Value, name: &str) -> Option<&'a str> {
    let maps = [&event["multiValueHeaders"], &event["headers"]].into_iter();
    let mut headers = maps.flat_map(|map| map.as_object().into_iter().flatten());
    let (_, value) = headers.find(|(known, _)| known.eq_ignore_ascii_case(name))?;
    value.as_str().or_else(|| value.as_array()?.first()?.as_str())
}
