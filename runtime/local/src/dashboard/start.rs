//! Tasks that somebody starts: with a message, by their schedule, with a request.

use async_lambda_model::{TaskId, TaskModel, Trigger};
use base64::{Engine as _, prelude::BASE64_STANDARD};
use bytes::Bytes;
use serde_json::{Value, json};

use super::{
    Dashboard,
    actions::{Action, ActionError, ApiRequest, ApiResponse, Started},
    params::{Params, Refused, must_be_json},
    runs,
    view::{CUT, Envelope, cut},
};
use crate::{http::escaped, queue::Seq, run::BoxFuture};

/// The most messages that are looked at for the newest of a task.
const MOST_LOOKED_AT: usize = 5_000;
/// A longer payload is no template.
const LONGEST_TEMPLATE: usize = 65_536;

/// `task ls`
pub(super) fn tasks(dashboard: &Dashboard, _: &Params) -> Result<Value, Refused> {
    let plan = dashboard.cloud.plan();
    let row = |task: &TaskModel| {
        let queues = plan.queues.iter().filter(|queue| queue.role.task() == Some(&task.id));
        let offers = |action| dashboard.actions.offers(&task.id, action);
        let api = task.trigger.route();
        let (input, schedule) = match &task.trigger {
            Trigger::Sqs(_) => ("body", None),
            Trigger::DynamoDb(_) => ("event", None),
            Trigger::Function(_) => ("request", None),
            Trigger::Schedule(schedule) => ("none", Some(schedule.to_string())),
            Trigger::Api(_) => ("none", None),
            Trigger::ManagedSqs(_) | Trigger::ManagedSqsBatch(_) | Trigger::Fifo(_) | Trigger::DeadLetters(_) => {
                ("payload", None)
            }
        };
        json!({
            "id": task.id.as_str(),
            "trigger": task.trigger.to_string(),
            "queues": queues.map(|queue| queue.config.name.as_str()).collect::<Vec<_>>(),
            "input": input,
            "schedule": schedule,
            "next_fire": dashboard.actions.next_fire(&task.id),
            "route": api.map(|api| json!({"method": api.method, "path": api.path})),
            "line": task.origin.to_string(),
            "offers": {
                "send": offers(Action::Send),
                "schedule": offers(Action::FireSchedule),
                "request": offers(Action::Request),
            },
        })
    };
    Ok(json!({"tasks": plan.model.tasks.iter().map(row).collect::<Vec<_>>()}))
}

fn task_of<'a>(dashboard: &'a Dashboard, params: &Params) -> Result<&'a TaskModel, Refused> {
    let id = params.need("task")?;
    let task = dashboard.cloud.plan().model.task(id);
    task.ok_or_else(|| Refused::missing(format!("task `{id}`: does not exist")))
}

/// `task template`
pub(super) fn template(dashboard: &Dashboard, params: &Params) -> Result<Value, Refused> {
    let task = task_of(dashboard, params)?;
    let plan = dashboard.cloud.plan();
    let body = dashboard.cloud.look(|_, history| {
        let of_task = history.messages_before(Seq::MAX).take(MOST_LOOKED_AT);
        let mut of_task = of_task.filter(|sent| plan.queue(sent.queue).role.task() == Some(&task.id));
        of_task.find(|sent| sent.body.len() <= LONGEST_TEMPLATE).map(|sent| sent.body.clone())
    });
    let is_foreign = matches!(task.trigger, Trigger::Sqs(_));
    let text = body.and_then(|body| match Envelope::of(&body) {
        Some(envelope) if !is_foreign => envelope.payload,
        _ => is_foreign.then(|| body.to_string()),
    });
    let default = match &task.trigger {
        Trigger::DynamoDb(_) => r#"{"Records": []}"#,
        _ => "{}",
    };
    Ok(json!({"task": task.id.as_str(), "is_default": text.is_none(), "payload": text.as_deref().unwrap_or(default)}))
}

impl Dashboard {
    fn offered(&self, task: &TaskModel, action: Action) -> Result<(), Refused> {
        let is_offered = self.actions.offers(&task.id, action);
        if is_offered { Ok(()) } else { Err(ActionError::NotOffered(task.id.clone()).into()) }
    }

    fn started(&self, task: &TaskId, started: Started) -> Value {
        json!({
            "task": task.as_str(),
            "id": started.message,
            "message": started.message.map(|id| self.cloud.message_id(id)),
            "run": started.run,
        })
    }
}

/// `send`
pub(super) fn send<'a>(dashboard: &'a Dashboard, params: &'a Params) -> BoxFuture<'a, Result<Value, Refused>> {
    Box::pin(async move {
        let task = task_of(dashboard, params)?;
        dashboard.offered(task, Action::Send)?;
        let input = params.need("payload")?;
        if !matches!(task.trigger, Trigger::Sqs(_)) {
            must_be_json("payload", input)?;
        }
        Ok(dashboard.started(&task.id, dashboard.actions.send(&task.id, input).await?))
    })
}

