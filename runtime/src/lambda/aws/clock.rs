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

/// A correction of the clock, in milliseconds.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Correction(i64);

impl Clock {
    /// The current correction: what [`correct`](Clock::correct) has to know of a request that is about to be signed.
    pub(super) fn correction(&self) -> Correction {
        Correction(self.ahead.load(Ordering::Relaxed))
    }

    /// Takes the time from an answer's `Date`. Returns whether the request's signing time was off, so that another
    /// attempt can succeed. Of several requests that were signed at once, the first corrects the clock for all.
    pub(super) fn correct(&self, signed: Correction, date: Option<&str>) -> bool {
        let date = date.and_then(|date| DateTime::from_str(date, Format::HttpDate).ok());
        let Some(date) = date.and_then(|date| SystemTime::try_from(date).ok()) else { return false };
        let off = |time: SystemTime| time.duration_since(date).unwrap_or_else(|error| error.duration());
        if off(self.now()) < TOLERANCE {
            return off(shifted(SystemTime::now(), signed.0)) >= TOLERANCE;
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
        shifted(SystemTime::now(), self.ahead.load(Ordering::Relaxed))
    }
}

fn shifted(time: SystemTime, by_millis: i64) -> SystemTime {
    let by = Duration::from_millis(by_millis.unsigned_abs());
    let shifted = if by_millis < 0 { time.checked_sub(by) } else { time.checked_add(by) };
    shifted.unwrap_or(time)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_date_far_off_corrects_the_clock_once() {
        let clock = Clock::default();
        let date = "Wed, 21 Oct 2015 07:28:00 GMT";
        let none = clock.correction();
        assert!(!clock.correct(none, None) && !clock.correct(none, Some("yesterday")));
        assert!(clock.correct(none, Some(date)));
        let once = clock.correction();
        assert!(!clock.correct(once, Some(date)));
        // A request that was signed before can be signed again.
        assert!(clock.correct(none, Some(date)) && !clock.correct(none, None));
        let seconds = clock.now().duration_since(SystemTime::UNIX_EPOCH).unwrap().as_secs();
        assert!((1_445_412_480..1_445_412_540).contains(&seconds), "{seconds}");
        let now = DateTime::from(SystemTime::now()).fmt(Format::HttpDate).unwrap();
        assert!(clock.correct(once, Some(&now)));
    }
}
