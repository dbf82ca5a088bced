//! Trouble on demand, to see whether handlers withstand messages that come twice and functions that fail.

use std::{
    str::FromStr,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use crate::{
    queue::mix,
    run::{Answer, BoxFuture, Failure, FailureKind, Invocation, Runner},
};

/// The trouble to make. Chances are 0 to 1.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Chaos {
    /// The chance that a function gets an event twice, as SQS may deliver a message twice.
    pub duplicate: f64,
    /// The chance that a function fails before its handler runs.
    pub fail: f64,
    /// The chance that no function is free.
    pub throttle: f64,
    /// The chance that a function ends after its handler has run, and its answer is lost.
    pub crash: f64,
    /// The longest time that an event takes to get to its function; each takes a part of it.
    pub latency: Duration,
    /// The beginning of the random numbers: the same seed and the same events give the same trouble.
    pub seed: u64,
}

/// An error of reading a [`Chaos`] from a string.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{member}`: {rule}")]
pub struct ChaosError {
    member: String,
    rule: &'static str,
}

const MEMBERS: &str =
    "must be one of duplicate=1%, fail=5%, throttle=2%, crash=0.1%, latency=200ms, seed=7, separated by commas";

impl FromStr for Chaos {
    type Err = ChaosError;

    fn from_str(text: &str) -> Result<Chaos, ChaosError> {
        let mut chaos = Chaos::default();
        for member in text.split(',').map(str::trim) {
            let wrong = |rule| ChaosError { member: member.to_owned(), rule };
            let (name, value) = member.split_once('=').ok_or(wrong(MEMBERS))?;
            let chance = || {
                let percent: Option<f64> = value.strip_suffix('%').and_then(|percent| percent.parse().ok());
                let percent = percent.filter(|percent| (0.0..=100.0).contains(percent));
                percent.map(|percent| percent / 100.0).ok_or(wrong("must be 0% to 100%"))
            };
            match name {
                "duplicate" => chaos.duplicate = chance()?,
                "fail" => chaos.fail = chance()?,
                "throttle" => chaos.throttle = chance()?,
                "crash" => chaos.crash = chance()?,
                "latency" => {
                    let millis = value.strip_suffix("ms").and_then(|millis| millis.parse().ok());
                    let millis = millis.filter(|millis| *millis <= 60_000);
                    chaos.latency = Duration::from_millis(millis.ok_or(wrong("must be 0ms to 60000ms"))?);
                }
                "seed" => chaos.seed = value.parse().map_err(|_| wrong("must be a whole number"))?,
                _ => return Err(wrong(MEMBERS)),
            }
        }
        Ok(chaos)
    }
}

/// The trouble with one event.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Trouble {
    /// The time that it takes to get to its function.
    pub wait: Duration,
    /// Whether no function is free.
    pub throttled: bool,
    /// Whether the function fails before its handler runs.
    pub failed: bool,
    /// Whether the function gets it twice.
    pub doubled: bool,
    /// Whether the answer is lost.
    pub crashed: bool,
}

/// Draws trouble, event by event.
#[derive(Debug)]
pub struct Draws {
    chaos: Chaos,
    drawn: AtomicU64,
}

impl Draws {
    /// Draws from the beginning of the chaos' random numbers.
    pub fn new(chaos: Chaos) -> Draws {
        Draws { chaos, drawn: AtomicU64::new(0) }
    }

    /// Draws the trouble with the next event. Every chance is drawn for each, so that one does not change what the others do.
    pub fn next(&self) -> Trouble {
        let Chaos { duplicate, fail, throttle, crash, latency, .. } = self.chaos;
        let wait = latency.mul_f64(self.draw());
        let [throttled, failed, doubled, crashed] =
            [throttle, fail, duplicate, crash].map(|chance| self.draw() < chance);
        Trouble { wait, throttled, failed, doubled, crashed }
    }

    /// A number from 0 to 1.
    fn draw(&self) -> f64 {
        let drawn = self.drawn.fetch_add(1, Ordering::Relaxed);
        let bits = mix(self.chaos.seed.wrapping_add(drawn.wrapping_mul(0x9e37_79b9_7f4a_7c15))) >> 11;
        #[expect(clippy::cast_precision_loss, reason = "53 bits fit")]
        let number = bits as f64 / (1_u64 << 53) as f64;
        number
    }
}

