//! Queues with the semantics of SQS, as a pure state machine: no clock, no randomness, no I/O, nothing asynchronous.
//!
//! [`Broker::apply`] gets the time and a command, and gives a reply and a list of [`Change`]s. A store writes those, and
//! [`Broker::restore`] makes the same state of them.

mod broker;
mod command;
mod later;
mod message;
mod moves;
mod state;

pub use broker::Broker;
pub use command::{Change, Command, Refusal, Reply, Why};
pub use later::Later;
pub(crate) use message::mix;
pub use message::{Attribute, Attributes, Group, Message, NewMessage, Place, Receipt, Seq, message_id};
pub use state::{Counts, Queue, QueueConfig};

/// The number of a queue, in the order in which they were added.
pub type QueueId = u16;

/// The time for which a FIFO queue knows a deduplication id: 5 minutes.
pub const DEDUPLICATION_MILLIS: u64 = 300_000;
/// The time for which a message can stay hidden, from its receipt on: 12 hours.
pub const MAX_VISIBILITY_MILLIS: u64 = 43_200_000;
/// The most messages of a queue in flight: 120,000.
pub const MAX_IN_FLIGHT: usize = 120_000;
/// The largest message, with its attributes, in bytes: 1 MiB.
pub const MAX_MESSAGE_BYTES: usize = 1_048_576;
