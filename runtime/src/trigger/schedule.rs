//! Scheduled tasks.

#[cfg(feature = "local")]
use async_lambda_model as model;
use async_lambda_model::{IntoSchedule, TaskId};
#[cfg(feature = "eventbridge")]
use aws_lambda_events::eventbridge::EventBridgeEvent;
#[cfg(feature = "eventbridge")]
use serde::Deserialize;
use serde_json::Value;

use super::{Kind, ReturnsJson, Trigger, sealed};
#[cfg(feature = "eventbridge")]
use crate::event::EventError;
#[cfg(feature = "local")]
use crate::local::{Invoke, LocalError};
use crate::{
    App, Error, FromInvocation,
    extract::{Edge, Invocation},
    handler::Handler,
    options::Accepts,
};

pub use async_lambda_model::trigger::Schedule;

impl Trigger for Schedule {}
impl ReturnsJson for Schedule {}
impl sealed::Trigger for Schedule {}

impl App {
    /// A task that a schedule starts, in UTC: `schedule!("rate(15 minutes)")`, `schedule!("cron(0 9 ? * MON-FRI *)")`; or a
    /// [`Schedule`] with a time zone, a start, retries and so on:
    ///
    /// ```
    /// use async_lambda::prelude::*;
    ///
    /// async fn remind(_: ScheduledEvent) -> Result<(), Error> { Ok(()) }
    ///
    /// let morning = Schedule::new(schedule!("cron(0 9 ? * MON-FRI *)")).time_zone("Europe/Berlin").maximum_retry_attempts(3);
    /// let app = App::new("demo").scheduled_task("Remind", morning, remind);
    /// assert!(app.model().is_ok());
    /// ```
    #[track_caller]
    pub fn scheduled_task<H, Args>(self, id: &str, schedule: impl IntoSchedule, handler: H) -> Self
    where
        H: Handler<Schedule, Args>,
        Schedule: Accepts<H::Kind>,
    {
        self.add(TaskId::new(id.to_owned()), Ok(schedule.into_schedule()), None, handler)
    }
}

impl Kind for Schedule {
    #[cfg(feature = "local")]
    fn options(&self) -> &'static [&'static str] {
        &["--payload"]
    }

    /// The payload stands in for the schedule's event. Without one there is no time: nothing is due.
    #[cfg(feature = "local")]
    fn event(&self, _: &model::TaskModel, invoke: &Invoke, _: &[model::MediaType]) -> Result<Value, LocalError> {
        if invoke.payload.is_some() { invoke.payload() } else { Ok(scheduled(None)) }
    }
}

/// A schedule's time has come.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct ScheduledEvent {
    /// The time at which it was due, as EventBridge says it: `2026-11-23T09:00:00Z`. Empty if it does not.
    pub time: String,
    invocation: Invocation,
}

impl ScheduledEvent {
    /// The event of EventBridge's rule, with its time as a date. It needs the feature `eventbridge`, and is decoded when it is
    /// asked for: a schedule may have an `Input` of its own instead, which is an error here.
    ///
    /// # Errors
    ///
    /// [`EventError::Form`]: the event has another form.
    #[cfg(feature = "eventbridge")]
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
        ScheduledEvent::of(scheduled(Some(&time.into())))
    }

    /// The event of a schedule that has an `Input` of its own.
    pub fn of(input: Value) -> ScheduledEvent {
        let trigger = model::Trigger::Schedule(Schedule::new(model::schedule!("rate(1 day)")));
        ScheduledEvent::of_invocation(Invocation::by_hand(trigger, input))
    }
}

impl FromInvocation<Schedule> for ScheduledEvent {
    const EDGES: &'static [Edge] = &[];

    async fn from_invocation(invocation: &Invocation) -> Result<Self, Error> {
        Ok(ScheduledEvent::of_invocation(invocation.clone()))
    }
}

/// The event of a schedule that is due at a time.
#[cfg(feature = "local")]
pub(crate) fn scheduled(time: Option<&str>) -> Value {
    let mut event = async_lambda_local::schedules::event_of_nothing();
    if let Some(time) = time {
        event["time"] = time.into();
    }
    event
}
