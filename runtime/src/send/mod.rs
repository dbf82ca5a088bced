//! Sends payloads: to the bucket where they are large, and in batches to a queue.
//!
//! Batches are made as they are needed, and up to [`IN_FLIGHT`] calls run at once. One or two batches go one after the
//! other over one connection, since another connection takes longer to open than a call.

mod choices;
mod error;
mod fifo;
mod later;
mod plan;

use std::{collections::VecDeque, sync::Arc};

use async_lambda_model::{AppOptions, PayloadRetention, TaskId};
use bytes::Bytes;
use serde_json::Value;
use tokio::{sync::Semaphore, task::JoinSet, time::Instant};
use tracing::Instrument;

pub(crate) use choices::{Choices, Settings};
pub use error::{SendError, SendFailure, Unsent};
pub use later::CancelError;
pub(crate) use later::When;
use plan::{Batch, Content, Draft, Payloads, Plan, parted};

use crate::{
    BoxFuture, Task,
    envelope::{DEFAULT_INLINE_LIMIT, Envelope},
    event::group,
    lane::Lanes,
    retry,
    transport::{OutgoingMessage, Transport},
};

/// Calls that run at once: to the queue, and as many to the bucket.
const IN_FLIGHT: usize = 16;

/// Bytes of messages and payloads that are on their way at once; a larger batch is on its way alone.
const BYTES_IN_FLIGHT: usize = 32 << 20;

/// The sender, with what all messages of one invocation have in common.
#[derive(Clone)]
pub(crate) struct Sender {
    pub(crate) transport: Arc<dyn Transport>,
    pub(crate) source: Option<TaskId>,
    /// The application that this is; `None` outside of one.
    pub(crate) application: Option<String>,
    /// The application that messages go to, if it is another one.
    pub(crate) external: Option<&'static str>,
    /// The chain that this invocation is a part of; a message from outside begins one.
    pub(crate) invocation_id: Option<String>,
    pub(crate) hops: u32,
    pub(crate) trace_header: Option<String>,
    /// The message group of a message that names none.
    pub(crate) group: Option<String>,
    /// Whether the message group of what is being handled is that group.
    pub(crate) propagates_group: bool,
    /// The lane of the message that is being handled.
    pub(crate) lane: u32,
    /// The lanes of the application's tasks; `None` outside of it.
    pub(crate) lanes: Option<Arc<Lanes>>,
    pub(crate) inline_limit: usize,
    /// The number of days for which the bucket keeps a payload.
    pub(crate) payload_days: u64,
    /// The time at which the handler is stopped: no attempt begins after it.
    pub(crate) cut_off: Option<Instant>,
}

/// One call of [`Sender::send`], for the batches that it is split into.
#[derive(Clone)]
struct Call {
    sender: Sender,
    task: TaskId,
    uploads: Arc<Semaphore>,
}

/// The outcome of one or more batches.
#[derive(Default)]
struct Delivered {
    unsent: Vec<Unsent>,
    /// A failure that the messages behind it would meet too.
    stop: Option<String>,
}

impl Delivered {
    fn add(&mut self, other: Delivered) {
        self.unsent.extend(other.unsent);
        self.stop = self.stop.take().or(other.stop);
    }
}

fn in_order(mut unsent: Vec<Unsent>) -> Vec<Unsent> {
    unsent.sort_by_key(|unsent| unsent.index);
    unsent
}

/// The next result. Nothing cancels a call but the end of the whole set, so an error is a panic of the transport.
async fn next<T: 'static>(calls: &mut JoinSet<T>) -> Option<T> {
    let done = calls.join_next().await?;
    Some(done.unwrap_or_else(|error| std::panic::resume_unwind(error.into_panic())))
}

impl Sender {
    /// Somebody outside of the application's handlers.
    pub(crate) fn outside(transport: Arc<dyn Transport>) -> Sender {
        Sender {
            transport,
            source: None,
            application: None,
            external: None,
            invocation_id: None,
            hops: 0,
            trace_header: None,
            group: None,
            propagates_group: true,
            lane: 0,
            lanes: None,
            inline_limit: DEFAULT_INLINE_LIMIT,
            payload_days: days(AppOptions::DEFAULT_PAYLOAD_RETENTION),
            cut_off: None,
        }
    }

