//! Opens a journal: reads its changes, and gives each queue of it the number that the plan gives the queue of its name.

use std::{
    fs::{self, File, OpenOptions},
    io::{self, BufReader},
    path::{Path, PathBuf},
};

use super::{
    Cut, Damage, Journal, StoreError, if_there, journal,
    record::{Found, Head, QueueName, Records, VERSION, Version},
};
use crate::{
    plan::{Plan, PlannedQueue},
    queue::{Broker, Change, Message, QueueId},
    random,
};

/// The approximate size of a record of a message without its body, in bytes.
const MESSAGE_BYTES: u64 = 300;

/// A journal, and what is in it.
#[derive(Debug)]
pub struct Opened {
    /// Takes the changes from now on.
    pub journal: Journal,
    /// The state as it was when the last program ended, with the queues of the plan: `Cloud::advance` brings it to the present.
    pub broker: Broker,
    /// The seed of the ids of messages.
    pub seed: u64,
    /// The end that had to be cut off from the file, if any. It was warned of.
    pub cut: Option<Cut>,
}

impl Journal {
    /// Opens a journal, or makes a new one. The plan says how queues are set up. A queue of the journal that the
    /// plan does not have is added to the plan where it still matters: it has messages, messages wait to be sent to it, or dead
    /// letters came from it.
    ///
    /// # Errors
    ///
    /// A journal that another program has open or that has another format, or a file that cannot be read or written.
    pub fn open(path: &Path, plan: &mut Plan) -> Result<Opened, StoreError> {
        if let Some(folder) = path.parent() {
            fs::create_dir_all(folder).map_err(StoreError::io(folder, "made"))?;
        }
        let lock = journal::lock(path)?;
        // A process may have ended while it wrote a snapshot.
        let next = journal::next(path);
        if_there(fs::remove_file(&next)).map_err(StoreError::io(&next, "deleted"))?;
        let file = match OpenOptions::new().read(true).append(true).open(path) {
            Ok(file) => Some(file),
            Err(error) if error.kind() == io::ErrorKind::NotFound => None,
            Err(error) => return Err(StoreError::io(path, "opened")(error)),
        };
        let length = file.as_ref().map_or(Ok(0), |file| file.metadata().map(|data| data.len()));
        let length = length.map_err(StoreError::io(path, "read"))?;
        let Some(file) = file.filter(|_| length > 0) else {
            let (broker, seed) = (empty(plan), random::seed());
            let head = Head { seed, queues: plan.queues.iter().map(name).collect() };
            let journal = Journal::of_state(path, head, &broker, lock)?;
            return Ok(Opened { journal, broker, seed, cut: None });
        };
        let Contents { head, broker, end, cut } = read(path, &file, length, plan)?;
        if let Some(cut) = &cut {
            tracing::warn!("{cut}");
        }
        let seed = head.seed;
        let numbers = number(plan, &head, &broker);
        let queues: Vec<QueueName> = plan.queues.iter().map(name).collect();
        if queues == head.queues {
            let bodies = broker.queues().flat_map(|(_, queue)| queue.messages());
            let state = bodies.map(|message| message.body.len() as u64 + MESSAGE_BYTES).sum();
            let journal = Journal::of_file(path, file, head, end, state, lock);
            return Ok(Opened { journal, broker, seed, cut });
        }
        let mut renumbered = empty(plan);
        for change in broker.snapshot() {
            if let Some(change) = with_numbers(change, &numbers) {
                renumbered.restore(change);
            }
        }
        let journal = Journal::of_state(path, Head { seed, queues }, &renumbered, lock)?;
        Ok(Opened { journal, broker: renumbered, seed, cut })
    }
}

/// The contents of a file.
struct Contents {
    head: Head,
    /// The state, with the numbers of the file.
    broker: Broker,
    /// The place of the next record.
    end: u64,
    cut: Option<Cut>,
}

fn read(path: &Path, file: &File, length: u64, plan: &Plan) -> Result<Contents, StoreError> {
    let io = || StoreError::io(path, "read");
    let mut records = Records::new(BufReader::with_capacity(1 << 16, file), length);
    match records.version().map_err(io())? {
        Version::Known(VERSION) => {}
        Version::Known(version) => return Err(StoreError::Version { path: path.to_owned(), version }),
        Version::Unknown => return Err(StoreError::NotAJournal(path.to_owned())),
    }
    let unreadable = |at, reason| StoreError::Unreadable { path: path.to_owned(), at, reason };
    let at = records.at;
    let Found::Record { .. } = records.next().map_err(io())? else {
        return Err(StoreError::NotAJournal(path.to_owned()));
    };
    let head = records.head().map_err(|reason| unreadable(at, reason))?;
    let mut broker = Broker::default();
    for queue in &head.queues {
        let planned = plan.queues.iter().find(|planned| name(planned) == *queue);
        broker.add(planned.map_or_else(|| Plan::former(queue.name.clone(), queue.fifo), |it| it.config.clone()));
    }
    // The changes of one call are done together or not at all.
    let (mut pending, mut end) = (Vec::new(), records.at);
    let is_torn = loop {
        let at = records.at;
        match records.next().map_err(io())? {
            Found::Record { more } => {
                let change = records.change().and_then(|change| check(change, head.queues.len()));
                pending.push(change.map_err(|reason| unreadable(at, reason))?);
                if !more {
                    pending.drain(..).for_each(|change| broker.restore(change));
                    end = records.at;
                }
            }
            Found::End | Found::Torn => break true,
            Found::Changed => break false,
        }
    };
    let cut = if end == length { None } else { Some(cut(path, file, end, length, is_torn)?) };
    Ok(Contents { head, broker, end, cut })
}

