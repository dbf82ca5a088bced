//! Messages for a later time than a queue keeps them: EventBridge Scheduler's part.

use serde::{Deserialize, Serialize};

use super::{NewMessage, QueueId};
use crate::time::Millis;

/// A message that is sent to a queue at a time.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Later {
    /// The name of the schedule: unique among those that have not fired.
    pub name: String,
    /// When it is sent.
    pub at: Millis,
    /// Where to.
    pub queue: QueueId,
    /// The same for all attempts of one call.
    pub token: String,
    /// What is sent.
    pub message: NewMessage,
}
