//! Messages that match: looked at in pages under the lock of the cloud, searched for text outside of it.

use std::time::{Duration, Instant};

use super::{
    Dashboard,
    params::{Params, Refused},
    view::{Entry, LONGEST_READ, State, keeps_dead_letters},
};
use crate::{
    history::{History, Sent, Whereabouts},
    plan::Plan,
    queue::{Broker, Message, Place, QueueId, Seq, Why},
    run::RunId,
    time::Millis,
};

/// The number of messages that are looked at before the lock is given back.
const PAGE: usize = 1_000;
/// The most entries of an answer.
pub(super) const MOST: usize = 100;
/// The default number of entries.
const USUAL: usize = 50;
/// The time for which one answer searches, in real time.
const BUDGET: Duration = Duration::from_millis(25);

/// The conditions for a message.
#[derive(Clone, Debug, Default)]
pub(super) struct Filter {
    pub(super) queue: Option<QueueId>,
    pub(super) state: Option<State>,
    pub(super) task: Option<String>,
    pub(super) text: Option<String>,
    pub(super) chain: Option<String>,
    pub(super) problem: Option<String>,
}

/// The place where a list goes on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Cursor {
    /// In queues: before this time of sending and this place.
    Queue(Millis, Seq),
    /// In the history: before this message.
    History(Seq),
}

/// Messages that were found.
#[derive(Debug)]
pub(super) struct Found {
    pub(super) entries: Vec<Entry>,
    /// The place where the list goes on; `None` at the end.
    pub(super) next: Option<Cursor>,
    /// The number of messages that were looked at.
    pub(super) looked_at: usize,
}

impl Filter {
    pub(super) fn of(dashboard: &Dashboard, params: &Params) -> Result<Filter, Refused> {
        let owned = |name| Ok::<_, Refused>(params.filter(name)?.map(str::to_owned));
        Ok(Filter {
            queue: params.filter("queue")?.map(|name| dashboard.queue(name)).transpose()?,
            state: params.filter("state")?.map(State::of).transpose()?,
            task: owned("task")?,
            text: owned("text")?,
            chain: owned("chain")?,
            problem: owned("error")?,
        })
    }

    /// Whether it looks for messages in queues; otherwise, for the newest of all that the history knows.
    fn is_of_queues(&self) -> bool {
        self.state.map_or(self.queue.is_some(), State::is_in_queue)
    }

    /// Whether an entry matches, without a look at the text.
    fn may_match(&self, entry: &Entry, plan: &Plan) -> bool {
        self.state.is_none_or(|state| state == entry.state)
            && self.chain.as_deref().is_none_or(|chain| entry.chain.as_deref() == Some(chain))
            && self
                .problem
                .as_ref()
                .is_none_or(|problem| entry.problem.as_deref().is_some_and(|text| text.contains(problem.as_str())))
            && self.task.as_ref().is_none_or(|task| entry.task(plan).is_some_and(|its| its == *task))
            && self.queue.is_none_or(|queue| entry.place.map_or(entry.queue, |(queue, _)| queue) == queue)
    }
}

impl Cursor {
    fn first(filter: &Filter) -> Cursor {
        if filter.is_of_queues() { Cursor::Queue(Millis::MAX, Seq::MAX) } else { Cursor::History(Seq::MAX) }
    }

    /// The cursor as a string: `1732352400000-17`, `17`.
    pub(super) fn text(self) -> String {
        match self {
            Cursor::Queue(sent, seq) => format!("{sent}-{seq}"),
            Cursor::History(id) => id.to_string(),
        }
    }

    pub(super) fn of(filter: &Filter, text: Option<&str>) -> Result<Cursor, Refused> {
        let Some(text) = text else { return Ok(Cursor::first(filter)) };
        let cursor = match text.split_once('-') {
            Some((sent, seq)) => sent.parse().ok().zip(seq.parse().ok()).map(|(sent, seq)| Cursor::Queue(sent, seq)),
            None => text.parse().ok().map(Cursor::History),
        };
        let is_of_queues = matches!(cursor, Some(Cursor::Queue(..)));
        cursor
            .filter(|_| is_of_queues == filter.is_of_queues())
            .ok_or_else(|| Refused::bad(format!("after: must be `next` of an answer to the same filter, got `{text}`")))
    }
}

/// The number of entries that an answer is to have.
pub(super) fn limit(params: &Params) -> Result<usize, Refused> {
    let limit = params.number("limit")?.map_or(Ok(USUAL), usize::try_from).unwrap_or(usize::MAX);
    if (1..=MOST).contains(&limit) {
        Ok(limit)
    } else {
        Err(Refused::bad(format!("limit: must be 1 to {MOST}, got {limit}")))
    }
}

/// The messages that match, until there are enough of them or the time of an answer is over.
pub(super) fn search(dashboard: &Dashboard, filter: &Filter, from: Cursor, limit: usize) -> Found {
    let begin = Instant::now();
    let mut found = Found { entries: Vec::new(), next: Some(from), looked_at: 0 };
    while let Some(cursor) = found.next {
        let wanted = limit - found.entries.len();
        if wanted == 0 || (found.looked_at > 0 && begin.elapsed() > BUDGET) {
            break;
        }
        step(dashboard, filter, cursor, wanted, &mut found);
    }
    found
}

