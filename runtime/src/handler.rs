//! Functions whose parameters are extractors.

use std::{future::Future, sync::Arc};

use axum_core::response::IntoResponse;
use serde::Serialize;
use serde_json::Value;

use crate::{
    BoxFuture, Error, FromInvocation, Task, event,
    extract::{Edge, Invocation},
    options::{AnyTask, Options},
    trigger::{Api, Managed, Queue, Schedule, Trigger},
};

/// A function that can handle what the trigger `Tr` starts, in an application with the state `S`.
///
/// Implemented for every `async fn` of up to eight extractors that returns a `Result`, for closures of that shape,
/// and for both with options ([`task()`](crate::task())). `Args` only tells those implementations apart.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot handle `{Tr}`",
    label = "not a handler for this trigger",
    note = "a handler is `async fn(extractors..) -> Result<_, E>` with at most 8 parameters, each of which implements \
            `FromInvocation`; its future is `Send`; `E: Into<async_lambda::Error>`",
    note = "an API handler's `Ok` is `IntoResponse`, every other's is `Serialize`",
    note = "write `#[async_lambda::handler]` above the function to see which part is wrong"
)]
pub trait Handler<S, Tr: Trigger, Args>: Clone + Send + Sync + 'static {
    /// Which triggers its options are for.
    type Kind;

    /// What its parameters let it do.
    const EDGES: &'static [Edge];

    /// Memory, timeout and so on.
    fn options(&self) -> Options {
        Options::default()
    }

    /// Extracts the parameters and runs.
    fn call(self, invocation: Invocation, state: Arc<S>) -> BoxFuture<'static, Result<Value, Error>>;
}

/// What a handler for the trigger `Tr` may return in its `Ok`.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be what a `{Tr}` handler returns",
    note = "an API handler's `Ok` is `IntoResponse`, every other's is `Serialize`"
)]
pub trait Outcome<Tr: Trigger>: Send {
    /// As JSON: an API task's is API Gateway's proxy response.
    fn into_value(self) -> impl Future<Output = Result<Value, Error>> + Send;
}

impl<R: Serialize + Send, T: Task> Outcome<Managed<T>> for R {
    async fn into_value(self) -> Result<Value, Error> {
        Ok(serde_json::to_value(self)?)
    }
}

impl<R: Serialize + Send> Outcome<Queue> for R {
    async fn into_value(self) -> Result<Value, Error> {
        Ok(serde_json::to_value(self)?)
    }
}

impl<R: Serialize + Send> Outcome<Schedule> for R {
    async fn into_value(self) -> Result<Value, Error> {
        Ok(serde_json::to_value(self)?)
    }
}

impl<R: IntoResponse + Send> Outcome<Api> for R {
    async fn into_value(self) -> Result<Value, Error> {
        event::proxy_response(self.into_response()).await
    }
}

macro_rules! handler {
    ($($parameter:ident),*) => {
        #[diagnostic::do_not_recommend]
        #[expect(non_snake_case, reason = "a parameter is named as its type")]
        impl<S, Tr, F, Fut, R, E, $($parameter,)*> Handler<S, Tr, ($($parameter,)*)> for F
        where
            S: Send + Sync + 'static,
            Tr: Trigger,
            F: Fn($($parameter),*) -> Fut + Clone + Send + Sync + 'static,
            Fut: Future<Output = Result<R, E>> + Send,
            R: Outcome<Tr>,
            E: Into<Error>,
            $($parameter: FromInvocation<S, Tr> + Send,)*
        {
            type Kind = AnyTask;
            const EDGES: &'static [Edge] = &[$(Edge::group($parameter::EDGES)),*];

            fn call(self, invocation: Invocation, state: Arc<S>) -> BoxFuture<'static, Result<Value, Error>> {
                Box::pin(async move {
                    $(let $parameter = $parameter::from_invocation(&invocation, &state).await?;)*
                    // Only the extractors need them, and an event may be large.
                    drop((invocation, state));
                    self($($parameter),*).await.map_err(Into::into)?.into_value().await
                })
            }
        }
    };
}

#[diagnostic::do_not_recommend]
impl<S, Tr, F, Fut, R, E> Handler<S, Tr, ()> for F
where
    S: Send + Sync + 'static,
    Tr: Trigger,
    F: Fn() -> Fut + Clone + Send + Sync + 'static,
    Fut: Future<Output = Result<R, E>> + Send,
    R: Outcome<Tr>,
    E: Into<Error>,
{
    type Kind = AnyTask;
    const EDGES: &'static [Edge] = &[];

    fn call(self, _: Invocation, _: Arc<S>) -> BoxFuture<'static, Result<Value, Error>> {
        Box::pin(async move { self().await.map_err(Into::into)?.into_value().await })
    }
}

handler!(P1);
handler!(P1, P2);
handler!(P1, P2, P3);
handler!(P1, P2, P3, P4);
handler!(P1, P2, P3, P4, P5);
handler!(P1, P2, P3, P4, P5, P6);
handler!(P1, P2, P3, P4, P5, P6, P7);
handler!(P1, P2, P3, P4, P5, P6, P7, P8);
