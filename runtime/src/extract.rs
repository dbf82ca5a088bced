//! Parameters of handlers.

use std::{future::Future, ops::Deref, sync::Arc};

use crate::{Context, Error, trigger::Trigger};

pub use crate::{invocation::Invocation, task::Edge};

/// A type that can be a handler's parameter where the trigger is `Tr` and the application's state `S`.
///
/// To make one's own out of others, forward their edges: what an extractor does not declare, its function has no
/// permission for.
///
/// ```
/// use async_lambda::{extract::{Edge, Invocation}, prelude::*, trigger::Trigger};
/// use std::sync::Arc;
///
/// struct Notify;
/// impl Task for Notify { const ID: &'static str = "Notify"; type Payload = String; }
///
/// struct Alarm(Invoke<Notify>);
///
/// impl<S: Send + Sync, Tr: Trigger> FromInvocation<S, Tr> for Alarm {
///     const EDGES: &'static [Edge] = <Invoke<Notify> as FromInvocation<S, Tr>>::EDGES;
///
///     async fn from_invocation(invocation: &Invocation, state: &Arc<S>) -> Result<Self, Error> {
///         let notify = <Invoke<Notify> as FromInvocation<S, Tr>>::from_invocation(invocation, state).await?;
///         Ok(Alarm(notify))
///     }
/// }
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be a parameter of a handler for `{Tr}`",
    label = "not an extractor here",
    note = "the event is `ManagedSqsEvent<T>` for the async task `T`, `UnmanagedSqsEvent`, `ScheduledEvent` or \
            `ApiEvent`; every other parameter is `Invoke<T>`, `State<T>`, `Context`, an `Option` of one, or a type that \
            implements `FromInvocation`"
)]
pub trait FromInvocation<S, Tr: Trigger>: Sized {
    /// What it lets the handler do. There is no default, so that it cannot be forgotten.
    const EDGES: &'static [Edge];

    /// Makes one out of an invocation. An error fails the invocation, or the record of a batch.
    fn from_invocation(invocation: &Invocation, state: &Arc<S>) -> impl Future<Output = Result<Self, Error>> + Send;
}

/// The application's state, or a part of it, which was made once at the cold start.
///
/// ```
/// use async_lambda::prelude::*;
///
/// struct Database { url: String }
///
/// async fn tick(_: ScheduledEvent, database: State<Database>) -> Result<(), Error> {
///     println!("{}", database.url);
///     Ok(())
/// }
///
/// let app = App::new("demo")
///     .with_state(async || Ok::<_, Error>(Database { url: "postgres://..".to_owned() }))
///     .scheduled_task("Tick", schedule!("rate(1 day)"), tick);
/// ```
#[derive(Debug)]
pub struct State<T>(pub Arc<T>);

impl<T> Clone for State<T> {
    fn clone(&self) -> Self {
        State(Arc::clone(&self.0))
    }
}

impl<T> Deref for State<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.0
    }
}

/// A part of the state `S`. Every state is a part of itself.
#[diagnostic::on_unimplemented(
    message = "the application's state `{S}` has no `{Self}`",
    note = "give it with `App::with_state`, or implement `FromState<{S}>` for `{Self}`"
)]
pub trait FromState<S> {
    /// The part.
    fn from_state(state: &Arc<S>) -> Arc<Self>;
}

impl<S> FromState<S> for S {
    fn from_state(state: &Arc<S>) -> Arc<S> {
        Arc::clone(state)
    }
}

impl<S, Tr, T> FromInvocation<S, Tr> for State<T>
where
    S: Send + Sync,
    Tr: Trigger,
    T: FromState<S> + Send + Sync,
{
    const EDGES: &'static [Edge] = &[];

    async fn from_invocation(_: &Invocation, state: &Arc<S>) -> Result<Self, Error> {
        Ok(State(T::from_state(state)))
    }
}

impl<S: Send + Sync, Tr: Trigger> FromInvocation<S, Tr> for Context {
    const EDGES: &'static [Edge] = &[];

    async fn from_invocation(invocation: &Invocation, _: &Arc<S>) -> Result<Self, Error> {
        Ok(invocation.context().clone())
    }
}

/// `None` where the inner extractor fails; the reason is logged at the level `debug`.
impl<S, Tr, X> FromInvocation<S, Tr> for Option<X>
where
    S: Send + Sync,
    Tr: Trigger,
    X: FromInvocation<S, Tr>,
{
    const EDGES: &'static [Edge] = X::EDGES;

    async fn from_invocation(invocation: &Invocation, state: &Arc<S>) -> Result<Self, Error> {
        match X::from_invocation(invocation, state).await {
            Ok(inner) => Ok(Some(inner)),
            Err(error) => {
                tracing::debug!(task = %invocation.task(), %error, "optional parameter is absent");
                Ok(None)
            }
        }
    }
}
