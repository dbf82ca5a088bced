//! A schedule.

use std::fmt;

use super::{Kind, Seen, Synth, numbers::WrongNumbers, refused};
use crate::{
    FlexibleTimeWindow, IntoBounded, Problem, ScheduleEventAge, ScheduleExpression, ScheduleRetryAttempts, TaskModel,
    data::Object, time,
};

/// The longest name of a time zone (EventBridge Scheduler, `ScheduleExpressionTimezone`).
const MAX_TIME_ZONE: usize = 50;

/// A schedule of EventBridge Scheduler: an expression and, where the defaults are not right, more.
///
/// ```
/// use async_lambda_model::{schedule, trigger::Schedule};
///
/// let weekdays = Schedule::new(schedule!("cron(0 9 ? * MON-FRI *)"))
///     .time_zone("Europe/Berlin")
///     .start("2026-12-01T00:00:00Z")
///     .maximum_retry_attempts(3)
///     .dead_letters();
/// assert_eq!(weekdays.to_string(), "schedule cron(0 9 ? * MON-FRI *) Europe/Berlin");
/// ```
///
/// A wrong value is a problem of the task: at synth, with its line.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Deserialize), serde(deny_unknown_fields))]
pub struct Schedule {
    /// When.
    pub expression: ScheduleExpression,
    /// The time zone of the expression, by its IANA name; default UTC.
    pub time_zone: Option<String>,
    /// The time in UTC before which it does not run: `2026-12-01T00:00:00Z`.
    pub start: Option<String>,
    /// The time in UTC after which it does not run.
    pub end: Option<String>,
    /// How long after its time it may run; default: at its time.
    pub flexible_time_window: Option<FlexibleTimeWindow>,
    /// How often a failed delivery is tried again; Scheduler's default is 185.
    pub maximum_retry_attempts: Option<ScheduleRetryAttempts>,
    /// For how long a failed delivery is tried again; Scheduler's default is a day.
    pub maximum_event_age: Option<ScheduleEventAge>,
    /// Whether a delivery that failed for good goes to the application's dead-letter queue.
    #[cfg_attr(feature = "serde", serde(default))]
    pub dead_letters: bool,
    /// Whether the schedule is there and does not run.
    #[cfg_attr(feature = "serde", serde(default))]
    pub disabled: bool,
    #[cfg_attr(feature = "serde", serde(skip))]
    wrong: WrongNumbers,
}

impl Schedule {
    /// A schedule in UTC, exactly at its time.
    pub fn new(expression: ScheduleExpression) -> Schedule {
        Schedule {
            expression,
            time_zone: None,
            start: None,
            end: None,
            flexible_time_window: None,
            maximum_retry_attempts: None,
            maximum_event_age: None,
            dead_letters: false,
            disabled: false,
            wrong: WrongNumbers::default(),
        }
    }

    /// The time zone of the expression, by its IANA name: `Europe/Berlin`; default UTC. Scheduler follows its summer time.
    ///
    /// The form is checked at synth; a name that Scheduler does not know is an error of the deployment.
    pub fn time_zone(mut self, name: impl Into<String>) -> Schedule {
        self.time_zone = Some(name.into());
        self
    }

    /// The time before which the schedule does not run, in UTC whatever the time zone: `2026-12-01T00:00:00Z`. Not for
    /// `at(..)`, where Scheduler would ignore it.
    pub fn start(mut self, time: impl Into<String>) -> Schedule {
        self.start = Some(time.into());
        self
    }

    /// The time after which the schedule does not run, in UTC whatever the time zone: `2027-01-01T00:00:00Z`. Not for
    /// `at(..)`, where Scheduler would ignore it.
    pub fn end(mut self, time: impl Into<String>) -> Schedule {
        self.end = Some(time.into());
        self
    }

