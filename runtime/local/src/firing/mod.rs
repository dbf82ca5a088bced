//! The times at which schedules fire.
//!
//! [`Firing::next_after`] follows what EventBridge Scheduler documents ("Schedule types in EventBridge Scheduler" in its
//! user guide, `CreateSchedule` in its API reference), and looks at no clock:
//!
//! - A rate counts from the schedule's start, or else from the moment the schedule was created. Its days have 24 hours,
//!   whatever the time zone.
//! - A cron expression is read in the schedule's time zone. A time that a day does not have, because clocks go forward, is
//!   left out; a time that a day has twice counts once, the first time.
//! - `at(..)` fires once, whatever start and end say. The user guide does not say what becomes of one at a time that does
//!   not exist; here it does not fire, like a cron expression.
//! - Start and end are times at which the schedule may still fire. A disabled schedule does not fire.
//!
//! One thing is not as on AWS: a flexible time window is passed over, and the schedule fires at the beginning of it, which
//! Scheduler may do too.
//!
//! Where the user guide is silent, cron expressions mean what they mean to Quartz, from which AWS has their form: `L` as a
//! day of the week is Saturday, `LW` is the last weekday of the month, and `1W` does not leave the month. A range whose end
//! is before its start goes around (`FRI-MON`, `22-2`), as in AL1023, the rule about schedules that never fire.
//!
//! Time zones are read from the machine's time zone database by `tz-rs`, in 0.8 CPU-seconds of a debug build; `jiff` takes
//! 6 with only what is needed here, and `chrono-tz` 11.

mod cron;
mod days;
mod error;
#[cfg(test)]
mod tests;
mod zone;

use std::{
    path::Path,
    time::{Duration, SystemTime, UNIX_EPOCH},
};

use async_lambda_model::trigger::Schedule;
use tz::UtcDateTime;

pub use self::error::FiringError;
use self::{cron::Cron, zone::Zone};

const NANOS: i128 = 1_000_000_000;

/// The times at which a schedule fires.
///
/// ```
/// use std::time::{Duration, UNIX_EPOCH};
///
/// use async_lambda_local::firing::Firing;
/// use async_lambda_model::{schedule, trigger::Schedule};
///
/// let firing = Firing::of(&Schedule::new(schedule!("cron(0 9 ? * MON-FRI *)")))?;
/// // 1 January 1970 was a Thursday.
/// let (began, friday_noon) = (UNIX_EPOCH, UNIX_EPOCH + Duration::from_secs(36 * 3600));
/// let monday_morning = UNIX_EPOCH + Duration::from_secs((4 * 24 + 9) * 3600);
/// assert_eq!(firing.next_after(friday_noon, began), Some(monday_morning));
/// # Ok::<(), async_lambda_local::firing::FiringError>(())
/// ```
#[derive(Clone, Debug)]
pub struct Firing {
    rhythm: Rhythm,
    start: Option<i64>,
    end: Option<i64>,
}

/// The expression of a schedule. Times are in seconds since 1970.
#[derive(Clone, Debug)]
enum Rhythm {
    /// A period in seconds.
    Rate(i128),
    Cron(Box<Cron>, Zone),
    At(i64),
    Never,
}

impl Firing {
    /// The times at which a schedule fires. Reads its time zone from the machine's time zone database; rates, schedules in UTC
    /// and disabled ones need none.
    ///
    /// # Errors
    ///
    /// [`FiringError`] says which time zone is not on this machine, or what Scheduler would refuse of the schedule.
    pub fn of(schedule: &Schedule) -> Result<Firing, FiringError> {
        Firing::in_folders(schedule, zone::FOLDERS)
    }

