//! The record whose code is being executed: for the watchdog, when a handler blocks the thread.

use std::sync::{Mutex, PoisonError};

use tracing::Span;

/// The span of the record, or the invocation, whose code is being executed.
#[derive(Debug, Default)]
pub(crate) struct InHand(Mutex<Option<Span>>);

/// Ends with the execution.
pub(crate) struct Held<'a>(&'a InHand);

impl InHand {
    /// Says that code of this span is executed from now on.
    pub(crate) fn hold(&self, span: &Span) -> Held<'_> {
        self.set(Some(span.clone()));
        Held(self)
    }

    /// The span whose code is executed right now.
    #[cfg(feature = "aws")]
    pub(crate) fn span(&self) -> Option<Span> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn set(&self, span: Option<Span>) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = span;
    }
}

impl Drop for Held<'_> {
    fn drop(&mut self) {
        self.0.set(None);
    }
}
