//! The one place that retries: throttled, failed and unanswered calls, with growing random pauses, before the deadline.

use std::{
    hash::{BuildHasher, Hasher, RandomState},
    time::Duration,
};

use tokio::time::{Instant, timeout};

use crate::{BoxFuture, transport::TransportError};

/// Attempts in all.
pub(crate) const ATTEMPTS: u32 = 6;

/// The longest pause after the first attempt; doubled after each further one.
const FIRST_PAUSE: Duration = Duration::from_millis(100);

/// Time limit of an attempt, where the deadline leaves that much.
const LONGEST_ATTEMPT: Duration = Duration::from_secs(5);

/// Time limit of an attempt close to the deadline.
const SHORTEST_ATTEMPT: Duration = Duration::from_millis(500);

/// Bytes of a payload for which an attempt gets another second.
const BYTES_PER_SECOND: usize = 1_000_000;

/// The longest that an attempt to read or write a payload may take.
const LONGEST_TRANSFER: Duration = Duration::from_secs(60);

/// Begins an attempt. It is behind a pointer, so that the code of [`call`] is there once for each `T`.
pub(crate) type Attempt<'a, T> = dyn Fn() -> BoxFuture<'a, Result<T, TransportError>> + Sync + 'a;

/// Calls until one attempt succeeds, fails for good, or no time is left for another one.
pub(crate) async fn call<'a, T>(
    name: &'static str,
    limit: &(dyn Fn() -> Duration + Sync),
    cut_off: Option<Instant>,
    make: &Attempt<'a, T>,
) -> Result<T, TransportError> {
    let mut attempt = 1;
    loop {
        let error = match once(name, limit(), make()).await {
            Err(error) if error.is_transient() => error,
            done => return done,
        };
        let Some(pause) = pause(attempt, cut_off) else { return Err(error) };
        let pause_ms = pause.as_millis();
        tracing::warn!(call = name, callAttempt = attempt, pause_ms, reason = %error, "call failed, trying again");
        tokio::time::sleep(pause).await;
        attempt += 1;
    }
}

/// One attempt, which has this long for its answer.
pub(crate) async fn once<T>(
    name: &'static str,
    limit: Duration,
    attempt: BoxFuture<'_, Result<T, TransportError>>,
) -> Result<T, TransportError> {
    let no_answer = |_| TransportError::transient(format!("{name}: no answer in {:.1} s", limit.as_secs_f64()));
    timeout(limit, attempt).await.map_err(no_answer)?
}

/// The pause before the next attempt, drawn anew each time, so that functions that failed together do not come back
/// together. `None` when the attempts, or the time, are used up.
pub(crate) fn pause(attempt: u32, cut_off: Option<Instant>) -> Option<Duration> {
    if attempt >= ATTEMPTS {
        return None;
    }
    let most = FIRST_PAUSE * (1 << (attempt - 1));
    let random = RandomState::new().build_hasher().finish() % 1001;
    let pause = most.mul_f64(f64::from(u32::try_from(random).unwrap_or_default()) / 1000.0);
    let in_time = cut_off.is_none_or(|cut_off| Instant::now() + pause < cut_off);
    in_time.then_some(pause)
}

/// Time limit of an attempt to send or delete: a third of the time that is left, so that there is time for another
/// one; 0.5 to 5 s.
pub(crate) fn small(cut_off: Option<Instant>) -> Duration {
    let Some(cut_off) = cut_off else { return LONGEST_ATTEMPT };
    (cut_off.saturating_duration_since(Instant::now()) / 3).clamp(SHORTEST_ATTEMPT, LONGEST_ATTEMPT)
}

/// Time limit of an attempt to write so many bytes.
pub(crate) fn upload(bytes: usize, cut_off: Option<Instant>) -> Duration {
    let transfer = Duration::from_secs((bytes / BYTES_PER_SECOND) as u64);
    (small(cut_off) + transfer).min(LONGEST_TRANSFER)
}

/// Time limit of an attempt to read a payload of unknown size: half of the time that is left, 0.5 to 60 s.
pub(crate) fn download(cut_off: Option<Instant>) -> Duration {
    let Some(cut_off) = cut_off else { return LONGEST_TRANSFER };
    (cut_off.saturating_duration_since(Instant::now()) / 2).clamp(SHORTEST_ATTEMPT, LONGEST_TRANSFER)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn pauses_grow_and_end_with_the_attempts_and_the_time() {
        for attempt in 1..ATTEMPTS {
            let most = Duration::from_millis(100 << (attempt - 1));
            for _ in 0..100 {
                assert!(pause(attempt, None).unwrap() <= most);
            }
        }
        assert_eq!(pause(ATTEMPTS, None), None);
        assert_eq!(pause(1, Some(Instant::now())), None);
    }

    #[tokio::test(start_paused = true)]
    async fn limits_leave_time_for_another_attempt() {
        let left = |seconds: f64| Some(Instant::now() + Duration::from_secs_f64(seconds));
        for (seconds, expected) in [(60.0, 5.0), (9.0, 3.0), (0.9, 0.5), (0.0, 0.5)] {
            assert_eq!(small(left(seconds)).as_secs_f64(), expected, "{seconds}");
        }
        assert_eq!(small(None), LONGEST_ATTEMPT);
        assert_eq!(upload(3_500_000, None).as_secs(), 8);
        assert_eq!(download(left(9.0)).as_secs_f64(), 4.5);
        assert_eq!(download(left(900.0)), LONGEST_TRANSFER);
    }
}
