//! Commands for queues, their replies, and the changes that commands make.

use serde::{Deserialize, Serialize};

use super::{Later, Message, NewMessage, Place, QueueId, Receipt, Seq};
use crate::time::Millis;

/// A command for a queue.
#[derive(Clone, Debug, PartialEq)]
pub enum Command {
    /// Takes a message in.
    Send(NewMessage),
    /// Gives at most `max` messages, and hides them: for as long as `visibility` says, or else the queue.
    Receive {
        /// The most messages to give: 1 or more.
        max: usize,
        /// The time for which they are hidden.
        visibility: Option<Millis>,
    },
    /// Deletes a message that was received.
    Delete(Receipt),
    /// Hides a message that was received, for this time from now on; 0 gives it back.
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
        /// The messages; `None` for all.
        only: Option<Vec<Seq>>,
        /// The most messages to move.
        max: usize,
    },
}

/// A reply of a queue.
#[derive(Clone, Debug, PartialEq)]
pub enum Reply {
    /// The message is in the queue; the number is that of its `MessageId`. It may be an earlier one with the same
    /// deduplication id.
    Sent(Seq),
    /// The messages, as they are now.
    Messages(Vec<Message>),
    /// It is done.
    Done,
    /// The number of messages that were moved or removed.
    Moved(usize),
    /// It is not done.
    Refused(Refusal),
}

/// The reason why a queue refuses a command.
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
    /// A message to a FIFO queue without a deduplication id, where the queue does not make one of its body.
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

/// The reason why a message left a queue.
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

/// A change, as a store writes it. Everything else of the state follows from the changes, and from the time.
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
        /// The number of its receives.
        receives: u32,
        /// The number of the newest receipt.
        receipt: u32,
        /// The time of its first receive.
        first_received: Millis,
        /// The time of its last receive.
        received: Millis,
        /// Its place.
        place: Place,
    },
    /// A message left a queue.
    Remove {
        /// The queue.
        queue: QueueId,
        /// The message.
        seq: Seq,
        /// The reason.
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
        /// The time until which it knows it.
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
