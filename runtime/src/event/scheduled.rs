//! Events of a schedule.

use aws_lambda_events::eventbridge::EventBridgeEvent;
use serde::Deserialize;
use serde_json::Value;

use super::EventError;
use crate::{
    Error, FromInvocation,
    extract::{Edge, Invocation},
    trigger::Schedule,
};

/// A schedule's time has come.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct ScheduledEvent {
    /// When it was due, as EventBridge says it: `2026-11-23T09:00:00Z`. Empty if it does not.
    pub time: String,
    invocation: Invocation,
}

impl ScheduledEvent {
    /// The event of EventBridge's rule, with its time as a date. It is decoded when it is asked for: a schedule may
    /// have an `Input` of its own instead, which is an error here.
    ///
    /// # Errors
    ///
    /// [`EventError::Form`]: the event has another form.
    pub fn rule_event(&self) -> Result<EventBridgeEvent, EventError> {
        let event = EventBridgeEvent::deserialize(self.raw());
        event.map_err(|source| EventError::Form { form: "an event of EventBridge", source })
    }

    /// The event as Lambda got it.
    pub fn raw(&self) -> &Value {
        self.invocation.raw()
    }

    fn of_invocation(invocation: Invocation) -> ScheduledEvent {
        let time = invocation.raw()["time"].as_str().unwrap_or_default().to_owned();
        ScheduledEvent { time, invocation }
    }
}

#[cfg(feature = "local")]
impl ScheduledEvent {
    /// The event of a schedule that is due at a time, for a test that calls a handler: `2026-11-23T09:00:00Z`.
    pub fn at(time: impl Into<String>) -> ScheduledEvent {
        ScheduledEvent::of(crate::local::event::scheduled(Some(&time.into())))
    }

    /// The event of a schedule that has an `Input` of its own.
    pub fn of(input: Value) -> ScheduledEvent {
        let expression = crate::model::schedule!("rate(1 day)");
        ScheduledEvent::of_invocation(Invocation::by_hand(crate::model::Trigger::Schedule { expression }, input))
    }
}

impl FromInvocation<Schedule> for ScheduledEvent {
    const EDGES: &'static [Edge] = &[];

    async fn from_invocation(invocation: &Invocation) -> Result<Self, Error> {
        Ok(ScheduledEvent::of_invocation(invocation.clone()))
    }
}
