//! Payloads as batches, made one at a time, so that no more of them is in memory than is on its way.

use std::vec;

use async_lambda_model::TaskId;
use serde::Serialize;

use super::{Choices, SendFailure, Sender, Settings, Unsent, choices};
use crate::{
    envelope::{Envelope, MAX_MESSAGE_BYTES, encoded_len, envelope},
    transport::OutgoingMessage,
};

/// SQS's limit on the messages of one call.
const MAX_ENTRIES: usize = 10;

/// Bytes of payloads that one batch takes to the bucket; a larger payload stands alone.
const MAX_STORED: usize = 16 << 20;

/// Bytes of a message whose payload is in the bucket, besides its envelope: S3's longest key.
const KEY: usize = 1024;

/// A message, but for the key of its payload.
#[derive(Debug)]
pub(super) struct Draft {
    /// Its index among those that were given.
    pub(super) index: usize,
    pub(super) content: Content,
}

#[derive(Debug)]
pub(super) enum Content {
    Inline(OutgoingMessage),
    /// The payload goes to the bucket first.
    Stored(Envelope, String, Settings),
}

/// The messages of one call, all to one lane.
#[derive(Debug, Default)]
pub(super) struct Batch {
    pub(super) drafts: Vec<Draft>,
    /// The bytes of the messages that count against SQS's limit.
    size: usize,
    /// Bytes of payloads that go to the bucket.
    stored: usize,
}

impl Draft {
    fn sizes(&self) -> (usize, usize) {
        match &self.content {
            Content::Inline(message) => (message.size(), 0),
            Content::Stored(_, payload, _) => (KEY, payload.len()),
        }
    }

    fn lane(&self) -> u32 {
        match &self.content {
            Content::Inline(message) => message.lane,
            Content::Stored(_, _, settings) => settings.lane,
        }
    }

    /// The group whose order a FIFO queue keeps.
    pub(super) fn fifo_group(&self) -> Option<&str> {
        let (group, deduplication_id) = match &self.content {
            Content::Inline(message) => (&message.group, &message.deduplication_id),
            Content::Stored(_, _, settings) => (&settings.group, &settings.deduplication_id),
        };
        group.as_deref().filter(|_| deduplication_id.is_some())
    }
}

impl Batch {
    /// Bytes that it keeps in memory.
    pub(super) fn bytes(&self) -> usize {
        self.size + self.stored
    }

    /// The number of payloads that go to the bucket.
    pub(super) fn uploads(&self) -> usize {
        self.drafts.iter().filter(|draft| matches!(draft.content, Content::Stored(..))).count()
    }

    fn takes(&self, draft: &Draft) -> bool {
        let (size, stored) = draft.sizes();
        let Some(first) = self.drafts.first() else { return true };
        // A later message of a group must not be there when an earlier one of the same call is not.
        let group = draft.fifo_group();
        if group.is_some() && self.drafts.iter().any(|known| known.fifo_group() == group) {
            return false;
        }
        first.lane() == draft.lane()
            && self.drafts.len() < MAX_ENTRIES
            && self.size + size <= MAX_MESSAGE_BYTES
            && self.stored + stored <= MAX_STORED
    }

    fn push(&mut self, draft: Draft) {
        let (size, stored) = draft.sizes();
        self.size += size;
        self.stored += stored;
        self.drafts.push(draft);
    }
}

/// Payloads of one type, each of which is encoded once. The code that sends them is the same for all types, and compiled once.
pub(super) trait Payloads: Send {
    /// The payload of an index as JSON.
    fn encode(&mut self, index: usize) -> Result<String, serde_json::Error>;
}

impl<P: Serialize + Send> Payloads for Vec<Option<P>> {
    fn encode(&mut self, index: usize) -> Result<String, serde_json::Error> {
        serde_json::to_string(&self.get_mut(index).and_then(Option::take))
    }
}

/// The choices about messages, and their payloads.
pub(super) fn parted<P: Serialize + Send + 'static>(
    messages: impl IntoIterator<Item = (P, Choices)>,
) -> (Vec<Choices>, Box<dyn Payloads>) {
    let (mut all, mut payloads) = (Vec::new(), Vec::new());
    for (payload, choices) in messages {
        payloads.push(Some(payload));
        all.push(choices);
    }
    (all, Box::new(payloads))
}

/// Makes batches of payloads: lane by lane, each in order.
pub(super) struct Plan<'a> {
    sender: &'a Sender,
    task: &'a TaskId,
    payloads: Box<dyn Payloads>,
    /// Each message by its index among those that were given.
    messages: vec::IntoIter<(usize, Settings)>,
    /// The first message of the next batch.
    next: Option<Draft>,
    /// Messages that cannot be sent.
    pub(super) unsent: Vec<Unsent>,
}