/// Runs tasks, with trouble.
pub struct Troubled {
    runner: Arc<dyn Runner>,
    draws: Draws,
}

impl Troubled {
    /// Makes trouble for the tasks that a runner runs.
    pub fn new(runner: Arc<dyn Runner>, chaos: Chaos) -> Troubled {
        Troubled { runner, draws: Draws::new(chaos) }
    }
}

impl Runner for Troubled {
    fn run(&self, invocation: Invocation) -> BoxFuture<'_, Answer> {
        let Trouble { wait, throttled, failed, doubled, crashed } = self.draws.next();
        Box::pin(async move {
            tokio::time::sleep(wait).await;
            if throttled {
                return Err(Failure::new(FailureKind::Throttle, "chaos: no function was free"));
            }
            if failed {
                return Err(Failure::new(FailureKind::Error, "chaos: the function failed before its handler ran"));
            }
            if doubled {
                // The answer to the first of the two does not count: the message was delivered again.
                drop(self.runner.run(invocation.clone()).await);
            }
            let answer = self.runner.run(invocation).await;
            match crashed {
                true => Err(Failure::new(FailureKind::Crash, "chaos: the function ended before its answer was read")),
                false => answer,
            }
        })
    }
}

#[cfg(test)]
mod tests {
    use async_lambda_model::TaskId;
    use pretty_assertions::assert_eq;

    use super::*;

    #[test]
    fn chances_are_read() {
        let chaos: Chaos = "duplicate=1%, fail=50%,latency=200ms,seed=7".parse().unwrap();
        let expected =
            Chaos { duplicate: 0.01, fail: 0.5, latency: Duration::from_millis(200), seed: 7, ..Chaos::default() };
        assert_eq!(chaos, expected);
        for (text, expected) in [
            ("fail", format!("`fail`: {MEMBERS}")),
            ("fail=5", "`fail=5`: must be 0% to 100%".to_owned()),
            ("fail=101%", "`fail=101%`: must be 0% to 100%".to_owned()),
            ("latency=2s", "`latency=2s`: must be 0ms to 60000ms".to_owned()),
            ("luck=1%", format!("`luck=1%`: {MEMBERS}")),
        ] {
            assert_eq!(text.parse::<Chaos>().unwrap_err().to_string(), expected);
        }
    }

    struct Counts(AtomicU64);

    impl Runner for Counts {
        fn run(&self, _: Invocation) -> BoxFuture<'_, Answer> {
            self.0.fetch_add(1, Ordering::Relaxed);
            Box::pin(async { Ok(String::new()) })
        }
    }

    #[tokio::test(start_paused = true)]
    async fn trouble_comes_as_often_as_it_should_and_the_same_each_time() {
        let run = async || {
            let counts = Arc::new(Counts(AtomicU64::new(0)));
            let chaos = "duplicate=10%,fail=20%,crash=5%,throttle=1%,latency=5ms,seed=3".parse().unwrap();
            let troubled = Troubled::new(counts.clone(), chaos);
            let mut answers = Vec::new();
            for run in 0..2000 {
                let (task, event) = (TaskId::literal("Work"), String::new());
                let invocation = Invocation { run, task, event, timeout: Duration::from_secs(1) };
                answers.push(troubled.run(invocation).await.map_err(|failure| failure.kind));
            }
            (answers, counts.0.load(Ordering::Relaxed))
        };
        let (answers, ran) = run().await;
        let count = |kind| answers.iter().filter(|answer| **answer == Err(kind)).count();
        assert!((340..460).contains(&count(FailureKind::Error)), "{}", count(FailureKind::Error));
        assert!((50..110).contains(&count(FailureKind::Crash)) && (8..40).contains(&count(FailureKind::Throttle)));
        let once = 2000 - count(FailureKind::Error) - count(FailureKind::Throttle);
        assert!((100..220).contains(&(usize::try_from(ran).unwrap() - once)));
        assert_eq!(run().await, (answers, ran));
    }
}
