//! Time: milliseconds since 1970, and the one clock that everything here goes by.

use std::{
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::{Duration, SystemTime, UNIX_EPOCH},
};

use tokio::{sync::Notify, time::Instant};

use crate::race::race;

/// Milliseconds since 1970.
pub type Millis = u64;

/// A wait for ever, in practice: about 300 years.
const FOREVER: Duration = Duration::from_secs(10_000_000_000);

/// A clock that can be moved, stopped and sped up. Cheap to clone; all clones are the same clock.
///
/// The time is a start plus `speed` times what tokio's clock has counted since, so in a runtime whose time is paused this
/// clock is virtual as well.
#[derive(Clone, Debug)]
pub struct Clock(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    line: Mutex<Line>,
    moved: Notify,
}

#[derive(Clone, Copy, Debug)]
struct Line {
    start: Millis,
    since: Instant,
    speed: f64,
}

impl Line {
    fn at(self, instant: Instant) -> Millis {
        let passed = instant.saturating_duration_since(self.since).as_secs_f64() * 1000.0 * self.speed;
        self.start.saturating_add(whole(passed))
    }
}

/// A number of milliseconds as a whole one.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "negative is 0, and `as` saturates")]
fn whole(millis: f64) -> Millis {
    millis.round() as Millis
}

impl Clock {
    /// A clock that begins at this time and runs as fast as the system's.
    pub fn starting_at(start: Millis) -> Clock {
        let line = Line { start, since: Instant::now(), speed: 1.0 };
        Clock(Arc::new(Inner { line: Mutex::new(line), moved: Notify::new() }))
    }

    /// A clock that shows the system's time.
    pub fn system() -> Clock {
        Clock::starting_at(millis(SystemTime::now()))
    }

    /// A clock that stands still at this time until it is [moved](Clock::advance).
    pub fn stopped_at(start: Millis) -> Clock {
        let clock = Clock::starting_at(start);
        clock.line().speed = 0.0;
        clock
    }

    /// The time.
    pub fn now(&self) -> Millis {
        self.line().at(Instant::now())
    }

    /// The speed, as a multiple of the system clock's; 0 for a clock that stands still.
    pub fn speed(&self) -> f64 {
        self.line().speed
    }

    /// Moves it forward.
    pub fn advance(&self, by: Millis) {
        self.change(|line| line.start = line.start.saturating_add(by));
    }

    /// Moves it forward to a time; not back.
    pub fn advance_to(&self, to: Millis) {
        self.change(|line| line.start = line.start.max(to));
    }

    /// Sets it to a time, even an earlier one: only before anything has happened.
    pub fn set(&self, time: Millis) {
        self.change(|line| line.start = time);
    }

    /// Changes its speed: 0 to 1,000,000, 0 to stop it.
    pub fn set_speed(&self, speed: f64) {
        self.change(|line| line.speed = if speed.is_finite() { speed.clamp(0.0, 1e6) } else { 1.0 });
    }

    fn change(&self, change: impl FnOnce(&mut Line)) {
        let now = Instant::now();
        let mut line = self.line();
        *line = Line { start: line.at(now), since: now, speed: line.speed };
        change(&mut line);
        drop(line);
        self.0.moved.notify_waiters();
    }

    /// Waits until a time of this clock.
    pub async fn sleep_until(&self, at: Millis) {
        loop {
            // Made before the look, or a move between the two is missed.
            let moved = self.0.moved.notified();
            let line = *self.line();
            let left = at.saturating_sub(line.at(Instant::now()));
            if left == 0 {
                return;
            }
            let wait = line.real(left);
            race(tokio::time::sleep(wait), moved).await;
        }
    }

    /// Waits until the clock is moved, stopped or sped up.
    pub async fn moved(&self) {
        self.0.moved.notified().await;
    }

