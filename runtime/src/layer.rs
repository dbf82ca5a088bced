//! tower layers around an invocation.

use std::{
    fmt,
    future::poll_fn,
    sync::Arc,
    task::{Context, Poll},
};

use serde_json::Value;
use tower_layer::Layer;
use tower_service::Service;

use crate::{BoxError, BoxFuture, Error, extract::Invocation};

type Run = dyn Fn(Invocation) -> BoxFuture<'static, Result<Value, BoxError>> + Send + Sync;

/// A task's handler as a tower service: an invocation in, what the handler returned out.
#[derive(Clone)]
pub struct TaskService(Arc<Run>);

impl TaskService {
    pub(crate) fn new(
        run: impl Fn(Invocation) -> BoxFuture<'static, Result<Value, BoxError>> + Send + Sync + 'static,
    ) -> TaskService {
        TaskService(Arc::new(run))
    }

    pub(crate) fn run(&self, invocation: Invocation) -> BoxFuture<'static, Result<Value, BoxError>> {
        (self.0)(invocation)
    }
}

impl Service<Invocation> for TaskService {
    type Response = Value;
    type Error = BoxError;
    type Future = BoxFuture<'static, Result<Value, BoxError>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), BoxError>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, invocation: Invocation) -> Self::Future {
        self.run(invocation)
    }
}

impl fmt::Debug for TaskService {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("TaskService")
    }
}

pub(crate) fn wrap<L>(layer: &L, inner: TaskService) -> TaskService
where
    L: Layer<TaskService>,
    L::Service: Service<Invocation, Response = Value> + Clone + Send + Sync + 'static,
    <L::Service as Service<Invocation>>::Error: Into<Error>,
    <L::Service as Service<Invocation>>::Future: Send,
{
    let service = layer.layer(inner);
    TaskService::new(move |invocation| {
        let mut service = service.clone();
        Box::pin(async move {
            poll_fn(|context| service.poll_ready(context)).await.map_err(boxed)?;
            service.call(invocation).await.map_err(boxed)
        })
    })
}

fn boxed(error: impl Into<Error>) -> BoxError {
    error.into().into_inner()
}
