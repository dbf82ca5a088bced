//! The state of the cloud, behind one lock: queues, where they are kept, and what happened.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::{Notify, watch};

use crate::{
    history::{Cause, History, MOST_MESSAGES},
    plan::Plan,
    queue::{Broker, Change, Command, Later, Message, NewMessage, QueueId, Refusal, Reply, Seq, Why},
    race::race,
    run::{Answer, RunId},
    store::Store,
    time::{Clock, Millis},
};

/// Queues, and what happened to their messages. Cheap to clone; all clones are the same cloud.
#[derive(Clone)]
pub struct Cloud(Arc<Inner>);

struct Inner {
    plan: Plan,
    clock: Clock,
    seed: u64,
    state: Mutex<State>,
    /// For each queue, told when it may have something to receive.
    arrivals: Vec<Notify>,
    /// Told when a message waits for a time outside of the queues, or does so no more.
    later: Notify,
    /// Counts changes, for those who show them.
    revision: watch::Sender<u64>,
}

struct State {
    broker: Broker,
    store: Box<dyn Store>,
    history: History,
    paused: Vec<QueueId>,
    /// The reason why the store took no more changes.
    failed: Option<String>,
}

/// The reader of a queue.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Reader {
    /// A client of SQS.
    Client,
    /// An event source mapping.
    Mapping,
}

/// The store does not take changes any more, so nothing can be acknowledged.
#[derive(Clone, Debug, thiserror::Error)]
#[error("local state: cannot be written: {0}; stop the program, make room, and start it again")]
pub struct Stopped(String);

/// An error of a command.
#[derive(Clone, Debug, thiserror::Error)]
pub enum CloudError {
    /// The queue refused it.
    #[error(transparent)]
    Refused(#[from] Refusal),
    /// The store failed.
    #[error(transparent)]
    Stopped(#[from] Stopped),
}

/// A message, with its place in its queue.
type Stored<'m> = (Seq, QueueId, &'m Message);

fn sort(messages: &mut [Stored<'_>], key: &dyn Fn(&Stored<'_>) -> (u64, u64)) {
    messages.sort_unstable_by_key(key);
}

impl Cloud {
    /// A cloud for a plan. The broker has the queues of the plan, in its order, and what a store kept.
    pub fn new(plan: Plan, clock: Clock, broker: Broker, store: impl Store, seed: u64) -> Cloud {
        let mut history = History::default();
        let mut stored: Vec<Stored<'_>> = Vec::new();
        for (queue, state) in broker.queues() {
            stored.extend(state.messages().map(|message| (message.seq, queue, message)));
        }
        sort(&mut stored, &|(seq, queue, _)| (*seq, u64::from(*queue)));
        // The runs of an earlier program are forgotten; these have other numbers.
        let earlier = stored.iter().filter_map(|(_, _, message)| message.sender()).max();
        history.begin_after(earlier.unwrap_or_default());
        // Those before them would be forgotten again at once.
        let mut newest = stored.split_off(stored.len().saturating_sub(MOST_MESSAGES));
        // In the order in which they were first sent, in which the history has them.
        sort(&mut newest, &|(seq, _, message)| (message.id, *seq));
        for (_, queue, message) in newest {
            history.sent(message.source.unwrap_or(queue), message);
            history.put(queue, message);
        }
        let arrivals = plan.queues.iter().map(|_| Notify::new()).collect();
        let (paused, failed) = (Vec::new(), None);
        let state = Mutex::new(State { broker, store: Box::new(store), history, paused, failed });
        let (later, revision) = (Notify::new(), watch::Sender::new(0));
        Cloud(Arc::new(Inner { plan, clock, seed, state, arrivals, later, revision }))
    }

    /// A cloud whose state ends with the process.
    pub fn in_memory(plan: Plan, clock: Clock, seed: u64) -> Cloud {
        let mut broker = Broker::default();
        for queue in &plan.queues {
            broker.add(queue.config.clone());
        }
        Cloud::new(plan, clock, broker, crate::store::InMemory, seed)
    }

    /// The plan of the application.
    pub fn plan(&self) -> &Plan {
        &self.0.plan
    }

    /// The clock.
    pub fn clock(&self) -> &Clock {
        &self.0.clock
    }

    /// The seed of the ids of messages.
    pub fn seed(&self) -> u64 {
        self.0.seed
    }

    /// The `MessageId` of a number.
    pub fn message_id(&self, id: Seq) -> String {
        crate::queue::message_id(self.0.seed, id)
    }

