//! The transport of an application under test: queues in memory, and a note of everything that is sent.

use std::{sync::Mutex, time::SystemTime};

use async_lambda_local::queue::QueueId;
use async_lambda_model::TaskId;
use bytes::Bytes;

use super::outbox::{Wire, refused_by_test};
#[cfg(feature = "table")]
use crate::table::{TableAnswer, TableCall};
use crate::{
    BoxFuture, Task,
    cloud::CloudTransport,
    envelope::Envelope,
    once::OnceTable,
    transport::{HiddenMessage, OutgoingMessage, OutgoingSchedule, Refused, Transport, TransportError},
};

/// Sends through queues in memory, notes what is sent, and fails where a test asks for it.
pub(super) struct TestTransport {
    wire: Wire,
    cloud: CloudTransport,
    letters: Mutex<Vec<OutgoingMessage>>,
}

impl TestTransport {
    pub(super) fn new(cloud: CloudTransport) -> TestTransport {
        TestTransport { wire: Wire::default(), cloud, letters: Mutex::default() }
    }

    pub(super) fn wire(&self) -> &Wire {
        &self.wire
    }

    /// Takes the dead letters that the application sent itself away.
    pub(super) fn take_letters(&self) -> Vec<OutgoingMessage> {
        std::mem::take(&mut self.letters.lock().unwrap_or_else(std::sync::PoisonError::into_inner))
    }

    /// Sends a message from outside the application, which is never refused: to a FIFO queue with a group.
    #[track_caller]
    pub(super) fn put<T: Task>(&self, task: &TaskId, payload: &T::Payload, group: Option<String>) {
        let payload = serde_json::to_string(payload);
        let payload = payload.unwrap_or_else(|error| panic!("payload of `{}`: {error}", T::ID));
        let envelope = Envelope::from_outside(task.as_str(), &self.new_invocation_id(), payload);
        let body = envelope.to_body().unwrap_or_else(|error| panic!("message to `{}`: {error}", T::ID));
        let deduplication_id = group.as_ref().map(|_| self.new_invocation_id());
        let message = OutgoingMessage { group, deduplication_id, ..OutgoingMessage::new(body) };
        let refused = self.cloud.put(task, &message);
        refused.unwrap_or_else(|error| panic!("message to `{}`: {error}", T::ID));
        self.wire.note(task, &message, None);
    }

    /// Sends a body as it is to a queue of somebody else's, which a task reads.
    #[track_caller]
    pub(super) fn put_body(&self, task: &str, queue: QueueId, body: String) {
        let sent = self.cloud.put_body(queue, body, "test");
        sent.unwrap_or_else(|error| panic!("message to `{task}`: {error}"));
    }
}

impl Transport for TestTransport {
    fn send<'a>(
        &'a self,
        destination: &'a TaskId,
        messages: &'a [OutgoingMessage],
    ) -> BoxFuture<'a, Result<Vec<Refused>, TransportError>> {
        Box::pin(async move {
            let count = self.wire.refuse(destination, messages.len());
            let (by_test, sent) = messages.split_at(count);
            let by_queue = self.cloud.send(destination, sent).await?;
            let is_refused = |index: usize| by_queue.iter().any(|refused| refused.index == index);
            for (_, message) in sent.iter().enumerate().filter(|(index, _)| !is_refused(*index)) {
                self.wire.note(destination, message, None);
            }
            let later = |refused: Refused| Refused { index: refused.index + count, ..refused };
            Ok((0..by_test.len()).map(refused_by_test).chain(by_queue.iter().cloned().map(later)).collect())
        })
    }

    fn send_dead_letter<'a>(&'a self, message: &'a OutgoingMessage) -> BoxFuture<'a, Result<(), TransportError>> {
        Box::pin(async move {
            self.cloud.send_dead_letter(message).await?;
            self.letters.lock().unwrap_or_else(std::sync::PoisonError::into_inner).push(message.clone());
            Ok(())
        })
    }

    fn change_visibility<'a>(
        &'a self,
        queue_arn: &'a str,
        messages: &'a [HiddenMessage],
    ) -> BoxFuture<'a, Result<Vec<Refused>, TransportError>> {
        self.cloud.change_visibility(queue_arn, messages)
    }

    fn store_payload(&self, payload: Bytes) -> BoxFuture<'_, Result<String, TransportError>> {
        Box::pin(async move {
            let text = String::from_utf8_lossy(&payload).into_owned();
            let key = self.cloud.store_payload(payload).await?;
            self.wire.note_payload(&key, text);
            Ok(key)
        })
    }

    fn load_payload<'a>(&'a self, key: &'a str) -> BoxFuture<'a, Result<String, TransportError>> {
        self.cloud.load_payload(key)
    }

    fn delete_payload<'a>(&'a self, key: &'a str) -> BoxFuture<'a, Result<(), TransportError>> {
        self.cloud.delete_payload(key)
    }

    fn new_invocation_id(&self) -> String {
        self.cloud.new_invocation_id()
    }

    fn schedule<'a>(
        &'a self,
        destination: &'a TaskId,
        message: &'a OutgoingMessage,
        schedule: &'a OutgoingSchedule,
    ) -> BoxFuture<'a, Result<(), TransportError>> {
        Box::pin(async move {
            if self.wire.refuse(destination, 1) > 0 {
                return Err(TransportError::permanent(refused_by_test(0).reason));
            }
            self.cloud.schedule(destination, message, schedule).await?;
            self.wire.note(destination, message, Some((&schedule.name, schedule.wait_secs)));
            Ok(())
        })
    }

    fn schedule_time<'a>(&'a self, name: &'a str) -> BoxFuture<'a, Result<SystemTime, TransportError>> {
        self.cloud.schedule_time(name)
    }

    fn delete_schedule<'a>(&'a self, name: &'a str) -> BoxFuture<'a, Result<(), TransportError>> {
        Box::pin(async move {
            self.cloud.delete_schedule(name).await?;
            self.wire.note_cancelled(name);
            Ok(())
        })
    }

    fn once_table(&self) -> Result<Box<dyn OnceTable + '_>, TransportError> {
        self.cloud.once_table()
    }

    #[cfg(feature = "table")]
    fn table<'a>(&'a self, call: &'a TableCall) -> BoxFuture<'a, Result<TableAnswer, TransportError>> {
        self.cloud.table(call)
    }

    fn now(&self) -> SystemTime {
        self.cloud.now()
    }
}
