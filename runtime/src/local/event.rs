//! Events as Lambda would give them, from the command line.

use std::net::Ipv4Addr;

use async_lambda_model::{MediaType, TaskModel, Trigger};
use serde_json::{Value, json};

use super::{LocalError, arguments::Invoke, request::Request, route};
use crate::{envelope::Envelope, event::record};

/// The event for a task: for a queue the record. `binary` are the media types of the API.
pub(crate) fn event(task: &TaskModel, invoke: &Invoke, binary: &[MediaType]) -> Result<Value, LocalError> {
    let refuse = |given: bool, option: &'static str, tasks: &'static str| {
        let task = task.id.to_string();
        if given { Err(LocalError::WrongOption { task, option, tasks }) } else { Ok(()) }
    };
    let is_api = matches!(task.trigger, Trigger::Api { .. });
    let is_sqs = matches!(task.trigger, Trigger::Sqs { .. });
    refuse(invoke.payload.is_some() && (is_api || is_sqs), "--payload", "async and scheduled tasks")?;
    refuse(invoke.body.is_some() && !(is_api || is_sqs), "--body", "api and sqs tasks")?;
    refuse(invoke.path.is_some() && !is_api, "--path", "api tasks")?;
    refuse(!invoke.query.is_empty() && !is_api, "--query", "api tasks")?;
    refuse(!invoke.headers.is_empty() && !is_api, "--header", "api tasks")?;
    let payload = || {
        let text = invoke.payload.as_deref().unwrap_or("{}");
        serde_json::from_str::<Value>(text).map_err(|error| LocalError::Json("--payload", error))
    };
    Ok(match &task.trigger {
        Trigger::Api { method, path: route } => request(task, invoke, method, route, binary)?,
        Trigger::Sqs { .. } => record("local-1", invoke.body.as_deref().unwrap_or_default(), 1),
        Trigger::ManagedSqs => {
            let invocation_id = "00000000-0000-4000-8000-000000000000";
            let message = Envelope::from_outside(task.id.as_str(), invocation_id, payload()?.to_string());
            let body = message.to_body().map_err(|error| LocalError::Json("--payload", error))?;
            record("local-1", &body, 1)
        }
        // Without a time: nothing is due.
        Trigger::Schedule { .. } if invoke.payload.is_none() => scheduled(None),
        // What stands in for a schedule's event, and what may come later.
        _ => payload()?,
    })
}

/// The event of a schedule that is due at a time.
pub(crate) fn scheduled(time: Option<&str>) -> Value {
    let mut event = json!({
        "version": "0",
        "id": "00000000-0000-4000-8000-000000000000",
        "detail-type": "Scheduled Event",
        "source": "aws.events",
        "account": "",
        "region": "",
        "resources": [],
        "detail": {},
    });
    if let Some(time) = time {
        event["time"] = time.into();
    }
    event
}

fn request(
    task: &TaskModel,
    invoke: &Invoke,
    method: &str,
    route: &str,
    binary: &[MediaType],
) -> Result<Value, LocalError> {
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
    use aws_lambda_events::{eventbridge::EventBridgeEvent, sqs::SqsMessage};

    use super::*;

    #[test]
    fn events_have_their_typed_forms() {
        let tick = json!({
            "id": "Tick", "origin": {"file": "", "line": 1}, "trigger": {"schedule": {"expression": "rate(1 day)"}},
        });
        let tick: TaskModel = serde_json::from_value(tick).unwrap();
        let tick = event(&tick, &Invoke::default(), &[]).unwrap();
        assert_eq!(serde_json::from_value::<EventBridgeEvent>(tick).unwrap().source, "aws.events");

        let order = json!({
            "id": "Get", "origin": {"file": "", "line": 1}, "trigger": {"api": {"method": "GET", "path": "/orders/{id}"}},
        });
        let order: TaskModel = serde_json::from_value(order).unwrap();
        let query = vec![("tag".to_owned(), "b".to_owned())];
        let invoke = Invoke { path: Some("/orders/a%20b?tag=a".to_owned()), query, ..Invoke::default() };
        let request = event(&order, &invoke, &[]).unwrap();
        assert_eq!(request["path"], "/orders/a%20b");
        assert_eq!(request["pathParameters"], json!({"id": "a%20b"}));
        assert_eq!(request["multiValueQueryStringParameters"], json!({"tag": ["a", "b"]}));

        let record: SqsMessage = serde_json::from_value(record("m", "body", 1)).unwrap();
        assert_eq!(record.body.as_deref(), Some("body"));
    }
}
