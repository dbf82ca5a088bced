//! The history of runs, in memory and bounded, for the dashboard and for tests: what ran, what it said, and what came
//! of it.

use std::{
    collections::{HashMap, VecDeque},
    sync::Arc,
};

use async_lambda_model::TaskId;
use serde::Deserialize;

use crate::{
    problem::{Problems, problem_of},
    queue::{Message, QueueId, Seq, Why},
    run::{Failure, RunId},
    tally::Tally,
    text::beginning,
    time::Millis,
};

/// The most runs that are kept.
const MOST_RUNS: usize = 10_000;
/// The most messages that are kept of those that are in no queue any more.
pub(crate) const MOST_MESSAGES: usize = 20_000;
/// The most lines of a run that are kept.
const MOST_LINES: usize = 1_000;
/// The most bytes of an event, an answer or a line that are kept.
const MOST_BYTES: usize = 262_144;

/// Runs and messages, the newest.
#[derive(Debug, Default)]
pub struct History {
    /// In the order of their ids.
    runs: VecDeque<Run>,
    next_run: RunId,
    /// In the order of their ids.
    messages: VecDeque<Sent>,
    /// The messages in the order in which they came, so that the oldest are forgotten first.
    order: VecDeque<Seq>,
    /// The runs of a chain, in the order of their ids.
    chains: HashMap<Arc<str>, Vec<RunId>>,
    /// The dead letters: by their place in the queue, the number of the `MessageId`, and the queue that they come from.
    letters: HashMap<Seq, (Seq, QueueId)>,
    /// The message that has just left a queue for another one.
    moving: Option<Seq>,
    tally: Tally,
    problems: Problems,
}

/// One run of a task.
#[derive(Clone, Debug)]
pub struct Run {
    /// Its number.
    pub id: RunId,
    /// The task.
    pub task: TaskId,
    /// Its cause.
    pub cause: Cause,
    /// The time at which it began, by the clock of the cloud.
    pub began: Millis,
    /// The event, as JSON, or its beginning.
    pub event: String,
    /// Its end; `None` while it runs.
    pub end: Option<End>,
    /// The lines that it logged and printed.
    pub lines: Vec<Line>,
    /// The messages that it sent, by their ids.
    pub sent: Vec<Seq>,
    /// The chain that it belongs to, where it is known.
    pub chain: Option<Arc<str>>,
    /// The reason why it or a message of it failed, once it has ended.
    pub problem: Option<Arc<str>>,
}

/// The cause of a run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Cause {
    /// Messages of a queue.
    Messages {
        /// The queue.
        queue: QueueId,
        /// The messages.
        messages: Vec<Received>,
    },
    /// A schedule, or somebody who fired it.
    Schedule,
    /// A request to the API.
    Request {
        /// The method and the path.
        line: String,
    },
    /// A call of another task's run.
    Call {
        /// The run.
        from: Option<RunId>,
    },
    /// Somebody at the dashboard, the command line or in a test.
    Manual,
}

/// A message of a run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Received {
    /// The number of its `MessageId`.
    pub id: Seq,
    /// Its place in the queue at that time.
    pub seq: Seq,
    /// The number of its receives, this one included.
    pub receives: u32,
    /// Whether it failed; `None` while it is not known.
    pub failed: Option<bool>,
}

/// The end of a run.
#[derive(Clone, Debug)]
pub struct End {
    /// The time for which it ran, in milliseconds of real time.
    pub millis: f64,
    /// The answer or its beginning, or the failure.
    pub result: Result<String, Failure>,
}

/// A line of a log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// The time, by the clock of the cloud.
    pub at: Millis,
    /// The line, without its end.
    pub text: String,
}

/// A message that was sent.
#[derive(Clone, Debug)]
pub struct Sent {
    /// The number of its `MessageId`.
    pub id: Seq,
    /// The queue that it was sent to.
    pub queue: QueueId,
    /// The body.
    pub body: Arc<str>,
    /// The time.
    pub at: Millis,
    /// The run that sent it, where that is known.
    pub sender: Option<RunId>,
    /// The chain that it belongs to, where it has one.
    pub chain: Option<Arc<str>>,
    /// The runs that it started, in their order.
    pub runs: Vec<RunId>,
    /// Its whereabouts.
    pub whereabouts: Whereabouts,
}

/// The whereabouts of a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Whereabouts {
    /// In a queue, at this place.
    In(QueueId, Seq),
    /// In no queue any more.
    Left(Why),
    /// Back in the queue that it came from, with another `MessageId`.
    As(Seq),
}

/// The part of the body of a message between tasks that is about its chain.
#[derive(Deserialize)]
struct Envelope {
    invocation_id: String,
}

