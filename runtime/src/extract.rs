//! Parameters of handlers.

use std::{future::Future, ops::Deref, sync::Arc};

use crate::{Context, Error, trigger::Trigger};

pub use crate::{edge::Edge, invocation::Invocation};

/// A type that can be a handler's parameter where the trigger is `Tr`.
///
/// To make one's own out of others, forward their edges: what an extractor does not declare, its function has no
/// permission for.
///
/// ```
/// use async_lambda::{extract::{Edge, Invocation}, prelude::*, trigger::Trigger};
///
/// struct Notify;
/// impl Task for Notify { const ID: &'static str = "Notify"; type Payload = String; }
///
/// struct Alarm(Invoke<Notify>);
///
/// impl<Tr: Trigger> FromInvocation<Tr> for Alarm {
///     const EDGES: &'static [Edge] = <Invoke<Notify> as FromInvocation<Tr>>::EDGES;
///
///     async fn from_invocation(invocation: &Invocation) -> Result<Self, Error> {
///         Ok(Alarm(<Invoke<Notify> as FromInvocation<Tr>>::from_invocation(invocation).await?))
///     }
/// }
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be a parameter of a handler for `{Tr}`",
    label = "not an extractor here",
    note = "the event is `ManagedSqsEvent<T>` for the async task `T`, `Batch<T>` for a batch task, `FifoEvent<T>` for a FIFO \
            task, `DeadLetterEvent`, `UnmanagedSqsEvent`, `ScheduledEvent`, `DynamoDbEvent<T>`, `CallEvent<T>` or `ApiEvent`; \
            every other parameter is `Invoke<T>`, `InvokeFifo<T>`, `InvokeLater<T>`, `InvokeExternal<T, A>`, `Call<T>`, \
            `Once<K>`, `Table<T>`, `ReadTable<T>`, `WriteTable<T>`, `State<T>`, `Metrics`, `Context`, an `Option` of one, or a type that \
            implements `FromInvocation`",
    note = "if it is a state of the application, write `State<{Self}>`"
)]
pub trait FromInvocation<Tr: Trigger>: Sized {
    /// The actions that it lets the handler do. There is no default, so that it cannot be forgotten.
    const EDGES: &'static [Edge];

    /// Makes one out of an invocation.
    ///
    /// # Errors
    ///
    /// Any. It fails the invocation, or the record of a batch; of an API task too, where the client gets a 502.
    fn from_invocation(invocation: &Invocation) -> impl Future<Output = Result<Self, Error>> + Send;
}

/// The application's state of the type `T`, which is the same for all invocations of a function.
///
/// [`App::with_state`](crate::App::with_state) and [`App::with_state_async`](crate::App::with_state_async) give it, one
/// for each type. A handler that takes one which the application does not have is an error at synth and at the start.
///
/// ```
/// use async_lambda::prelude::*;
///
/// struct Database { url: String }
/// struct Limits { orders: usize }
///
/// #[handler]
/// async fn tick(_: ScheduledEvent, database: State<Database>, limits: State<Limits>) -> Result<(), Error> {
///     println!("{} {}", database.url, limits.orders);
///     Ok(())
/// }
///
/// async fn connect() -> Result<Database, Error> {
///     Ok(Database { url: std::env::var("DATABASE_URL")? })
/// }
///
/// let app = App::new("demo")
///     .with_state(Limits { orders: 10 })
///     .with_state_async(connect) // at the cold start, and never at synth
///     .scheduled_task("Tick", schedule!("rate(1 day)"), tick);
/// assert!(app.model().is_ok());
/// ```
///
/// In a test, a handler is called with a state of its own: `tick(event, State::new(database), ..)`.
#[derive(Debug)]
pub struct State<T>(Arc<T>);

impl<T> State<T> {
    /// A state for a handler that is called as a function.
    pub fn new(value: T) -> State<T> {
        State(Arc::new(value))
    }

    /// The state itself, for what outlives the handler.
    pub fn into_arc(self) -> Arc<T> {
        self.0
    }
}

impl<T> From<Arc<T>> for State<T> {
    fn from(state: Arc<T>) -> State<T> {
        State(state)
    }
}

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

impl<Tr: Trigger, T: Send + Sync + 'static> FromInvocation<Tr> for State<T> {
    const EDGES: &'static [Edge] = &[Edge::state::<T>()];

    async fn from_invocation(invocation: &Invocation) -> Result<Self, Error> {
        let state = invocation.states().get().await?;
        // A handler's own state was found to be there. An extractor that somebody wrote by hand can hide the edge.
        let missing = || {
            let (task, state) = (invocation.task(), std::any::type_name::<T>());
            format!("task `{task}`: the application has no state `{state}`, or an extractor takes it without the edge")
        };
        Ok(State(state.ok_or_else(missing)?))
    }
}

impl<Tr: Trigger> FromInvocation<Tr> for Context {
    const EDGES: &'static [Edge] = &[];

    async fn from_invocation(invocation: &Invocation) -> Result<Self, Error> {
        Ok(invocation.context().clone())
    }
}

/// `None` where the inner extractor fails; the reason is logged at the level `debug`.
impl<Tr: Trigger, X: FromInvocation<Tr>> FromInvocation<Tr> for Option<X> {
    const EDGES: &'static [Edge] = &[Edge::optional(X::EDGES)];

    async fn from_invocation(invocation: &Invocation) -> Result<Self, Error> {
        match X::from_invocation(invocation).await {
            Ok(inner) => Ok(Some(inner)),
            Err(error) => {
                tracing::debug!(task = %invocation.task(), %error, "optional parameter is absent");
                Ok(None)
            }
        }
    }
}
