//! A transport in memory.

use std::{
    future::ready,
    sync::{Mutex, MutexGuard, PoisonError},
    time::SystemTime,
};

use async_lambda_model::TaskId;
use bytes::Bytes;

#[cfg(feature = "table")]
use crate::table::{MemoryTables, TableAnswer, TableCall};
use crate::{
    BoxFuture,
    once::{MemoryTable, OnceTable},
    transport::{HiddenMessage, OutgoingMessage, OutgoingSchedule, Refused, Transport, TransportError},
};

/// Keeps everything that was sent in memory: for tests.
///
/// Ids and keys are numbered, so that the same calls give the same messages.
#[derive(Debug, Default)]
pub struct Recorder {
    state: Mutex<Recorded>,
    once: MemoryTable,
    #[cfg(feature = "table")]
    tables: MemoryTables,
}

#[derive(Debug, Default)]
struct Recorded {
    sent: Vec<(TaskId, OutgoingMessage)>,
    dead_letters: Vec<OutgoingMessage>,
    hidden: Vec<(String, HiddenMessage)>,
    payloads: Vec<(String, String)>,
    scheduled: Vec<(TaskId, OutgoingMessage, OutgoingSchedule)>,
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

    /// All messages with a schedule, each with the task that it goes to.
    pub fn scheduled(&self) -> Vec<(TaskId, OutgoingMessage, OutgoingSchedule)> {
        self.lock().scheduled.clone()
    }

    /// Takes all messages with a schedule away, as if it had fired.
    pub fn take_scheduled(&self) -> Vec<(TaskId, OutgoingMessage, OutgoingSchedule)> {
        std::mem::take(&mut self.lock().scheduled)
    }

    /// All messages in the dead-letter queue.
    pub fn dead_letters(&self) -> Vec<OutgoingMessage> {
        self.lock().dead_letters.clone()
    }

    /// Takes all messages in the dead-letter queue away.
    pub fn take_dead_letters(&self) -> Vec<OutgoingMessage> {
        std::mem::take(&mut self.lock().dead_letters)
    }

    /// All messages whose visibility timeout was set, each with the ARN of its queue.
    pub fn hidden(&self) -> Vec<(String, HiddenMessage)> {
        self.lock().hidden.clone()
    }

    /// The keys and texts of all payloads that are in the bucket.
    pub fn payloads(&self) -> Vec<(String, String)> {
        self.lock().payloads.clone()
    }

    /// The table of [`Once`](crate::Once).
    #[cfg(feature = "local")]
    pub(crate) fn once(&self) -> &MemoryTable {
        &self.once
    }

    /// A panic of another thread leaves nothing half done here, so its poison is ignored.
    fn lock(&self) -> MutexGuard<'_, Recorded> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

pub(crate) fn no_schedule(name: &str) -> TransportError {
    TransportError::missing(format!("no schedule `{name}`"))
}

impl Transport for Recorder {
    fn send<'a>(
        &'a self,
        destination: &'a TaskId,
        messages: &'a [OutgoingMessage],
    ) -> BoxFuture<'a, Result<Vec<Refused>, TransportError>> {
        let sent = messages.iter().map(|message| (destination.clone(), message.clone()));
        self.lock().sent.extend(sent);
        Box::pin(async { Ok(Vec::new()) })
    }

    fn send_dead_letter<'a>(&'a self, message: &'a OutgoingMessage) -> BoxFuture<'a, Result<(), TransportError>> {
        self.lock().dead_letters.push(message.clone());
        Box::pin(async { Ok(()) })
    }

    fn change_visibility<'a>(
        &'a self,
        queue_arn: &'a str,
        messages: &'a [HiddenMessage],
    ) -> BoxFuture<'a, Result<Vec<Refused>, TransportError>> {
        self.lock().hidden.extend(messages.iter().map(|message| (queue_arn.to_owned(), message.clone())));
        Box::pin(async { Ok(Vec::new()) })
    }

    fn store_payload(&self, payload: Bytes) -> BoxFuture<'_, Result<String, TransportError>> {
        let payload = String::from_utf8_lossy(&payload).into_owned();
        let mut state = self.lock();
        state.ids += 1;
        let key = format!("1970/01/01/{:032x}.json", state.ids);
        state.payloads.push((key.clone(), payload));
        Box::pin(async { Ok(key) })
    }

    fn load_payload<'a>(&'a self, key: &'a str) -> BoxFuture<'a, Result<String, TransportError>> {
        let payload = self.lock().payloads.iter().find(|(known, _)| known == key).map(|(_, text)| text.clone());
        Box::pin(async move { payload.ok_or_else(|| TransportError::missing(format!("no payload `{key}`"))) })
    }

    fn delete_payload<'a>(&'a self, key: &'a str) -> BoxFuture<'a, Result<(), TransportError>> {
        self.lock().payloads.retain(|(known, _)| known != key);
        Box::pin(async { Ok(()) })
    }

    fn new_invocation_id(&self) -> String {
        let mut state = self.lock();
        state.ids += 1;
        format!("00000000-0000-4000-8000-{:012x}", state.ids)
    }

    fn schedule<'a>(
        &'a self,
        destination: &'a TaskId,
        message: &'a OutgoingMessage,
        schedule: &'a OutgoingSchedule,
    ) -> BoxFuture<'a, Result<(), TransportError>> {
        let mut state = self.lock();
        let is_taken = state.scheduled.iter().any(|(_, _, known)| known.name == schedule.name);
        if !is_taken {
            state.scheduled.push((destination.clone(), message.clone(), schedule.clone()));
        }
        let taken = || TransportError::conflict(format!("a schedule `{}` exists", schedule.name));
        Box::pin(ready(if is_taken { Err(taken()) } else { Ok(()) }))
    }

    fn schedule_time<'a>(&'a self, name: &'a str) -> BoxFuture<'a, Result<SystemTime, TransportError>> {
        let state = self.lock();
        let found = state.scheduled.iter().find(|(_, _, schedule)| schedule.name == name);
        let time = found.map(|(_, _, schedule)| schedule.at);
        Box::pin(ready(time.ok_or_else(|| no_schedule(name))))
    }

    fn delete_schedule<'a>(&'a self, name: &'a str) -> BoxFuture<'a, Result<(), TransportError>> {
        let mut state = self.lock();
        let count = state.scheduled.len();
        state.scheduled.retain(|(_, _, schedule)| schedule.name != name);
        Box::pin(ready(if state.scheduled.len() < count { Ok(()) } else { Err(no_schedule(name)) }))
    }

    fn once_table(&self) -> Result<Box<dyn OnceTable + '_>, TransportError> {
        Ok(Box::new(&self.once))
    }

    #[cfg(feature = "table")]
    fn table<'a>(&'a self, call: &'a TableCall) -> BoxFuture<'a, Result<TableAnswer, TransportError>> {
        Box::pin(ready(self.tables.call(call)))
    }
}