/// Looks at one page of messages; `found.next` is behind the last that was looked at.
pub(super) fn step(dashboard: &Dashboard, filter: &Filter, from: Cursor, wanted: usize, found: &mut Found) {
    let plan = dashboard.cloud.plan();
    // A search for text does not know how many of them have it.
    let candidates = if filter.text.is_some() { PAGE } else { wanted };
    let (page, looked_at, mut next) = dashboard.cloud.look(|broker, history| {
        let all: Box<dyn Iterator<Item = (Cursor, Entry)>> = match from {
            Cursor::Queue(sent, seq) => Box::new(in_queues(plan, broker, history, filter.queue, (sent, seq))),
            Cursor::History(id) => Box::new(
                history
                    .messages_before(id)
                    .map(|sent| (Cursor::History(sent.id), of_sent(plan, broker, history, sent))),
            ),
        };
        let (mut page, mut looked_at, mut next) = (Vec::new(), 0, None);
        for (cursor, entry) in all {
            if looked_at == PAGE || page.len() == candidates {
                return (page, looked_at, next);
            }
            looked_at += 1;
            next = Some(cursor);
            if filter.may_match(&entry, plan) {
                page.push((cursor, entry));
            }
        }
        (page, looked_at, None)
    });
    found.looked_at += looked_at;
    let mut taken = 0;
    for (cursor, entry) in page {
        if taken == wanted {
            break;
        }
        let matches = filter.text.as_ref().is_none_or(|text| entry.body.contains(text.as_str()));
        if matches {
            found.entries.push(entry);
            taken += 1;
            if taken == wanted && filter.text.is_some() {
                next = Some(cursor);
            }
        }
    }
    found.next = next;
}

/// The messages of one queue or all, the newest first.
fn in_queues<'a>(
    plan: &'a Plan,
    broker: &'a Broker,
    history: &'a History,
    only: Option<QueueId>,
    before: (Millis, Seq),
) -> impl Iterator<Item = (Cursor, Entry)> + 'a {
    let queues = broker.queues().filter(move |(id, _)| only.is_none_or(|only| only == *id));
    let mut queues: Vec<_> =
        queues.map(|(id, queue)| (id, queue.newest_before(before.0, before.1).peekable())).collect();
    std::iter::from_fn(move || {
        let key = |message: &Message| (message.sent, message.seq);
        let (_, newest) =
            (0..queues.len()).filter_map(|index| queues[index].1.peek().map(|message| (key(message), index))).max()?;
        let (id, messages) = &mut queues[newest];
        let message = messages.next()?;
        let cursor = Cursor::Queue(message.sent, message.seq);
        Some((cursor, of_message(plan, history, *id, message)))
    })
}

/// A message of a queue.
pub(super) fn of_message(plan: &Plan, history: &History, queue: QueueId, message: &Message) -> Entry {
    let sent = history.message(message.id);
    let (state, next) = match message.place {
        Place::Ready if keeps_dead_letters(plan, queue) => (State::Dead, None),
        Place::Ready => (State::Ready, None),
        Place::Delayed(until) => (State::Delayed, Some(until)),
        Place::InFlight(until) => (State::InFlight, Some(until)),
    };
    Entry {
        id: message.id,
        place: Some((queue, message.seq)),
        queue: message.source.unwrap_or(queue),
        state,
        body: message.body.clone(),
        group: message.group.clone(),
        sent: message.sent,
        receives: message.receives,
        next,
        chain: sent.and_then(|sent| sent.chain.clone()).or_else(|| crate::history::chain_of(short(&message.body))),
        sender: message.sender(),
        problem: sent.and_then(|sent| last_problem(history, sent)),
        runs: sent.map_or(0, |sent| sent.runs.len()),
    }
}

fn short(body: &str) -> &str {
    if body.len() > LONGEST_READ { "" } else { body }
}

/// A message of the history, as it is now.
pub(super) fn of_sent(plan: &Plan, broker: &Broker, history: &History, sent: &Sent) -> Entry {
    if let Whereabouts::In(queue, seq) = sent.whereabouts
        && let Some(message) = broker.queue(queue).message(seq)
    {
        return of_message(plan, history, queue, message);
    }
    let last: Option<&RunId> = sent.runs.last();
    let last = last.and_then(|run| history.run(*run));
    let received = last.and_then(|run| run.received().iter().find(|received| received.id == sent.id));
    let is_done = sent.whereabouts == Whereabouts::Left(Why::Deleted);
    Entry {
        id: sent.id,
        place: None,
        queue: sent.queue,
        state: if is_done { State::Done } else { State::Gone },
        body: sent.body.clone(),
        group: None,
        sent: sent.at,
        receives: received.map_or(0, |received| received.receives),
        next: None,
        chain: sent.chain.clone(),
        sender: sent.sender,
        problem: last_problem(history, sent),
        runs: sent.runs.len(),
    }
}

/// The reason why the last run of a message failed.
fn last_problem(history: &History, sent: &Sent) -> Option<std::sync::Arc<str>> {
    let failed = |run: &RunId| {
        let run = history.run(*run)?;
        let received = run.received().iter().find(|received| received.id == sent.id)?;
        (received.failed == Some(true)).then(|| run.problem.clone())?
    };
    sent.runs.iter().rev().find_map(failed)
}