/// The chain of a message between tasks.
pub fn chain_of(body: &str) -> Option<Arc<str>> {
    let envelope: Envelope = body.trim_start().starts_with('{').then(|| serde_json::from_str(body).ok())??;
    Some(envelope.invocation_id.into())
}

fn run_in(runs: &mut VecDeque<Run>, id: RunId) -> Option<&mut Run> {
    let place = runs.binary_search_by_key(&id, |run| run.id).ok()?;
    runs.get_mut(place)
}

/// The place of a message, or the one where it belongs.
fn place_of(messages: &VecDeque<Sent>, id: Seq) -> Result<usize, usize> {
    messages.binary_search_by_key(&id, |sent| sent.id)
}

fn message_in(messages: &mut VecDeque<Sent>, id: Seq) -> Option<&mut Sent> {
    let place = place_of(messages, id).ok()?;
    messages.get_mut(place)
}

/// Adds a run to a chain.
fn add(chains: &mut HashMap<Arc<str>, Vec<RunId>>, chain: &Arc<str>, run: RunId) {
    let runs = chains.entry(chain.clone()).or_default();
    if let Err(place) = runs.binary_search(&run) {
        runs.insert(place, run);
    }
}

impl History {
    /// Gives runs numbers above this one.
    pub(crate) fn begin_after(&mut self, run: RunId) {
        // A number that nobody can have counted to is not one of ours.
        self.next_run = self.next_run.max(run.min(RunId::MAX / 2));
    }

    /// Notes that a message came into a queue for the first time.
    pub fn sent(&mut self, queue: QueueId, message: &Message) {
        let (id, sender, chain) = (message.id, message.sender(), chain_of(&message.body));
        if let Some(run) = sender.and_then(|run| run_in(&mut self.runs, run)) {
            run.sent.push(id);
            self.tally.send(&run.task, queue);
            if run.chain.is_none() {
                run.chain.clone_from(&chain);
                if let Some(chain) = &chain {
                    add(&mut self.chains, chain, run.id);
                }
            }
        }
        let (body, at) = (message.body.clone(), message.sent);
        let (runs, whereabouts) = (Vec::new(), Whereabouts::In(queue, message.seq));
        let sent = Sent { id, queue, body, at, sender, chain, runs, whereabouts };
        match place_of(&self.messages, id) {
            Ok(place) => self.messages[place] = sent,
            Err(place) => {
                self.messages.insert(place, sent);
                self.order.push_back(id);
            }
        }
        while self.order.len() > MOST_MESSAGES {
            if let Some(place) = self.order.pop_front().and_then(|oldest| place_of(&self.messages, oldest).ok()) {
                self.messages.remove(place);
            }
        }
    }

    /// Notes that a message came into a queue, also on its way to a dead-letter queue and back.
    pub fn put(&mut self, queue: QueueId, message: &Message) {
        let moving = self.moving.take();
        match message.source {
            None => {
                self.tally.put(queue);
                if let Some(before) = moving.and_then(|id| message_in(&mut self.messages, id)) {
                    before.whereabouts = Whereabouts::As(message.id);
                }
            }
            Some(source) => {
                self.letters.insert(message.seq, (message.id, source));
                self.tally.died(source);
                if let Some(sent) = message_in(&mut self.messages, message.id) {
                    sent.whereabouts = Whereabouts::In(queue, message.seq);
                }
            }
        }
    }

    /// Notes that a message left a queue.
    pub fn left(&mut self, queue: QueueId, seq: Seq, why: Why, at: Millis) {
        let letter = self.letters.remove(&seq);
        if let Some((_, source)) = letter {
            self.tally.is_no_letter(source);
        }
        if why == Why::Deleted {
            self.tally.done(queue, at);
        }
        let id = letter.map_or(seq, |(id, _)| id);
        self.moving = (why == Why::Moved).then_some(id);
        if let Some(sent) = message_in(&mut self.messages, id) {
            sent.whereabouts = Whereabouts::Left(why);
        }
    }

    /// Notes that a run begins. Returns its number.
    pub fn began(&mut self, task: TaskId, cause: Cause, at: Millis, event: &str) -> RunId {
        self.next_run = self.next_run.saturating_add(1);
        let id = self.next_run;
        let mut chain = None;
        if let Cause::Messages { messages, .. } = &cause {
            for message in messages {
                let Some(sent) = message_in(&mut self.messages, message.id) else { continue };
                sent.runs.push(id);
                if let Some(of_message) = &sent.chain {
                    add(&mut self.chains, of_message, id);
                    chain.get_or_insert_with(|| of_message.clone());
                }
            }
        }
        let caller = match &cause {
            Cause::Call { from: Some(from) } => self.run(*from).map(|run| run.task.clone()),
            _ => None,
        };
        self.tally.began(&task, caller);
        let event = beginning(event, MOST_BYTES).to_owned();
        let (end, lines, sent, problem) = (None, Vec::new(), Vec::new(), None);
        self.runs.push_back(Run { id, task, cause, began: at, event, end, lines, sent, chain, problem });
        while self.runs.len() > MOST_RUNS {
            if let Some(oldest) = self.runs.pop_front() {
                self.forget(&oldest);
            }
        }
        id
    }

