//! A message, and where it is.

use std::{collections::BTreeMap, sync::Arc};

use serde::{Deserialize, Serialize};

use super::QueueId;
use crate::time::Millis;

/// Numbers messages over all queues, in the order in which they came into their queue: a move gives a new one.
pub type Seq = u64;

/// A message group, of a FIFO queue or a fair one.
pub type Group = Arc<str>;

/// A message in a queue.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Message {
    /// Its place in the queue.
    pub seq: Seq,
    /// The first `seq` that it had, of which its `MessageId` is made. It stays on the way to a dead-letter queue.
    pub id: Seq,
    /// The body. A store writes it apart from the rest.
    #[serde(skip, default = "empty")]
    pub body: Arc<str>,
    /// Attributes, the sender's and SQS's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub attributes: Option<Arc<Attributes>>,
    /// `MessageGroupId`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub group: Option<Group>,
    /// `MessageDeduplicationId`, of a FIFO queue.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub deduplication: Option<Arc<str>>,
    /// The time at which it was sent. It stays on the way from a standard queue to its dead-letter queue.
    pub sent: Millis,
    /// The time of its first receive; 0 for never.
    pub first_received: Millis,
    /// The time of its last receive, from which the 12 hours count that it can stay hidden.
    pub received: Millis,
    /// The number of its receives from this queue, which is what the redrive policy counts.
    pub receives: u32,
    /// The number of its receives from the queues before this one, whose dead letter it is.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub earlier_receives: u32,
    /// The number in the newest receipt. Unlike `receives` it never goes back.
    pub receipt: u32,
    /// The queue whose dead letter it is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source: Option<QueueId>,
    /// Its place.
    pub place: Place,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde passes a reference")]
fn is_zero(count: &u32) -> bool {
    *count == 0
}

fn empty() -> Arc<str> {
    Arc::from("")
}

/// Whether a message can be received.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Place {
    /// It can be received.
    Ready,
    /// It can be received from that time on.
    Delayed(Millis),
    /// It was received, and comes again at that time.
    InFlight(Millis),
}

/// The attributes of a message.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Attributes {
    /// The sender's.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub named: BTreeMap<String, Attribute>,
    /// `AWSTraceHeader`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub trace_header: Option<String>,
    /// The run of a task that sent it, where that is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sender: Option<u64>,
}

/// An attribute of a message.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Attribute {
    /// `String`, `Number` or `Binary`, and what may follow a dot.
    pub data_type: String,
    /// The value; of a binary attribute in base64.
    pub value: String,
}

impl Attribute {
    /// An attribute of the type `String`.
    pub fn string(value: impl Into<String>) -> Attribute {
        Attribute { data_type: "String".to_owned(), value: value.into() }
    }

    /// The size of the value in bytes.
    fn size(&self) -> usize {
        if !self.is_binary() {
            return self.value.len();
        }
        let padding = self.value.bytes().rev().take_while(|byte| *byte == b'=').count();
        (self.value.len() - padding) * 3 / 4
    }

    /// Whether the value is in base64.
    pub fn is_binary(&self) -> bool {
        self.data_type == "Binary" || self.data_type.starts_with("Binary.")
    }
}

/// A message to send.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct NewMessage {
    /// The body.
    pub body: Arc<str>,
    /// Attributes.
    pub attributes: Option<Arc<Attributes>>,
    /// The time for which the queue keeps it to itself; `None` for the delay of the queue.
    pub delay: Option<Millis>,
    /// `MessageGroupId`.
    pub group: Option<Group>,
    /// `MessageDeduplicationId`; a FIFO queue needs one.
    pub deduplication: Option<Arc<str>>,
}

impl NewMessage {
    /// A message with nothing but a body.
    pub fn new(body: impl Into<Arc<str>>) -> NewMessage {
        NewMessage { body: body.into(), attributes: None, delay: None, group: None, deduplication: None }
    }

    /// The bytes that count against SQS's limit.
    pub fn size(&self) -> usize {
        let named = self.attributes.iter().flat_map(|attributes| &attributes.named);
        let size = |(name, attribute): (&String, &Attribute)| name.len() + attribute.data_type.len() + attribute.size();
        self.body.len() + named.map(size).sum::<usize>()
    }
}

/// One receipt of a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Receipt {
    /// The message.
    pub seq: Seq,
    /// The number of the receipt.
    pub number: u32,
}

impl Message {
    /// The receipt of its newest receive.
    pub fn receipt(&self) -> Receipt {
        Receipt { seq: self.seq, number: self.receipt }
    }

    /// Its `MessageId`.
    pub fn message_id(&self, seed: u64) -> String {
        message_id(seed, self.id)
    }

    /// The number of its receives "across all queues", as SQS counts it for its receivers.
    pub fn all_receives(&self) -> u32 {
        self.earlier_receives.saturating_add(self.receives)
    }

    /// The sender's attributes.
    pub fn named(&self) -> impl Iterator<Item = (&String, &Attribute)> {
        self.attributes.iter().flat_map(|attributes| &attributes.named)
    }

    /// The run that sent it, where that is known.
    pub fn sender(&self) -> Option<u64> {
        self.attributes.as_ref().and_then(|attributes| attributes.sender)
    }
}

/// A `MessageId`: a UUID of a number, different for different seeds.
pub fn message_id(seed: u64, id: Seq) -> String {
    let high = mix(seed ^ mix(id.wrapping_add(0x9e37_79b9_7f4a_7c15)));
    let low = mix(high.wrapping_add(id));
    // As a random UUID has them: version 4, variant 1.
    let (third, fourth) = (high & 0x0fff | 0x4000, low >> 48 & 0x3fff | 0x8000);
    format!("{:08x}-{:04x}-{third:04x}-{fourth:04x}-{:012x}", high >> 32, high >> 16 & 0xffff, low & 0xffff_ffff_ffff)
}

/// The mixing step of SplitMix64: a bijection that scatters.
pub(crate) fn mix(mut value: u64) -> u64 {
    value = (value ^ value >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    value = (value ^ value >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
    value ^ value >> 31
}

impl Receipt {
    /// The `ReceiptHandle` in a queue.
    pub fn handle(self, queue: QueueId) -> String {
        format!("local-{queue}-{}-{}", self.seq, self.number)
    }

    /// Reads a `ReceiptHandle`.
    pub fn of_handle(handle: &str) -> Option<(QueueId, Receipt)> {
        let mut parts = handle.strip_prefix("local-")?.split('-');
        let (queue, seq, number) = (parts.next()?, parts.next()?, parts.next()?);
        let receipt = Receipt { seq: seq.parse().ok()?, number: number.parse().ok()? };
        if parts.next().is_some() { None } else { Some((queue.parse().ok()?, receipt)) }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn message_ids_look_like_random_uuids() {
        let ids: BTreeSet<String> = (0..10_000).map(|id| message_id(7, id)).collect();
        assert_eq!(ids.len(), 10_000);
        for id in &ids {
            let bytes = id.as_bytes();
            assert!(id.len() == 36 && bytes[14] == b'4' && b"89ab".contains(&bytes[19]), "{id}");
        }
        assert_ne!(message_id(7, 1), message_id(8, 1));
    }

    #[test]
    fn receipt_handles_are_read_as_they_were_written() {
        let receipt = Receipt { seq: 17, number: 3 };
        assert_eq!(Receipt::of_handle(&receipt.handle(2)), Some((2, receipt)));
        for wrong in ["", "x", "local-1-2", "local-1-2-3-4", "local-a-2-3", "local-70000-2-3"] {
            assert_eq!(Receipt::of_handle(wrong), None, "{wrong}");
        }
    }
}
