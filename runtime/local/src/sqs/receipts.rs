//! Operations on a message that was received: `DeleteMessage`, `ChangeMessageVisibility`, and both in batches.

use serde::Deserialize;
use serde_json::{Value, json};

use super::{
    Endpoint, MAX_VISIBILITY,
    batch::{self, Batch, Entry},
    error::{Kind, Problem},
    validate,
};
use crate::queue::{Command, QueueId, Receipt, Refusal, Reply};

/// A message to delete, alone or in a batch.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Delete {
    queue_url: Option<String>,
    id: Option<String>,
    receipt_handle: Option<String>,
}

/// A message to hide, alone or in a batch.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Hide {
    queue_url: Option<String>,
    id: Option<String>,
    receipt_handle: Option<String>,
    visibility_timeout: Option<i64>,
}

impl Entry for Delete {
    const SHAPE: &'static str = "DeleteMessageBatchRequestEntry";

    fn id(&self) -> Option<&str> {
        self.id.as_deref()
    }
}

impl Entry for Hide {
    const SHAPE: &'static str = "ChangeMessageVisibilityBatchRequestEntry";

    fn id(&self) -> Option<&str> {
        self.id.as_deref()
    }
}

impl Endpoint {
    pub(super) fn delete_message(&self, input: &Delete) -> Result<Value, Problem> {
        self.delete(self.queue(input.queue_url.as_deref())?, input)
    }

    pub(super) fn delete_message_batch(&self, input: Batch<Delete>) -> Result<Value, Problem> {
        let queue = self.queue(input.queue_url.as_deref())?;
        let entries = input.entries()?;
        Ok(batch::answer(entries.into_iter().map(|(id, entry)| (id, self.delete(queue, &entry)))))
    }

    pub(super) fn change_message_visibility(&self, input: &Hide) -> Result<Value, Problem> {
        self.hide(self.queue(input.queue_url.as_deref())?, input)
    }

    pub(super) fn change_message_visibility_batch(&self, input: Batch<Hide>) -> Result<Value, Problem> {
        let queue = self.queue(input.queue_url.as_deref())?;
        let entries = input.entries()?;
        Ok(batch::answer(entries.into_iter().map(|(id, entry)| (id, self.hide(queue, &entry)))))
    }

    fn delete(&self, queue: QueueId, input: &Delete) -> Result<Value, Problem> {
        let (handle, receipt) = receipt(queue, input.receipt_handle.as_deref())?;
        self.done(queue, Command::Delete(receipt), |refusal| Problem::refused(refusal, handle))
    }

    fn hide(&self, queue: QueueId, input: &Hide) -> Result<Value, Problem> {
        let timeout = validate::seconds(input.visibility_timeout, MAX_VISIBILITY, "VisibilityTimeout")?
            .ok_or_else(|| Problem::missing("VisibilityTimeout"))?;
        let (handle, receipt) = receipt(queue, input.receipt_handle.as_deref())?;
        self.done(queue, Command::ChangeVisibility(receipt, timeout), |refusal| match refusal {
            Refusal::BeyondTwelveHours => Problem::refused(refusal, &(timeout / 1000).to_string()),
            _ => Problem::refused(refusal, handle),
        })
    }

    fn done(
        &self,
        queue: QueueId,
        command: Command,
        problem: impl FnOnce(Refusal) -> Problem,
    ) -> Result<Value, Problem> {
        match self.cloud.apply(queue, command)? {
            Reply::Refused(refusal) => Err(problem(refusal)),
            _ => Ok(json!({})),
        }
    }
}

fn receipt(queue: QueueId, handle: Option<&str>) -> Result<(&str, Receipt), Problem> {
    let handle = validate::required(handle, "ReceiptHandle")?;
    let receipt = Receipt::of_handle(handle).filter(|(of, _)| *of == queue).map(|(_, receipt)| receipt);
    let message = || format!("The input receipt handle \"{handle}\" is not a valid receipt handle.");
    Ok((handle, receipt.ok_or_else(|| Problem::new(Kind::ReceiptHandleIsInvalid, message()))?))
}
