//! The time that requests are signed with.

use std::{
    sync::{
        Arc,
        atomic::{AtomicI64, Ordering},
    },
    time::{Duration, SystemTime},
};

use aws_smithy_async::time::TimeSource;
use aws_smithy_types::date_time::{DateTime, Format};

/// AWS accepts five minutes; this leaves room for the way there.
const TOLERANCE: Duration = Duration::from_secs(4 * 60);

/// The system's clock, corrected by what AWS says when it refuses a signature for its time.
#[derive(Clone, Debug, Default)]
pub(super) struct Clock {
    /// Milliseconds by which AWS is ahead.
    ahead: Arc<AtomicI64>,
}

impl Clock {
    /// Takes the time from an answer's `Date`. Returns whether the signing time was off, so that another attempt can
    /// succeed.
    pub(super) fn correct(&self, date: Option<&str>) -> bool {
        let date = date.and_then(|date| DateTime::from_str(date, Format::HttpDate).ok());
        let Some(date) = date.and_then(|date| SystemTime::try_from(date).ok()) else { return false };
        let off = |time: SystemTime| time.duration_since(date).unwrap_or_else(|error| error.duration());
        if off(self.now()) < TOLERANCE {
            return false;
        }
        let system = SystemTime::now();
        let millis = |duration: Duration| i64::try_from(duration.as_millis()).unwrap_or(i64::MAX);
        let ahead = match date.duration_since(system) {
            Ok(ahead) => millis(ahead),
            Err(behind) => -millis(behind.duration()),
        };
        self.ahead.store(ahead, Ordering::Relaxed);
        true
    }
}

impl TimeSource for Clock {
    fn now(&self) -> SystemTime {
        let ahead = self.ahead.load(Ordering::Relaxed);
        let by = Duration::from_millis(ahead.unsigned_abs());
        let system = SystemTime::now();
        let corrected = if ahead < 0 { system.checked_sub(by) } else { system.checked_add(by) };
        corrected.unwrap_or(system)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_date_far_off_corrects_the_clock_once() {
        let clock = Clock::default();
        let date = "Wed, 21 Oct 2015 07:28:00 GMT";
        assert!(!clock.correct(None) && !clock.correct(Some("yesterday")));
        assert!(clock.correct(Some(date)));
        assert!(!clock.correct(Some(date)));
        let seconds = clock.now().duration_since(SystemTime::UNIX_EPOCH).unwrap().as_secs();
        assert!((1_445_412_480..1_445_412_540).contains(&seconds), "{seconds}");
        let now = DateTime::from(SystemTime::now()).fmt(Format::HttpDate).unwrap();
        assert!(clock.correct(Some(&now)));
    }
}
