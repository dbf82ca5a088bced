//! What a queue is asked to do, what it says, and what changes.

use serde::{Deserialize, Serialize};

use super::{Later, Message, NewMessage, Place, QueueId, Receipt, Seq};
use crate::time::Millis;

/// What a queue is asked to do.
#[derive(Clone, Debug, PartialEq)]
pub enum Command {
    /// Takes a message in.
    Send(NewMessage),
    /// Gives at most so many messages, and hides them: for as long as `visibility` says, or the queue.
    Receive {
        /// How many: 1 or more.
        max: usize,
        /// For how long they are hidden.
        visibility: Option<Millis>,
    },
    /// Deletes a message that was received.
    Delete(Receipt),
    /// Hides a message that was received for so long from now on; 0 gives it back.
    ChangeVisibility(Receipt, Millis),
    /// Gives all messages in flight back, whose receivers are gone. Their receives still count.
    GiveBack,
    /// Deletes all messages.
    Purge,
    /// Deletes these messages, wherever they are.
    Remove(Vec<Seq>),
    /// Moves messages of a dead-letter queue back to where they came from, or to one queue of the same kind. Those in flight
    /// stay.
    Redrive {
        /// The queue; `None` for where each came from.
        to: Option<QueueId>,
        /// Which of them; `None` for all.
        only: Option<Vec<Seq>>,
        /// How many at most.
        max: usize,
    },
}

/// What a queue says.
#[derive(Clone, Debug, PartialEq)]
pub enum Reply {
    /// The message is in the queue; the number is that of its `MessageId`. It may be an earlier one with the same
    /// deduplication id.
    Sent(Seq),
    /// The messages, as they are now.
    Messages(Vec<Message>),
    /// It is done.
    Done,
    /// So many messages were moved or removed.
    Moved(usize),
    /// It is not done.
    Refused(Refusal),
}

/// Why a queue does not do what it is asked to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// Visibility of a message that is not in flight.
    #[error("message: must be in flight, is not")]
    NotInFlight,
    /// A message that is gone.
    #[error("message: must be in the queue, is gone")]
    NoSuchMessage,
    /// A receipt of a FIFO queue whose visibility timeout is over.
    #[error("receipt handle: must be used within the visibility timeout, has expired")]
    ReceiptExpired,
    /// A message cannot stay hidden for longer than 12 hours.
    #[error("visibility timeout: must end at most 12 hours after the receipt")]
    BeyondTwelveHours,
    /// A message to a FIFO queue without a group.
    #[error("message to a FIFO queue: must have a message group")]
    NoGroup,
    /// A message to a FIFO queue without a deduplication id, where the queue makes none of its body.
    #[error("message to a FIFO queue: must have a deduplication id")]
    NoDeduplication,
    /// A message to a FIFO queue with a delay.
    #[error("message to a FIFO queue: must have no delay of its own")]
    DelayOfFifo,
    /// A message that is too large.
    #[error("message: must have at most 1048576 bytes, has {0}")]
    TooLarge(usize),
    /// A queue with too many messages in flight.
    #[error("queue: must have at most 120000 messages in flight, has as many")]
    OverLimit,
}

/// Why a message left a queue.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Why {
    /// It was deleted by its receipt.
    Deleted,
    /// The queue's retention was over.
    Expired,
    /// The queue was purged, or somebody removed the message by hand.
    Purged,
    /// It is in another queue.
    Moved,
}

/// What changed: what a store writes. Everything else of the state follows from these, and from the time.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Change {
    /// A message came into a queue.
    Put {
        /// The queue.
        queue: QueueId,
        /// The message.
        message: Message,
    },
    /// A message was received, hidden or given back.
    State {
        /// The queue.
        queue: QueueId,
        /// The message.
        seq: Seq,
        /// How often it was received.
        receives: u32,
        /// The number of the newest receipt.
        receipt: u32,
        /// When it was first received.
        first_received: Millis,
        /// When it was last received.
        received: Millis,
        /// Where it is.
        place: Place,
    },
    /// A message left a queue.
    Remove {
        /// The queue.
        queue: QueueId,
        /// The message.
        seq: Seq,
        /// Why.
        why: Why,
    },
    /// A FIFO queue knows a deduplication id. It does so for longer than it has the message.
    Known {
        /// The queue.
        queue: QueueId,
        /// The deduplication id.
        deduplication: std::sync::Arc<str>,
        /// The `id` of the message that had it.
        id: Seq,
        /// Until when.
        until: Millis,
    },
    /// A message waits for a time outside of the queues.
    Schedule(Later),
    /// Such a message has been sent, or was cancelled.
    Unschedule {
        /// The name of its schedule.
        name: String,
    },
    /// The next number of a message: part of a snapshot only.
    Next {
        /// The number.
        seq: Seq,
    },
}
