//! Invoking tasks of other applications.

use std::{fmt, marker::PhantomData, ops::Deref};

use async_lambda_model::OtherApp;

use crate::{
    Error, FromInvocation, Invoke, Task,
    extract::{Edge, Invocation},
    trigger::Trigger,
};

/// Lets a handler invoke the task `T` of the application `A`, in the same account and region: as [`Invoke<T>`](Invoke), to
/// which it derefs.
///
/// The task is a type of a crate that both applications have. As a parameter, this gives the function the permission for the
/// task's queue, `<app>-<Task>`, and for no other.
///
/// ```
/// use async_lambda::prelude::*;
///
/// // In a crate that both have:
/// struct Invoice;
/// impl Task for Invoice { const ID: &'static str = "Invoice"; type Payload = u32; }
/// struct Billing;
/// impl OtherApp for Billing { const NAME: &'static str = "billing"; }
///
/// async fn nightly(_: ScheduledEvent, invoice: InvokeExternal<Invoice, Billing>) -> Result<(), Error> {
///     invoice.send(7).await?;
///     invoice.message(8).delay_secs(30).group("customer-7").send().await?;
///     Ok(())
/// }
///
/// let app = App::new("shop").scheduled_task("Nightly", schedule!("rate(1 day)"), nightly);
/// assert_eq!(app.model().unwrap().tasks[0].invokes_external[0].to_string(), "billing-Invoice");
/// ```
///
/// The other application cannot read this one's payload bucket: a payload that would go there is
/// [`SendFailure::TooLarge`](crate::invoke::SendFailure::TooLarge). Messages go to lane 0, whatever lanes the task has.
pub struct InvokeExternal<T: Task, A: OtherApp> {
    invoke: Invoke<T>,
    application: PhantomData<fn() -> A>,
}

impl<T: Task, A: OtherApp> InvokeExternal<T, A> {
    pub(crate) fn new(invoke: &Invoke<T>) -> InvokeExternal<T, A> {
        InvokeExternal { invoke: invoke.to_external(A::NAME), application: PhantomData }
    }
}

impl<T: Task, A: OtherApp> Deref for InvokeExternal<T, A> {
    type Target = Invoke<T>;

    fn deref(&self) -> &Invoke<T> {
        &self.invoke
    }
}

impl<Tr: Trigger, T: Task, A: OtherApp> FromInvocation<Tr> for InvokeExternal<T, A> {
    const EDGES: &'static [Edge] = &[Edge::invoke_external::<T, A>()];

    async fn from_invocation(invocation: &Invocation) -> Result<Self, Error> {
        let is_this = |app: &str, task: &str| app == A::NAME && task == T::ID;
        // As for `Invoke`.
        let known = &invocation.model().invokes_external;
        if !known.iter().any(|external| is_this(external.app.as_str(), external.task.as_str())) {
            let (task, id, app) = (invocation.task(), T::ID, A::NAME);
            return Err(
                format!("task `{task}`: an extractor uses `InvokeExternal` of `{app}-{id}` without the edge").into()
            );
        }
        Ok(InvokeExternal::new(&Invoke::of(invocation.sender().clone())))
    }
}

impl<T: Task, A: OtherApp> Clone for InvokeExternal<T, A> {
    fn clone(&self) -> Self {
        InvokeExternal { invoke: self.invoke.clone(), application: PhantomData }
    }
}

impl<T: Task, A: OtherApp> fmt::Debug for InvokeExternal<T, A> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "InvokeExternal<{}-{}>", A::NAME, T::ID)
    }
}
