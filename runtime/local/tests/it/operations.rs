//! Random operations on five queues.

use std::sync::Arc;

use async_lambda_local::{
    plan::{Plan, PlannedQueue, Role},
    queue::{
        Attribute, Attributes, Broker, Change, Command, Later, NewMessage, QueueConfig, QueueId, Receipt, Reply, Seq,
    },
    time::Millis,
};
use async_lambda_model::{AppModel, AppName, AppOptions, Origin};

pub const MINUTE: Millis = 60_000;
pub const HOUR: Millis = 60 * MINUTE;
/// The time at which every test begins.
pub const BEGIN: Millis = 1_700_000_000_000;

/// An application without tasks.
pub fn model() -> AppModel {
    AppModel {
        name: AppName::literal("shop"),
        tasks: Vec::new(),
        delete_payloads: false,
        binary_media_types: Vec::new(),
        cors: None,
        options: AppOptions::default(),
        origin: Origin::default(),
    }
}

/// A plan with these queues.
pub fn plan_of(queues: impl IntoIterator<Item = QueueConfig>) -> Plan {
    let mut plan = Plan::of(&model());
    plan.queues = queues.into_iter().map(|config| PlannedQueue { config, role: Role::DeadLetters }).collect();
    plan
}

/// Three standard queues and two FIFO queues, of which one each takes the dead letters of the others. A message expires in the
/// dead-letter queue before or after it would have in its own.
pub fn plan() -> Plan {
    let queue = |name: &str, retention| QueueConfig { retention, ..QueueConfig::new(name) };
    let dead = queue("dead", 40 * MINUTE);
    let dead_fifo = QueueConfig { fifo: true, ..queue("dead.fifo", HOUR) };
    let jobs = QueueConfig { redrive: Some((0, 3)), ..queue("jobs", HOUR) };
    let late = QueueConfig { redrive: Some((0, 1)), delay: 5_000, ..queue("late", 10 * MINUTE) };
    let ordered = QueueConfig { fifo: true, redrive: Some((1, 2)), delay: 500, ..queue("ordered.fifo", 30 * MINUTE) };
    plan_of([dead, dead_fifo, jobs, late, ordered])
}

/// The queues of a plan, without messages.
pub fn broker(plan: &Plan) -> Broker {
    let mut broker = Broker::default();
    for queue in &plan.queues {
        broker.add(queue.config.clone());
    }
    broker
}

/// Xorshift: numbers that depend on nothing but the first.
#[derive(Clone, Debug)]
pub struct Random(u64);

impl Random {
    pub fn new(seed: u64) -> Random {
        // Seeds that are close to each other begin far from each other.
        let mut random = Random(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1);
        for _ in 0..3 {
            random.below(1);
        }
        random
    }

    pub fn word(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0
    }

    pub fn below(&mut self, bound: u64) -> u64 {
        (self.word() >> 11) % bound
    }

    pub fn index(&mut self, length: usize) -> usize {
        usize::try_from(self.below(length as u64)).unwrap()
    }

    pub fn one_in(&mut self, many: u64) -> bool {
        self.below(many) == 0
    }

    fn pick<'a, T>(&mut self, of: &'a [T]) -> &'a T {
        &of[self.index(of.len())]
    }
}

#[derive(Clone, Debug)]
pub enum Operation {
    Apply(QueueId, Command),
    Advance,
    Schedule(Later),
    Unschedule(String),
}

impl Operation {
    /// Does the operation.
    pub fn run(self, broker: &mut Broker, now: Millis, out: &mut Vec<Change>) -> Option<Reply> {
        match self {
            Operation::Apply(queue, command) => return Some(broker.apply(now, queue, command, out)),
            Operation::Advance => broker.advance(now, out),
            Operation::Schedule(later) => drop(broker.schedule(later, out)),
            Operation::Unschedule(name) => drop(broker.unschedule(&name, out)),
        }
        None
    }
}

/// Makes operations that are likely to do something: it knows the receipts that were given.
#[derive(Debug)]
pub struct Operations {
    pub now: Millis,
    receipts: Vec<(QueueId, Receipt)>,
    sent: u64,
}

impl Operations {
    pub fn new() -> Operations {
        Operations { now: BEGIN, receipts: Vec::new(), sent: 0 }
    }

