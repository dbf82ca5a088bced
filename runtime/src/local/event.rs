//! Events as Lambda would give them, from the command line.

use std::net::Ipv4Addr;

use async_lambda_model::{MediaType, TaskModel, trigger::Api};
use serde_json::Value;

use super::{LocalError, arguments::Invoke, request::Request, route};
use crate::trigger::Kind;

/// The event for a task of a kind: for a queue the record. `binary` are the media types of the API.
pub(crate) fn event(
    kind: &dyn Kind,
    task: &TaskModel,
    invoke: &Invoke,
    binary: &[MediaType],
) -> Result<Value, LocalError> {
    let given = [
        ("--payload", invoke.payload.is_some()),
        ("--body", invoke.body.is_some()),
        ("--path", invoke.path.is_some()),
        ("--query", !invoke.query.is_empty()),
        ("--header", !invoke.headers.is_empty()),
    ];
    for (option, is_given) in given {
        if is_given && !kind.options().contains(&option) {
            let (task, options) = (task.id.to_string(), kind.options().join(", "));
            return Err(LocalError::WrongOption { task, option, options });
        }
    }
    kind.event(task, invoke, binary)
}

impl Invoke {
    /// The payload, default `{}`.
    pub(crate) fn payload(&self) -> Result<Value, LocalError> {
        let text = self.payload.as_deref().unwrap_or("{}");
        serde_json::from_str(text).map_err(|error| LocalError::Json("--payload", error))
    }
}

/// The request that `invoke` describes to a task's route.
pub(crate) fn request(task: &TaskModel, invoke: &Invoke, api: &Api, binary: &[MediaType]) -> Result<Value, LocalError> {
    let (method, route) = (api.method.as_str(), api.path.as_str());
    let (id, route_text) = (task.id.to_string(), route.to_owned());
    let given = match &invoke.path {
        Some(path) => path.as_str(),
        None if route.contains('{') => return Err(LocalError::NoPath { task: id, route: route_text }),
        None => route,
    };
    // As in an address, a query may follow the path.
    let (path, query) = given.split_once('?').unwrap_or((given, ""));
    let parameters = route::parameters(route, path);
    let parameters =
        parameters.ok_or_else(|| LocalError::Path { task: id, route: route_text, path: path.to_owned() })?;
    let query: Vec<_> = route::query(query).into_iter().chain(invoke.query.iter().cloned()).collect();
    // `ANY` is no method that a client sends.
    let method = if method == "ANY" { "GET" } else { method };
    let body = invoke.body.as_ref().map(|body| body.as_bytes()).unwrap_or_default();
    let (query, headers) = (&query, &invoke.headers);
    let (protocol, source_ip) = ("HTTP/1.1".to_owned(), Ipv4Addr::LOCALHOST.into());
    Ok(Request { method, protocol, source_ip, route, path, parameters, query, headers, body }.event(binary))
}

#[cfg(test)]
mod tests {
    use aws_lambda_events::sqs::SqsMessage;

    use serde_json::json;

    use super::*;
    use crate::{event::record, model::schedule, trigger::Schedule};

    #[test]
    fn events_have_their_typed_forms() {
        let tick = json!({
            "id": "Tick", "origin": {"file": "", "line": 1}, "trigger": {"schedule": {"expression": "rate(1 day)"}},
        });
        let tick: TaskModel = serde_json::from_value(tick).unwrap();
        let tick = event(&Schedule::new(schedule!("rate(1 day)")), &tick, &Invoke::default(), &[]).unwrap();
        assert_eq!(tick["source"], "aws.events");

        let order = json!({
            "id": "Get", "origin": {"file": "", "line": 1}, "trigger": {"api": {"method": "GET", "path": "/orders/{id}"}},
        });
        let order: TaskModel = serde_json::from_value(order).unwrap();
        let api = Api { method: "GET".to_owned(), path: "/orders/{id}".to_owned() };
        let query = vec![("tag".to_owned(), "b".to_owned())];
        let invoke = Invoke { path: Some("/orders/a%20b?tag=a".to_owned()), query, ..Invoke::default() };
        let request = event(&api, &order, &invoke, &[]).unwrap();
        assert_eq!(request["path"], "/orders/a%20b");
        assert_eq!(request["pathParameters"], json!({"id": "a%20b"}));
        assert_eq!(request["multiValueQueryStringParameters"], json!({"tag": ["a", "b"]}));

        let record: SqsMessage = serde_json::from_value(record("m", "body", 1)).unwrap();
        assert_eq!(record.body.as_deref(), Some("body"));
    }
}