    /// Applies a command to a queue.
    ///
    /// # Errors
    ///
    /// [`Stopped`] where the store fails.
    pub fn apply(&self, queue: QueueId, command: Command) -> Result<Reply, Stopped> {
        self.change(|broker, now, out| broker.apply(now, queue, command, out))
    }

    /// Sends a message. Returns the number of its `MessageId`.
    ///
    /// # Errors
    ///
    /// A refusal by the queue, or a failure of the store.
    pub fn send(&self, queue: QueueId, message: NewMessage) -> Result<Seq, CloudError> {
        match self.apply(queue, Command::Send(message))? {
            Reply::Sent(id) => Ok(id),
            Reply::Refused(refusal) => Err(refusal.into()),
            Reply::Messages(_) | Reply::Done | Reply::Moved(_) => unreachable!("a queue takes or refuses a message"),
        }
    }

    /// Receives at most `max` messages, and waits for the first until a time of the clock.
    ///
    /// # Errors
    ///
    /// A refusal by the queue, or a failure of the store.
    pub async fn receive(
        &self,
        queue: QueueId,
        max: usize,
        visibility: Option<Millis>,
        until: Millis,
    ) -> Result<Vec<Message>, CloudError> {
        match self.receive_for(Reader::Client, queue, max, visibility, until).await? {
            Reply::Messages(messages) => Ok(messages),
            Reply::Refused(refusal) => Err(refusal.into()),
            Reply::Sent(_) | Reply::Done | Reply::Moved(_) => Ok(Vec::new()),
        }
    }

    /// Receives for an event source mapping: nothing while it is stopped, or while too many messages are in flight.
    ///
    /// # Errors
    ///
    /// [`Stopped`] where the store fails.
    pub async fn poll(&self, queue: QueueId, max: usize, until: Millis) -> Result<Vec<Message>, Stopped> {
        match self.receive_for(Reader::Mapping, queue, max, None, until).await? {
            Reply::Messages(messages) => Ok(messages),
            Reply::Refused(_) | Reply::Sent(_) | Reply::Done | Reply::Moved(_) => Ok(Vec::new()),
        }
    }

    /// Receives again and again while there is nothing.
    async fn receive_for(
        &self,
        reader: Reader,
        queue: QueueId,
        max: usize,
        visibility: Option<Millis>,
        until: Millis,
    ) -> Result<Reply, Stopped> {
        loop {
            // Made before the look, or a message between the two is missed.
            let arrival = self.0.arrivals[usize::from(queue)].notified();
            let command = Command::Receive { max, visibility };
            let receive = |broker: &mut Broker, now, out: &mut Vec<Change>| broker.apply(now, queue, command, out);
            let reply = {
                let state = self.lock();
                let is_stopped = reader == Reader::Mapping && state.paused.contains(&queue);
                (!is_stopped).then(|| self.change_locked(state, receive)).transpose()?
            };
            let is_stopped = reply.is_none();
            match reply {
                None => {}
                Some(Reply::Messages(messages)) if messages.is_empty() => {}
                Some(Reply::Refused(_)) if reader == Reader::Mapping => {}
                Some(reply) => return Ok(reply),
            }
            if self.0.clock.now() >= until {
                return Ok(Reply::Messages(Vec::new()));
            }
            // Time alone does not resume a mapping.
            let ready = if is_stopped { None } else { self.look(|broker, _| broker.queue(queue).next_ready()) };
            race(self.0.clock.sleep_until(ready.unwrap_or(until).min(until)), arrival).await;
        }
    }

    /// Lets a message wait for a time outside of the queues. `false` where another one has the name.
    ///
    /// # Errors
    ///
    /// [`Stopped`] where the store fails.
    pub fn schedule(&self, later: Later) -> Result<bool, Stopped> {
        let done = self.change(|broker, _, out| broker.schedule(later, out));
        self.0.later.notify_waiters();
        done
    }

    /// Takes a waiting message back; `None` if no message has the name.
    ///
    /// # Errors
    ///
    /// [`Stopped`] where the store fails.
    pub fn unschedule(&self, name: &str) -> Result<Option<Later>, Stopped> {
        self.change(|broker, _, out| broker.unschedule(name, out))
    }

    /// Lets time pass: expired messages go, waiting messages are sent.
    ///
    /// # Errors
    ///
    /// [`Stopped`] where the store fails.
    pub fn advance(&self) -> Result<(), Stopped> {
        self.change(|broker, now, out| broker.advance(now, out))
    }

