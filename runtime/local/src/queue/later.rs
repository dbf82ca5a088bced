//! Messages for a later time than a queue keeps them: EventBridge Scheduler's part.

use serde::{Deserialize, Serialize};

use super::{NewMessage, QueueId};
use crate::time::Millis;

/// A message that is sent to a queue at a time.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Later {
    /// The name of the schedule: unique among those that have not fired.
    pub name: String,
    /// The time at which it is sent.
    pub at: Millis,
    /// The queue that it is sent to.
    pub queue: QueueId,
    /// The same for all attempts of one call.
    pub token: String,
    /// The message.
    pub message: NewMessage,
}
