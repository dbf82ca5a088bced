//! Messages in memory.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use async_lambda_model::TaskId;
use bytes::Bytes;

use crate::{
    BoxFuture, Client, Invoke, Recorder, Task,
    envelope::Envelope,
    json,
    transport::{HiddenMessage, OutgoingMessage, Refused, Transport, TransportError},
};

/// Gives a handler its [`Invoke`]s, and keeps what it sends.
#[derive(Clone, Debug, Default)]
pub struct Outbox(pub(super) Arc<Wire>);

/// A message that was sent to the task `T`.
#[non_exhaustive]
pub struct Sent<T: Task> {
    /// The payload.
    pub payload: T::Payload,
    /// The delay of the message in seconds: 0 to 900.
    pub delay_secs: u16,
    /// The lane that it goes to.
    pub lane: u32,
    /// The message group.
    pub group: Option<String>,
    /// The task that sent it; `None` outside an application.
    pub source_task_id: Option<String>,
    /// The chain of invocations that it belongs to.
    pub invocation_id: String,
}

/// A transport that keeps everything in memory, and fails where a test asks for it.
#[derive(Debug, Default)]
pub(super) struct Wire {
    recorder: Recorder,
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    /// All messages that were ever sent.
    sent: Vec<(TaskId, OutgoingMessage)>,
    /// How many of them [`Wire::take_new`] has given away.
    taken: usize,
    /// Every payload that was ever stored, by its key: what a test asks for may be gone from the bucket.
    payloads: BTreeMap<String, String>,
    /// For each task, how many of the next messages are refused.
    refusals: BTreeMap<String, usize>,
}

impl Outbox {
    /// An empty one.
    pub fn new() -> Outbox {
        Outbox::default()
    }

    /// Lets a handler invoke the task `T`.
    pub fn invoke<T: Task>(&self) -> Invoke<T> {
        Client::new(Arc::clone(&self.0)).invoke()
    }

    /// All messages to the task `T` so far.
    ///
    /// # Panics
    ///
    /// Where a payload cannot be read as the type that it was written as.
    #[track_caller]
    pub fn sent<T: Task>(&self) -> Vec<Sent<T>> {
        self.0.sent()
    }

    /// The payloads of [`Outbox::sent`].
    ///
    /// # Panics
    ///
    /// As there.
    #[track_caller]
    pub fn payloads<T: Task>(&self) -> Vec<T::Payload> {
        self.0.sent::<T>().into_iter().map(|sent| sent.payload).collect()
    }

    /// Refuses the next `count` messages to the task `T`: the handler gets a [`SendError`](crate::SendError) at once,
    /// without pauses.
    pub fn fail_sends<T: Task>(&self, count: usize) {
        self.0.fail_sends(T::ID, count);
    }
}

impl Wire {
    #[track_caller]
    pub(super) fn sent<T: Task>(&self) -> Vec<Sent<T>> {
        let sent = self.lock().sent.clone();
        let of_task = sent.iter().filter(|(task, _)| task.as_str() == T::ID);
        of_task.map(|(_, message)| self.read::<T>(message)).collect()
    }

    #[track_caller]
    fn read<T: Task>(&self, message: &OutgoingMessage) -> Sent<T> {
        let envelope = Envelope::from_body(&message.body).unwrap_or_else(|error| panic!("task `{}`: {error}", T::ID));
        let payload = self.payload(&envelope);
        let payload = json::from_str(&payload).unwrap_or_else(|error| panic!("payload of `{}`: {error}", T::ID));
        let Envelope { source_task_id, invocation_id, .. } = envelope;
        let (delay_secs, lane, group) = (message.delay_secs, message.lane, message.group.clone());
        Sent { payload, delay_secs, lane, group, source_task_id, invocation_id }
    }

