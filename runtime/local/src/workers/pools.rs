//! Pools of workers: they choose the worker for each invocation, and start and end workers.

use std::{
    collections::VecDeque,
    fmt,
    net::SocketAddr,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::{Duration, SystemTime},
};

use async_lambda_model::TaskId;
use tokio::{
    runtime::Handle,
    sync::{mpsc, oneshot},
    time::Instant,
};

use super::{WorkersConfig, process::supervise};
use crate::{
    cloud::Cloud,
    queue::message_id,
    random,
    run::{Answer, BoxFuture, Failure, FailureKind, Invocation, RunId},
    sorted::Sorted,
    time::{Millis, millis},
};

/// The first and the longest pause of a task after a worker could not be started; each pause is twice the last.
const FIRST_BACKOFF: Duration = Duration::from_secs(1);
const LONGEST_BACKOFF: Duration = Duration::from_secs(5);

/// The secret part of a worker's path.
pub(super) type Key = Arc<str>;

/// All workers, and the invocations that wait for one.
pub(super) struct Pools {
    pub(super) cloud: Cloud,
    pub(super) config: WorkersConfig,
    pub(super) address: SocketAddr,
    /// The seed of request ids and keys that nobody can guess.
    seed: u64,
    runtime: Handle,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    tasks: Sorted<TaskId, Pool>,
    workers: Sorted<Key, Worker>,
    /// Numbers invocations and workers.
    last: u64,
    /// The number of restarts of the workers.
    generation: u64,
    is_stopped: bool,
}

/// The invocations of a task that wait, and the pause before its next worker.
#[derive(Default)]
struct Pool {
    waiting: VecDeque<Job>,
    backoff: Option<Backoff>,
}

/// The pause after a worker could not be started.
struct Backoff {
    until: Instant,
    failures: u32,
    message: String,
}

/// An invocation that waits.
pub(super) struct Job {
    number: u64,
    pub(super) invocation: Invocation,
    pub(super) answer: oneshot::Sender<Answer>,
}

struct Worker {
    task: TaskId,
    generation: u64,
    stage: Stage,
    /// The run to which its lines and its messages belong.
    run: Option<RunId>,
    /// The time at which it became idle, as a number that grows.
    idle_since: u64,
    orders: mpsc::UnboundedSender<Order>,
}

enum Stage {
    /// It has not asked for an event yet.
    Starting,
    /// It waits for an event.
    Idle(oneshot::Sender<Event>),
    /// It has an event.
    Busy,
    /// It has answered, and not asked for the next event yet.
    Answered,
    /// It was told to end. Where it waits for an event it goes on waiting: an answer would be an error in its log.
    Ending(Option<oneshot::Sender<Event>>),
}

/// An event for a worker.
#[derive(Debug)]
pub(super) struct Event {
    pub(super) id: String,
    pub(super) invocation: Invocation,
    /// The time at which it is over, in milliseconds since 1970.
    pub(super) deadline: Millis,
}

/// An order to the supervisor of a worker.
pub(super) enum Order {
    /// The worker got an event.
    Begin(InHand),
    /// The worker asks for an event.
    Next(oneshot::Sender<Event>),
    /// The worker has answered. The sender is told whether it had that event.
    Answered { id: String, answer: Answer, known: oneshot::Sender<bool> },
    /// The worker says why it does not start.
    InitError(String),
    /// End it.
    End,
}

/// An event that a worker has.
pub(super) struct InHand {
    pub(super) id: String,
    pub(super) run: RunId,
    pub(super) deadline: Instant,
    pub(super) timeout: Duration,
    /// `None` where it has answered.
    pub(super) answer: Option<oneshot::Sender<Answer>>,
}

impl Pools {
    pub(super) fn new(cloud: Cloud, config: WorkersConfig, address: SocketAddr) -> Arc<Pools> {
        Arc::new(Pools {
            cloud,
            config,
            address,
            seed: random::seed(),
            runtime: Handle::current(),
            state: Mutex::default(),
        })
    }

    /// Adds an invocation.
    pub(super) fn push(self: &Arc<Self>, invocation: Invocation) -> oneshot::Receiver<Answer> {
        let (answer, receiver) = oneshot::channel();
        let mut state = self.lock();
        if state.is_stopped {
            return receiver;
        }
        let number = state.number();
        let task = invocation.task.clone();
        state.tasks.get_or_default(task).waiting.push_back(Job { number, invocation, answer });
        self.balance(&mut state);
        receiver
    }

