//! Messages that failed and come again after a time of their own: their visibility timeouts.

use std::{
    hash::{BuildHasher, Hasher, RandomState},
    time::Duration,
};

use serde_json::Value;
use tokio::time::Instant;

use crate::{
    BoxFuture,
    engine::Run,
    event::receive_count,
    failure::Failure,
    model::RetryDelay,
    transport::{HiddenMessage, Refused, TransportError},
};

/// The most messages that SQS takes in one call.
const MOST_OF_A_CALL: usize = 10;

/// The longest that all calls of an invocation may take.
const PATIENCE: Duration = Duration::from_secs(5);

/// The part of a record that is about its visibility: kept while the record is handled.
#[derive(Debug)]
pub(crate) struct Receipt {
    queue_arn: String,
    handle: String,
    attempt: u32,
}

/// The time for which a message that failed stays hidden.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Hidden {
    /// As long as the handler's error says.
    Exactly(RetryDelay),
    /// As long as the task's backoff says: in part at random, so that messages that failed together do not come back
    /// together.
    About(RetryDelay),
}

/// A message that failed, and how long it stays hidden.
pub(crate) struct Later(String, HiddenMessage);

#[cfg(feature = "local")]
impl Hidden {
    /// The time without its random part: for tests.
    pub(crate) fn delay(self) -> RetryDelay {
        let (Hidden::Exactly(delay) | Hidden::About(delay)) = self;
        delay
    }
}

impl Receipt {
    pub(crate) fn of(record: &Value) -> Receipt {
        let text = |name: &str| record[name].as_str().unwrap_or_default().to_owned();
        let (queue_arn, handle) = (text("eventSourceARN"), text("receiptHandle"));
        Receipt { queue_arn, handle, attempt: receive_count(record) }
    }

    /// The message, if it is to come again after another time than its queue's visibility timeout.
    pub(crate) fn later(self, run: &Run, failure: &Failure) -> Option<Later> {
        let seconds = match hidden(run, failure, self.attempt)? {
            Hidden::Exactly(delay) => delay.get(),
            Hidden::About(delay) => jittered(delay.get(), RandomState::new().build_hasher().finish()),
        };
        let seconds = u32::try_from(seconds).unwrap_or_default();
        Some(Later(self.queue_arn, HiddenMessage { receipt_handle: self.handle, seconds }))
    }
}

/// The time for which a message that failed at this attempt stays hidden; `None` for the visibility timeout of its queue.
pub(crate) fn hidden(run: &Run, failure: &Failure, attempt: u32) -> Option<Hidden> {
    if failure.is_in_dead_letter_queue() {
        return None;
    }
    let backoff = run.model().options.backoff.filter(|_| failure.was_tried());
    let own = failure.retry_after().map(Hidden::Exactly);
    own.or_else(|| Some(Hidden::About(backoff?.delay(attempt))))
}

/// Between half of it and all of it.
fn jittered(seconds: i64, random: u64) -> i64 {
    let half = seconds / 2;
    let random = i64::try_from(random >> 1).unwrap_or_default();
    seconds - random % (half + 1)
}

/// Hides messages, ten in a call, one call after the other. One for which that fails comes again after the visibility timeout
/// of its queue.
pub(crate) async fn hide(run: &Run, messages: Vec<Later>) {
    // An invocation has messages of one queue; a map of them would be more code than it saves.
    let mut queues: Vec<(String, Vec<HiddenMessage>)> = Vec::new();
    for Later(queue_arn, message) in messages {
        match queues.iter_mut().find(|(known, _)| *known == queue_arn) {
            Some((_, messages)) => messages.push(message),
            None => queues.push((queue_arn, vec![message])),
        }
    }
    if queues.is_empty() {
        return;
    }
    // Handlers were stopped at the cut-off; half of the time that is left after it is for this.
    let deadline = run.context.deadline.zip(run.cut_off);
    let end = deadline.map(|(deadline, cut_off)| cut_off + deadline.saturating_duration_since(cut_off) / 2);
    let patience = Instant::now() + PATIENCE;
    let end = end.map_or(patience, |end| end.min(patience));
    let mut late = 0;
    for (queue_arn, messages) in &queues {
        for messages in messages.chunks(MOST_OF_A_CALL) {
            if Instant::now() >= end {
                late += messages.len();
                continue;
            }
            let change = || -> BoxFuture<'_, Result<(), TransportError>> {
                let changed = run.transport().change_visibility(queue_arn, messages);
                Box::pin(async { changed.await.map(|refused| report(&refused)) })
            };
            if let Err(reason) = run.call("change visibility", Some(end), &change).await {
                unchanged(messages.len(), &reason);
            }
        }
    }
    if late > 0 {
        unchanged(late, "no time is left");
    }
}

fn report(refused: &[Refused]) {
    if let Some(first) = refused.first() {
        unchanged(refused.len(), &first.reason);
    }
}

fn unchanged(messages: usize, reason: &str) {
    tracing::warn!(
        messages,
        reason,
        "visibility timeout was not changed; the messages come again after that of their queue"
    );
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn jitter_is_between_half_and_all() {
        for (seconds, random, expected) in
            [(0, 7, 0), (1, u64::MAX, 1), (10, 0, 10), (10, 10, 5), (10, 12, 10), (42_000, 42_000, 21_000)]
        {
            assert_eq!(jittered(seconds, random), expected, "{seconds} {random}");
        }
        for random in 0..10_000_u64 {
            let seconds = jittered(7, random.wrapping_mul(0x9E37_79B9_7F4A_7C15));
            assert!((4..=7).contains(&seconds), "{seconds}");
        }
    }
}
