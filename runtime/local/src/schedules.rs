//! Schedules: which fire next, and tasks that run when they do.

use std::sync::Arc;

use async_lambda_model::{TaskId, Trigger};
use serde_json::{Value, json};

use crate::{
    background::background,
    cloud::Cloud,
    firing::{Firing, FiringError},
    history::Cause,
    mapping::{ACCOUNT, REGION},
    plan::Plan,
    queue::message_id,
    run::{Answer, Runner, invoke},
    time::{Millis, millis, system_time, utc},
};

/// The pauses before Lambda tries a failed asynchronous invocation again: a minute, and then two.
pub const RETRIES: [Millis; 2] = [60_000, 120_000];

/// The most missed times of schedules that are made up for, one after the other, when a clock was moved over them.
const MOST_MISSED: usize = 100;

/// The schedules of an application. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Schedules(Arc<[Schedule]>);

#[derive(Debug)]
struct Schedule {
    task: TaskId,
    firing: Firing,
    /// The time at which it was made, as far as a rate is concerned.
    began: Millis,
}

/// A schedule that cannot fire on this machine.
#[derive(Debug, thiserror::Error)]
#[error("task `{task}`: {source}")]
pub struct ScheduleError {
    task: TaskId,
    source: FiringError,
}

impl Schedules {
    /// The schedules of a plan. A rate begins at `began`: its first time is one period later.
    ///
    /// # Errors
    ///
    /// A time zone that is not on this machine.
    pub fn of(plan: &Plan, began: Millis) -> Result<Schedules, ScheduleError> {
        let schedules = plan.model.tasks.iter().filter_map(|task| match &task.trigger {
            Trigger::Schedule(schedule) => Some((task, schedule)),
            _ => None,
        });
        let schedules: Result<Vec<_>, _> = schedules
            .map(|(task, schedule)| match Firing::of(schedule) {
                Ok(firing) => Ok(Schedule { task: task.id.clone(), firing, began }),
                Err(source) => Err(ScheduleError { task: task.id.clone(), source }),
            })
            .collect();
        Ok(Schedules(schedules?.into()))
    }

    /// The next time after this one at which a schedule fires, and its task.
    pub fn next_after(&self, now: Millis) -> Option<(Millis, &TaskId)> {
        // Of several at one time, the one that was registered first.
        self.upcoming(now).min_by_key(|(at, _)| *at)
    }

    /// The tasks whose schedules fire at a time, in the order in which they were registered.
    pub fn at(&self, time: Millis) -> impl Iterator<Item = &TaskId> {
        let fires = move |schedule: &&Schedule| schedule.next_after(time.saturating_sub(1)) == Some(time);
        self.0.iter().filter(fires).map(|schedule| &schedule.task)
    }

    /// The schedules that fire again, each with its next time, in the order in which they were registered.
    pub fn upcoming(&self, now: Millis) -> impl Iterator<Item = (Millis, &TaskId)> {
        self.0.iter().filter_map(move |schedule| Some((schedule.next_after(now)?, &schedule.task)))
    }

    /// The time at which the schedule of a task fires next.
    pub fn next_of(&self, task: &str, now: Millis) -> Option<Millis> {
        self.0.iter().find(|schedule| schedule.task.as_str() == task)?.next_after(now)
    }

    /// Runs tasks at the times of their schedules, for as long as the program runs.
    pub async fn run(self, cloud: Cloud, runner: Arc<dyn Runner>) {
        let mut last = cloud.clock().now();
        let mut missed = 0;
        while let Some((at, _)) = self.next_after(last) {
            let now = cloud.clock().now();
            missed = if at < now { missed + 1 } else { 0 };
            if missed > MOST_MISSED {
                tracing::warn!(
                    until = utc(now),
                    "the clock was moved over more times of schedules than are made up for"
                );
                (last, missed) = (now, 0);
                continue;
            }
            cloud.clock().sleep_until(at).await;
            for task in self.at(at) {
                let firing = fire(cloud.clone(), Arc::clone(&runner), task.clone(), at);
                background(Box::pin(async { drop(firing.await) }));
            }
            last = at;
        }
    }
}

impl Schedule {
    fn next_after(&self, now: Millis) -> Option<Millis> {
        // A rate is due at its beginning, too; there it would be a surprise with every start of the program.
        let now = now.max(self.began);
        self.firing.next_after(system_time(now), system_time(self.began)).map(millis)
    }
}

/// Runs a task as its schedule does, and again where it fails, as Lambda does with an asynchronous invocation. Returns the last
/// answer.
pub async fn fire(cloud: Cloud, runner: Arc<dyn Runner>, task: TaskId, at: Millis) -> Answer {
    let event = event(&cloud, &task, at);
    let mut retries = RETRIES.into_iter();
    loop {
        let answer = invoke(&cloud, &*runner, &task, Cause::Schedule, event.clone()).await;
        match (&answer, retries.next()) {
            (Err(_), Some(wait)) => cloud.clock().sleep_until(cloud.clock().now() + wait).await,
            _ => return answer,
        }
    }
}

/// The event of a schedule that is due at a time.
pub fn event(cloud: &Cloud, task: &TaskId, at: Millis) -> String {
    let rule = format!("arn:aws:events:{REGION}:{ACCOUNT}:rule/{}-{task}", cloud.plan().model.name);
    let mut event = event_of_nothing();
    event["id"] = message_id(cloud.seed(), at).into();
    event["account"] = ACCOUNT.into();
    event["region"] = REGION.into();
    event["resources"] = json!([rule]);
    event["time"] = utc(at).into();
    event.to_string()
}

/// The event of a schedule that nobody has made: it names no rule and no time.
pub fn event_of_nothing() -> Value {
    json!({
        "version": "0",
        "id": "00000000-0000-4000-8000-000000000000",
        "detail-type": "Scheduled Event",
        "source": "aws.events",
        "account": "",
        "region": "",
        "resources": [],
        "detail": {},
    })
}
