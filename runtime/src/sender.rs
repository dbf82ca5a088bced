//! From a payload to a message in a queue.

use std::{
    hash::{BuildHasher, Hasher, RandomState},
    ops::Range,
    sync::Arc,
    time::Duration,
};

use async_lambda_model::{Delay, OutOfRange, TaskId};

use crate::{
    Error, OutgoingMessage, Task, Transport,
    envelope::{MAX_MESSAGE_BYTES, encoded_len, envelope},
};

/// SQS's limit on the messages of one call.
const MAX_ENTRIES: usize = 10;

/// How often a message that was refused is tried in all.
const ATTEMPTS: u32 = 6;

/// Who sends: what all messages of one invocation have in common.
#[derive(Clone)]
pub(crate) struct Sender {
    pub(crate) transport: Arc<dyn Transport>,
    pub(crate) source: Option<TaskId>,
    /// The chain that this invocation is a part of; a message from outside begins one.
    pub(crate) invocation_id: Option<String>,
    pub(crate) hops: u32,
    pub(crate) trace_header: Option<String>,
    pub(crate) inline_limit: usize,
}

/// Why a message was not sent.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum SendError {
    /// The payload's `Serialize` fails.
    #[error("message to `{task}`: payload cannot be written as json: {source}")]
    Encode {
        /// The task that it is for.
        task: TaskId,
        /// What serde says.
        source: serde_json::Error,
    },
    /// The payload is too large for a message, and the bucket did not take it.
    #[error("message to `{task}`: payload of {bytes} bytes cannot be stored: {source}")]
    Store {
        /// The task that it is for.
        task: TaskId,
        /// The length of the payload's JSON.
        bytes: usize,
        /// What the transport says.
        source: Error,
    },
    /// The delay is out of its range.
    #[error("message to `{task}`: {source}")]
    Delay {
        /// The task that it is for.
        task: TaskId,
        /// The range.
        source: OutOfRange,
    },
    /// The queue did not take it.
    #[error("message to `{task}`: was refused: {reason}")]
    Refused {
        /// The task that it is for.
        task: TaskId,
        /// What the queue says.
        reason: String,
    },
}

/// Some of many messages were not sent; all others were.
#[derive(Debug, thiserror::Error)]
#[error("{} of {total} messages were not sent; the first is number {}: {}", unsent.len(), unsent[0].index, unsent[0].error)]
pub struct SendAllError {
    /// How many messages were to be sent.
    pub total: usize,
    /// Those that were not, by index; never empty.
    pub unsent: Vec<Unsent>,
}

/// A message that was not sent.
#[derive(Debug)]
pub struct Unsent {
    /// Its index among those that were given.
    pub index: usize,
    /// Why.
    pub error: SendError,
}

impl Sender {
    /// Sends payloads. What could not be sent comes back, in the order of the indices.
    pub(crate) async fn send<T: Task>(&self, payloads: Vec<T::Payload>, delay: Delay) -> Vec<Unsent> {
        let task = const { TaskId::literal(T::ID) };
        // Payloads are encoded before anything is awaited: they need not be `Sync`.
        let encoded: Vec<_> = payloads.iter().map(serde_json::to_string).collect();
        drop(payloads);
        let mut unsent = Vec::new();
        let mut messages = Vec::with_capacity(encoded.len());
        for (index, payload) in encoded.into_iter().enumerate() {
            match self.message(&task, payload, delay).await {
                Ok(message) => messages.push((index, message)),
                Err(error) => unsent.push(Unsent { index, error }),
            }
        }
        let sizes: Vec<usize> = messages.iter().map(|(_, message)| message.size()).collect();
        for range in batches(&sizes) {
            unsent.extend(self.send_batch(&task, messages[range].to_vec()).await);
        }
        unsent.sort_by_key(|unsent| unsent.index);
        unsent
    }