    /// The channel for a worker's orders; `None` for one that is not there.
    pub(super) fn orders(&self, key: &str) -> Option<mpsc::UnboundedSender<Order>> {
        self.lock().workers.get(key).map(|worker| worker.orders.clone())
    }

    /// The run that a worker has in hand.
    pub(super) fn run_of(&self, key: &str) -> Option<RunId> {
        self.lock().workers.get(key)?.run
    }

    /// Notes that a worker waits for an event. `false` if it is to end.
    pub(super) fn ready(self: &Arc<Self>, key: &str, reply: oneshot::Sender<Event>) -> bool {
        let mut state = self.lock();
        let (generation, number) = (state.generation, state.number());
        let Some(worker) = state.workers.get_mut(key) else { return false };
        if worker.generation != generation || matches!(worker.stage, Stage::Ending(_)) {
            worker.stage = Stage::Ending(Some(reply));
            return false;
        }
        worker.run = None;
        worker.stage = Stage::Idle(reply);
        worker.idle_since = number;
        let task = worker.task.clone();
        state.tasks.get_or_default(task).backoff = None;
        self.balance(&mut state);
        true
    }

    /// Notes that a worker has answered.
    pub(super) fn answered(&self, key: &str) {
        let mut state = self.lock();
        if let Some(worker) = state.workers.get_mut(key)
            && matches!(worker.stage, Stage::Busy)
        {
            worker.stage = Stage::Answered;
        }
    }

    /// Notes that a worker has ended. `failure` is given if it ended before it asked for an event; the invocation that
    /// fails with it is returned.
    pub(super) fn ended(self: &Arc<Self>, key: &str, failure: Option<&str>) -> Option<Job> {
        let mut state = self.lock();
        let worker = state.workers.remove(key)?;
        let mut failed = None;
        if let (Some(message), Stage::Starting) = (failure, &worker.stage) {
            let pool = state.tasks.get_or_default(worker.task);
            let failures = pool.backoff.as_ref().map_or(1, |backoff| backoff.failures.saturating_add(1));
            let pause = FIRST_BACKOFF.saturating_mul(1 << (failures - 1).min(8)).min(LONGEST_BACKOFF);
            pool.backoff = Some(Backoff { until: Instant::now() + pause, failures, message: message.to_owned() });
            pool.waiting.retain(|job| !job.answer.is_closed());
            failed = pool.waiting.pop_front();
        }
        self.balance(&mut state);
        failed
    }

    /// Ends all workers, busy ones after their invocation.
    pub(super) fn restart(self: &Arc<Self>) {
        let mut state = self.lock();
        state.generation += 1;
        for worker in state.workers.values_mut() {
            if !matches!(worker.stage, Stage::Busy | Stage::Answered) {
                worker.end();
            }
        }
        state.tasks.values_mut().for_each(|pool| pool.backoff = None);
        self.balance(&mut state);
    }

    /// Ends all workers and invocations.
    pub(super) fn stop(&self) {
        let mut state = self.lock();
        state.is_stopped = true;
        state.workers.values_mut().for_each(Worker::end);
        let tasks = std::mem::take(&mut state.tasks);
        drop(state);
        // Those who wait for an invocation are told.
        drop(tasks);
    }

    /// Gives waiting invocations to idle workers, the oldest first, and starts workers for the others.
    fn balance(self: &Arc<Self>, state: &mut State) {
        if state.is_stopped {
            return;
        }
        let mut waiting = Vec::new();
        for (task, pool) in state.tasks.iter_mut() {
            // Drops those for whose answer nobody waits any more.
            pool.waiting.retain(|job| !job.answer.is_closed());
            waiting.extend(pool.waiting.front().map(|job| (job.number, task.clone())));
        }
        waiting.sort_unstable_by_key(|(number, _)| *number);
        let missing: usize = waiting.iter().map(|(_, task)| self.serve(state, task)).sum();
        let ending = state.workers.values().filter(|worker| matches!(worker.stage, Stage::Ending(_))).count();
        for _ in ending..missing {
            let idle = state.workers.values_mut().filter(|worker| matches!(worker.stage, Stage::Idle(_)));
            if let Some(worker) = idle.min_by_key(|worker| worker.idle_since) {
                worker.end();
            }
        }
    }

