//! The choices about a message besides its payload, and the settings that become of them.

use async_lambda_model::{Delay, IntoBounded, Lane, OutOfRange, TaskId};

use super::{SendFailure, Sender};
use crate::lane::{self, NoSuchLane};

/// The longest message group and the longest deduplication id, in characters.
const MAX_ID: usize = 128;

/// The choices of the code about a message; checked when it is sent.
#[derive(Clone, Debug)]
pub(crate) struct Choices {
    delay: Result<Delay, OutOfRange>,
    lane: Option<Result<Lane, OutOfRange>>,
    group: Option<String>,
    deduplication: Option<Deduplication>,
    /// Whether it was written with another `Invoke` than the one that sends it.
    is_of_another: bool,
}

/// The deduplication of a message to a FIFO queue.
#[derive(Clone, Debug)]
enum Deduplication {
    /// Nothing: each message is another, however often it is tried.
    New,
    /// An id of the sender's own.
    Id(String),
}

/// The settings of a message that can be sent.
#[derive(Clone, Debug, Default)]
pub(crate) struct Settings {
    pub(crate) delay_secs: u16,
    pub(crate) lane: u32,
    pub(crate) group: Option<String>,
    pub(crate) deduplication_id: Option<String>,
}

impl Default for Choices {
    fn default() -> Choices {
        let delay = Ok(const { Delay::of::<0>() });
        Choices { delay, lane: None, group: None, deduplication: None, is_of_another: false }
    }
}

impl Choices {
    pub(crate) fn delay(&mut self, delay: impl IntoBounded<Delay>) {
        self.delay = delay.into_bounded();
    }

    pub(crate) fn lane(&mut self, lane: impl IntoBounded<Lane>) {
        self.lane = Some(lane.into_bounded());
    }

    pub(crate) fn group(&mut self, group: impl Into<String>) {
        self.group = Some(group.into());
    }

    /// The choices for a message to a FIFO queue.
    pub(crate) fn in_order(group: String) -> Choices {
        Choices { group: Some(group), deduplication: Some(Deduplication::New), ..Choices::default() }
    }

    pub(crate) fn deduplication_id(&mut self, id: impl Into<String>) {
        self.deduplication = Some(Deduplication::Id(id.into()));
    }

    pub(crate) fn of_another(&mut self) {
        self.is_of_another = true;
    }

    /// The settings of a message to a task. A lane that the task does not have, and that was asked for, is told to
    /// `missing`.
    pub(super) fn settings(
        self,
        sender: &Sender,
        task: &TaskId,
        missing: &mut Vec<NoSuchLane>,
    ) -> Result<Settings, SendFailure> {
        if self.is_of_another {
            return Err(SendFailure::OfAnother { task: task.clone() });
        }
        let out_of_range = |source| SendFailure::Lane { task: task.clone(), source };
        let delay = self.delay.map_err(|source| SendFailure::Delay { task: task.clone(), source })?;
        let asked = self.lane.transpose().map_err(out_of_range)?;
        let lane = match &sender.lanes {
            Some(lanes) => lanes.choose(task, asked, sender.lane).unwrap_or_else(|no_such_lane| {
                if !missing.contains(&no_such_lane) {
                    missing.push(no_such_lane);
                }
                0
            }),
            // Outside of the application, nobody knows how many lanes there are.
            None => asked.map(lane::number).unwrap_or_default(),
        };
        let group = match self.group {
            Some(group) if !is_id(&group) => return Err(SendFailure::Group { task: task.clone(), group }),
            Some(group) => Some(group),
            None => sender.group.clone(),
        };
        let deduplication_id = match self.deduplication {
            Some(Deduplication::Id(id)) if !is_id(&id) => {
                return Err(SendFailure::DeduplicationId { task: task.clone(), id });
            }
            Some(Deduplication::Id(id)) => Some(id),
            Some(Deduplication::New) => Some(sender.transport.new_invocation_id()),
            None => None,
        };
        let delay_secs = u16::try_from(delay.get()).unwrap_or(u16::MAX);
        Ok(Settings { delay_secs, lane, group, deduplication_id })
    }
}

/// Says in the log which lanes a task does not have.
pub(super) fn warn_of(task: &TaskId, missing: &[NoSuchLane]) {
    for NoSuchLane { lane, lanes } in missing {
        tracing::warn!(destination = %task, lane, lanes, "messages go to lane 0, the task has no such lane");
    }
}

/// SQS's rule for a message group, and for a deduplication id.
fn is_id(text: &str) -> bool {
    (1..=MAX_ID).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_graphic())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn groups_follow_the_rule_of_sqs() {
        let (longest, too_long) = ("x".repeat(128), "x".repeat(129));
        for (text, expected) in [
            ("customer-7", true),
            ("!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~", true),
            (&longest, true),
            (&too_long, false),
            ("", false),
            ("a b", false),
            ("ü", false),
            ("a\n", false),
        ] {
            assert_eq!(is_id(text), expected, "{text}");
        }
    }
}