    /// Lets time pass, and makes an operation. All randomness is in `word`, so that a list of words can be shortened.
    pub fn step(&mut self, word: u64, broker: &Broker) -> Operation {
        let random = &mut Random::new(word);
        let passed = match random.below(100) {
            0..60 => 0,
            60..90 => random.below(2_000),
            90..98 => random.below(90_000),
            _ => random.below(15 * MINUTE),
        };
        self.now += passed;
        let queue = QueueId::try_from(random.below(5)).unwrap();
        match random.below(100) {
            0..30 => Operation::Apply(queue, Command::Send(self.message(random, broker.queue(queue).config.fifo))),
            30..62 => {
                let max = 1 + random.index(10);
                let visibility = random.below(3).checked_sub(1).map(|some| some * random.below(40_000));
                Operation::Apply(queue, Command::Receive { max, visibility })
            }
            62..80 if !self.receipts.is_empty() => {
                let index = self.recent(random);
                let (queue, receipt) = self.receipts.swap_remove(index);
                Operation::Apply(queue, Command::Delete(receipt))
            }
            80..88 if !self.receipts.is_empty() => {
                let (queue, receipt) = self.receipts[self.recent(random)];
                let most = if random.one_in(4) { 13 * HOUR } else { 20_000 };
                let timeout = random.below(3) * random.below(most);
                Operation::Apply(queue, Command::ChangeVisibility(receipt, timeout))
            }
            88 | 89 => {
                let only = random.one_in(3).then(|| self.some(random, broker, queue % 2));
                let to = random.one_in(3).then(|| *random.pick(&[0, 1, 2, 3, 4]));
                Operation::Apply(queue % 2, Command::Redrive { to, only, max: random.index(6) })
            }
            90 => Operation::Apply(queue, Command::Remove(self.some(random, broker, queue))),
            91 if random.one_in(8) => Operation::Apply(queue, Command::Purge),
            92 if random.one_in(3) => Operation::Apply(queue, Command::GiveBack),
            93 | 94 => {
                let message = self.message(random, broker.queue(queue).config.fifo);
                let (name, token) = (format!("later-{}", random.below(5)), format!("token-{}", random.below(3)));
                Operation::Schedule(Later { name, at: self.now + random.below(5 * MINUTE), queue, token, message })
            }
            95 => Operation::Unschedule(format!("later-{}", random.below(5))),
            _ => Operation::Advance,
        }
    }

    /// Remembers the receipts in the reply to an operation.
    pub fn note(&mut self, queue: QueueId, reply: &Reply) {
        if let Reply::Messages(messages) = reply {
            self.receipts.extend(messages.iter().map(|message| (queue, message.receipt())));
        }
    }

    fn message(&mut self, random: &mut Random, fifo: bool) -> NewMessage {
        self.sent += 1;
        let mut message = NewMessage::new(format!("body {}", self.sent));
        if fifo || random.one_in(2) {
            message.group = Some(Arc::from(format!("g{}", random.below(5))));
        }
        if fifo {
            let key = if random.one_in(3) { random.below(8) } else { 1_000 + self.sent };
            message.deduplication = Some(Arc::from(format!("key {key}")));
            message.delay = random.one_in(2).then_some(0);
            match random.below(60) {
                0 => message.group = None,
                1 => message.deduplication = None,
                2 => message.delay = Some(1),
                _ => {}
            }
        } else if random.one_in(4) {
            message.delay = Some(random.below(60_000));
        }
        if random.one_in(4) {
            let named = [("kind".to_owned(), Attribute::string("order"))].into();
            message.attributes = Some(Arc::new(Attributes { named, ..Attributes::default() }));
        }
        message
    }

    /// An index of a receipt, mostly of the last few: old ones seldom count.
    fn recent(&self, random: &mut Random) -> usize {
        let length = self.receipts.len();
        let of = if random.one_in(4) { length } else { length.min(20) };
        length - 1 - random.index(of)
    }

    /// Some messages of a queue, and one that is in none.
    fn some(&self, random: &mut Random, broker: &Broker, queue: QueueId) -> Vec<Seq> {
        let mut some: Vec<Seq> = broker.queue(queue).messages().map(|message| message.seq).collect();
        some.sort_unstable();
        some.retain(|_| random.one_in(6));
        some.push(u64::MAX);
        some
    }
}
