//! Functions whose parameters are extractors.

use std::future::{Future, ready};

use serde::Serialize;
use serde_json::Value;

use crate::{
    BoxError, BoxFuture, Error, FromInvocation,
    extract::{Edge, Invocation},
    options::{AnyTask, Options},
    trigger::{ReturnsJson, Trigger},
};

/// A function that can handle what the trigger `Tr` starts.
///
/// Implemented for every `async fn` of up to eight extractors with such an [`Outcome`], for closures of that shape,
/// and for both with options ([`task()`](crate::task())). `Args` only tells those implementations apart.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot handle `{Tr}`",
    label = "not a handler for this trigger",
    note = "each kind of task has its event: `async_task(T, ..)` a `ManagedSqsEvent<T>`, `async_batch_task(T, ..)` a \
            `Batch<T>`, `fifo_task(T, ..)` a `FifoEvent<T>`, `dead_letter_task` a `DeadLetterEvent`, `sqs_task` an \
            `UnmanagedSqsEvent`, `scheduled_task` a `ScheduledEvent`, `dynamodb_task` a `DynamoDbEvent<T>`, \
            `function_task(T, ..)` a `CallEvent<T>`, `api_task` an `ApiEvent`",
    note = "a handler is `async fn(extractors..) -> Result<_, E>` with at most 8 parameters, each of which implements \
            `FromInvocation`; its future is `Send`; `E: Into<async_lambda::Error>`",
    note = "an API handler returns `impl IntoResponse`, a `Result<_, async_lambda::Error>` for example; every other's `Ok` \
            is `Serialize`",
    note = "`#[async_lambda::handler]` above the function shows which part is wrong; where it shows nothing, the event is \
            that of another kind of task"
)]
pub trait Handler<Tr: Trigger, Args>: Clone + Send + Sync + 'static {
    /// The triggers that its options are for.
    type Kind;

    /// The actions that its parameters let it do.
    const EDGES: &'static [Edge];

    /// Memory, timeout and so on.
    fn options(&self) -> Options {
        Options::default()
    }

    /// Its path: `photo_app::resize`.
    fn name() -> &'static str {
        std::any::type_name::<Self>()
    }

    /// Extracts the parameters and runs.
    ///
    /// # Errors
    ///
    /// The first error of an extractor, or what the handler returned.
    fn call(self, invocation: Invocation) -> BoxFuture<'static, Result<Value, BoxError>>;
}

/// A value that a handler for the trigger `Tr` may return.
///
/// An API handler returns anything that is [`IntoResponse`](crate::IntoResponse): `Json<T>`, a `StatusCode`, a tuple of both, a `Result` of
/// two of them. Its error may be [`Error`], which is a 500. Every other handler returns a `Result`: its `Ok` is written as
/// JSON, its error fails the invocation, or the record of a batch.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be what a `{Tr}` handler returns",
    note = "an API handler returns anything that is `IntoResponse`: `Json<T>`, or a `Result` whose error is a \
            `StatusCode`, `async_lambda::Error` (which is a 500), or a type that implements it",
    note = "the handler of a function task returns a `Result` of the task's `Answer`",
    note = "every other handler returns a `Result<T, E>`, where `T` is `Serialize` and `E: Into<async_lambda::Error>`"
)]
pub trait Outcome<Tr: Trigger> {
    /// As JSON: an API task's is API Gateway's proxy response.
    ///
    /// # Errors
    ///
    /// The handler's own error, or a value that cannot be written as JSON.
    fn into_value(self) -> impl Future<Output = Result<Value, BoxError>> + Send;
}

impl<Tr: ReturnsJson, R: Serialize, E: Into<Error>> Outcome<Tr> for Result<R, E> {
    fn into_value(self) -> impl Future<Output = Result<Value, BoxError>> + Send {
        ready(to_json(self))
    }
}

/// The value that a handler returned, as JSON.
pub(crate) fn to_json<R: Serialize, E: Into<Error>>(result: Result<R, E>) -> Result<Value, BoxError> {
    Ok(serde_json::to_value(result.map_err(|error| error.into().into_inner())?)?)
}

macro_rules! handler {
    ($($parameter:ident),*) => {
        #[diagnostic::do_not_recommend]
        #[expect(non_snake_case, reason = "a parameter is named as its type")]
        impl<Tr, F, Fut, $($parameter,)*> Handler<Tr, ($($parameter,)*)> for F
        where
            Tr: Trigger,
            F: Fn($($parameter),*) -> Fut + Clone + Send + Sync + 'static,
            Fut: Future<Output: Outcome<Tr>> + Send,
            $($parameter: FromInvocation<Tr> + Send,)*
        {
            type Kind = AnyTask;
            const EDGES: &'static [Edge] = &[$(Edge::group($parameter::EDGES)),*];

            fn call(self, invocation: Invocation) -> BoxFuture<'static, Result<Value, BoxError>> {
                Box::pin(async move {
                    $(let $parameter = $parameter::from_invocation(&invocation).await.map_err(Error::into_inner)?;)*
                    // Only the extractors need it, and an event may be large.
                    drop(invocation);
                    self($($parameter),*).await.into_value().await
                })
            }
        }
    };
}

#[diagnostic::do_not_recommend]
impl<Tr, F, Fut> Handler<Tr, ()> for F
where
    Tr: Trigger,
    F: Fn() -> Fut + Clone + Send + Sync + 'static,
    Fut: Future<Output: Outcome<Tr>> + Send,
{
    type Kind = AnyTask;
    const EDGES: &'static [Edge] = &[];

    fn call(self, _: Invocation) -> BoxFuture<'static, Result<Value, BoxError>> {
        Box::pin(async move { self().await.into_value().await })
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
