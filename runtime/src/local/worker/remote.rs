//! A transport that has the engine do everything.

use std::{
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::SystemTime,
};

use async_lambda_local::{queue::message_id, random};
use async_lambda_model::TaskId;
use bytes::Bytes;

use super::{
    clock::EngineClock,
    engine::EngineClient,
    wire::{PATH, Reply, Request},
};
#[cfg(feature = "table")]
use crate::table::{TableAnswer, TableCall, TableOperation};
use crate::{
    BoxFuture,
    transport::{
        Called, Claimed, HiddenMessage, OnceKey, OnceTable, OnceTimes, OutgoingMessage, OutgoingSchedule, Refused,
        Transport, TransportError,
    },
};

/// Asks the engine, with a request for each call.
pub(crate) struct RemoteTransport {
    client: Arc<EngineClient>,
    clock: Arc<EngineClock>,
    /// The seed of ids, which are made of it and of a number that grows.
    seed: u64,
    ids: AtomicU64,
}

impl RemoteTransport {
    pub(super) fn new(client: Arc<EngineClient>, clock: Arc<EngineClock>) -> RemoteTransport {
        RemoteTransport { client, clock, seed: random::seed(), ids: AtomicU64::new(0) }
    }

    async fn ask(&self, request: Request) -> Result<Reply, TransportError> {
        let body = serde_json::to_vec(&request).map_err(TransportError::permanent)?;
        let reply = self.client.post(PATH, body.into()).await.map_err(|error| match error.is_transient() {
            true => TransportError::transient(error),
            false => TransportError::permanent(error),
        })?;
        serde_json::from_slice(&reply).map_err(TransportError::permanent)
    }

    async fn ask_done(&self, request: Request) -> Result<(), TransportError> {
        match self.ask(request).await? {
            Reply::Done => Ok(()),
            other => Err(other.error()),
        }
    }

    async fn ask_refused(&self, request: Request) -> Result<Vec<Refused>, TransportError> {
        match self.ask(request).await? {
            Reply::Refused(refused) => Ok(refused.into_iter().map(Refused::from).collect()),
            other => Err(other.error()),
        }
    }

    async fn ask_text(&self, request: Request) -> Result<String, TransportError> {
        match self.ask(request).await? {
            Reply::Text(text) => Ok(text),
            other => Err(other.error()),
        }
    }
}

/// JSON, which is UTF-8.
fn text(json: &Bytes) -> Result<String, TransportError> {
    std::str::from_utf8(json).map(ToOwned::to_owned).map_err(TransportError::permanent)
}