    /// Lets Scheduler choose the time within so many minutes after the schedule's: 1 to 1,440; default: at its time. It
    /// spreads load.
    #[track_caller]
    pub fn flexible_time_window_minutes(mut self, minutes: impl IntoBounded<FlexibleTimeWindow>) -> Schedule {
        self.flexible_time_window = self.wrong.check(minutes);
        self
    }

    /// How often Scheduler tries again to start the function: 0 to 185, default 185.
    ///
    /// A start fails if Lambda does not take the event: it is throttled for example, or the permission is missing. An event
    /// whose handler fails was taken, and Lambda runs the handler up to two times more.
    #[track_caller]
    pub fn maximum_retry_attempts(mut self, attempts: impl IntoBounded<ScheduleRetryAttempts>) -> Schedule {
        self.maximum_retry_attempts = self.wrong.check(attempts);
        self
    }

    /// For how long Scheduler tries to start the function, in seconds: 60 to 86,400, default 86,400. With the number of
    /// attempts, whichever ends first.
    #[track_caller]
    pub fn maximum_event_age_secs(mut self, age: impl IntoBounded<ScheduleEventAge>) -> Schedule {
        self.maximum_event_age = self.wrong.check(age);
        self
    }

    /// Sends an event that Lambda did not take in the end to the application's dead-letter queue; by default it is
    /// dropped. The schedule's role may send there only with this.
    ///
    /// The message is the event, with the reason in attributes such as `ERROR_CODE`; it is no message of a task.
    pub fn dead_letters(mut self) -> Schedule {
        self.dead_letters = true;
        self
    }

    /// Whether the schedule runs; default `true`. One that is not enabled stays in the template: `.enabled(is_prod)`.
    pub fn enabled(mut self, enabled: bool) -> Schedule {
        self.disabled = !enabled;
        self
    }
}

impl Kind for Schedule {}

impl Synth for Schedule {
    const NAME: &'static str = "schedule";

    fn data(&self) -> Object {
        Object::new()
            .with("expression", self.expression.as_str())
            .with_some("time_zone", self.time_zone.as_deref())
            .with_some("start", self.start.as_deref())
            .with_some("end", self.end.as_deref())
            .with_some("flexible_time_window", self.flexible_time_window.map(i64::from))
            .with_some("maximum_retry_attempts", self.maximum_retry_attempts.map(i64::from))
            .with_some("maximum_event_age", self.maximum_event_age.map(i64::from))
            .with_true("dead_letters", self.dead_letters)
            .with_true("disabled", self.disabled)
    }

    fn check<'a>(&'a self, task: &'a TaskModel, _: &mut Seen<'a>, problems: &mut Vec<Problem>) {
        self.wrong.report(task, problems);
        let mut wrong = |message, help| problems.push(refused(task, message, help));
        if let Some(name) = self.time_zone.as_ref().filter(|name| !is_time_zone(name)) {
            let message = format!("time zone: must be an IANA name, got `{name}`");
            wrong(message, "write `Area/Location`, `Europe/Berlin` for example, or `UTC`");
        }
        let times = [("start", &self.start), ("end", &self.end)];
        for (name, time) in times.iter().filter_map(|(name, time)| Some((name, time.as_ref()?))) {
            if !time::is_utc(time) {
                let message = format!("schedule's {name}: must be a time in UTC, got `{time}`");
                wrong(message, "write it as `2026-12-01T00:00:00Z`");
            } else if self.expression.is_one_time() {
                let message = format!("schedule's {name}: must not be set for one time, got `{time}`");
                wrong(message, "remove it: Scheduler ignores start and end of `at(..)`");
            }
        }
        if let (Some(start), Some(end)) = (&self.start, &self.end)
            && time::is_utc(start)
            && time::is_utc(end)
            && end <= start
        {
            let message = format!("schedule's end: must be after its start `{start}`, got `{end}`");
            wrong(message, "such a schedule never runs: change one of the two");
        }
    }
}