impl<'a> Plan<'a> {
    pub(super) fn new(
        sender: &'a Sender,
        task: &'a TaskId,
        (choices, payloads): (Vec<Choices>, Box<dyn Payloads>),
    ) -> Plan<'a> {
        let (mut messages, mut unsent, mut missing) = (Vec::new(), Vec::new(), Vec::new());
        for (index, choices) in choices.into_iter().enumerate() {
            match choices.settings(sender, task, &mut missing) {
                Ok(settings) => messages.push((index, settings)),
                Err(reason) => unsent.push(Unsent { index, reason }),
            }
        }
        choices::warn_of(task, &missing);
        // A call goes to one queue. The sort is stable.
        messages.sort_by_key(|(_, settings)| settings.lane);
        Plan { sender, task, payloads, messages: messages.into_iter(), next: None, unsent }
    }

    /// The next batch, if there are more messages.
    pub(super) fn batch(&mut self) -> Option<Batch> {
        let mut batch = Batch::default();
        while let Some(draft) = self.next.take().or_else(|| self.draft()) {
            if !batch.takes(&draft) {
                self.next = Some(draft);
                break;
            }
            batch.push(draft);
        }
        (!batch.drafts.is_empty()).then_some(batch)
    }

    /// The indices of all messages that are in no batch yet.
    pub(super) fn rest(&mut self) -> Vec<usize> {
        let next = self.next.take().map(|draft| draft.index);
        next.into_iter().chain(self.messages.by_ref().map(|(index, _)| index)).collect()
    }

    fn draft(&mut self) -> Option<Draft> {
        loop {
            let (index, settings) = self.messages.next()?;
            // With a raised limit, what is around the payload may be what makes a message too large.
            let fits = |message: &OutgoingMessage| message.size() <= MAX_MESSAGE_BYTES;
            let payload = self.payloads.encode(index);
            match payload.and_then(|payload| content(self.sender, self.task, payload, settings, &fits)) {
                Ok(Content::Stored(_, payload, _)) if self.sender.external.is_some() => {
                    let reason = SendFailure::TooLarge { task: self.task.clone(), bytes: payload.len() };
                    self.unsent.push(Unsent { index, reason });
                }
                Ok(content) => return Some(Draft { index, content }),
                Err(source) => {
                    let error = SendFailure::Encode { task: self.task.clone(), source };
                    self.unsent.push(Unsent { index, reason: error });
                }
            }
        }
    }
}

/// A message with its payload, or without it where it does not fit.
pub(super) fn content(
    sender: &Sender,
    task: &TaskId,
    payload: String,
    settings: Settings,
    fits: &dyn Fn(&OutgoingMessage) -> bool,
) -> Result<Content, serde_json::Error> {
    let new_id;
    let invocation_id = match &sender.invocation_id {
        Some(id) => id,
        None => {
            new_id = sender.transport.new_invocation_id();
            &new_id
        }
    };
    let mut envelope = envelope(sender.source.as_ref(), task.as_str(), invocation_id, sender.hops);
    if let Some(application) = sender.external {
        envelope.destination_task_id = format!("{application}-{task}");
        envelope.source_app.clone_from(&sender.application);
    }
    if encoded_len(&payload) >= sender.inline_limit {
        return Ok(Content::Stored(envelope, payload, settings));
    }
    envelope.payload = Some(payload);
    let message = sender.outgoing(envelope.to_body()?, settings.clone());
    if fits(&message) {
        return Ok(Content::Inline(message));
    }
    let payload = envelope.payload.take().unwrap_or_default();
    Ok(Content::Stored(envelope, payload, settings))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn draft(index: usize, size: usize) -> Draft {
        let content = if size > MAX_MESSAGE_BYTES {
            Content::Stored(envelope(None, "Mail", "i", 0), "x".repeat(size), Settings::default())
        } else {
            Content::Inline(OutgoingMessage::new("x".repeat(size)))
        };
        Draft { index, content }
    }

    proptest! {
        #[test]
        fn batches_keep_the_limits(
            sizes in prop::collection::vec(
                prop_oneof![0..2_000_usize, 100_000..=MAX_MESSAGE_BYTES, 1_100_000..9_000_000_usize], 0..40,
            ),
        ) {
            let mut batches = vec![Batch::default()];
            for (index, size) in sizes.iter().enumerate() {
                let draft = draft(index, *size);
                if !batches.last().unwrap().takes(&draft) {
                    batches.push(Batch::default());
                }
                batches.last_mut().unwrap().push(draft);
            }
            let all: Vec<usize> = batches.iter().flat_map(|batch| &batch.drafts).map(|draft| draft.index).collect();
            prop_assert_eq!(all, (0..sizes.len()).collect::<Vec<_>>());
            for batch in &batches {
                prop_assert!(batch.drafts.len() <= MAX_ENTRIES);
                prop_assert!(batch.size <= MAX_MESSAGE_BYTES);
                prop_assert!(batch.stored <= MAX_STORED);
            }
            // None is split without need.
            for pair in batches.windows(2) {
                prop_assert!(!pair[0].takes(&pair[1].drafts[0]));
            }
        }
    }
}
