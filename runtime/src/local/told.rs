//! A line on the terminal for each run.

use std::{sync::Arc, time::Instant};

use async_lambda_local::run::{Answer, BoxFuture, Invocation, Runner};
use serde_json::Value;

/// Runs tasks, and says what came of each.
pub(super) struct Told(pub(super) Arc<dyn Runner>);

impl Runner for Told {
    fn run(&self, invocation: Invocation) -> BoxFuture<'_, Answer> {
        Box::pin(async move {
            let (task, run, begin) = (invocation.task.clone(), invocation.run, Instant::now());
            let answer = self.0.run(invocation).await;
            let end = match &answer {
                Ok(answer) => match failures(answer) {
                    0 => "done".to_owned(),
                    1 => "1 message failed".to_owned(),
                    count => format!("{count} messages failed"),
                },
                Err(failure) => format!("failed: {failure}"),
            };
            super::say(&format!("{task} #{run} {:.1} ms: {end}\n", begin.elapsed().as_secs_f64() * 1000.0));
            answer
        })
    }
}

/// How many messages an answer says have failed.
fn failures(answer: &str) -> usize {
    let answer: Value = serde_json::from_str(answer).unwrap_or_default();
    answer["batchItemFailures"].as_array().map_or(0, Vec::len)
}
