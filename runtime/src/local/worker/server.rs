//! The engine's side: it makes the calls of a worker's transport with another transport.

use std::sync::Arc;

use async_lambda_local::{
    http::{Call, Response, Service, json, response},
    run::{BoxFuture, RunId},
    workers::RunInHand,
};
use http::{Method, StatusCode};

use super::wire::{PATH, Reply, Request, task_id};
use crate::transport::{HiddenMessage, OutgoingMessage, Transport, TransportError};

/// Answers the requests of workers' transports.
pub(crate) struct TransportServer {
    /// The transport of a run; of none where a worker has no invocation in hand.
    pub(crate) make: Arc<dyn Fn(Option<RunId>) -> Arc<dyn Transport> + Send + Sync>,
}

impl Service for TransportServer {
    fn call(&self, call: Call) -> BoxFuture<'_, Response> {
        Box::pin(async move {
            let request = &call.request;
            if request.method() != Method::POST || request.uri().path() != PATH {
                return response(StatusCode::NOT_FOUND, "text/plain", "no such path");
            }
            let run = request.extensions().get::<RunInHand>().map(|run| run.0);
            let request = match serde_json::from_slice(request.body()) {
                Ok(request) => request,
                Err(error) => return response(StatusCode::BAD_REQUEST, "text/plain", error.to_string()),
            };
            let transport = (self.make)(run);
            let reply = reply(&*transport, request).await.unwrap_or_else(Reply::from);
            match serde_json::to_value(&reply) {
                Ok(reply) => json(StatusCode::OK, &reply),
                Err(error) => response(StatusCode::INTERNAL_SERVER_ERROR, "text/plain", error.to_string()),
            }
        })
    }
}

/// Makes a call.
async fn reply(transport: &dyn Transport, request: Request) -> Result<Reply, TransportError> {
    let done = |(): ()| Reply::Done;
    let refused = |refused: Vec<_>| Reply::Refused(refused.into_iter().map(Into::into).collect());
    match request {
        Request::Send { destination, messages } => {
            let messages = messages.into_iter().map(|message| message.outgoing());
            let messages = messages.collect::<Result<Vec<OutgoingMessage>, _>>()?;
            transport.send(&task_id(destination)?, &messages).await.map(refused)
        }
        Request::SendDeadLetter { message } => transport.send_dead_letter(&message.outgoing()?).await.map(done),
        Request::ChangeVisibility { queue_arn, messages } => {
            let messages: Vec<HiddenMessage> = messages.into_iter().map(Into::into).collect();
            transport.change_visibility(&queue_arn, &messages).await.map(refused)
        }
        Request::StorePayload { payload } => transport.store_payload(payload.into()).await.map(Reply::Text),
        Request::LoadPayload { key } => transport.load_payload(&key).await.map(Reply::Text),
        Request::DeletePayload { key } => transport.delete_payload(&key).await.map(done),
        Request::Call { task, request, trace_header } => {
            let task = task_id(task)?;
            match transport.call(&task, request.into(), trace_header.as_deref()) {
                Some(call) => call.await.map(Reply::from),
                None => Err(TransportError::permanent("this transport calls no tasks")),
            }
        }
        Request::Schedule { destination, message, schedule } => {
            let (destination, message) = (task_id(destination)?, message.outgoing()?);
            transport.schedule(&destination, &message, &schedule.into()).await.map(done)
        }
        Request::ScheduleTime { name } => transport.schedule_time(&name).await.map(Reply::Time),
        Request::DeleteSchedule { name } => transport.delete_schedule(&name).await.map(done),
        Request::Claim { key, times } => {
            transport.once_table()?.claim(&key.once()?, times.into()).await.map(Reply::from)
        }
        Request::Complete { key, result, times } => {
            let complete = transport.once_table()?;
            complete.complete(&key.once()?, result.as_deref(), times.into()).await.map(Reply::IsOwn)
        }
        Request::Release { key } => transport.once_table()?.release(&key.once()?).await.map(done),
        #[cfg(feature = "table")]
        Request::Table { call } => transport.table(&call).await.map(Reply::Table),
    }
}
