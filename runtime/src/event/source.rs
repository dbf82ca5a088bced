//! The sources of requests: the forms of events that API tasks understand.

use serde_json::Value;

use super::{EventError, text};

/// The service that turned a request into an event.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Source {
    /// A REST API, which has payload format 1.0 only.
    Rest,
    /// An HTTP API with payload format 1.0.
    Http1,
    /// An HTTP API with payload format 2.0.
    Http2,
    /// A function URL.
    Url,
    /// An application load balancer.
    LoadBalancer {
        /// Whether its target group gives each header as a list, and wants lists.
        lists: bool,
    },
}

/// The fix for an event that is not a request.
const IN_FRONT: &str =
    "put a REST API, an HTTP API, a function URL or an application load balancer in front of the task";

impl Source {
    /// Tells what sent an event.
    pub(crate) fn of(event: &Value) -> Result<Source, EventError> {
        let context = &event["requestContext"];
        let is_text = |value: &Value| value.is_string();
        let refuse = |got: String, help: &'static str| Err(EventError::NoRequest { got, help });
        if is_text(&event["methodArn"]) || is_text(&event["routeArn"]) {
            return refuse("an authorizer's".to_owned(), "an authorizer is a function of its own, and no API task");
        }
        if is_text(&context["connectionId"]) {
            return refuse("one of a WebSocket API".to_owned(), IN_FRONT);
        }
        if is_text(&context["serviceNetworkArn"]) || is_text(&event["raw_path"]) {
            return refuse("one of VPC Lattice".to_owned(), IN_FRONT);
        }
        if let Some(records) = event["Records"].as_array() {
            // SNS writes its name with a capital.
            let sender = records
                .first()
                .and_then(|record| ["eventSource", "EventSource"].into_iter().find_map(|name| record[name].as_str()));
            let sender = sender.unwrap_or("another service");
            return refuse(format!("records of {sender}"), IN_FRONT);
        }
        if !context["elb"].is_null() {
            return Ok(Source::LoadBalancer { lists: event["multiValueHeaders"].is_object() });
        }
        match &event["version"] {
            Value::Null => {}
            // `sam local` writes this version into events of REST APIs too. Only those have a resource's id.
            Value::String(version) if version == "1.0" => {
                let resource = context["resourceId"].as_str().unwrap_or_default();
                let is_rest = !resource.is_empty() && resource.bytes().all(|byte| byte.is_ascii_alphanumeric());
                return Ok(if is_rest { Source::Rest } else { Source::Http1 });
            }
            Value::String(version) if version == "2.0" => {
                let is_url = context["domainName"].as_str().is_some_and(|domain| domain.contains(".lambda-url."));
                return Ok(if is_url { Source::Url } else { Source::Http2 });
            }
            version => {
                let got = format!("payload format {}", version.as_str().unwrap_or(&version.to_string()));
                return refuse(got, "set the integration's payload format version to 1.0 or 2.0");
            }
        }
        if event["httpMethod"].is_null() {
            return refuse("one without `version`, `httpMethod` and `requestContext.elb`".to_owned(), IN_FRONT);
        }
        Ok(Source::Rest)
    }

    /// Whether paths and path parameters arrive decoded; otherwise as the client sent them.
    pub(crate) fn decodes_paths(self) -> bool {
        matches!(self, Source::Http1 | Source::Http2)
    }

    /// Whether the event has the form of payload format 2.0.
    pub(crate) fn is_version_2(self) -> bool {
        matches!(self, Source::Http2 | Source::Url)
    }

    /// The request's method.
    pub(crate) fn method(self, event: &Value) -> Result<String, EventError> {
        let field = self.method_field();
        if !self.is_version_2() {
            return text(event, field);
        }
        match &event["requestContext"]["http"]["method"] {
            Value::String(method) => Ok(method.clone()),
            other => Err(super::wrong(field, "a string", other)),
        }
    }

    /// The field of the method.
    pub(crate) fn method_field(self) -> &'static str {
        if self.is_version_2() { "requestContext.http.method" } else { "httpMethod" }
    }

    /// The request's path as the event has it, without the stage.
    pub(crate) fn path(self, event: &Value) -> Result<String, EventError> {
        let path = text(event, if self.is_version_2() { "rawPath" } else { "path" })?;
        Ok(if self.decodes_paths() { without_stage(event, path) } else { path })
    }
}

/// HTTP APIs put the stage in front of the path, unless it is `$default` or they have a domain of their own.
fn without_stage(event: &Value, path: String) -> String {
    let context = &event["requestContext"];
    let stage = context["stage"].as_str().unwrap_or("$default");
    let is_own_domain = context["domainName"].as_str().is_some_and(|domain| !domain.contains(".execute-api."));
    let rest = path.strip_prefix('/').and_then(|path| path.strip_prefix(stage));
    match rest {
        _ if is_own_domain || stage == "$default" => path,
        Some("") => "/".to_owned(),
        Some(rest) if rest.starts_with('/') => rest.to_owned(),
        _ => path,
    }
}