    /// The same for tasks of another application, which have no lanes that would be known here.
    pub(crate) fn to_external(&self, application: &'static str) -> Sender {
        Sender { external: Some(application), lanes: Some(Arc::default()), ..self.clone() }
    }

    /// The same on behalf of a record: with its message group, where messages inherit it.
    pub(crate) fn on_behalf_of(self, record: &Value) -> Sender {
        let group = group(record).filter(|_| self.propagates_group).map(ToOwned::to_owned);
        Sender { group, ..self }
    }

    /// The same on behalf of a record of another chain of invocations, which has run through so many async tasks.
    pub(crate) fn in_chain(&self, invocation_id: String, hops: u32, record: &Value) -> Sender {
        Sender { invocation_id: Some(invocation_id), hops, ..self.clone().on_behalf_of(record) }
    }

    /// Sends messages. Those that could not be sent come back, in the order of their indices.
    pub(crate) fn send<'a, T: Task>(
        &'a self,
        task: &'a TaskId,
        messages: impl IntoIterator<Item = (T::Payload, Choices)>,
    ) -> impl Future<Output = Vec<Unsent>> + Send + 'a {
        self.send_parted(task, parted(messages))
    }

    /// In a box, so that it is compiled here, and not in each crate that sends.
    fn send_parted<'a>(
        &'a self,
        task: &'a TaskId,
        messages: (Vec<Choices>, Box<dyn Payloads>),
    ) -> BoxFuture<'a, Vec<Unsent>> {
        Box::pin(self.send_planned(task, Plan::new(self, task, messages)))
    }

    async fn send_planned(&self, task: &TaskId, mut plan: Plan<'_>) -> Vec<Unsent> {
        let mut ready: VecDeque<Batch> = (0..3).map_while(|_| plan.batch()).collect();
        let uploads: usize = ready.iter().map(Batch::uploads).sum();
        let is_small = ready.len() < 3 && uploads < 3;
        let call = Call {
            sender: self.clone(),
            task: task.clone(),
            uploads: Arc::new(Semaphore::new(if is_small { 1 } else { IN_FLIGHT })),
        };
        let mut delivered = Delivered::default();
        if ready.len() < 3 {
            while delivered.stop.is_none()
                && let Some(batch) = ready.pop_front()
            {
                delivered.add(call.clone().deliver(batch).await);
            }
        } else {
            let mut calls = JoinSet::new();
            let mut bytes = 0;
            loop {
                while delivered.stop.is_none()
                    && calls.len() < IN_FLIGHT
                    && (calls.is_empty() || bytes < BYTES_IN_FLIGHT)
                {
                    let Some(batch) = ready.pop_front().or_else(|| plan.batch()) else { break };
                    let size = batch.bytes();
                    bytes += size;
                    let deliver = call.clone().deliver(batch);
                    calls.spawn(async move { (size, deliver.await) }.in_current_span());
                }
                let Some((size, done)) = next(&mut calls).await else { break };
                bytes -= size;
                delivered.add(done);
            }
        }
        let Delivered { mut unsent, stop } = delivered;
        if let Some(reason) = stop {
            let waiting = ready.into_iter().flat_map(|batch| batch.drafts).map(|draft| draft.index);
            let not_tried = |index| {
                let (task, reason) = (task.clone(), reason.clone());
                Unsent { index, reason: SendFailure::NotTried { task, reason } }
            };
            unsent.extend(waiting.chain(plan.rest()).map(not_tried));
        }
        unsent.append(&mut plan.unsent);
        in_order(unsent)
    }

    /// A message whose payload is put into the bucket.
    async fn store(
        &self,
        task: &TaskId,
        mut envelope: Envelope,
        payload: String,
        settings: Settings,
    ) -> Result<OutgoingMessage, SendFailure> {
        let Sender { transport, cut_off, .. } = self;
        let (bytes, payload) = (payload.len(), Bytes::from(payload));
        let limit = || retry::upload(bytes, *cut_off);
        let key = retry::call("store payload", &limit, *cut_off, &|| transport.store_payload(payload.clone())).await;
        let key = key.map_err(|error| SendFailure::Store { task: task.clone(), bytes, source: error.into() })?;
        tracing::debug!(destination = %task, key, bytes, "payload goes through the bucket");
        envelope.s3_payload_key = Some(key);
        let body = envelope.to_body().map_err(|source| SendFailure::Encode { task: task.clone(), source })?;
        Ok(self.outgoing(body, settings))
    }

    pub(crate) fn outgoing(&self, body: String, settings: Settings) -> OutgoingMessage {
        let Settings { delay_secs, lane, group, deduplication_id } = settings;
        let trace_header = self.trace_header.clone();
        let application = self.external.map(ToOwned::to_owned);
        let message =
            OutgoingMessage { delay_secs, lane, group, application, trace_header, ..OutgoingMessage::new(body) };
        OutgoingMessage { deduplication_id, ..message }
    }
}

