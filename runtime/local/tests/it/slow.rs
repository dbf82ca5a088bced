//! The rules of queues once more, without indexes: every question is answered by looking at all messages.

use std::collections::BTreeSet;

use async_lambda_local::{
    queue::{Command, Counts, Later, Message, NewMessage, Place, QueueConfig, QueueId, Receipt, Refusal, Reply, Seq},
    time::Millis,
};

use crate::operations::{HOUR, MINUTE, Operation};

#[derive(Debug)]
pub struct Slow {
    pub queues: Vec<SlowQueue>,
    pub later: Vec<Later>,
    now: Millis,
    next: Seq,
}

#[derive(Debug)]
pub struct SlowQueue {
    config: QueueConfig,
    /// The messages in the order of their `seq`.
    pub messages: Vec<Message>,
    known: Vec<(String, Seq, Millis)>,
}

fn is_in_flight(message: &Message) -> bool {
    matches!(message.place, Place::InFlight(_))
}

impl SlowQueue {
    pub fn pass(&mut self, now: Millis) {
        let retention = self.config.retention;
        self.messages.retain(|message| now < message.sent + retention);
        for message in &mut self.messages {
            if let Place::Delayed(until) | Place::InFlight(until) = message.place
                && until <= now
            {
                message.place = Place::Ready;
            }
        }
        self.known.retain(|(_, _, until)| now < *until);
    }

    pub fn counts(&self) -> Counts {
        let count = |what: fn(&Message) -> bool| self.messages.iter().filter(|message| what(message)).count();
        Counts {
            ready: count(|message| message.place == Place::Ready),
            delayed: count(|message| matches!(message.place, Place::Delayed(_))),
            in_flight: count(is_in_flight),
        }
    }

    pub fn next_wake(&self) -> Option<Millis> {
        let expiries = self.messages.iter().map(|message| message.sent + self.config.retention);
        self.timers().chain(expiries).min()
    }

    fn timers(&self) -> impl Iterator<Item = Millis> {
        self.messages.iter().filter_map(|message| match message.place {
            Place::Ready => None,
            Place::Delayed(until) | Place::InFlight(until) => Some(until),
        })
    }

    /// The message that a receive takes first.
    pub fn first(&self) -> Option<&Message> {
        let ready = self.messages.iter().filter(|message| message.place == Place::Ready);
        if self.config.fifo {
            // The first message of a group without a message in flight.
            let is_free = |message: &Message| {
                let mut group = self.messages.iter().filter(|other| other.group == message.group);
                group.clone().next() == Some(message) && !group.any(is_in_flight)
            };
            return ready.into_iter().find(|message| is_free(message));
        }
        // Groups with fewer messages in flight go first; a message without a group is its own group.
        let weight = |message: &Message| match &message.group {
            None => 0,
            group => self.messages.iter().filter(|other| is_in_flight(other) && other.group == *group).count(),
        };
        ready.min_by_key(|message| (weight(message), message.seq))
    }

    fn place_of(&self, seq: Seq) -> Option<usize> {
        self.messages.iter().position(|message| message.seq == seq)
    }

    fn of_receipt(&self, receipt: Receipt) -> Result<usize, Refusal> {
        let index = self.place_of(receipt.seq).ok_or(Refusal::NoSuchMessage)?;
        let message = &self.messages[index];
        let counts = is_in_flight(message) && message.receipt == receipt.number;
        if counts { Ok(index) } else { Err(Refusal::NotInFlight) }
    }
}

impl Slow {
    pub fn new(configs: impl IntoIterator<Item = QueueConfig>) -> Slow {
        let queue = |config| SlowQueue { config, messages: Vec::new(), known: Vec::new() };
        Slow { queues: configs.into_iter().map(queue).collect(), later: Vec::new(), now: 0, next: 0 }
    }

    fn queue(&mut self, id: QueueId) -> &mut SlowQueue {
        &mut self.queues[usize::from(id)]
    }

    pub fn run(&mut self, now: Millis, operation: Operation) -> Option<Reply> {
        match operation {
            Operation::Apply(queue, command) => {
                self.now = self.now.max(now);
                let now = self.now;
                self.queue(queue).pass(now);
                let reply = self.apply(queue, command);
                self.queue(queue).pass(now);
                return Some(reply);
            }
            Operation::Advance => {
                self.now = self.now.max(now);
                let now = self.now;
                self.queues.iter_mut().for_each(|queue| queue.pass(now));
                let mut due: Vec<Later> = self.later.iter().filter(|later| later.at <= now).cloned().collect();
                due.sort_by(|a, b| (a.at, &a.name).cmp(&(b.at, &b.name)));
                self.later.retain(|later| later.at > now);
                for later in due {
                    self.send(later.queue, later.message);
                }
            }
            Operation::Schedule(later) => {
                if self.later.iter().all(|known| known.name != later.name) {
                    self.later.push(later);
                }
            }
            Operation::Unschedule(name) => self.later.retain(|later| later.name != name),
        }
        None
    }