    fn forget(&mut self, run: &Run) {
        let of_messages = run.received().iter().filter_map(|message| self.message(message.id)?.chain.clone());
        for chain in of_messages.chain(run.chain.clone()).collect::<Vec<_>>() {
            if let Some(runs) = self.chains.get_mut(&chain) {
                runs.retain(|id| *id != run.id);
                if runs.is_empty() {
                    self.chains.remove(&chain);
                }
            }
        }
    }

    /// Notes a line of a run.
    pub fn line(&mut self, run: RunId, at: Millis, text: &str) {
        if let Some(run) = run_in(&mut self.runs, run)
            && run.lines.len() < MOST_LINES
        {
            run.lines.push(Line { at, text: beginning(text, MOST_BYTES).to_owned() });
        }
    }

    /// Notes that a run ended. `failed` are the places of the messages that failed.
    pub fn ended(&mut self, run: RunId, millis: f64, result: &Result<String, Failure>, failed: &[usize]) {
        let Some(run) = run_in(&mut self.runs, run) else { return };
        let result = result.as_ref().map(|answer| beginning(answer, MOST_BYTES).to_owned()).map_err(Clone::clone);
        run.end = Some(End { millis, result });
        if let Cause::Messages { messages, .. } = &mut run.cause {
            for (index, message) in messages.iter_mut().enumerate() {
                message.failed = Some(failed.contains(&index));
            }
        }
        self.tally.ended(&run.task, millis, run.is_failed());
        if run.is_failed() {
            let problem = problem_of(run, None);
            self.problems.add(&problem, run);
            run.problem = Some(problem);
        }
    }

    /// A run.
    pub fn run(&self, id: RunId) -> Option<&Run> {
        let place = self.runs.binary_search_by_key(&id, |run| run.id).ok()?;
        self.runs.get(place)
    }

    /// All runs, the oldest first.
    pub fn runs(&self) -> impl DoubleEndedIterator<Item = &Run> {
        self.runs.iter()
    }

    /// A message by the number of its `MessageId`, also where it is in no queue any more.
    pub fn message(&self, id: Seq) -> Option<&Sent> {
        self.messages.get(place_of(&self.messages, id).ok()?)
    }

    /// All messages, the oldest first.
    pub fn messages(&self) -> impl DoubleEndedIterator<Item = &Sent> {
        self.order.iter().filter_map(|id| self.message(*id))
    }

    /// The messages with a `MessageId` of a number below this one, the newest first.
    pub fn messages_before(&self, id: Seq) -> impl Iterator<Item = &Sent> {
        self.messages.range(..self.messages.partition_point(|sent| sent.id < id)).rev()
    }

    /// The runs with a number below this one, the newest first.
    pub fn runs_before(&self, id: RunId) -> impl Iterator<Item = &Run> {
        self.runs.range(..self.runs.partition_point(|run| run.id < id)).rev()
    }

    /// The counts of what happened.
    pub fn tally(&self) -> &Tally {
        &self.tally
    }

    /// The failures, by their messages.
    pub fn problems(&self) -> &Problems {
        &self.problems
    }

    /// The runs of a chain, the oldest first.
    pub fn chain(&self, chain: &str) -> impl Iterator<Item = &Run> {
        self.chains.get(chain).into_iter().flatten().filter_map(|run| self.run(*run))
    }

    /// The newest run of a chain.
    pub fn newest_of_chain(&self, chain: &str) -> Option<RunId> {
        self.chains.get(chain)?.last().copied()
    }
}

impl Cause {
    /// Messages of a queue that were received.
    pub fn messages(queue: QueueId, messages: &[Message]) -> Cause {
        let received =
            |message: &Message| Received { id: message.id, seq: message.seq, receives: message.receives, failed: None };
        Cause::Messages { queue, messages: messages.iter().map(received).collect() }
    }
}

impl Run {
    /// Whether it or a message of it failed; `false` while it runs.
    pub fn is_failed(&self) -> bool {
        let result = self.end.as_ref().map(|end| &end.result);
        matches!(result, Some(Err(_))) || self.received().iter().any(|message| message.failed == Some(true))
    }

    /// The messages that started it.
    pub fn received(&self) -> &[Received] {
        match &self.cause {
            Cause::Messages { messages, .. } => messages,
            _ => &[],
        }
    }
}