    /// Does the same for one task. Returns the number of workers for which there was no room.
    fn serve(self: &Arc<Self>, state: &mut State, task: &TaskId) -> usize {
        while let Some(job) = state.tasks.get_mut(task).and_then(|pool| pool.waiting.pop_front()) {
            let Some(job) = self.hand_over(state, job) else { continue };
            state.tasks.get_or_default(task.clone()).waiting.push_front(job);
            break;
        }
        let workers = || state.workers.values().filter(|worker| worker.task == *task);
        // Workers that will soon ask for an invocation.
        let soon = workers().filter(|worker| matches!(worker.stage, Stage::Starting | Stage::Answered)).count();
        let is_living = workers().any(|worker| !matches!(worker.stage, Stage::Ending(_)));
        let most = self.concurrency(task).saturating_sub(workers().count());
        let Some(pool) = state.tasks.get_mut(task) else { return 0 };
        let missing = pool.waiting.len().saturating_sub(soon);
        match &pool.backoff {
            Some(backoff) if backoff.until > Instant::now() => {
                if !is_living {
                    for job in pool.waiting.drain(..) {
                        // It is no failure if nobody waits for the answer.
                        let _ = job.answer.send(Err(Failure::new(FailureKind::Init, backoff.message.clone())));
                    }
                }
                0
            }
            _ => {
                let wanted = missing.min(most);
                let room = self.config.limit.max(1).saturating_sub(state.workers.len());
                for _ in 0..wanted.min(room) {
                    self.start(state, task);
                }
                wanted.saturating_sub(room)
            }
        }
    }

    /// Gives an invocation to the worker that became idle last. Returns it where none is idle.
    fn hand_over(&self, state: &mut State, job: Job) -> Option<Job> {
        let Job { number, mut invocation, answer } = job;
        loop {
            let idle = |worker: &&mut Worker| worker.task == invocation.task && matches!(worker.stage, Stage::Idle(_));
            let worker = state.workers.values_mut().filter(idle).max_by_key(|worker| worker.idle_since);
            let Some(worker) = worker else { return Some(Job { number, invocation, answer }) };
            let Stage::Idle(reply) = std::mem::replace(&mut worker.stage, Stage::Busy) else { continue };
            let (run, timeout, id) = (invocation.run, invocation.timeout, self.id(number));
            let (begin, deadline) = (Instant::now(), millis(SystemTime::now() + timeout));
            match reply.send(Event { id: id.clone(), invocation, deadline }) {
                Ok(()) => {
                    worker.run = Some(run);
                    let begin = InHand { id, run, deadline: begin + timeout, timeout, answer: Some(answer) };
                    // A supervisor that has ended drops the order, and with it the sender of the answer.
                    let _ = worker.orders.send(Order::Begin(begin));
                    return None;
                }
                // Its connection is gone, and it cannot get one.
                Err(event) => {
                    invocation = event.invocation;
                    worker.end();
                }
            }
        }
    }

    fn start(self: &Arc<Self>, state: &mut State, task: &TaskId) {
        let key: Key = self.id(state.number()).replace('-', "").into();
        let (orders, receiver) = mpsc::unbounded_channel();
        let (generation, stage) = (state.generation, Stage::Starting);
        let worker = Worker { task: task.clone(), generation, stage, run: None, idle_since: 0, orders };
        state.workers.get_or_insert_with(Arc::clone(&key), || worker);
        let supervisor: BoxFuture<'static, ()> = Box::pin(supervise(Arc::clone(self), task.clone(), key, receiver));
        self.runtime.spawn(supervisor);
    }

    /// The most workers of a task.
    fn concurrency(&self, task: &TaskId) -> usize {
        let task = self.cloud.plan().model.task(task.as_str());
        let reserved = task.and_then(|task| task.options.reserved_concurrency);
        let reserved = reserved.and_then(|reserved| usize::try_from(reserved.get()).ok());
        self.config.concurrency.max(1).min(reserved.unwrap_or(usize::MAX))
    }

    /// A UUID that differs from one start of this program to the next.
    fn id(&self, number: u64) -> String {
        message_id(self.seed, number)
    }

    /// A panic of another thread leaves nothing half done here, so its poison is ignored.
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl fmt::Debug for Pools {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Pools").field("config", &self.config).field("address", &self.address).finish_non_exhaustive()
    }
}

impl State {
    fn number(&mut self) -> u64 {
        self.last += 1;
        self.last
    }
}

impl Worker {
    fn end(&mut self) {
        self.stage = match std::mem::replace(&mut self.stage, Stage::Ending(None)) {
            Stage::Idle(reply) | Stage::Ending(Some(reply)) => Stage::Ending(Some(reply)),
            _ => Stage::Ending(None),
        };
        // A supervisor that is gone has ended it.
        let _ = self.orders.send(Order::End);
    }
}