    fn apply(&mut self, id: QueueId, command: Command) -> Reply {
        let now = self.now;
        match command {
            Command::Send(message) => self.send(id, message),
            Command::Receive { max, visibility } => self.receive(id, max, visibility),
            Command::Delete(receipt) => {
                let queue = self.queue(id);
                let Some(index) = queue.place_of(receipt.seq) else { return Reply::Done };
                if queue.config.fifo && queue.of_receipt(receipt).is_err() {
                    return Reply::Refused(Refusal::ReceiptExpired);
                }
                if queue.messages[index].receipt == receipt.number {
                    queue.messages.remove(index);
                }
                Reply::Done
            }
            Command::ChangeVisibility(receipt, timeout) => {
                let queue = self.queue(id);
                let index = match queue.of_receipt(receipt) {
                    Ok(index) => index,
                    Err(refusal) => return Reply::Refused(refusal),
                };
                let message = &mut queue.messages[index];
                if timeout > 0 && now + timeout > message.received + 12 * HOUR {
                    return Reply::Refused(Refusal::BeyondTwelveHours);
                }
                message.place = if timeout == 0 { Place::Ready } else { Place::InFlight(now + timeout) };
                Reply::Done
            }
            Command::GiveBack => {
                self.queue(id).messages.iter_mut().filter(|it| is_in_flight(it)).for_each(|it| it.place = Place::Ready);
                Reply::Done
            }
            Command::Purge => {
                self.queue(id).messages.clear();
                Reply::Done
            }
            Command::Remove(which) => {
                let before = self.queue(id).messages.len();
                self.queue(id).messages.retain(|message| !which.contains(&message.seq));
                Reply::Moved(before - self.queue(id).messages.len())
            }
            Command::Redrive { to, only, max } => {
                let mut moves = Vec::new();
                for message in &self.queues[usize::from(id)].messages {
                    let Some(target) = to.or(message.source) else { continue };
                    let is_meant = only.as_ref().is_none_or(|only| only.contains(&message.seq));
                    let fits = self.queues[usize::from(target)].config.fifo == self.queues[usize::from(id)].config.fifo;
                    if message.place == Place::Ready && is_meant && fits && target != id && moves.len() < max {
                        moves.push((message.seq, target));
                    }
                }
                for (seq, target) in &moves {
                    let index = self.queue(id).place_of(*seq).unwrap();
                    let old = self.queue(id).messages.remove(index);
                    let seq = self.number();
                    // A new message with an old body.
                    let deduplication = old.deduplication.as_ref().map(|_| seq.to_string().into());
                    let new = Message {
                        seq,
                        id: seq,
                        deduplication,
                        sent: now,
                        first_received: 0,
                        receives: 0,
                        earlier_receives: 0,
                        source: None,
                        ..old
                    };
                    self.queue(*target).messages.push(new);
                }
                Reply::Moved(moves.len())
            }
        }
    }

    fn number(&mut self) -> Seq {
        self.next += 1;
        self.next - 1
    }

    fn send(&mut self, id: QueueId, new: NewMessage) -> Reply {
        let now = self.now;
        let next = self.next;
        let queue = self.queue(id);
        let NewMessage { body, attributes, delay, group, deduplication } = new;
        if queue.config.fifo {
            let Some(key) = deduplication.clone().filter(|_| group.is_some()) else {
                let refusal = if group.is_none() { Refusal::NoGroup } else { Refusal::NoDeduplication };
                return Reply::Refused(refusal);
            };
            if delay.is_some_and(|delay| delay > 0) {
                return Reply::Refused(Refusal::DelayOfFifo);
            }
            if let Some((_, id, _)) = queue.known.iter().find(|(known, _, _)| **known == *key) {
                return Reply::Sent(*id);
            }
            queue.known.push((key.to_string(), next, now + 5 * MINUTE));
        }
        let delay = delay.unwrap_or(queue.config.delay);
        let message = Message {
            seq: next,
            id: next,
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
            place: if delay > 0 { Place::Delayed(now + delay) } else { Place::Ready },
        };
        queue.messages.push(message);
        Reply::Sent(self.number())
    }

    fn receive(&mut self, id: QueueId, max: usize, visibility: Option<Millis>) -> Reply {
        let now = self.now;
        let mut taken: Vec<Message> = Vec::new();
        while taken.len() < max {
            let queue = self.queue(id);
            let Some(first) = queue.first() else { break };
            let (first, group) = (first.seq, first.group.clone());
            let is_dead = |message: &Message, queue: &SlowQueue| {
                queue.config.redrive.is_some_and(|(_, bound)| message.receives >= bound)
            };
            let index = queue.place_of(first).unwrap();
            if is_dead(&queue.messages[index], queue) {
                let old = queue.messages.remove(index);
                let target = queue.config.redrive.unwrap().0;
                let target_is_fifo = self.queue(target).config.fifo;
                let new = Message {
                    seq: self.number(),
                    deduplication: old.deduplication.as_ref().map(|_| old.id.to_string().into()),
                    // A standard queue keeps the time of sending.
                    sent: if target_is_fifo { now } else { old.sent },
                    source: Some(id),
                    // The redrive policy counts those of a queue, and receivers are told of all.
                    earlier_receives: old.earlier_receives + old.receives,
                    receives: 0,
                    ..old
                };
                self.queue(target).messages.push(new);
                continue;
            }
            // Of a FIFO queue, what follows in the group comes with it.
            let mut batch = BTreeSet::from([first]);
            if queue.config.fifo {
                for message in queue.messages[index + 1..].iter().filter(|message| message.group == group) {
                    if message.place != Place::Ready || is_dead(message, queue) || taken.len() + batch.len() >= max {
                        break;
                    }
                    batch.insert(message.seq);
                }
            }
            let until = now + visibility.unwrap_or(queue.config.visibility);
            for message in queue.messages.iter_mut().filter(|message| batch.contains(&message.seq)) {
                message.receives += 1;
                message.receipt += 1;
                message.received = now;
                if message.first_received == 0 {
                    message.first_received = now;
                }
                message.place = Place::InFlight(until);
                taken.push(message.clone());
            }
        }
        Reply::Messages(taken)
    }
}
