//! Runs tasks in this process.

use std::time::Duration;

use async_lambda_local::run::{Answer, BoxFuture, Failure, FailureKind, Invocation, RunId, Runner};
use tokio::time::Instant;

use super::RUN;
use crate::{Context, Engine, engine::InvocationError};

/// Runs the tasks of an engine in this process.
#[derive(Debug)]
pub(crate) struct InProcess(pub(crate) Engine);

impl Runner for InProcess {
    fn run(&self, invocation: Invocation) -> BoxFuture<'_, Answer> {
        Box::pin(async move {
            let Invocation { run, task, event, timeout } = invocation;
            let invoked = match serde_json::from_str(&event) {
                Ok(event) => RUN.scope(run, self.0.invoke(task.as_str(), event, context(run, timeout))).await,
                Err(error) => Err(InvocationError::no_json(error)),
            };
            match invoked {
                Ok(answer) => Ok(answer.to_string()),
                Err(error) if error.kind == "deadline" => Err(Failure::new(FailureKind::Timeout, error.reason)),
                Err(error) => Err(Failure::new(FailureKind::Error, error.reason)),
            }
        })
    }
}

/// The context of a run that has so much time.
pub(crate) fn context(run: RunId, timeout: Duration) -> Context {
    Context { request_id: format!("local-{run}"), deadline: Some(Instant::now() + timeout), ..Context::default() }
}