    /// Sends messages whose time has come, for as long as the program runs.
    ///
    /// # Errors
    ///
    /// [`Stopped`] where the store fails.
    pub async fn keep_time(&self) -> Result<(), Stopped> {
        loop {
            let later = self.0.later.notified();
            let next = self.look(|broker, _| broker.next_later());
            match next {
                None => later.await,
                Some(at) => {
                    race(self.0.clock.sleep_until(at), later).await;
                    if self.0.clock.now() >= at {
                        self.advance()?;
                    }
                }
            }
        }
    }

    /// Stops or resumes the event source mapping of a queue.
    pub fn pause(&self, queue: QueueId, is_paused: bool) {
        let mut state = self.lock();
        state.paused.retain(|paused| *paused != queue);
        if is_paused {
            state.paused.push(queue);
        }
        drop(state);
        self.0.arrivals[usize::from(queue)].notify_waiters();
        self.changed();
    }

    /// The queues whose event source mappings are stopped.
    pub fn paused(&self) -> Vec<QueueId> {
        self.lock().paused.clone()
    }

    /// Looks at queues and history.
    pub fn look<T>(&self, look: impl FnOnce(&Broker, &History) -> T) -> T {
        let state = self.lock();
        look(&state.broker, &state.history)
    }

    /// Notes that a run begins. Returns its number.
    pub fn begin(&self, task: async_lambda_model::TaskId, cause: Cause, event: &str) -> RunId {
        let now = self.0.clock.now();
        let run = self.lock().history.began(task, cause, now, event);
        self.changed();
        run
    }

    /// Notes a line of a run's log.
    pub fn log(&self, run: RunId, text: &str) {
        let now = self.0.clock.now();
        self.lock().history.line(run, now, text);
    }

    /// Notes that a run ended, in real milliseconds, and which of its messages failed.
    pub fn end(&self, run: RunId, millis: f64, answer: &Answer, failed: &[usize]) {
        self.lock().history.ended(run, millis, answer, failed);
        self.changed();
    }

    /// A counter that changes with the state.
    pub fn revision(&self) -> watch::Receiver<u64> {
        self.0.revision.subscribe()
    }

    /// Notes that something that is shown has changed.
    pub fn changed(&self) {
        self.0.revision.send_modify(|revision| *revision += 1);
    }

    fn change<T>(&self, change: impl FnOnce(&mut Broker, Millis, &mut Vec<Change>) -> T) -> Result<T, Stopped> {
        self.change_locked(self.lock(), change)
    }

    fn change_locked<T>(
        &self,
        mut state: MutexGuard<'_, State>,
        change: impl FnOnce(&mut Broker, Millis, &mut Vec<Change>) -> T,
    ) -> Result<T, Stopped> {
        if let Some(reason) = &state.failed {
            return Err(Stopped(reason.clone()));
        }
        let (now, mut out) = (self.0.clock.now(), Vec::new());
        let result = change(&mut state.broker, now, &mut out);
        if out.is_empty() {
            return Ok(result);
        }
        let state = &mut *state;
        let kept = state.store.write(&out).and_then(|()| state.store.compact(&state.broker));
        if let Err(error) = kept {
            let reason = error.to_string();
            state.failed = Some(reason.clone());
            return Err(Stopped(reason));
        }
        for change in &out {
            let arrived_in = match change {
                Change::Put { queue, message } => {
                    // On the way to a dead-letter queue it is still the same message.
                    if message.source.is_none() {
                        state.history.sent(*queue, message);
                    }
                    state.history.put(*queue, message);
                    Some(*queue)
                }
                // It was given back.
                Change::State { queue, .. } => Some(*queue),
                Change::Remove { queue, seq, why } => {
                    state.history.left(*queue, *seq, *why, now);
                    // It blocked others in its group.
                    (*why == Why::Deleted).then_some(*queue)
                }
                Change::Known { .. } | Change::Schedule(_) | Change::Unschedule { .. } | Change::Next { .. } => None,
            };
            if let Some(queue) = arrived_in {
                self.0.arrivals[usize::from(queue)].notify_waiters();
            }
        }
        self.changed();
        Ok(result)
    }

    /// A panic of another thread leaves nothing half done here, so its poison is ignored.
    fn lock(&self) -> MutexGuard<'_, State> {
        self.0.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