impl Transport for RemoteTransport {
    fn send<'a>(
        &'a self,
        destination: &'a TaskId,
        messages: &'a [OutgoingMessage],
    ) -> BoxFuture<'a, Result<Vec<Refused>, TransportError>> {
        let messages = messages.iter().map(Into::into).collect();
        Box::pin(self.ask_refused(Request::Send { destination: destination.to_string(), messages }))
    }

    fn send_dead_letter<'a>(&'a self, message: &'a OutgoingMessage) -> BoxFuture<'a, Result<(), TransportError>> {
        Box::pin(self.ask_done(Request::SendDeadLetter { message: message.into() }))
    }

    fn change_visibility<'a>(
        &'a self,
        queue_arn: &'a str,
        messages: &'a [HiddenMessage],
    ) -> BoxFuture<'a, Result<Vec<Refused>, TransportError>> {
        let messages = messages.iter().map(Into::into).collect();
        Box::pin(self.ask_refused(Request::ChangeVisibility { queue_arn: queue_arn.to_owned(), messages }))
    }

    fn store_payload(&self, payload: Bytes) -> BoxFuture<'_, Result<String, TransportError>> {
        Box::pin(async move { self.ask_text(Request::StorePayload { payload: text(&payload)? }).await })
    }

    fn load_payload<'a>(&'a self, key: &'a str) -> BoxFuture<'a, Result<String, TransportError>> {
        Box::pin(self.ask_text(Request::LoadPayload { key: key.to_owned() }))
    }

    fn delete_payload<'a>(&'a self, key: &'a str) -> BoxFuture<'a, Result<(), TransportError>> {
        Box::pin(self.ask_done(Request::DeletePayload { key: key.to_owned() }))
    }

    fn call<'a>(
        &'a self,
        task: &'a TaskId,
        request: Bytes,
        trace_header: Option<&'a str>,
    ) -> Option<BoxFuture<'a, Result<Called, TransportError>>> {
        Some(Box::pin(async move {
            let (task, trace_header) = (task.to_string(), trace_header.map(ToOwned::to_owned));
            match self.ask(Request::Call { task, request: text(&request)?, trace_header }).await? {
                Reply::Answer(answer) => Ok(Called::Answer(answer.into())),
                Reply::Failed { kind, reason } => Ok(Called::Failed { kind, reason }),
                other => Err(other.error()),
            }
        }))
    }

    fn new_invocation_id(&self) -> String {
        message_id(self.seed, self.ids.fetch_add(1, Ordering::Relaxed))
    }

    fn schedule<'a>(
        &'a self,
        destination: &'a TaskId,
        message: &'a OutgoingMessage,
        schedule: &'a OutgoingSchedule,
    ) -> BoxFuture<'a, Result<(), TransportError>> {
        let destination = destination.to_string();
        let request = Request::Schedule { destination, message: message.into(), schedule: schedule.into() };
        Box::pin(self.ask_done(request))
    }

    fn schedule_time<'a>(&'a self, name: &'a str) -> BoxFuture<'a, Result<SystemTime, TransportError>> {
        Box::pin(async move {
            match self.ask(Request::ScheduleTime { name: name.to_owned() }).await? {
                Reply::Time(time) => Ok(time),
                other => Err(other.error()),
            }
        })
    }

    fn delete_schedule<'a>(&'a self, name: &'a str) -> BoxFuture<'a, Result<(), TransportError>> {
        Box::pin(self.ask_done(Request::DeleteSchedule { name: name.to_owned() }))
    }

    fn once_table(&self) -> Result<Box<dyn OnceTable + '_>, TransportError> {
        Ok(Box::new(self))
    }

    #[cfg(feature = "table")]
    fn table<'a>(&'a self, call: &'a TableCall) -> BoxFuture<'a, Result<TableAnswer, TransportError>> {
        Box::pin(async move {
            let asked = self.ask(Request::Table { call: call.clone() }).await;
            let answer = asked.map_err(|error| match &call.operation {
                // Whether it was done is not known.
                TableOperation::Update(update) if !update.is_repeatable() => TransportError::permanent(error),
                _ => error,
            });
            match answer? {
                Reply::Table(answer) => Ok(answer),
                other => Err(other.error()),
            }
        })
    }

    fn now(&self) -> SystemTime {
        self.clock.now()
    }
}

impl OnceTable for RemoteTransport {
    fn claim<'a>(&'a self, key: &'a OnceKey, times: OnceTimes) -> BoxFuture<'a, Result<Claimed, TransportError>> {
        Box::pin(async move {
            match self.ask(Request::Claim { key: key.into(), times: times.into() }).await? {
                Reply::New => Ok(Claimed::New),
                Reply::Locked { until } => Ok(Claimed::Locked { until }),
                Reply::Kept { result } => Ok(Claimed::Done { result }),
                other => Err(other.error()),
            }
        })
    }

    fn complete<'a>(
        &'a self,
        key: &'a OnceKey,
        result: Option<&'a str>,
        times: OnceTimes,
    ) -> BoxFuture<'a, Result<bool, TransportError>> {
        Box::pin(async move {
            let (key, result, times) = (key.into(), result.map(ToOwned::to_owned), times.into());
            match self.ask(Request::Complete { key, result, times }).await? {
                Reply::IsOwn(is_own) => Ok(is_own),
                other => Err(other.error()),
            }
        })
    }

    fn release<'a>(&'a self, key: &'a OnceKey) -> BoxFuture<'a, Result<(), TransportError>> {
        Box::pin(self.ask_done(Request::Release { key: key.into() }))
    }
}
