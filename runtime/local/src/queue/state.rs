//! One queue: its messages and their indexes.

use std::{
    collections::{BTreeSet, HashMap},
    sync::Arc,
};

use super::{Change, Group, Message, Place, QueueId, Receipt, Refusal, Seq, Why};
use crate::time::Millis;

/// The configuration of a queue.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct QueueConfig {
    /// The name.
    pub name: String,
    /// Whether it is a FIFO queue.
    pub fifo: bool,
    /// Whether a message without a deduplication id gets one of its body.
    pub content_based_deduplication: bool,
    /// The time for which a message that was received is hidden.
    pub visibility: Millis,
    /// The time for which it keeps new messages to itself.
    pub delay: Millis,
    /// The time for which it keeps messages.
    pub retention: Millis,
    /// The dead-letter queue, and the number of receives after which a message goes there.
    pub redrive: Option<(QueueId, u32)>,
}

impl QueueConfig {
    /// A standard queue as SQS makes it without attributes: 30 s, no delay, 4 days, no dead-letter queue.
    pub fn new(name: impl Into<String>) -> QueueConfig {
        QueueConfig {
            name: name.into(),
            fifo: false,
            content_based_deduplication: false,
            visibility: 30_000,
            delay: 0,
            retention: 345_600_000,
            redrive: None,
        }
    }
}

/// A queue.
#[derive(Debug, PartialEq)]
pub struct Queue {
    /// Its configuration.
    pub config: QueueConfig,
    pub(super) messages: HashMap<Seq, Message>,
    /// The messages that a receive can take, in this order. Of a FIFO queue it is the first message of each group that is not
    /// blocked. Of a standard queue it is the first ready message of each group, behind groups with fewer messages in flight (a
    /// fair queue), and every message without a group.
    pub(super) ready: BTreeSet<(u64, Seq)>,
    timers: BTreeSet<(Millis, Seq)>,
    expiry: BTreeSet<(Millis, Seq)>,
    pub(super) groups: HashMap<Group, GroupState>,
    known: HashMap<Arc<str>, (Seq, Millis)>,
    known_until: BTreeSet<(Millis, Arc<str>)>,
    delayed: usize,
    pub(super) in_flight: usize,
}

#[derive(Debug, Default, PartialEq)]
pub(super) struct GroupState {
    /// All messages of a FIFO queue; the ready messages of a standard queue.
    pub(super) order: BTreeSet<Seq>,
    in_flight: u64,
    /// Its entry in `ready`.
    entry: Option<(u64, Seq)>,
}

/// The numbers of messages of a queue.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Messages that can be received, and those of a FIFO queue that wait for others of their group.
    pub ready: usize,
    /// Messages that can be received later.
    pub delayed: usize,
    /// Messages that were received and are hidden.
    pub in_flight: usize,
}

impl Queue {
    pub(super) fn new(config: QueueConfig) -> Queue {
        Queue {
            config,
            messages: HashMap::new(),
            ready: BTreeSet::new(),
            timers: BTreeSet::new(),
            expiry: BTreeSet::new(),
            groups: HashMap::new(),
            known: HashMap::new(),
            known_until: BTreeSet::new(),
            delayed: 0,
            in_flight: 0,
        }
    }

    /// The numbers of its messages.
    pub fn counts(&self) -> Counts {
        let (delayed, in_flight) = (self.delayed, self.in_flight);
        Counts { ready: self.messages.len() - delayed - in_flight, delayed, in_flight }
    }

    /// The next time at which something happens by itself: a message can be received again, or expires.
    pub fn next_wake(&self) -> Option<Millis> {
        let first = |set: &BTreeSet<(Millis, Seq)>| set.first().map(|(at, _)| *at);
        first(&self.timers).into_iter().chain(first(&self.expiry)).min()
    }

    /// The next time at which a message can be received that cannot be now.
    pub fn next_ready(&self) -> Option<Millis> {
        // A message that expires may have blocked its group.
        if self.config.fifo { self.next_wake() } else { self.timers.first().map(|(at, _)| *at) }
    }

    /// The message that a receive would give first.
    pub fn first_ready(&self) -> Option<Seq> {
        self.ready.first().map(|(_, seq)| *seq)
    }

    /// All messages, in no order.
    pub fn messages(&self) -> impl Iterator<Item = &Message> {
        self.messages.values()
    }

    /// A message.
    pub fn message(&self, seq: Seq) -> Option<&Message> {
        self.messages.get(&seq)
    }

    /// The time at which its oldest message was sent.
    pub fn oldest(&self) -> Option<Millis> {
        self.expiry.first().map(|(at, _)| at.saturating_sub(self.config.retention))
    }

    /// Enters a message into every index. Every change is a [`leave`](Queue::leave) and an `enter`.
    pub(super) fn enter(&mut self, message: Message) {
        let (seq, place) = (message.seq, message.place);
        match place {
            Place::Ready => {}
            Place::Delayed(until) => {
                self.delayed += 1;
                self.timers.insert((until, seq));
            }
            Place::InFlight(until) => {
                self.in_flight += 1;
                self.timers.insert((until, seq));
            }
        }
        self.expiry.insert((message.sent.saturating_add(self.config.retention), seq));
        let group = message.group.clone();
        self.messages.insert(seq, message);
        match group {
            None if place == Place::Ready => drop(self.ready.insert((0, seq))),
            None => {}
            Some(name) => {
                let is_in_order = self.config.fifo || place == Place::Ready;
                self.regroup(name, |group| {
                    if is_in_order {
                        group.order.insert(seq);
                    }
                    group.in_flight += u64::from(is_in_flight(place));
                });
            }
        }
    }