/// Whether a name has the form of a time zone: parts of letters, digits, `_`, `+` and `-` behind a letter, between slashes.
fn is_time_zone(name: &str) -> bool {
    let is_letter = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'+' | b'-');
    let is_part =
        |part: &str| part.starts_with(|first: char| first.is_ascii_alphabetic()) && part.bytes().all(is_letter);
    name.len() <= MAX_TIME_ZONE && name.split('/').all(is_part)
}

impl fmt::Display for Schedule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "schedule {}", self.expression)?;
        if let Some(time_zone) = &self.time_zone {
            write!(f, " {time_zone}")?;
        }
        if self.disabled { f.write_str(" (disabled)") } else { Ok(()) }
    }
}

#[cfg(test)]
mod tests {
    use super::{Schedule, is_time_zone};
    use crate::{FlexibleTimeWindow, Trigger, schedule, trigger::testing::check};

    fn daily() -> Schedule {
        Schedule::new(schedule!("cron(0 3 * * ? *)"))
    }

    #[test]
    fn time_zones_have_the_form_of_names() {
        for name in ["UTC", "Europe/Berlin", "America/Argentina/Buenos_Aires", "Etc/GMT+5", "America/Port-au-Prince"] {
            assert!(is_time_zone(name), "{name}");
        }
        for name in ["", "/", "Europe/", "+01:00", "Europe Berlin", "Europe/Zürich", "1/2", &"A".repeat(51)] {
            assert!(!is_time_zone(name), "{name}");
        }
    }

    #[test]
    fn every_wrong_value_is_a_problem() {
        let all = daily()
            .time_zone("Europe/Berlin")
            .start("2026-12-01T00:00:00Z")
            .end("2027-12-01T00:00:00Z")
            .flexible_time_window_minutes(FlexibleTimeWindow::of::<15>())
            .maximum_retry_attempts(0)
            .maximum_event_age_secs(60)
            .dead_letters()
            .enabled(false);
        check(Trigger::Schedule(all), &[]);
        check(
            Trigger::Schedule(daily().time_zone("+01:00").start("2026-12-01").end("tomorrow")),
            &[
                "src/lib.rs:1: task `A`: time zone: must be an IANA name, got `+01:00`; \
                 write `Area/Location`, `Europe/Berlin` for example, or `UTC`",
                "src/lib.rs:1: task `A`: schedule's start: must be a time in UTC, got `2026-12-01`; \
                 write it as `2026-12-01T00:00:00Z`",
                "src/lib.rs:1: task `A`: schedule's end: must be a time in UTC, got `tomorrow`; \
                 write it as `2026-12-01T00:00:00Z`",
            ],
        );
        check(
            Trigger::Schedule(daily().start("2026-12-01T00:00:00Z").end("2026-12-01T00:00:00Z")),
            &["src/lib.rs:1: task `A`: schedule's end: must be after its start `2026-12-01T00:00:00Z`, got \
               `2026-12-01T00:00:00Z`; such a schedule never runs: change one of the two"],
        );
        check(
            Trigger::Schedule(Schedule::new(schedule!("at(2026-11-23T09:00:00)")).end("2027-12-01T00:00:00Z")),
            &["src/lib.rs:1: task `A`: schedule's end: must not be set for one time, got `2027-12-01T00:00:00Z`; \
               remove it: Scheduler ignores start and end of `at(..)`"],
        );
        let line = line!() + 1;
        let numbers = daily().flexible_time_window_minutes(0).maximum_retry_attempts(186).maximum_event_age_secs(59);
        let at = format!("{}:{line}: task `A`: ", file!());
        check(
            Trigger::Schedule(numbers),
            &[
                &format!("{at}flexible time window: must be 1 to 1440 min, got 0 min"),
                &format!("{at}maximum retry attempts: must be 0 to 185, got 186"),
                &format!("{at}maximum event age: must be 60 to 86400 s, got 59 s"),
            ],
        );
    }
}
