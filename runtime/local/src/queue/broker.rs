//! All queues of an application: messages move from one to another.

use std::collections::{BTreeMap, BTreeSet};

use super::{
    Change, Command, DEDUPLICATION_MILLIS, Later, MAX_IN_FLIGHT, MAX_MESSAGE_BYTES, MAX_VISIBILITY_MILLIS, Message,
    NewMessage, Place, Queue, QueueConfig, QueueId, Receipt, Refusal, Reply, Seq, Why,
};
use crate::time::Millis;

/// All queues, and the messages that wait outside of them.
#[derive(Debug, Default, PartialEq)]
pub struct Broker {
    pub(super) queues: Vec<Queue>,
    pub(super) later: BTreeMap<String, Later>,
    pub(super) next: Seq,
    pub(super) now: Millis,
}

impl Broker {
    /// Adds a queue.
    ///
    /// # Panics
    ///
    /// With more than 65,536 queues.
    pub fn add(&mut self, config: QueueConfig) -> QueueId {
        let id = QueueId::try_from(self.queues.len()).expect("an application has less than 65,536 queues");
        self.queues.push(Queue::new(config));
        id
    }

    /// A queue.
    ///
    /// # Panics
    ///
    /// If no queue has the number.
    pub fn queue(&self, id: QueueId) -> &Queue {
        &self.queues[usize::from(id)]
    }

    pub(super) fn queue_mut(&mut self, id: QueueId) -> &mut Queue {
        &mut self.queues[usize::from(id)]
    }

    /// All queues.
    pub fn queues(&self) -> impl Iterator<Item = (QueueId, &Queue)> {
        (0..).zip(&self.queues)
    }

    /// The messages that wait outside of the queues.
    pub fn later(&self) -> impl Iterator<Item = &Later> {
        self.later.values()
    }

    /// The message that waits under this name.
    pub fn later_named(&self, name: &str) -> Option<&Later> {
        self.later.get(name)
    }

    /// The next time at which something happens by itself.
    pub fn next_wake(&self) -> Option<Millis> {
        let later = self.later.values().map(|later| later.at);
        self.queues.iter().filter_map(Queue::next_wake).chain(later).min()
    }

    /// The next time at which a message that waits outside of the queues is sent.
    pub fn next_later(&self) -> Option<Millis> {
        self.later.values().map(|later| later.at).min()
    }

    /// Lets time pass in all queues, and sends the messages whose time it is. [`apply`](Broker::apply) lets it pass in its
    /// own queue.
    pub fn advance(&mut self, now: Millis, out: &mut Vec<Change>) {
        self.now = self.now.max(now);
        for (id, queue) in (0..).zip(&mut self.queues) {
            queue.advance(id, self.now, out);
        }
        let mut due: Vec<(Millis, String)> = Vec::new();
        let is_due = |later: &&Later| later.at <= self.now;
        due.extend(self.later.values().filter(is_due).map(|later| (later.at, later.name.clone())));
        due.sort();
        for (_, name) in due {
            let Some(later) = self.later.remove(&name) else { continue };
            out.push(Change::Unschedule { name });
            // Its queue may have another form than when the message was scheduled; then nobody can take it.
            self.send(later.queue, later.message, out);
        }
    }

    /// Lets a message wait for a time. `false` where another one has the name; the same call can be made again.
    pub fn schedule(&mut self, later: Later, out: &mut Vec<Change>) -> bool {
        match self.later.get(&later.name) {
            Some(known) => known.token == later.token,
            None => {
                out.push(Change::Schedule(later.clone()));
                self.later.insert(later.name.clone(), later);
                true
            }
        }
    }

    /// Takes a waiting message back. `None` where none has the name.
    pub fn unschedule(&mut self, name: &str, out: &mut Vec<Change>) -> Option<Later> {
        let later = self.later.remove(name)?;
        out.push(Change::Unschedule { name: name.to_owned() });
        Some(later)
    }