    /// Sends a message from outside the application, which is never refused.
    #[track_caller]
    pub(super) fn put<T: Task>(&self, task: &TaskId, payload: &T::Payload) {
        let payload = serde_json::to_string(payload);
        let payload = payload.unwrap_or_else(|error| panic!("payload of `{}`: {error}", T::ID));
        let envelope = Envelope::from_outside(task.as_str(), &self.recorder.new_invocation_id(), payload);
        let body = envelope.to_body().unwrap_or_else(|error| panic!("message to `{}`: {error}", T::ID));
        self.lock().sent.push((task.clone(), OutgoingMessage::new(body)));
    }

    /// The payload of a message as JSON, from the bucket where it was stored there.
    pub(super) fn payload(&self, envelope: &Envelope) -> String {
        let key = envelope.s3_payload_key.as_ref();
        let stored = key.and_then(|key| self.lock().payloads.get(key).cloned());
        stored.or_else(|| envelope.payload.clone()).unwrap_or_default()
    }

    pub(super) fn fail_sends(&self, task: &str, count: usize) {
        self.lock().refusals.insert(task.to_owned(), count);
    }

    /// The messages that were sent since the last call.
    pub(super) fn take_new(&self) -> Vec<(TaskId, OutgoingMessage)> {
        let mut state = self.lock();
        let new = state.sent[state.taken..].to_vec();
        state.taken = state.sent.len();
        new
    }

    /// The dead letters that the application sent itself since the last call.
    pub(super) fn take_dead_letters(&self) -> Vec<OutgoingMessage> {
        self.recorder.take_dead_letters()
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Which of some messages the queue refuses.
    fn refused(&self, task: &TaskId, count: usize) -> Vec<usize> {
        let mut state = self.lock();
        let Some(left) = state.refusals.get_mut(task.as_str()) else { return Vec::new() };
        let refused = (*left).min(count);
        *left -= refused;
        (0..refused).collect()
    }
}

impl Transport for Wire {
    fn send<'a>(
        &'a self,
        destination: &'a TaskId,
        messages: &'a [OutgoingMessage],
    ) -> BoxFuture<'a, Result<Vec<Refused>, TransportError>> {
        Box::pin(async move {
            let refused = self.refused(destination, messages.len());
            let accepted = &messages[refused.len()..];
            self.lock().sent.extend(accepted.iter().map(|message| (destination.clone(), message.clone())));
            let reason = || "the test refuses it (`fail_sends`)".to_owned();
            Ok(refused.into_iter().map(|index| Refused { index, reason: reason(), retry: false }).collect())
        })
    }

    fn send_dead_letter<'a>(&'a self, message: &'a OutgoingMessage) -> BoxFuture<'a, Result<(), TransportError>> {
        self.recorder.send_dead_letter(message)
    }

    fn change_visibility<'a>(
        &'a self,
        queue_arn: &'a str,
        messages: &'a [HiddenMessage],
    ) -> BoxFuture<'a, Result<Vec<Refused>, TransportError>> {
        self.recorder.change_visibility(queue_arn, messages)
    }

    fn store_payload(&self, payload: Bytes) -> BoxFuture<'_, Result<String, TransportError>> {
        Box::pin(async move {
            let text = String::from_utf8_lossy(&payload).into_owned();
            let key = self.recorder.store_payload(payload).await?;
            self.lock().payloads.insert(key.clone(), text);
            Ok(key)
        })
    }

    fn load_payload<'a>(&'a self, key: &'a str) -> BoxFuture<'a, Result<String, TransportError>> {
        self.recorder.load_payload(key)
    }

    fn delete_payload<'a>(&'a self, key: &'a str) -> BoxFuture<'a, Result<(), TransportError>> {
        self.recorder.delete_payload(key)
    }

    fn new_invocation_id(&self) -> String {
        self.recorder.new_invocation_id()
    }
}

impl<T: Task> std::fmt::Debug for Sent<T> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Sent")
            .field("task", &T::ID)
            .field("delay_secs", &self.delay_secs)
            .field("lane", &self.lane)
            .field("group", &self.group)
            .field("source_task_id", &self.source_task_id)
            .field("invocation_id", &self.invocation_id)
            .finish_non_exhaustive()
    }
}
