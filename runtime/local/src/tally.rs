//! Counts of what happened since the program started, to be shown while they change.

use std::collections::VecDeque;

use async_lambda_model::TaskId;

use crate::{queue::QueueId, sorted::Sorted, time::Millis};

/// The length of a slot of a [`Pace`].
pub const SLOT: Millis = 10_000;
/// The number of slots of a pace: 10 minutes.
pub const SLOTS: usize = 60;

/// Counts of an application's tasks and queues.
#[derive(Debug, Default)]
pub struct Tally {
    tasks: Sorted<TaskId, TaskTally>,
    queues: Sorted<QueueId, QueueTally>,
    sends: Sorted<(TaskId, QueueId), u64>,
    calls: Sorted<(TaskId, TaskId), u64>,
}

/// Counts of a task.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct TaskTally {
    /// Runs that have not ended.
    pub running: usize,
    /// Runs that have ended.
    pub runs: u64,
    /// Runs that failed, or of which a message failed.
    pub failed: u64,
    /// The time that they took together, in milliseconds of real time.
    pub millis: f64,
}

/// Counts of a queue.
#[derive(Clone, Debug, Default)]
pub struct QueueTally {
    /// Messages that came in; those that came back from a dead-letter queue count again.
    pub sent: u64,
    /// Messages that were handled and deleted.
    pub done: u64,
    /// Messages of it that are in a dead-letter queue now.
    pub dead: usize,
    /// The pace of its handled messages.
    pub pace: Pace,
}

/// The number of times that something happened, in slots of [`SLOT`] milliseconds.
#[derive(Clone, Debug, Default)]
pub struct Pace {
    newest: u64,
    /// The last is the newest.
    slots: VecDeque<u32>,
}

impl Pace {
    /// Counts that it happened.
    pub fn add(&mut self, at: Millis) {
        self.move_to(at / SLOT);
        if let Some(newest) = self.slots.back_mut() {
            *newest = newest.saturating_add(1);
        }
    }

    fn move_to(&mut self, slot: u64) {
        if self.slots.is_empty() {
            self.newest = slot;
            self.slots.push_back(0);
        }
        let more = usize::try_from(slot.saturating_sub(self.newest)).unwrap_or(SLOTS).min(SLOTS);
        self.slots.extend(std::iter::repeat_n(0, more));
        self.newest = self.newest.max(slot);
        while self.slots.len() > SLOTS {
            self.slots.pop_front();
        }
    }

    /// The slots until now, the last the newest.
    pub fn until(&self, now: Millis) -> Vec<u32> {
        let mut moved = self.clone();
        if !moved.slots.is_empty() {
            moved.move_to(now / SLOT);
        }
        let missing = SLOTS - moved.slots.len();
        std::iter::repeat_n(0, missing).chain(moved.slots).collect()
    }

    /// The count of the last minute, or of the part of it that has slots.
    pub fn last_minute(&self, now: Millis) -> u64 {
        let first = (now / SLOT).saturating_sub(5);
        (0..)
            .zip(self.slots.iter().rev())
            .take_while(|(back, _)| self.newest.saturating_sub(*back) >= first)
            .map(|(_, count)| u64::from(*count))
            .sum()
    }
}

impl Tally {
    /// The counts of a task.
    pub fn task(&self, task: &TaskId) -> TaskTally {
        self.tasks.get(task).copied().unwrap_or_default()
    }

    /// The counts of a queue; `None` before its first message.
    pub fn queue(&self, queue: QueueId) -> Option<&QueueTally> {
        self.queues.get(&queue)
    }

    /// The numbers of messages that tasks sent to queues.
    pub fn sends(&self) -> impl Iterator<Item = (&TaskId, QueueId, u64)> {
        self.sends.iter().map(|((task, queue), count)| (task, *queue, *count))
    }

    /// The numbers of calls that tasks made to other tasks.
    pub fn calls(&self) -> impl Iterator<Item = (&TaskId, &TaskId, u64)> {
        self.calls.iter().map(|((task, other), count)| (task, other, *count))
    }

    pub(crate) fn send(&mut self, task: &TaskId, queue: QueueId) {
        *self.sends.get_or_default((task.clone(), queue)) += 1;
    }

    pub(crate) fn put(&mut self, queue: QueueId) {
        self.queues.get_or_default(queue).sent += 1;
    }

    pub(crate) fn died(&mut self, source: QueueId) {
        self.queues.get_or_default(source).dead += 1;
    }

    pub(crate) fn is_no_letter(&mut self, source: QueueId) {
        let dead = &mut self.queues.get_or_default(source).dead;
        *dead = dead.saturating_sub(1);
    }

    pub(crate) fn done(&mut self, queue: QueueId, at: Millis) {
        let tally = self.queues.get_or_default(queue);
        tally.done += 1;
        tally.pace.add(at);
    }

    pub(crate) fn began(&mut self, task: &TaskId, caller: Option<TaskId>) {
        self.tasks.get_or_default(task.clone()).running += 1;
        if let Some(caller) = caller {
            *self.calls.get_or_default((caller, task.clone())) += 1;
        }
    }

    pub(crate) fn ended(&mut self, task: &TaskId, millis: f64, is_failed: bool) {
        let tally = self.tasks.get_or_default(task.clone());
        tally.running = tally.running.saturating_sub(1);
        tally.runs += 1;
        tally.failed += u64::from(is_failed);
        tally.millis += millis;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pace_forgets() {
        let mut pace = Pace::default();
        let begin = 1_000 * SLOT;
        for at in [0, 1, 9_999, 10_000, 55_000] {
            pace.add(begin + at);
        }
        assert_eq!(pace.last_minute(begin + 59_999), 5);
        assert_eq!(pace.last_minute(begin + 60_000), 2);
        assert_eq!(pace.last_minute(begin + 120_000), 0);
        assert_eq!(pace.until(begin + 59_999)[SLOTS - 6..], [3, 1, 0, 0, 0, 1]);
        assert_eq!(pace.until(begin + 1_000 * SLOT), [0; SLOTS]);
        // A clock that goes back counts where it was.
        pace.add(begin);
        assert_eq!(pace.until(begin)[SLOTS - 1], 2);
    }
}