    /// Does what a command says.
    ///
    /// # Panics
    ///
    /// If no queue has the number.
    pub fn apply(&mut self, now: Millis, id: QueueId, command: Command, out: &mut Vec<Change>) -> Reply {
        // A clock that goes back must not undo what has happened.
        self.now = self.now.max(now);
        let now = self.now;
        let queue = self.queue_mut(id);
        queue.advance(id, now, out);
        match command {
            Command::Send(message) => self.send(id, message, out),
            Command::Receive { max, visibility } => self.receive(id, max, visibility, out),
            Command::Delete(receipt) => queue.delete(id, receipt, out),
            Command::ChangeVisibility(receipt, timeout) => match queue.of_receipt(receipt) {
                Err(refusal) => Reply::Refused(refusal),
                Ok(message)
                    if timeout > 0 && now.saturating_add(timeout) > message.received + MAX_VISIBILITY_MILLIS =>
                {
                    Reply::Refused(Refusal::BeyondTwelveHours)
                }
                Ok(_) => {
                    let place = if timeout == 0 { Place::Ready } else { Place::InFlight(now + timeout) };
                    queue.update(id, receipt.seq, out, |message| message.place = place);
                    Reply::Done
                }
            },
            Command::GiveBack => {
                let in_flight = queue.messages().filter(|message| matches!(message.place, Place::InFlight(_)));
                let in_flight: BTreeSet<Seq> = in_flight.map(|message| message.seq).collect();
                for seq in in_flight {
                    queue.update(id, seq, out, |message| message.place = Place::Ready);
                }
                Reply::Done
            }
            Command::Purge => {
                let all: BTreeSet<Seq> = queue.messages.keys().copied().collect();
                queue.remove(id, all, out);
                Reply::Done
            }
            Command::Remove(messages) => Reply::Moved(queue.remove(id, messages, out)),
            Command::Redrive { to, only, max } => self.redrive(id, to, only, max, out),
        }
    }

    fn send(&mut self, id: QueueId, new: NewMessage, out: &mut Vec<Change>) -> Reply {
        let (now, seq) = (self.now, self.next);
        let queue = self.queue_mut(id);
        let size = new.size();
        let is_fifo = queue.config.fifo;
        let refusal = match &new {
            _ if size > MAX_MESSAGE_BYTES => Some(Refusal::TooLarge(size)),
            NewMessage { group: None, .. } if is_fifo => Some(Refusal::NoGroup),
            NewMessage { deduplication: None, .. } if is_fifo => Some(Refusal::NoDeduplication),
            NewMessage { delay: Some(1..), .. } if is_fifo => Some(Refusal::DelayOfFifo),
            _ => None,
        };
        if let Some(refusal) = refusal {
            return Reply::Refused(refusal);
        }
        if let Some(known) = new.deduplication.as_ref().and_then(|key| queue.known(key)) {
            return Reply::Sent(known);
        }
        let delay = new.delay.unwrap_or(queue.config.delay);
        let place = if delay == 0 { Place::Ready } else { Place::Delayed(now.saturating_add(delay)) };
        let NewMessage { body, attributes, group, deduplication, .. } = new;
        let message = Message {
            seq,
            id: seq,
            body,
            attributes,
            group,
            deduplication,
            sent: now,
            first_received: 0,
            received: 0,
            receives: 0,
            earlier_receives: 0,
            receipt: 0,
            source: None,
            place,
        };
        if let Some(key) = message.deduplication.clone().filter(|_| is_fifo) {
            let until = now.saturating_add(DEDUPLICATION_MILLIS);
            out.push(Change::Known { queue: id, deduplication: key.clone(), id: seq, until });
            queue.know(key, seq, until);
        }
        out.push(Change::Put { queue: id, message: message.clone() });
        queue.enter(message);
        self.next += 1;
        Reply::Sent(seq)
    }

    fn receive(&mut self, id: QueueId, max: usize, visibility: Option<Millis>, out: &mut Vec<Change>) -> Reply {
        let now = self.now;
        let mut taken: Vec<Seq> = Vec::new();
        while taken.len() < max {
            let queue = self.queue_mut(id);
            let Some(&(_, seq)) = queue.ready.first() else { break };
            let Some(message) = queue.messages.get(&seq) else { break };
            if let Some((to, bound)) = queue.config.redrive
                && message.receives >= bound
            {
                self.shift(id, to, seq, Some(id), out);
                continue;
            }
            if queue.in_flight >= MAX_IN_FLIGHT {
                break;
            }
            let more = max - taken.len() - 1;
            let batch = queue.of_group(message, more);
            let until = now.saturating_add(visibility.unwrap_or(queue.config.visibility));
            for seq in batch {
                queue.update(id, seq, out, |message| {
                    message.receives += 1;
                    message.receipt += 1;
                    message.received = now;
                    if message.first_received == 0 {
                        message.first_received = now;
                    }
                    message.place = Place::InFlight(until);
                });
                taken.push(seq);
            }
        }
        let queue = self.queue_mut(id);
        if taken.is_empty() && queue.in_flight >= MAX_IN_FLIGHT && !queue.config.fifo {
            return Reply::Refused(Refusal::OverLimit);
        }
        let messages = taken.iter().filter_map(|seq| queue.messages.get(seq).cloned()).collect();
        // With a visibility timeout of 0 they are ready again at once.
        queue.advance(id, now, out);
        Reply::Messages(messages)
    }