    pub(super) fn leave(&mut self, seq: Seq) -> Option<Message> {
        let message = self.messages.remove(&seq)?;
        match message.place {
            Place::Ready => {}
            Place::Delayed(until) => {
                self.delayed -= 1;
                self.timers.remove(&(until, seq));
            }
            Place::InFlight(until) => {
                self.in_flight -= 1;
                self.timers.remove(&(until, seq));
            }
        }
        self.expiry.remove(&(message.sent.saturating_add(self.config.retention), seq));
        match message.group.clone() {
            None => drop(self.ready.remove(&(0, seq))),
            Some(name) => self.regroup(name, |group| {
                group.order.remove(&seq);
                group.in_flight -= u64::from(is_in_flight(message.place));
            }),
        }
        Some(message)
    }

    /// Changes a group, and keeps its entry in `ready` right.
    fn regroup(&mut self, name: Group, change: impl FnOnce(&mut GroupState)) {
        let group = self.groups.entry(name.clone()).or_default();
        change(group);
        let first = group.order.first().copied();
        let entry = first.filter(|first| match self.config.fifo {
            true => group.in_flight == 0 && self.messages.get(first).is_some_and(|first| first.place == Place::Ready),
            false => true,
        });
        let weight = if self.config.fifo { 0 } else { group.in_flight };
        let entry = entry.map(|first| (weight, first));
        if group.entry != entry {
            if let Some(old) = group.entry {
                self.ready.remove(&old);
            }
            self.ready.extend(entry);
            group.entry = entry;
        }
        if group.order.is_empty() && group.in_flight == 0 {
            self.groups.remove(&name);
        }
    }

    pub(super) fn update(&mut self, id: QueueId, seq: Seq, out: &mut Vec<Change>, change: impl FnOnce(&mut Message)) {
        let Some(mut message) = self.leave(seq) else { return };
        change(&mut message);
        let Message { receives, receipt, first_received, received, place, .. } = message;
        out.push(Change::State { queue: id, seq, receives, receipt, first_received, received, place });
        self.enter(message);
    }

    /// Lets time pass: timers make messages ready, retention takes them away. A message that is ready again is no change to
    /// write, since it follows from the time.
    pub(super) fn advance(&mut self, id: QueueId, now: Millis, out: &mut Vec<Change>) {
        while let Some(&(_, seq)) = self.expiry.first().filter(|(at, _)| *at <= now) {
            self.leave(seq);
            out.push(Change::Remove { queue: id, seq, why: Why::Expired });
        }
        while let Some(&(_, seq)) = self.timers.first().filter(|(at, _)| *at <= now) {
            if let Some(message) = self.leave(seq) {
                self.enter(Message { place: Place::Ready, ..message });
            }
        }
        while self.known_until.first().is_some_and(|(until, _)| *until <= now) {
            if let Some((_, key)) = self.known_until.pop_first() {
                self.known.remove(&key);
            }
        }
    }

    /// The message that had this deduplication id, where the queue is a FIFO queue that knows it.
    pub(super) fn known(&self, deduplication: &str) -> Option<Seq> {
        if self.config.fifo { self.known.get(deduplication).map(|(id, _)| *id) } else { None }
    }

    pub(super) fn know(&mut self, key: Arc<str>, id: Seq, until: Millis) {
        if let Some((_, earlier)) = self.known.insert(key.clone(), (id, until)) {
            self.known_until.remove(&(earlier, key.clone()));
        }
        self.known_until.insert((until, key));
    }

    /// The deduplication ids that it knows, each with the message that had it, and the time until which it knows it.
    pub(super) fn all_known(&self) -> impl Iterator<Item = (&Arc<str>, Seq, Millis)> {
        self.known_until.iter().filter_map(|(until, key)| Some((key, self.known.get(key)?.0, *until)))
    }

    /// The message of a receipt that still counts.
    pub(super) fn of_receipt(&self, receipt: Receipt) -> Result<&Message, Refusal> {
        let message = self.messages.get(&receipt.seq).ok_or(Refusal::NoSuchMessage)?;
        let counts = is_in_flight(message.place) && message.receipt == receipt.number;
        if counts { Ok(message) } else { Err(Refusal::NotInFlight) }
    }
}

impl Queue {
    /// The messages before a time of sending and a place, the newest first.
    pub fn newest_before(&self, sent: Millis, seq: Seq) -> impl Iterator<Item = &Message> {
        let end = (sent.saturating_add(self.config.retention), seq);
        self.expiry.range(..end).rev().filter_map(|(_, seq)| self.messages.get(seq))
    }
}

fn is_in_flight(place: Place) -> bool {
    matches!(place, Place::InFlight(_))
}
