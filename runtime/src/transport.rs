//! How messages and payloads travel: SQS and S3 in the cloud, memory elsewhere.

use std::sync::{Mutex, MutexGuard, PoisonError};

use async_lambda_model::TaskId;

use crate::{BoxFuture, Error};

/// How messages and payloads travel.
pub trait Transport: Send + Sync + 'static {
    /// Sends at most ten messages, of at most 1,048,576 bytes together, to a task's queue. Returns those that the
    /// queue refused; an error means that none was sent.
    fn send<'a>(
        &'a self,
        destination: &'a TaskId,
        messages: &'a [OutgoingMessage],
    ) -> BoxFuture<'a, Result<Vec<Refused>, Error>>;

    /// Sends a message to the application's dead-letter queue.
    fn send_dead_letter<'a>(&'a self, message: &'a OutgoingMessage) -> BoxFuture<'a, Result<(), Error>>;

    /// Puts a payload into the bucket and returns its key.
    fn store_payload(&self, payload: String) -> BoxFuture<'_, Result<String, Error>>;

    /// Reads a payload from the bucket.
    fn load_payload<'a>(&'a self, key: &'a str) -> BoxFuture<'a, Result<String, Error>>;

    /// Deletes a payload from the bucket.
    fn delete_payload<'a>(&'a self, key: &'a str) -> BoxFuture<'a, Result<(), Error>>;

    /// The id of a new chain of invocations: a UUID.
    fn new_invocation_id(&self) -> String;
}

/// A message on its way to a queue.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct OutgoingMessage {
    /// The envelope, as JSON.
    pub body: String,
    /// For how long the queue keeps it to itself: 0 to 900 s.
    pub delay_secs: u16,
    /// The system attribute `AWSTraceHeader`.
    pub trace_header: Option<String>,
    /// Names and values of attributes, each of the type `String`: at most ten.
    pub attributes: Vec<(&'static str, String)>,
}

impl OutgoingMessage {
    /// How much of SQS's limits it takes. SQS says that it does not count system attributes; they are counted here
    /// all the same, since other implementations do, and they are short.
    pub fn size(&self) -> usize {
        let header = self.trace_header.as_ref().map_or(0, |header| "AWSTraceHeaderString".len() + header.len());
        let attributes = self.attributes.iter().map(|(name, value)| name.len() + "String".len() + value.len());
        self.body.len() + header + attributes.sum::<usize>()
    }
}

/// A message that a queue did not take.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refused {
    /// Its index among those that were given.
    pub index: usize,
    /// What the queue says.
    pub reason: String,
    /// Whether it may take the same message later.
    pub retry: bool,
}

/// Keeps everything that was sent in memory: for tests.
///
/// Ids and keys are numbered, so that the same calls give the same messages.
#[derive(Debug, Default)]
pub struct Recorder {
    state: Mutex<Recorded>,
}

#[derive(Debug, Default)]
struct Recorded {
    sent: Vec<(TaskId, OutgoingMessage)>,
    dead_letters: Vec<OutgoingMessage>,
    payloads: Vec<(String, String)>,
    ids: u64,
}

impl Recorder {
    /// An empty one.
    pub fn new() -> Recorder {
        Recorder::default()
    }

    /// All messages so far, each with the task that it was sent to.
    pub fn sent(&self) -> Vec<(TaskId, OutgoingMessage)> {
        self.lock().sent.clone()
    }

    /// Takes all messages so far away.
    pub fn take_sent(&self) -> Vec<(TaskId, OutgoingMessage)> {
        std::mem::take(&mut self.lock().sent)
    }

    /// All messages in the dead-letter queue.
    pub fn dead_letters(&self) -> Vec<OutgoingMessage> {
        self.lock().dead_letters.clone()
    }

    /// Takes all messages in the dead-letter queue away.
    pub fn take_dead_letters(&self) -> Vec<OutgoingMessage> {
        std::mem::take(&mut self.lock().dead_letters)
    }

    /// The keys and texts of all payloads that are in the bucket.
    pub fn payloads(&self) -> Vec<(String, String)> {
        self.lock().payloads.clone()
    }

    /// A panic of another thread leaves nothing half done here, so its poison is ignored.
    fn lock(&self) -> MutexGuard<'_, Recorded> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Transport for Recorder {
    fn send<'a>(
        &'a self,
        destination: &'a TaskId,
        messages: &'a [OutgoingMessage],
    ) -> BoxFuture<'a, Result<Vec<Refused>, Error>> {
        let sent = messages.iter().map(|message| (destination.clone(), message.clone()));
        self.lock().sent.extend(sent);
        Box::pin(async { Ok(Vec::new()) })
    }

    fn send_dead_letter<'a>(&'a self, message: &'a OutgoingMessage) -> BoxFuture<'a, Result<(), Error>> {
        self.lock().dead_letters.push(message.clone());
        Box::pin(async { Ok(()) })
    }

    fn store_payload(&self, payload: String) -> BoxFuture<'_, Result<String, Error>> {
        let mut state = self.lock();
        state.ids += 1;
        let key = format!("1970/01/01/{:032x}.json", state.ids);
        state.payloads.push((key.clone(), payload));
        Box::pin(async { Ok(key) })
    }

    fn load_payload<'a>(&'a self, key: &'a str) -> BoxFuture<'a, Result<String, Error>> {
        let payload = self.lock().payloads.iter().find(|(known, _)| known == key).map(|(_, text)| text.clone());
        Box::pin(async move { payload.ok_or_else(|| format!("no payload `{key}`").into()) })
    }

    fn delete_payload<'a>(&'a self, key: &'a str) -> BoxFuture<'a, Result<(), Error>> {
        self.lock().payloads.retain(|(known, _)| known != key);
        Box::pin(async { Ok(()) })
    }

    fn new_invocation_id(&self) -> String {
        let mut state = self.lock();
        state.ids += 1;
        format!("00000000-0000-4000-8000-{:012x}", state.ids)
    }
}

impl<T: Transport + ?Sized> Transport for std::sync::Arc<T> {
    fn send<'a>(
        &'a self,
        destination: &'a TaskId,
        messages: &'a [OutgoingMessage],
    ) -> BoxFuture<'a, Result<Vec<Refused>, Error>> {
        T::send(self, destination, messages)
    }

    fn send_dead_letter<'a>(&'a self, message: &'a OutgoingMessage) -> BoxFuture<'a, Result<(), Error>> {
        T::send_dead_letter(self, message)
    }

    fn store_payload(&self, payload: String) -> BoxFuture<'_, Result<String, Error>> {
        T::store_payload(self, payload)
    }

    fn load_payload<'a>(&'a self, key: &'a str) -> BoxFuture<'a, Result<String, Error>> {
        T::load_payload(self, key)
    }

    fn delete_payload<'a>(&'a self, key: &'a str) -> BoxFuture<'a, Result<(), Error>> {
        T::delete_payload(self, key)
    }

    fn new_invocation_id(&self) -> String {
        T::new_invocation_id(self)
    }
}