    async fn message(
        &self,
        task: &TaskId,
        payload: Result<String, serde_json::Error>,
        delay: Delay,
    ) -> Result<OutgoingMessage, SendError> {
        let encode = |source| SendError::Encode { task: task.clone(), source };
        let payload = payload.map_err(encode)?;
        let new_id;
        let invocation_id = match &self.invocation_id {
            Some(id) => id,
            None => {
                new_id = self.transport.new_invocation_id();
                &new_id
            }
        };
        let mut envelope = envelope(self.source.as_ref(), task.as_str(), invocation_id, self.hops);
        let message = |body| OutgoingMessage {
            body,
            delay_secs: u16::try_from(delay.get()).unwrap_or(u16::MAX),
            trace_header: self.trace_header.clone(),
            attributes: Vec::new(),
        };
        if encoded_len(&payload) < self.inline_limit {
            envelope.payload = Some(payload);
            let whole = message(envelope.to_body().map_err(encode)?);
            // With a raised limit, what is around the payload may be what makes a message too large.
            if whole.size() <= MAX_MESSAGE_BYTES {
                return Ok(whole);
            }
        } else {
            envelope.payload = Some(payload);
        }
        let payload = envelope.payload.take().unwrap_or_default();
        let bytes = payload.len();
        let key = self.transport.store_payload(payload).await;
        let key = key.map_err(|source| SendError::Store { task: task.clone(), bytes, source })?;
        tracing::debug!(%task, key, bytes, "payload goes through the bucket");
        envelope.s3_payload_key = Some(key);
        Ok(message(envelope.to_body().map_err(encode)?))
    }

    /// Sends one batch, and what is refused again, with a growing pause.
    async fn send_batch(&self, task: &TaskId, mut messages: Vec<(usize, OutgoingMessage)>) -> Vec<Unsent> {
        let mut unsent = Vec::new();
        for attempt in 1..=ATTEMPTS {
            let batch: Vec<OutgoingMessage> = messages.iter().map(|(_, message)| message.clone()).collect();
            let refused = match self.transport.send(task, &batch).await {
                Ok(refused) => refused,
                Err(error) => {
                    let refuse = |index| crate::Refused { index, reason: error.to_string(), retry: true };
                    (0..batch.len()).map(refuse).collect()
                }
            };
            let mut again = Vec::new();
            for refused in refused {
                let Some((index, message)) = messages.get(refused.index) else { continue };
                if refused.retry && attempt < ATTEMPTS {
                    again.push((*index, message.clone()));
                } else {
                    let error = SendError::Refused { task: task.clone(), reason: refused.reason };
                    unsent.push(Unsent { index: *index, error });
                }
            }
            messages = again;
            if messages.is_empty() {
                break;
            }
            tracing::warn!(%task, attempt, messages = messages.len(), "messages were refused, sending them again");
            tokio::time::sleep(pause(attempt)).await;
        }
        unsent
    }
}

/// 50 to 100 ms, doubled with each attempt. Functions that were refused together do not come back together.
fn pause(attempt: u32) -> Duration {
    let jitter = RandomState::new().build_hasher().finish() % 51;
    Duration::from_millis((50 + jitter) << (attempt - 1))
}

/// Splits messages of these sizes, in order, by SQS's limits on one call. A message that is too large by itself
/// stands alone: SQS will say so.
fn batches(sizes: &[usize]) -> Vec<Range<usize>> {
    let mut batches = Vec::new();
    let (mut start, mut bytes) = (0, 0);
    for (index, size) in sizes.iter().enumerate() {
        if index > start && (index - start == MAX_ENTRIES || bytes + size > MAX_MESSAGE_BYTES) {
            batches.push(start..index);
            (start, bytes) = (index, 0);
        }
        bytes += size;
    }
    if start < sizes.len() {
        batches.push(start..sizes.len());
    }
    batches
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn batches_keep_the_limits_and_lose_nothing(
            sizes in prop::collection::vec(prop_oneof![0..2_000_usize, 100_000..=MAX_MESSAGE_BYTES], 0..60),
        ) {
            let batches = batches(&sizes);
            let all: Vec<usize> = batches.iter().cloned().flatten().collect();
            prop_assert_eq!(all, (0..sizes.len()).collect::<Vec<_>>());
            let bytes = |range: &Range<usize>| sizes[range.clone()].iter().sum::<usize>();
            for batch in &batches {
                prop_assert!(!batch.is_empty() && batch.len() <= MAX_ENTRIES);
                prop_assert!(bytes(batch) <= MAX_MESSAGE_BYTES);
            }
            // None is split without need: with the next message, each would have been too much.
            for pair in batches.windows(2) {
                let with_next = pair[0].start..pair[0].end + 1;
                prop_assert!(with_next.len() > MAX_ENTRIES || bytes(&with_next) > MAX_MESSAGE_BYTES);
            }
        }
    }
}