    /// Applies a change that a store has written. After all changes, [`advance`](Broker::advance) brings the state to the
    /// present.
    pub fn restore(&mut self, change: Change) {
        match change {
            Change::Put { queue, message } => {
                self.next = self.next.max(message.seq + 1);
                self.queue_mut(queue).enter(message);
            }
            Change::State { queue, seq, receives, receipt, first_received, received, place } => {
                let queue = self.queue_mut(queue);
                if let Some(message) = queue.leave(seq) {
                    queue.enter(Message { receives, receipt, first_received, received, place, ..message });
                }
            }
            Change::Remove { queue, seq, .. } => drop(self.queue_mut(queue).leave(seq)),
            Change::Known { queue, deduplication, id, until } => self.queue_mut(queue).know(deduplication, id, until),
            Change::Schedule(later) => drop(self.later.insert(later.name.clone(), later)),
            Change::Unschedule { name } => drop(self.later.remove(&name)),
            Change::Next { seq } => self.next = self.next.max(seq),
        }
    }

    /// The state as changes, from which [`restore`](Broker::restore) makes it again.
    pub fn snapshot(&self) -> impl Iterator<Item = Change> {
        let next = std::iter::once(Change::Next { seq: self.next });
        let later = self.later.values().cloned().map(Change::Schedule);
        let queues = self.queues().flat_map(|(queue, state)| {
            let known = state.all_known();
            let known =
                known.map(move |(key, id, until)| Change::Known { queue, deduplication: key.clone(), id, until });
            // In order, so that the same state gives the same bytes.
            let order: BTreeSet<Seq> = state.messages.keys().copied().collect();
            let messages = order.into_iter().filter_map(|seq| state.messages.get(&seq));
            known.chain(messages.map(move |message| Change::Put { queue, message: message.clone() }))
        });
        next.chain(later).chain(queues)
    }
}

impl Queue {
    /// A message that is received, and of a FIFO queue those that follow it in its group, at most `more` of them. The group is
    /// blocked then.
    fn of_group(&self, first: &Message, more: usize) -> Vec<Seq> {
        let mut batch = vec![first.seq];
        if let Some(group) = first.group.as_ref().filter(|_| self.config.fifo).and_then(|name| self.groups.get(name)) {
            let bound = self.config.redrive.map_or(u32::MAX, |(_, bound)| bound);
            let free = MAX_IN_FLIGHT.saturating_sub(self.in_flight + 1);
            let fits = |seq: &&Seq| {
                let message = self.messages.get(*seq);
                message.is_some_and(|message| message.place == Place::Ready && message.receives < bound)
            };
            batch.extend(group.order.iter().skip(1).take(more.min(free)).take_while(fits));
        }
        batch
    }

    /// Deletes a message. As SQS does, it accepts a message that is gone, and an old receipt of a standard queue, whose message
    /// it keeps.
    fn delete(&mut self, id: QueueId, receipt: Receipt, out: &mut Vec<Change>) -> Reply {
        let Some(message) = self.messages.get(&receipt.seq) else { return Reply::Done };
        if self.config.fifo && self.of_receipt(receipt).is_err() {
            return Reply::Refused(Refusal::ReceiptExpired);
        }
        if message.receipt == receipt.number {
            self.leave(receipt.seq);
            out.push(Change::Remove { queue: id, seq: receipt.seq, why: Why::Deleted });
        }
        Reply::Done
    }

    /// Removes messages; returns how many there were.
    fn remove(&mut self, id: QueueId, messages: impl IntoIterator<Item = Seq>, out: &mut Vec<Change>) -> usize {
        let before = self.messages.len();
        for seq in messages {
            if self.leave(seq).is_some() {
                out.push(Change::Remove { queue: id, seq, why: Why::Purged });
            }
        }
        before - self.messages.len()
    }
}