/// `schedule fire`
pub(super) fn fire<'a>(dashboard: &'a Dashboard, params: &'a Params) -> BoxFuture<'a, Result<Value, Refused>> {
    Box::pin(async move {
        let task = task_of(dashboard, params)?;
        dashboard.offered(task, Action::FireSchedule)?;
        Ok(dashboard.started(&task.id, dashboard.actions.fire_schedule(&task.id).await?))
    })
}

/// `request`
pub(super) fn request<'a>(dashboard: &'a Dashboard, params: &'a Params) -> BoxFuture<'a, Result<Value, Refused>> {
    Box::pin(async move {
        let mut headers = Vec::new();
        for header in params.list("header")? {
            let (name, value) = header
                .split_once(':')
                .ok_or_else(|| Refused::bad(format!("header: must be `Name: value`, got `{header}`")))?;
            headers.push((name.trim().to_owned(), value.trim().to_owned()));
        }
        let path = params.need("path")?;
        if !path.starts_with('/') {
            return Err(Refused::bad(format!("path: must begin with `/`, got `{path}`")));
        }
        let request = ApiRequest {
            method: params.need("method")?.to_ascii_uppercase(),
            path: path.to_owned(),
            headers,
            body: Bytes::copy_from_slice(params.text("body")?.unwrap_or_default().as_bytes()),
        };
        Ok(response(&dashboard.actions.request(request).await?))
    })
}

/// `run replay`
pub(super) fn replay<'a>(dashboard: &'a Dashboard, params: &'a Params) -> BoxFuture<'a, Result<Value, Refused>> {
    Box::pin(async move {
        let request = of_event(&runs::event_of(dashboard, params)?)?;
        Ok(response(&dashboard.actions.request(request).await?))
    })
}

fn response(response: &ApiResponse) -> Value {
    let headers: Vec<Value> = response.headers.iter().map(|(name, value)| json!([name, value])).collect();
    json!({
        "status": response.status.as_u16(),
        "headers": headers,
        "body": cut(&String::from_utf8_lossy(&response.body), CUT),
        "run": response.run,
    })
}

/// The request of an event of API Gateway.
fn of_event(event: &Value) -> Result<ApiRequest, Refused> {
    let text = |name: &str| event[name].as_str();
    let missing = |name: &str| Refused::bad(format!("event: must have `{name}`, a string"));
    let pairs = |many: &str, one: &str| -> Vec<(String, String)> {
        let many = event[many].as_object().into_iter().flatten();
        let many =
            many.flat_map(|(name, values)| values.as_array().into_iter().flatten().map(move |value| (name, value)));
        let mut pairs: Vec<(&String, &Value)> = many.collect();
        if pairs.is_empty() {
            pairs.extend(event[one].as_object().into_iter().flatten());
        }
        let owned = |(name, value): (&String, &Value)| Some((name.clone(), value.as_str()?.to_owned()));
        pairs.into_iter().filter_map(owned).collect()
    };
    let mut path = text("path").ok_or_else(|| missing("path"))?.to_owned();
    for (index, (name, value)) in pairs("multiValueQueryStringParameters", "queryStringParameters").iter().enumerate() {
        path.push(if index == 0 { '?' } else { '&' });
        path.push_str(&format!("{}={}", escaped(name), escaped(value)));
    }
    let body = match (text("body"), event["isBase64Encoded"].as_bool()) {
        (None, _) => Bytes::new(),
        (Some(body), Some(true)) => {
            let decoded = BASE64_STANDARD.decode(body);
            decoded.map_err(|_| Refused::bad("event: `body` must be base64"))?.into()
        }
        (Some(body), _) => Bytes::copy_from_slice(body.as_bytes()),
    };
    let method = text("httpMethod").ok_or_else(|| missing("httpMethod"))?.to_owned();
    Ok(ApiRequest { method, path, headers: pairs("multiValueHeaders", "headers"), body })
}

#[cfg(test)]
mod tests {
    use pretty_assertions::assert_eq;

    use super::*;

    #[test]
    fn a_request_is_made_of_its_event() {
        let event = json!({
            "httpMethod": "POST",
            "path": "/orders",
            "multiValueQueryStringParameters": {"a": ["1", "ä&"], "b": [""]},
            "queryStringParameters": {"a": "ä&", "b": ""},
            "multiValueHeaders": {"X": ["1", "2"]},
            "headers": {"X": "2"},
            "body": "aGk=",
            "isBase64Encoded": true,
        });
        let pair = |name: &str, value: &str| (name.to_owned(), value.to_owned());
        let expected = ApiRequest {
            method: "POST".to_owned(),
            path: "/orders?a=1&a=%C3%A4%26&b=".to_owned(),
            headers: vec![pair("X", "1"), pair("X", "2")],
            body: "hi".into(),
        };
        assert_eq!(of_event(&event).unwrap(), expected);
        assert!(of_event(&json!({})).unwrap_err().message.contains("`path`"));
    }
}
