//! One record of a queue, from its body to the end of its handler.

use std::{sync::Arc, time::Duration};

use serde_json::Value;
use tokio::time::Instant;
use tracing::Span;

use crate::{
    dead_letter::{self, Letter},
    engine::Run,
    envelope::Envelope,
    event::{group, receive_count},
    extract::Invocation,
    failure::{Failure, guarded},
    invocation::Parts,
    trigger::Opened,
};

/// The longest that the deletion of a payload may take, attempts and pauses together: other records are waiting.
const DELETION: Duration = Duration::from_secs(5);

/// A record whose message has an id.
#[derive(Debug)]
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
        group(&self.value).filter(|_| is_fifo)
    }
}

/// Runs a handler on one record; everything that is done for it has to be done before the cut-off. Returns what the
/// handler returned. Too deep a recursion and a permanent error are errors too, but the message is in the dead-letter
/// queue then, and must not be received again.
pub(crate) async fn run(run: &Run, record: Record) -> Result<Value, Failure> {
    let Record { message_id, value } = record;
    let letter = Letter::of_handler(run, &value);
    let work = Box::pin(work(run, &message_id, value));
    let (value, stored) = match guarded(work, run.cut_off, run.in_hand()).await {
        Ok(done) => done,
        Err(failure) => return Err(dead_letter::after(run, &message_id, letter.as_ref(), failure).await),
    };
    if let Some(key) = stored {
        delete(run, key).await;
    }
    Ok(value)
}

/// Returns also the key of the payload that is not needed any more.
async fn work(run: &Run, message_id: &str, record: Value) -> Result<(Value, Option<String>), Failure> {
    let Opened { invocation_id, hops, message } = run.kind().open(run, message_id, &record).await?;
    let stored = message.as_ref().and_then(|message| message.envelope.s3_payload_key.clone());
    let invocation = Invocation::new(Parts {
        task: Arc::clone(&run.task.model),
        states: Arc::clone(&run.task.states),
        sender: run.sender_of(&record, invocation_id, hops),
        raw: record,
        context: run.context.clone(),
        message,
        batch: None,
        run: Some(run.clone()),
    });
    let value = run.task.service.run(invocation).await.map_err(|error| Failure::returned(&error))?;
    Ok((value, stored.filter(|_| run.deletes_payloads())))
}

/// The work is done: a payload that stays behind is no reason to do it again.
pub(crate) async fn delete(run: &Run, key: String) {
    let patience = Instant::now() + DELETION;
    let cut_off = run.cut_off.map_or(patience, |cut_off| cut_off.min(patience));
    let deleted = run.call("delete payload", Some(cut_off), &|| run.transport().delete_payload(&key)).await;
    let Err(reason) = deleted else { return };
    tracing::warn!(key, reason, "payload was not deleted; the bucket's lifecycle rule will");
}
