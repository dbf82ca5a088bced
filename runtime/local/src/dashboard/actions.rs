//! Actions on an application that runs, by somebody who can start its tasks.

use async_lambda_model::TaskId;
use bytes::Bytes;
use http::StatusCode;

use crate::{
    queue::Seq,
    run::{BoxFuture, RunId},
    time::Millis,
};

/// Starts tasks for the dashboard and the command line. Actions that are not offered are not shown.
pub trait Actions: Send + Sync + 'static {
    /// Whether it can do this to a task.
    fn offers(&self, task: &TaskId, action: Action) -> bool;

    /// Gives a task an input, by its trigger: to a task with a queue of its own a payload, as JSON; to one with somebody else's
    /// queue the body of a message, as it is; to a function task a request, as JSON; to a DynamoDB task an event with
    /// `Records`, as JSON.
    fn send<'a>(&'a self, task: &'a TaskId, input: &'a str) -> BoxFuture<'a, Result<Started, ActionError>>;

    /// Runs a scheduled task now. Its schedule goes on as before.
    fn fire_schedule<'a>(&'a self, task: &'a TaskId) -> BoxFuture<'a, Result<Started, ActionError>>;

    /// Sends a request to the application's API and waits for the response.
    fn request<'a>(&'a self, request: ApiRequest) -> BoxFuture<'a, Result<ApiResponse, ActionError>>;

    /// The time at which a scheduled task runs next, by the clock of the cloud; `None` if it is not known.
    fn next_fire(&self, task: &TaskId) -> Option<Millis>;
}

/// Something that can be done to a task.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Action {
    /// [`Actions::send`].
    Send,
    /// [`Actions::fire_schedule`].
    FireSchedule,
    /// [`Actions::request`], with the route of the task.
    Request,
}

/// The message or the run that an action has started.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Started {
    /// The number of the `MessageId`, if it is a message.
    pub message: Option<Seq>,
    /// The run, if it is one and has begun.
    pub run: Option<RunId>,
}

/// A request to the application's API.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ApiRequest {
    /// The method.
    pub method: String,
    /// The path, and the query after `?`, as they stand in a URL.
    pub path: String,
    /// Names and values, each as often as it is sent.
    pub headers: Vec<(String, String)>,
    /// The body.
    pub body: Bytes,
}

/// A response of the application's API.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ApiResponse {
    /// The status.
    pub status: StatusCode,
    /// Names and values.
    pub headers: Vec<(String, String)>,
    /// The body.
    pub body: Bytes,
    /// The run that answered, where one did.
    pub run: Option<RunId>,
}

/// An error of an action.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ActionError {
    /// It cannot be done to this task.
    #[error(
        "task `{0}`: cannot be started like this; a task with a queue takes `send`, a scheduled task `schedule fire`, an API task `request`"
    )]
    NotOffered(TaskId),
    /// An input that the task does not take.
    #[error("{0}")]
    Input(String),
    /// It was tried and failed.
    #[error("{0}")]
    Failed(String),
}

/// Offers nothing.
#[derive(Clone, Copy, Debug, Default)]
pub struct NoActions;

impl Actions for NoActions {
    fn offers(&self, _: &TaskId, _: Action) -> bool {
        false
    }

    fn send<'a>(&'a self, task: &'a TaskId, _: &'a str) -> BoxFuture<'a, Result<Started, ActionError>> {
        Box::pin(async { Err(ActionError::NotOffered(task.clone())) })
    }

    fn fire_schedule<'a>(&'a self, task: &'a TaskId) -> BoxFuture<'a, Result<Started, ActionError>> {
        Box::pin(async { Err(ActionError::NotOffered(task.clone())) })
    }

    fn request<'a>(&'a self, _: ApiRequest) -> BoxFuture<'a, Result<ApiResponse, ActionError>> {
        Box::pin(async { Err(ActionError::Failed("the API: does not run".to_owned())) })
    }

    fn next_fire(&self, _: &TaskId) -> Option<Millis> {
        None
    }
}