pub(crate) fn days(retention: PayloadRetention) -> u64 {
    u64::try_from(retention.get()).unwrap_or_default()
}

impl Call {
    /// Stores the large payloads of a batch, and sends it.
    async fn deliver(self, batch: Batch) -> Delivered {
        let mut delivered = Delivered::default();
        let mut messages: Vec<(usize, OutgoingMessage)> = Vec::with_capacity(batch.drafts.len());
        let mut storing = JoinSet::new();
        for Draft { index, content } in batch.drafts {
            match content {
                Content::Inline(message) => messages.push((index, message)),
                Content::Stored(envelope, payload, settings) => {
                    let call = self.clone();
                    let store = async move {
                        // The semaphore is never closed.
                        let _permit = call.uploads.acquire().await;
                        (index, call.sender.store(&call.task, envelope, payload, settings).await)
                    };
                    storing.spawn(store.in_current_span());
                }
            }
        }
        while let Some((index, stored)) = next(&mut storing).await {
            match stored {
                Ok(message) => messages.push((index, message)),
                Err(error) => {
                    if let SendFailure::Store { source, .. } = &error {
                        delivered.stop = Some(source.to_string());
                    }
                    delivered.unsent.push(Unsent { index, reason: error });
                }
            }
        }
        messages.sort_by_key(|(index, _)| *index);
        self.send_batch(messages, &mut delivered).await;
        delivered
    }

    /// Sends one batch, and what the queue did not take again.
    async fn send_batch(&self, messages: Vec<(usize, OutgoingMessage)>, delivered: &mut Delivered) {
        let Call { sender: Sender { transport, cut_off, .. }, task, .. } = self;
        let (mut indices, mut messages): (Vec<usize>, Vec<OutgoingMessage>) = messages.into_iter().unzip();
        let mut attempt = 1;
        while !messages.is_empty() {
            let limit = retry::upload(messages.iter().map(OutgoingMessage::size).sum(), *cut_off);
            let result = retry::once("send messages", limit, transport.send(task, &messages)).await;
            let pause = retry::pause(attempt, *cut_off);
            let mut refuse = |index: usize, reason: &str| {
                let error = SendFailure::Refused { task: task.clone(), reason: reason.to_owned() };
                delivered.unsent.push(Unsent { index, reason: error });
            };
            // Positions of the messages that are sent again, and why.
            let mut again: Vec<usize> = Vec::new();
            let reason = match result {
                Ok(refused) => {
                    let mut reason = None;
                    for refused in refused {
                        let Some(index) = indices.get(refused.index) else { continue };
                        if refused.retry && pause.is_some() {
                            again.push(refused.index);
                            reason.get_or_insert(refused.reason);
                        } else {
                            refuse(*index, &refused.reason);
                        }
                    }
                    reason.unwrap_or_default()
                }
                Err(error) => {
                    let reason = error.to_string();
                    if error.is_transient() && pause.is_some() {
                        again.extend(0..messages.len());
                    } else {
                        indices.iter().for_each(|index| refuse(*index, &reason));
                        delivered.stop = Some(reason.clone());
                    }
                    reason
                }
            };
            again.sort_unstable();
            again.dedup();
            let (Some(pause), false) = (pause, again.is_empty()) else { return };
            indices = again.iter().map(|position| indices[*position]).collect();
            messages = again.iter().map(|position| messages[*position].clone()).collect();
            let (count, pause_ms) = (messages.len(), pause.as_millis());
            tracing::warn!(
                destination = %task, callAttempt = attempt, messages = count, pause_ms, reason,
                "messages were not sent, trying again"
            );
            tokio::time::sleep(pause).await;
            attempt += 1;
        }
    }
}
