//! Backoff: how long a message waits after each failure.

use crate::{RetryDelay, TaskModel};

/// How long a message that failed waits before it comes again: a time that doubles with each attempt.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Deserialize), serde(deny_unknown_fields))]
pub struct Backoff {
    /// The delay after the first attempt.
    pub first: RetryDelay,
    /// The longest delay.
    pub most: RetryDelay,
}

impl Backoff {
    /// The delay after an attempt, which is counted from 1.
    pub fn delay(self, attempt: u32) -> RetryDelay {
        let doublings = attempt.saturating_sub(1).min(RetryDelay::MAX.ilog2() + 1);
        let delay = (self.first.get() << doublings).min(self.most.get());
        RetryDelay::new(delay).unwrap_or(self.most)
    }

    /// All delays of a message of the task together, in seconds, until it is a dead letter.
    pub fn total(self, task: &TaskModel) -> i64 {
        let attempts = u32::try_from(task.max_receive_count().get()).unwrap_or(u32::MAX);
        (1..attempts).map(|attempt| self.delay(attempt).get()).sum()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn delays_double_up_to_the_longest() {
        let of = |first: i64, most: i64, attempt: u32| {
            let [first, most] = [first, most].map(|delay| RetryDelay::new(delay).unwrap());
            Backoff { first, most }.delay(attempt).get()
        };
        for (first, most, attempt, expected) in [
            (10, 3600, 1, 10),
            (10, 3600, 2, 20),
            (10, 3600, 9, 2560),
            (10, 3600, 10, 3600),
            (10, 3600, u32::MAX, 3600),
            (10, 3600, 0, 10),
            (0, 3600, 5, 0),
            (42_000, 42_000, 1000, 42_000),
            (1, 42_000, 17, 42_000),
        ] {
            assert_eq!(of(first, most, attempt), expected, "{first} {most} {attempt}");
        }
    }
}
