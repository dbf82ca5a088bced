//! One record of a queue, from its body to the end of its handler.

use std::{sync::Arc, time::Duration};

use async_lambda_model::{TaskId, Trigger};
use serde_json::Value;
use tokio::time::Instant;
use tracing::Span;

use crate::{
    Context,
    engine::Run,
    envelope::{Envelope, MessageError},
    event::receive_count,
    extract::Invocation,
    failure::{Failure, guarded},
    invocation::Parts,
    retry,
    transport::OutgoingMessage,
};

/// The longest that the deletion of a payload may take, attempts and pauses together: other records are waiting.
const DELETION: Duration = Duration::from_secs(5);

/// A record whose message has an id.
pub(crate) struct Record {
    pub(crate) message_id: String,
    pub(crate) value: Value,
}

impl Record {
    /// The span of all that is done for this record.
    pub(crate) fn span(&self) -> Span {
        // Of the highest level, so that lines of every level that is on are inside it.
        tracing::error_span!(
            "record",
            messageId = self.message_id,
            invocationId = tracing::field::Empty,
            attempt = receive_count(&self.value)
        )
    }

    /// Puts the id of its chain of invocations into the span, for a record that is not handled.
    pub(crate) fn name_chain(&self) {
        if let Some(Ok(envelope)) = self.value["body"].as_str().map(Envelope::from_body) {
            Span::current().record("invocationId", &envelope.invocation_id);
        }
    }

    /// The group whose order a FIFO queue keeps. (A standard queue may have groups too; they are about fairness.)
    pub(crate) fn fifo_group(&self) -> Option<&str> {
        let is_fifo = self.value["eventSourceARN"].as_str().is_some_and(|arn| arn.ends_with(".fifo"));
        self.value["attributes"]["MessageGroupId"].as_str().filter(|_| is_fifo)
    }
}

/// Runs a handler on one record; everything that is done for it has to be done before the cut-off. Returns what the
/// handler returned. Too deep a recursion is an error too, but the message is in the dead-letter queue then, and must
/// not be received again.
pub(crate) async fn run(run: &Run, record: Record) -> Result<Value, Failure> {
    let Record { message_id, value } = record;
    let work = Box::pin(work(run, &message_id, value));
    let (value, stored) = guarded(work, run.cut_off, run.in_hand()).await?;
    if let Some(key) = stored {
        delete(run, key).await;
    }
    Ok(value)
}

/// Returns also the key of the payload that is not needed any more.
async fn work(run: &Run, message_id: &str, record: Value) -> Result<(Value, Option<String>), Failure> {
    let transport = run.transport();
    let mut message = None;
    let mut hops = 0;
    let invocation_id;
    if matches!(run.model().trigger, Trigger::ManagedSqs) {
        let body = record["body"].as_str().ok_or(MessageError::NoBody)?;
        let envelope = Envelope::from_body(body)?;
        Span::current().record("invocationId", &envelope.invocation_id);
        hops = envelope.hops;
        if let Some(bound) = run.model().recursion
            && hops > bound
        {
            let failure = Failure::Recursion { hops, bound };
            let letter = dead_letter(&run.model().id, message_id, body, &run.context, &failure);
            let limit = || retry::small(run.cut_off);
            let sent =
                retry::call("send dead letter", limit, run.cut_off, || transport.send_dead_letter(&letter)).await;
            return Err(sent.err().map_or(failure, Failure::DeadLetter));
        }
        hops = hops.saturating_add(1);
        invocation_id = envelope.invocation_id.clone();
        message = Some(envelope.receive(transport, run.cut_off).await?);
    } else {
        invocation_id = transport.new_invocation_id();
        Span::current().record("invocationId", &invocation_id);
    }
    let stored = message.as_ref().and_then(|message| message.envelope.s3_payload_key.clone());
    let invocation = Invocation::new(Parts {
        task: Arc::clone(&run.task.model),
        states: Arc::clone(&run.task.states),
        raw: record,
        context: run.context.clone(),
        message,
        sender: run.sender(invocation_id, hops),
    });
    let value = run.task.service.run(invocation).await.map_err(|error| Failure::returned(&error))?;
    Ok((value, stored.filter(|_| run.deletes_payloads())))
}

/// The work is done: a payload that stays behind is no reason to do it again.
async fn delete(run: &Run, key: String) {
    let patience = Instant::now() + DELETION;
    let cut_off = run.cut_off.map_or(patience, |cut_off| cut_off.min(patience));
    let deletion = async {
        let limit = || retry::small(Some(cut_off));
        Ok(retry::call("delete payload", limit, Some(cut_off), || run.transport().delete_payload(&key)).await)
    };
    let reason = match guarded(Box::pin(deletion), Some(cut_off), run.in_hand()).await {
        Ok(Ok(())) => return,
        Ok(Err(error)) => error.to_string(),
        Err(failure) => failure.to_string(),
    };
    tracing::warn!(key, reason, "payload was not deleted; the bucket's lifecycle rule will");
}

/// A message on its way to the dead-letter queue, and why. A payload in the bucket stays there for it.
fn dead_letter(task: &TaskId, message_id: &str, body: &str, context: &Context, failure: &Failure) -> OutgoingMessage {
    let attributes = [
        ("AsyncLambdaTaskId", task.to_string()),
        ("AsyncLambdaMessageId", message_id.to_owned()),
        ("AsyncLambdaKind", failure.kind().to_owned()),
        ("AsyncLambdaReason", failure.to_string()),
    ];
    OutgoingMessage {
        body: body.to_owned(),
        delay_secs: 0,
        trace_header: context.trace_header.clone(),
        attributes: attributes.into(),
    }
}
