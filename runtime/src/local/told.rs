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
                Ok(answer) => end(answer),
                Err(failure) => format!("failed: {failure}"),
            };
            super::say(&format!("{task} #{run} {:.1} ms: {end}\n", begin.elapsed().as_secs_f64() * 1000.0));
            answer
        })
    }
}

/// The outcome in an answer: the status of a response, or how many messages have failed.
fn end(answer: &str) -> String {
    let answer: Value = serde_json::from_str(answer).unwrap_or_default();
    match (answer["statusCode"].as_u64(), answer["batchItemFailures"].as_array().map_or(0, Vec::len)) {
        (Some(status), _) => status.to_string(),
        (None, 0) => "done".to_owned(),
        (None, 1) => "1 message failed".to_owned(),
        (None, count) => format!("{count} messages failed"),
    }
}
