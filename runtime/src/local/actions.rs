//! The actions that the dashboard and its commands offer.

use std::{net::Ipv4Addr, sync::Arc};

use async_lambda_local::{
    background::background,
    cloud::Cloud,
    dashboard::actions::{Action, ActionError, Actions, ApiRequest, ApiResponse, Started},
    history::Cause,
    http::{Body, Call, Service},
    run::{BoxFuture, Runner, invoke},
    schedules::{self, Schedules},
    time::Millis,
};
use async_lambda_model::{TaskId, TaskModel, Trigger};

use super::api::Api;
use crate::{cloud::CloudTransport, envelope::Envelope, transport::Transport};

/// Starts tasks of the application that runs.
pub(super) struct LocalActions {
    pub(super) cloud: Cloud,
    pub(super) transport: CloudTransport,
    pub(super) runner: Arc<dyn Runner>,
    pub(super) schedules: Schedules,
    pub(super) api: Option<Arc<Api>>,
}

impl LocalActions {
    fn model(&self, task: &TaskId) -> Result<&TaskModel, ActionError> {
        self.cloud.plan().model.task(task.as_str()).ok_or_else(|| ActionError::NotOffered(task.clone()))
    }

    /// Puts a message into the queue that a task reads.
    fn put(&self, task: &TaskModel, input: &str) -> Result<Started, ActionError> {
        let queue = self.cloud.plan().queue_read_by(task.id.as_str());
        let queue = queue.ok_or_else(|| ActionError::NotOffered(task.id.clone()))?;
        let is_own = task.trigger.has_own_queue() && !task.trigger.takes_dead_letters();
        let body = if is_own { self.envelope(task, input)? } else { input.to_owned() };
        let sent = self.transport.put_body(queue, body, "dashboard");
        let sent = sent.map_err(|error| ActionError::Failed(error.to_string()))?;
        Ok(Started { message: Some(sent), run: None })
    }

    /// The body of a message with a payload.
    fn envelope(&self, task: &TaskModel, payload: &str) -> Result<String, ActionError> {
        let envelope =
            Envelope::from_outside(task.id.as_str(), &self.transport.new_invocation_id(), payload.to_owned());
        envelope.to_body().map_err(|error| ActionError::Input(error.to_string()))
    }

    /// Runs a task on an event.
    async fn run(&self, task: &TaskModel, event: &str) -> Result<Started, ActionError> {
        let answer = invoke(&self.cloud, &*self.runner, &task.id, Cause::Manual, event.to_owned()).await;
        answer.map_err(|failure| ActionError::Failed(format!("task `{}`: {failure}", task.id)))?;
        Ok(Started::default())
    }
}

impl Actions for LocalActions {
    fn offers(&self, task: &TaskId, action: Action) -> bool {
        let Ok(task) = self.model(task) else { return false };
        match action {
            Action::Send => match &task.trigger {
                Trigger::Function(_) | Trigger::DynamoDb(_) => true,
                trigger => trigger.reads_queue(),
            },
            Action::FireSchedule => matches!(task.trigger, Trigger::Schedule(_)),
            Action::Request => self.api.is_some() && task.trigger.route().is_some(),
        }
    }

    fn send<'a>(&'a self, task: &'a TaskId, input: &'a str) -> BoxFuture<'a, Result<Started, ActionError>> {
        Box::pin(async move {
            let task = self.model(task)?;
            if task.trigger.reads_queue() { self.put(task, input) } else { self.run(task, input).await }
        })
    }

    fn fire_schedule<'a>(&'a self, task: &'a TaskId) -> BoxFuture<'a, Result<Started, ActionError>> {
        Box::pin(async move {
            let (cloud, runner, now) = (self.cloud.clone(), Arc::clone(&self.runner), self.cloud.clock().now());
            // It may be tried again for minutes; nobody waits for that.
            let firing = schedules::fire(cloud, runner, task.clone(), now);
            background(Box::pin(async { drop(firing.await) }));
            Ok(Started::default())
        })
    }

    fn request<'a>(&'a self, request: ApiRequest) -> BoxFuture<'a, Result<ApiResponse, ActionError>> {
        Box::pin(async move {
            let api = self.api.as_ref().ok_or_else(|| ActionError::Failed("the API: has no routes".to_owned()))?;
            let ApiRequest { method, path, headers, body } = request;
            let mut builder = http::Request::builder().method(method.as_str()).uri(path);
            for (name, value) in &headers {
                builder = builder.header(name, value);
            }
            let request = builder.body(body).map_err(|error| ActionError::Input(format!("request: {error}")))?;
            let (parts, body) = api.call(Call { request, client: Ipv4Addr::LOCALHOST.into() }).await.into_parts();
            let body = match body {
                Body::Full(bytes) => bytes.unwrap_or_default(),
                Body::Stream(_) => return Err(ActionError::Failed("the API: does not stream".to_owned())),
            };
            let text = |value: &http::HeaderValue| String::from_utf8_lossy(value.as_bytes()).into_owned();
            let headers = parts.headers.iter().map(|(name, value)| (name.to_string(), text(value))).collect();
            Ok(ApiResponse { status: parts.status, headers, body, run: None })
        })
    }

    fn next_fire(&self, task: &TaskId) -> Option<Millis> {
        self.schedules.next_of(task.as_str(), self.cloud.clock().now())
    }
}
