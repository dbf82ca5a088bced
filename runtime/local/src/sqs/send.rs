//! `SendMessage` and `SendMessageBatch`.

use serde::Deserialize;
use serde_json::{Value, json};

use super::{
    Caller, Endpoint, MAX_BATCH_BYTES,
    batch::{self, Batch, Entry},
    error::Problem,
    validate::{self, AttributeValues},
};
use crate::{
    checksum,
    cloud::CloudError,
    queue::{NewMessage, QueueId, Refusal},
};

/// The longest delay, in seconds.
const MAX_DELAY: u64 = 900;

/// A message, alone or in a batch.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Send {
    queue_url: Option<String>,
    id: Option<String>,
    message_body: Option<String>,
    delay_seconds: Option<i64>,
    message_attributes: Option<AttributeValues>,
    message_system_attributes: Option<AttributeValues>,
    message_group_id: Option<String>,
    message_deduplication_id: Option<String>,
}

impl Entry for Send {
    const SHAPE: &'static str = "SendMessageBatchRequestEntry";

    fn id(&self) -> Option<&str> {
        self.id.as_deref()
    }
}

impl Endpoint {
    pub(super) fn send_message(&self, input: Send, caller: &Caller) -> Result<Value, Problem> {
        let queue = self.queue(input.queue_url.as_deref())?;
        self.send(queue, self.message(queue, input, caller)?)
    }

    pub(super) fn send_message_batch(&self, input: Batch<Send>, caller: &Caller) -> Result<Value, Problem> {
        let queue = self.queue(input.queue_url.as_deref())?;
        let entries = input.entries()?;
        if self.config(queue).fifo {
            // SQS takes nothing of a batch with an entry that lacks one.
            let no_group = entries.iter().any(|(_, entry)| entry.message_group_id.is_none());
            let needs_id = !self.config(queue).content_based_deduplication;
            let no_id = needs_id && entries.iter().any(|(_, entry)| entry.message_deduplication_id.is_none());
            let refusal = [(no_id, Refusal::NoDeduplication), (no_group, Refusal::NoGroup)];
            if let Some((_, refusal)) = refusal.into_iter().find(|(is_so, _)| *is_so) {
                return Err(Problem::refused(refusal, ""));
            }
        }
        let messages: Vec<_> =
            entries.into_iter().map(|(id, entry)| (id, self.message(queue, entry, caller))).collect();
        let size: usize = messages.iter().filter_map(|(_, message)| Some(message.as_ref().ok()?.size())).sum();
        if size > MAX_BATCH_BYTES {
            return Err(Problem::batch_too_long(size));
        }
        let results =
            messages.into_iter().map(|(id, message)| (id, message.and_then(|message| self.send(queue, message))));
        Ok(batch::answer(results))
    }

    fn message(&self, queue: QueueId, input: Send, caller: &Caller) -> Result<NewMessage, Problem> {
        let config = self.config(queue);
        let body = validate::body(input.message_body.as_deref())?;
        let attributes = validate::attributes(input.message_attributes, input.message_system_attributes, caller.run)?;
        let delay = validate::seconds(input.delay_seconds, MAX_DELAY, "DelaySeconds")?;
        let group = validate::id(input.message_group_id.as_deref(), "MessageGroupId")?;
        let mut deduplication = validate::id(input.message_deduplication_id.as_deref(), "MessageDeduplicationId")?;
        if let Some(id) = deduplication.as_deref().filter(|_| !config.fifo) {
            return Err(Problem::queue_type(id, "MessageDeduplicationId"));
        }
        if deduplication.is_none() && config.fifo && config.content_based_deduplication {
            deduplication = Some(checksum::sha256(body.as_bytes()).into());
        }
        Ok(NewMessage { body: body.into(), attributes, delay, group, deduplication })
    }

    fn send(&self, queue: QueueId, message: NewMessage) -> Result<Value, Problem> {
        let delay = message.delay.unwrap_or_default() / 1000;
        let mut answer = json!({ "MD5OfMessageBody": checksum::md5(message.body.as_bytes()) });
        let named = message.attributes.iter().flat_map(|attributes| &attributes.named);
        if let Some(md5) = checksum::md5_of_attributes(named) {
            answer["MD5OfMessageAttributes"] = md5.into();
        }
        let id = self.cloud.send(queue, message).map_err(|error| match error {
            CloudError::Refused(refusal) => Problem::refused(refusal, &delay.to_string()),
            CloudError::Stopped(stopped) => stopped.into(),
        })?;
        answer["MessageId"] = self.cloud.message_id(id).into();
        if self.config(queue).fifo {
            answer["SequenceNumber"] = format!("{id:020}").into();
        }
        Ok(answer)
    }
}
