//! One worker process, from its start to its end.

use std::{
    future::pending,
    io,
    process::{ExitStatus, Stdio},
    sync::Arc,
    time::Duration,
};

use async_lambda_model::TaskId;
use tokio::{
    process::{Child, ChildStdin, Command},
    sync::mpsc,
    time::{Instant, sleep_until, timeout},
};

use super::{
    environment::variables,
    lines::Output,
    pools::{InHand, Key, Order, Pools},
};
use crate::{
    race::race,
    run::{Answer, Failure, FailureKind},
};

/// The time that a worker has to end by itself after it said that it cannot start, and to end when it is killed.
const PATIENCE: Duration = Duration::from_secs(1);
/// The most lines from before the first event that are kept for its run.
const MOST_EARLY: usize = 100;

/// A worker, as its supervisor knows it.
struct Process {
    pools: Arc<Pools>,
    task: TaskId,
    key: Key,
    child: Child,
    /// Closed when this process ends, however it does; the worker ends then.
    _stdin: Option<ChildStdin>,
    output: Output,
    /// Lines from before the first event.
    early: Vec<String>,
    /// The time that it has until it asks for one.
    initialization: Duration,
    has_asked: bool,
    in_hand: Option<InHand>,
    /// The time at which it is killed.
    deadline: Option<Instant>,
    init_error: Option<String>,
}

/// The reason why a process is no more.
enum End {
    /// It ended by itself.
    Exit(String),
    /// It had no more time.
    Deadline,
    /// It was told to.
    Told,
}

/// What a process and those who wait for it do next.
enum Happened {
    Lines(Vec<String>),
    /// None of them, where nobody gives any more.
    Order(Option<Order>),
    Exit(io::Result<ExitStatus>),
    Deadline,
}

/// Starts a worker and stays with it until it has ended.
pub(super) async fn supervise(pools: Arc<Pools>, task: TaskId, key: Key, mut orders: mpsc::UnboundedReceiver<Order>) {
    let mut process = match Process::start(Arc::clone(&pools), task, Arc::clone(&key)) {
        Ok(process) => process,
        Err(message) => {
            if let Some(job) = pools.ended(&key, Some(&message)) {
                // Nobody waits for it any more.
                let _ = job.answer.send(Err(Failure::new(FailureKind::Init, message)));
            }
            return;
        }
    };
    let end = process.watch(&mut orders).await;
    if !matches!(end, End::Exit(_)) {
        // One that has ended in the meantime cannot be killed, and need not be.
        let _ = process.child.start_kill();
        let _ = timeout(PATIENCE, process.child.wait()).await;
    }
    let rest = process.output.rest().await;
    process.say(rest);
    process.ended(end, &mut orders);
}

impl Process {
    fn start(pools: Arc<Pools>, task: TaskId, key: Key) -> Result<Process, String> {
        let (config, plan) = (&pools.config, pools.cloud.plan());
        let mut command = Command::new(&config.program);
        command.args(&config.arguments).envs(variables(plan, config, &task, pools.address, &key));
        command.stdin(Stdio::piped()).kill_on_drop(true);
        // Ctrl-C in a terminal is for this process, which may let its workers end what they do.
        #[cfg(unix)]
        command.process_group(0);
        let started = Output::of(command);
        let (mut child, output) =
            started.map_err(|error| format!("program `{}`: cannot be started: {error}", config.program.display()))?;
        let stdin = child.stdin.take();
        let initialization = plan.timeout(task.as_str()).max(config.initialization);
        let (early, in_hand, deadline) = (Vec::new(), None, Some(Instant::now() + initialization));
        let (has_asked, init_error) = (false, None);
        Ok(Process {
            pools,
            task,
            key,
            child,
            _stdin: stdin,
            output,
            early,
            initialization,
            has_asked,
            in_hand,
            deadline,
            init_error,
        })
    }

    /// Watches the process until it has ended or is to end.
    async fn watch(&mut self, orders: &mut mpsc::UnboundedReceiver<Order>) -> End {
        loop {
            let deadline = self.deadline;
            // A process that prints without an end has a deadline too.
            if deadline.is_some_and(|deadline| deadline <= Instant::now()) {
                return End::Deadline;
            }
            match self.happened(orders).await {
                Happened::Lines(lines) => self.say(lines),
                Happened::Order(Some(order)) => {
                    if !self.follow(order).await {
                        return End::Told;
                    }
                }
                Happened::Order(None) => return End::Told,
                Happened::Exit(status) => {
                    return End::Exit(status.map_or_else(|error| error.to_string(), |status| status.to_string()));
                }
                Happened::Deadline => {}
            }
        }
    }

