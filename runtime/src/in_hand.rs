//! The records that are in hand: for the watchdog, when something blocks the thread.

use std::sync::{Mutex, MutexGuard, PoisonError};

use tracing::Span;

/// The spans of the records, or the invocations, that are being handled.
#[derive(Debug, Default)]
pub(crate) struct InHand(Mutex<State>);

#[derive(Debug, Default)]
struct State {
    /// The span whose code is being executed.
    running: Option<Span>,
    /// All that were begun and have not ended, in order.
    open: Vec<(u64, Span)>,
    next: u64,
}

/// Ends with the execution.
pub(crate) struct Held<'a>(&'a InHand);

/// Ends with the record.
pub(crate) struct Open<'a>(&'a InHand, u64);

/// The activity of the thread.
#[cfg(feature = "aws")]
#[derive(Debug)]
pub(crate) enum Thread {
    /// Executes code of this span.
    Runs(Span),
    /// Executes something else, a task that a handler has spawned for one, while these wait.
    RunsOther(Vec<Span>),
}

impl InHand {
    /// Says that code of this span is executed from now on.
    pub(crate) fn hold(&self, span: &Span) -> Held<'_> {
        self.set(Some(span.clone()));
        Held(self)
    }

    /// Says that a record is being handled from now on.
    pub(crate) fn open(&self, span: &Span) -> Open<'_> {
        let mut state = self.state();
        let number = state.next;
        state.next += 1;
        state.open.push((number, span.clone()));
        Open(self, number)
    }

    /// The activity of the thread right now.
    #[cfg(feature = "aws")]
    pub(crate) fn thread(&self) -> Thread {
        let state = self.state();
        match &state.running {
            Some(span) => Thread::Runs(span.clone()),
            None => Thread::RunsOther(state.open.iter().map(|(_, span)| span.clone()).collect()),
        }
    }

    fn set(&self, span: Option<Span>) {
        // The last handle of a span closes it, which is anybody's code: after the lock is gone.
        let before = std::mem::replace(&mut self.state().running, span);
        drop(before);
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Held<'_> {
    fn drop(&mut self) {
        self.0.set(None);
    }
}

impl Drop for Open<'_> {
    fn drop(&mut self) {
        let mut state = self.0.state();
        let place = state.open.iter().position(|(number, _)| *number == self.1);
        let span = place.map(|place| state.open.remove(place));
        drop(state);
        // Not while the state is locked: a span that ends may be logged.
        drop(span);
    }
}