/// Cuts off the end, which cannot be read.
fn cut(path: &Path, file: &File, at: u64, length: u64, is_torn: bool) -> Result<Cut, StoreError> {
    let damage = if is_torn {
        Damage::Torn
    } else {
        let copy = free_name(path).map_err(StoreError::io(path, "copied"))?;
        fs::copy(path, &copy).map_err(StoreError::io(&copy, "written"))?;
        Damage::Changed { copy }
    };
    file.set_len(at).map_err(StoreError::io(path, "shortened"))?;
    Ok(Cut { path: path.to_owned(), at, bytes: length - at, damage })
}

/// A name for a copy of a damaged journal that no earlier copy has.
fn free_name(path: &Path) -> io::Result<PathBuf> {
    let mut number = 1;
    loop {
        let copy = journal::with_extension(path, &format!("damaged-{number}"));
        if !copy.try_exists()? {
            return Ok(copy);
        }
        number += 1;
    }
}

fn name(queue: &PlannedQueue) -> QueueName {
    QueueName { name: queue.config.name.clone(), fifo: queue.config.fifo }
}

/// The queues of a plan, without messages.
fn empty(plan: &Plan) -> Broker {
    let mut broker = Broker::default();
    for queue in &plan.queues {
        broker.add(queue.config.clone());
    }
    broker
}

/// The numbers that the queues of a file have in the plan. Adds those to the plan that matter and that it does not have.
fn number(plan: &mut Plan, head: &Head, broker: &Broker) -> Vec<Option<QueueId>> {
    let mut matters = vec![false; head.queues.len()];
    let mut note = |queue: QueueId| matters[usize::from(queue)] = true;
    for (id, queue) in broker.queues() {
        for message in queue.messages() {
            note(id);
            message.source.into_iter().for_each(&mut note);
        }
    }
    broker.later().for_each(|later| note(later.queue));
    let numbers = head.queues.iter().zip(matters).map(|(queue, matters)| {
        let planned = (0..).zip(&plan.queues).find(|(_, planned)| name(planned) == *queue).map(|(id, _)| id);
        planned.or_else(|| matters.then(|| plan.add_former(queue.name.clone(), queue.fifo)))
    });
    numbers.collect()
}

/// A change with other numbers of queues. `None` for one of a queue that does not matter any more.
fn with_numbers(change: Change, numbers: &[Option<QueueId>]) -> Option<Change> {
    let new = |queue: QueueId| numbers[usize::from(queue)];
    Some(match change {
        Change::Put { queue, message } => {
            let source = message.source.and_then(new);
            Change::Put { queue: new(queue)?, message: Message { source, ..message } }
        }
        Change::State { queue, seq, receives, receipt, first_received, received, place } => {
            let queue = new(queue)?;
            Change::State { queue, seq, receives, receipt, first_received, received, place }
        }
        Change::Remove { queue, seq, why } => Change::Remove { queue: new(queue)?, seq, why },
        Change::Known { queue, deduplication, id, until } => {
            Change::Known { queue: new(queue)?, deduplication, id, until }
        }
        Change::Schedule(mut later) => {
            later.queue = new(later.queue)?;
            Change::Schedule(later)
        }
        change @ (Change::Unschedule { .. } | Change::Next { .. }) => change,
    })
}

/// Refuses a change that names a queue that is not in the head.
fn check(change: Change, queues: usize) -> Result<Change, String> {
    let named = match &change {
        Change::Put { queue, message } => message.source.map_or(*queue, |source| source.max(*queue)),
        Change::State { queue, .. } | Change::Remove { queue, .. } | Change::Known { queue, .. } => *queue,
        Change::Schedule(later) => later.queue,
        Change::Unschedule { .. } | Change::Next { .. } => return Ok(change),
    };
    if usize::from(named) < queues { Ok(change) } else { Err(format!("queue {named}: must be below {queues}")) }
}