    /// A panic of another thread leaves nothing half done here, so its poison is ignored.
    fn line(&self) -> MutexGuard<'_, Line> {
        self.0.line.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Line {
    fn real(self, duration: Millis) -> Duration {
        #[expect(clippy::cast_precision_loss, reason = "exact up to 2^53 ms, which is 285,000 years")]
        let millis = duration as f64 / self.speed;
        // Tokio's timers have a resolution of a millisecond.
        let wait = Duration::try_from_secs_f64(millis.max(1.0) / 1000.0).unwrap_or(FOREVER);
        wait.min(FOREVER)
    }
}

/// A time of the system's clock.
pub fn millis(time: SystemTime) -> Millis {
    let since = time.duration_since(UNIX_EPOCH).unwrap_or_default();
    u64::try_from(since.as_millis()).unwrap_or(Millis::MAX)
}

/// A time as the system's clock has it.
pub fn system_time(millis: Millis) -> SystemTime {
    UNIX_EPOCH.checked_add(Duration::from_millis(millis)).unwrap_or(UNIX_EPOCH)
}

/// A time in UTC, in whole seconds: `2026-11-23T09:00:00Z`.
pub fn utc(millis: Millis) -> String {
    let (days, secs) = (millis / 86_400_000, millis / 1000 % 86_400);
    // Days of a calendar whose years begin in March, so that the day of a leap year is the last one; 400 years have 146,097.
    let day = days + 719_468;
    let (era, of_era) = (day / 146_097, day % 146_097);
    let year_of_era = (of_era - of_era / 1_460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let from_march = (5 * of_year + 2) / 153;
    let date = of_year - (153 * from_march + 2) / 5 + 1;
    let month = if from_march < 10 { from_march + 3 } else { from_march - 9 };
    let year = era * 400 + year_of_era + u64::from(month <= 2);
    format!("{year:04}-{month:02}-{date:02}T{:02}:{:02}:{:02}Z", secs / 3600, secs / 60 % 60, secs % 60)
}

#[cfg(test)]
mod tests {
    use super::*;

    const HOUR: Millis = 3_600_000;

    #[tokio::test(start_paused = true)]
    async fn a_clock_is_virtual_where_tokios_is() {
        let clock = Clock::starting_at(1_000);
        clock.sleep_until(1_000 + HOUR).await;
        assert_eq!(clock.now(), 1_000 + HOUR);
        clock.set_speed(60.0);
        let begin = Instant::now();
        clock.sleep_until(1_000 + 2 * HOUR).await;
        assert_eq!((clock.now(), begin.elapsed()), (1_000 + 2 * HOUR, Duration::from_secs(60)));
    }

    #[tokio::test(start_paused = true)]
    async fn a_stopped_clock_moves_when_it_is_moved() {
        let clock = Clock::stopped_at(0);
        let sleeper = tokio::spawn({
            let clock = clock.clone();
            async move { clock.sleep_until(HOUR).await }
        });
        tokio::time::sleep(Duration::from_secs(86_400)).await;
        assert!(!sleeper.is_finished());
        assert_eq!(clock.now(), 0);
        clock.advance(HOUR - 1);
        tokio::time::sleep(Duration::from_secs(1)).await;
        assert!(!sleeper.is_finished());
        clock.advance_to(HOUR);
        sleeper.await.unwrap();
        clock.advance_to(1);
        assert_eq!(clock.now(), HOUR);
    }

    #[test]
    fn times_are_written_in_utc() {
        for (millis, expected) in [
            (0, "1970-01-01T00:00:00Z"),
            (951_782_399_999, "2000-02-28T23:59:59Z"),
            (951_782_400_000, "2000-02-29T00:00:00Z"),
            (951_868_800_000, "2000-03-01T00:00:00Z"),
            (1_795_478_399_000, "2026-11-23T23:59:59Z"),
            (4_107_542_400_000, "2100-03-01T00:00:00Z"),
        ] {
            assert_eq!(utc(millis), expected);
        }
    }
}