    /// Waits for what happens next.
    async fn happened(&mut self, orders: &mut mpsc::UnboundedReceiver<Order>) -> Happened {
        let Process { output, child, deadline, .. } = self;
        let lines = async { Happened::Lines(output.lines().await) };
        let order = async { Happened::Order(orders.recv().await) };
        let exit = async { Happened::Exit(child.wait().await) };
        let deadline = async {
            match *deadline {
                Some(deadline) => sleep_until(deadline).await,
                None => pending().await,
            }
            Happened::Deadline
        };
        // Lines that were printed before an answer are read before it.
        race(race(lines, order), race(exit, deadline)).await
    }

    /// Follows an order. `false` if the process is to end.
    async fn follow(&mut self, order: Order) -> bool {
        match order {
            Order::Begin(in_hand) => {
                self.deadline = Some(in_hand.deadline);
                self.take_early(in_hand.run);
                self.in_hand = Some(in_hand);
            }
            Order::Answered { id, answer, known } => {
                let rest = self.output.rest().await;
                self.say(rest);
                let in_hand = self.in_hand.as_mut().filter(|in_hand| in_hand.id == id);
                let sender = in_hand.and_then(|in_hand| in_hand.answer.take());
                // The request that waits for it may be gone, as may the connection.
                let _ = known.send(sender.is_some());
                if let Some(sender) = sender {
                    // It will ask for the next event at once, and the receiver of the answer may send one.
                    self.pools.answered(&self.key);
                    let _ = sender.send(answer);
                }
            }
            Order::Next(reply) => {
                let rest = self.output.rest().await;
                self.say(rest);
                self.fail("the process asked for the next event before it answered".to_owned(), FailureKind::Crash);
                (self.in_hand, self.deadline, self.has_asked) = (None, None, true);
                return self.pools.ready(&self.key, reply);
            }
            Order::InitError(message) if !self.has_asked => {
                self.init_error = Some(message);
                self.deadline = Some(Instant::now() + PATIENCE);
            }
            Order::InitError(_) => {}
            Order::End => return false,
        }
        true
    }

    /// Hands on what it printed.
    fn say(&mut self, lines: Vec<String>) {
        if lines.is_empty() {
            return;
        }
        let run = self.pools.run_of(&self.key);
        if let Some(run) = run {
            self.take_early(run);
        }
        for line in lines {
            (self.pools.config.print)(&self.task, &line);
            match run {
                Some(run) => self.pools.cloud.log(run, &line),
                None if !self.has_asked && self.early.len() < MOST_EARLY => self.early.push(line),
                None => {}
            }
        }
    }

    /// Lines from before the first event belong to its run.
    fn take_early(&mut self, run: u64) {
        for line in self.early.drain(..) {
            self.pools.cloud.log(run, &line);
        }
    }

    /// Fails the invocation in hand, if it has no answer yet.
    fn fail(&mut self, message: String, kind: FailureKind) {
        let answer: Answer = Err(Failure::new(kind, message));
        if let Some(sender) = self.in_hand.as_mut().and_then(|in_hand| in_hand.answer.take()) {
            // Nobody waits for it any more.
            let _ = sender.send(answer);
        }
    }

    /// Reports that the process is no more.
    fn ended(mut self, end: End, orders: &mut mpsc::UnboundedReceiver<Order>) {
        let failure = (!self.has_asked).then(|| match (&self.init_error, &end) {
            (Some(message), _) => message.clone(),
            (None, End::Deadline) => {
                format!("initialization: must take at most {} s, took longer", self.initialization.as_secs_f64())
            }
            (None, End::Exit(status)) => format!("the process ended before it asked for an event: {status}"),
            (None, End::Told) => "the process was ended".to_owned(),
        });
        if let Some(job) = self.pools.ended(&self.key, failure.as_deref()) {
            self.take_early(job.invocation.run);
            let _ = job.answer.send(Err(Failure::new(FailureKind::Init, failure.unwrap_or_default())));
        }
        // It may have got an event while it was ending.
        while let Ok(order) = orders.try_recv() {
            if let Order::Begin(in_hand) = order {
                self.in_hand = Some(in_hand);
            }
        }
        match end {
            End::Exit(status) => self.fail(format!("the process ended: {status}"), FailureKind::Crash),
            End::Deadline => {
                let timeout = self.in_hand.as_ref().map_or(0.0, |in_hand| in_hand.timeout.as_secs_f64());
                self.fail(format!("task timed out after {timeout} s"), FailureKind::Timeout);
            }
            End::Told => self.fail("the workers were stopped".to_owned(), FailureKind::Crash),
        }
    }
}
