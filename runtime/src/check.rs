//! The functions that `#[handler]` calls, one question each, so that each mistake has its own error.

use std::{future::Future, marker::PhantomData};

use crate::{FromInvocation, handler::Outcome, trigger::Trigger};

/// The questions about a handler for `Tr`.
#[derive(Debug)]
pub struct Check<Tr>(PhantomData<fn() -> Tr>);

impl<Tr: Trigger> Check<Tr> {
    /// They begin.
    #[expect(clippy::new_without_default, reason = "only a macro calls it")]
    pub fn new() -> Self {
        Check(PhantomData)
    }

    /// Is this an extractor for the trigger?
    pub fn parameter<P: FromInvocation<Tr> + Send>(&self) {}

    /// May the handler move between threads while it waits?
    pub fn future<F: Future + Send>(&self, future: F) -> F {
        future
    }

    /// Is this what a handler for the trigger returns?
    pub fn output<R: Outcome<Tr>>(&self, _: impl Future<Output = R>) {}
}