    /// The times at which a schedule fires, with the time zones of the first of the folders that exists.
    fn in_folders(schedule: &Schedule, folders: &[impl AsRef<Path>]) -> Result<Firing, FiringError> {
        let expression = schedule.expression.as_str();
        let time = |name: &'static str, given: &Option<String>| match given {
            None => Ok(None),
            Some(text) => match text.strip_suffix('Z').and_then(date_time) {
                Some(time) => Ok(Some(time.unix_time())),
                None => Err(FiringError::Time { name, given: text.clone() }),
            },
        };
        let (start, end) = (time("start", &schedule.start)?, time("end", &schedule.end)?);
        let refused = |problem: String| FiringError::Expression { expression: expression.to_owned(), problem };
        let zone = || Zone::in_folders(schedule.time_zone.as_deref().unwrap_or("UTC"), folders);
        let inside = |kind: &str| expression.strip_prefix(kind)?.strip_suffix(')');
        let (rhythm, start, end) = if schedule.disabled {
            (Rhythm::Never, None, None)
        } else if let Some(inside) = inside("rate(") {
            let seconds = rate(inside).ok_or_else(|| refused("must be a whole number and a unit".to_owned()))?;
            (Rhythm::Rate(seconds), start, end)
        } else if let Some(inside) = inside("at(") {
            let local = date_time(inside).ok_or_else(|| refused("must be a time of a day that exists".to_owned()))?;
            (zone()?.instant(&local).map_or(Rhythm::Never, Rhythm::At), None, None)
        } else if let Some(inside) = inside("cron(") {
            (Rhythm::Cron(Box::new(Cron::parse(inside).map_err(refused)?), zone()?), start, end)
        } else {
            return Err(refused("must be `rate(...)`, `cron(...)` or `at(...)`".to_owned()));
        };
        Ok(Firing { rhythm, start, end })
    }

    /// The first time after `now`, and not before `began`, at which the schedule fires: `None` if it never does again.
    ///
    /// `began` is when the schedule was created; for a local run, when the program was started. It is itself a time of a
    /// rate without a start: Scheduler's user guide says of one that it invokes its target immediately. A caller that asks
    /// for the time after `began` leaves that one out.
    pub fn next_after(&self, now: SystemTime, began: SystemTime) -> Option<SystemTime> {
        let (now, began) = (nanos(now), nanos(began));
        // Everything after this is late enough.
        let after = now.max(began - 1);
        let earliest = || i64::try_from(after.div_euclid(NANOS) + 1).ok();
        let next = match &self.rhythm {
            Rhythm::Rate(seconds) => {
                let first = self.start.map_or(began, |start| i128::from(start) * NANOS);
                let every = seconds * NANOS;
                if first > after { first } else { first + ((after - first) / every + 1) * every }
            }
            Rhythm::Cron(cron, zone) => {
                let earliest = earliest()?;
                let earliest = self.start.map_or(earliest, |start| earliest.max(start));
                i128::from(cron.next(zone, earliest)?) * NANOS
            }
            Rhythm::At(time) if *time >= earliest()? => i128::from(*time) * NANOS,
            Rhythm::At(_) | Rhythm::Never => return None,
        };
        if self.end.is_some_and(|end| next > i128::from(end) * NANOS) { None } else { time(next) }
    }
}

/// The seconds of `15 minutes`, without the brackets of a rate.
fn rate(inside: &str) -> Option<i128> {
    let (value, unit) = inside.split_once(' ')?;
    let unit = match unit.trim_end_matches('s') {
        "minute" => 60,
        "hour" => 60 * 60,
        "day" => 24 * 60 * 60,
        _ => return None,
    };
    let value = value.parse::<u64>().ok().filter(|value| *value > 0)?;
    Some(i128::from(value) * unit)
}

/// A date and a time, `2026-11-23T09:00:00`, of any time zone.
fn date_time(text: &str) -> Option<UtcDateTime> {
    let (date, time) = text.split_once('T')?;
    let number = |text: &str, digits: usize| {
        (text.len() == digits && text.bytes().all(|byte| byte.is_ascii_digit())).then(|| text.parse::<u16>().ok())?
    };
    let [year, month, day] = date.split('-').collect::<Vec<_>>().try_into().ok()?;
    let [hour, minute, second] = time.split(':').collect::<Vec<_>>().try_into().ok()?;
    let two = |text| number(text, 2)?.try_into().ok();
    // tz takes the second 60 too, a leap second, which AWS does not.
    let second = two(second).filter(|second| *second < 60)?;
    UtcDateTime::new(number(year, 4)?.into(), two(month)?, two(day)?, two(hour)?, two(minute)?, second, 0).ok()
}

/// Nanoseconds since 1970.
fn nanos(time: SystemTime) -> i128 {
    let signed = |duration: Duration| i128::try_from(duration.as_nanos()).unwrap_or(i128::MAX);
    match time.duration_since(UNIX_EPOCH) {
        Ok(after) => signed(after),
        Err(error) => -signed(error.duration()),
    }
}

/// The time of so many nanoseconds since 1970, if the system can say it.
fn time(nanos: i128) -> Option<SystemTime> {
    let seconds = u64::try_from(nanos.unsigned_abs() / NANOS.unsigned_abs()).ok()?;
    let distance = Duration::new(seconds, u32::try_from(nanos.unsigned_abs() % NANOS.unsigned_abs()).ok()?);
    if nanos < 0 { UNIX_EPOCH.checked_sub(distance) } else { UNIX_EPOCH.checked_add(distance) }
}
