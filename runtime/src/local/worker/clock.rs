//! The clock of the engine, in another process.

use std::{
    sync::{Mutex, PoisonError},
    time::{Duration, Instant, SystemTime, UNIX_EPOCH},
};

/// The engine's clock when it was last heard of; the system's until then.
#[derive(Debug, Default)]
pub(super) struct EngineClock(Mutex<Option<Heard>>);

#[derive(Clone, Copy, Debug)]
struct Heard {
    time: SystemTime,
    at: Instant,
    speed: f64,
}

impl EngineClock {
    /// Takes the time in milliseconds since 1970 and the speed of the clock, with a space between them.
    pub(super) fn set(&self, text: &str) {
        let Some((millis, speed)) = text.split_once(' ') else { return };
        let (Ok(millis), Ok(speed)) = (millis.parse(), speed.parse()) else { return };
        let time = UNIX_EPOCH.checked_add(Duration::from_millis(millis)).unwrap_or(UNIX_EPOCH);
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(Heard { time, at: Instant::now(), speed });
    }

    /// The time by the engine's clock.
    pub(super) fn now(&self) -> SystemTime {
        let Some(heard) = *self.0.lock().unwrap_or_else(PoisonError::into_inner) else { return SystemTime::now() };
        let passed = Duration::try_from_secs_f64(heard.at.elapsed().as_secs_f64() * heard.speed).unwrap_or_default();
        heard.time.checked_add(passed).unwrap_or(heard.time)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_time_is_that_of_the_engine() {
        let clock = EngineClock::default();
        let at = |millis| UNIX_EPOCH + Duration::from_millis(millis);
        // Of which nothing is known yet.
        let before = SystemTime::now();
        assert!(clock.now() >= before);
        clock.set("5000 0");
        assert_eq!(clock.now(), at(5000));
        for wrong in ["", "6000", "x 1", "6000 fast"] {
            clock.set(wrong);
            assert_eq!(clock.now(), at(5000), "{wrong}");
        }
        clock.set("5000 1000000");
        std::thread::sleep(Duration::from_millis(10));
        assert!(clock.now() >= at(5000 + 10_000_000));
    }
}
