//! Records of a queue. Each stands alone: whatever is wrong with one fails only that one.

use std::{collections::BTreeSet, sync::Arc};

use async_lambda_model::{TaskId, Trigger};
use serde_json::{Value, json};
use tokio::time::Instant;

use crate::{
    Context, Engine, Invocation, OutgoingMessage,
    app::Entry,
    envelope::{Envelope, MessageError},
    event::receive_count,
    failure::{Failure, guarded},
    invocation::Parts,
};

/// Runs a handler on each record, in order. Returns the partial batch response.
pub(crate) async fn run(
    engine: &Engine,
    task: &Entry,
    mut event: Value,
    context: Context,
    cut_off: Option<Instant>,
) -> Result<Value, Failure> {
    let Some(Value::Array(records)) = event.get_mut("Records").map(Value::take) else {
        return Err(Failure::NoRecords);
    };
    let mut batch = Vec::with_capacity(records.len());
    for (index, record) in records.into_iter().enumerate() {
        match record["messageId"].as_str() {
            Some(id) if !id.is_empty() => batch.push((id.to_owned(), record)),
            _ => return Err(Failure::NoMessageId { index }),
        }
    }
    let mut failed = Vec::new();
    let mut broken_groups = BTreeSet::new();
    for (message_id, record) in batch {
        let attempt = receive_count(&record);
        let group = fifo_group(&record).map(ToOwned::to_owned);
        let result = if group.as_ref().is_some_and(|group| broken_groups.contains(group)) {
            Err(Failure::Order)
        } else if cut_off.is_some_and(|cut_off| cut_off <= Instant::now()) {
            Err(Failure::NoTime)
        } else {
            run_record(engine, task, record, &context, cut_off).await
        };
        if let Err(failure) = result {
            let (task, kind) = (&task.model.id, failure.kind());
            if matches!(failure, Failure::Recursion { .. }) {
                tracing::error!(%task, message_id, attempt, kind, reason = %failure, "record is in the dead-letter queue");
                continue;
            }
            tracing::error!(%task, message_id, attempt, kind, reason = %failure, "record failed");
            failed.push(json!({ "itemIdentifier": message_id }));
            broken_groups.extend(group);
        }
    }
    Ok(json!({ "batchItemFailures": failed }))
}

/// Runs a handler on one record. Returns what the handler did. Too deep a recursion is an error too, but the message
/// is in the dead-letter queue then, and must not be received again.
pub(crate) async fn run_record(
    engine: &Engine,
    task: &Entry,
    record: Value,
    context: &Context,
    cut_off: Option<Instant>,
) -> Result<Value, Failure> {
    let mut message = None;
    let (mut invocation_id, mut hops) = (None, 0);
    if matches!(task.model.trigger, Trigger::ManagedSqs) {
        let body = record["body"].as_str().ok_or(MessageError::NoBody)?;
        let envelope = Envelope::from_body(body)?;
        hops = envelope.hops;
        if let Some(bound) = task.model.recursion
            && hops > bound
        {
            let failure = Failure::Recursion { hops, bound };
            let letter = dead_letter(&task.model.id, &record, body, context, &failure);
            engine.transport().send_dead_letter(&letter).await.map_err(Failure::DeadLetter)?;
            return Err(failure);
        }
        hops = hops.saturating_add(1);
        invocation_id = Some(envelope.invocation_id.clone());
        message = Some(envelope.receive(engine.transport()).await?);
    }
    let stored = message.as_ref().and_then(|message| message.envelope.s3_payload_key.clone());
    let invocation_id = invocation_id.unwrap_or_else(|| engine.transport().new_invocation_id());
    let sender = engine.sender(task, context, invocation_id, hops);
    let (model, context) = (Arc::clone(&task.model), context.clone());
    let invocation = Invocation::new(Parts { task: model, raw: record, context, message, sender });
    let value = guarded(task.service.run(invocation), cut_off).await?;
    if let Some(key) = stored {
        // The work is done: a payload that stays behind is no reason to do it again.
        if let Err(error) = engine.transport().delete_payload(&key).await {
            tracing::warn!(task = %task.model.id, key, %error, "payload was not deleted");
        }
    }
    Ok(value)
}

/// A message on its way to the dead-letter queue, and why. A payload in the bucket stays there for it.
fn dead_letter(task: &TaskId, record: &Value, body: &str, context: &Context, failure: &Failure) -> OutgoingMessage {
    let attributes = [
        ("AsyncLambdaTaskId", task.to_string()),
        ("AsyncLambdaMessageId", record["messageId"].as_str().unwrap_or_default().to_owned()),
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

/// The group whose order a FIFO queue keeps. (A standard queue may have groups too; they are about fairness.)
fn fifo_group(record: &Value) -> Option<&str> {
    let is_fifo = record["eventSourceARN"].as_str().is_some_and(|arn| arn.ends_with(".fifo"));
    record["attributes"]["MessageGroupId"].as_str().filter(|_| is_fifo)
}
