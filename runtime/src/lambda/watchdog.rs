//! A thread that says which record a handler blocks the thread with, before Lambda stops the process.
//!
//! A handler that does not return to its runtime cannot be stopped at the cut-off. All that can be done is to say so
//! while there is still time to write a line.

use std::{
    sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError},
    thread,
    time::{Duration, Instant},
};

use crate::{Context, Engine, engine::margin};

/// Enough for one log line.
const STACK: usize = 256 << 10;

/// Watches over invocations.
pub(super) struct Watchdog(Arc<Shared>);

struct Shared {
    engine: Engine,
    state: Mutex<State>,
    changed: Condvar,
}

#[derive(Default)]
struct State {
    alarm: Option<Alarm>,
    /// Whether the thread waits for an alarm to be set.
    is_idle: bool,
}

struct Alarm {
    at: Instant,
    deadline: Instant,
}

/// Ends with the invocation.
pub(super) struct Watched<'a>(&'a Shared);

impl Watchdog {
    /// Starts the thread. Without one, a function runs all the same.
    pub(super) fn new(engine: Engine) -> Watchdog {
        let shared = Arc::new(Shared { engine, state: Mutex::default(), changed: Condvar::new() });
        let watch = Arc::clone(&shared);
        let started = thread::Builder::new().name("watchdog".to_owned()).stack_size(STACK).spawn(move || watch.run());
        if let Err(error) = started {
            tracing::warn!(%error, "the watchdog thread was not started");
        }
        Watchdog(shared)
    }

    /// Watches over an invocation: halfway between the time at which a handler is stopped and the deadline, one is still
    /// running only if it blocks.
    pub(super) fn watch(&self, context: &Context) -> Watched<'_> {
        let mut state = self.0.lock();
        state.alarm = context.remaining().map(|remaining| {
            let deadline = Instant::now() + remaining;
            Alarm { at: deadline - margin(remaining) / 2, deadline }
        });
        // Otherwise the thread wakes for an earlier alarm, and finds this one.
        if state.is_idle {
            self.0.changed.notify_one();
        }
        Watched(&self.0)
    }
}

impl Drop for Watched<'_> {
    fn drop(&mut self) {
        self.0.lock().alarm = None;
    }
}

impl Shared {
    fn run(&self) -> ! {
        let mut state = self.lock();
        loop {
            state = match &state.alarm {
                None => {
                    state.is_idle = true;
                    let mut state = self.changed.wait(state).unwrap_or_else(PoisonError::into_inner);
                    state.is_idle = false;
                    state
                }
                Some(alarm) => match alarm.at.checked_duration_since(Instant::now()).filter(|time| !time.is_zero()) {
                    Some(time) => self.changed.wait_timeout(state, time).unwrap_or_else(PoisonError::into_inner).0,
                    None => {
                        let remaining = alarm.deadline.saturating_duration_since(Instant::now());
                        state.alarm = None;
                        drop(state);
                        self.say(remaining);
                        self.lock()
                    }
                },
            };
        }
    }

    fn say(&self, remaining: Duration) {
        // Without one, the handler waits for something, and is about to be stopped.
        let Some(span) = self.engine.in_hand() else { return };
        span.in_scope(|| {
            tracing::error!(
                kind = "deadline",
                remainingMs = u64::try_from(remaining.as_millis()).unwrap_or(u64::MAX),
                "handler blocks the thread: it cannot be stopped, and Lambda will stop the process; run blocking code \
                 with `tokio::task::spawn_blocking`"
            );
        });
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
