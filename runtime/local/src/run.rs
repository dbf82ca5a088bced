//! The runners of tasks: worker processes, or the application itself.

use std::{
    future::Future,
    pin::Pin,
    time::{Duration, Instant},
};

use async_lambda_model::TaskId;

use crate::{cloud::Cloud, history::Cause};

/// Numbers runs of tasks, from 1.
pub type RunId = u64;

/// A future that can be sent to another thread.
pub type BoxFuture<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

/// One event for a task, as Lambda would hand it on.
#[derive(Clone, Debug)]
pub struct Invocation {
    /// The run. Messages that it sends name it.
    pub run: RunId,
    /// The task.
    pub task: TaskId,
    /// The event, as JSON.
    pub event: String,
    /// Its timeout, in real time.
    pub timeout: Duration,
}

/// The answer of a task, as it wrote it. For a queue it must be a partial batch response.
pub type Answer = Result<String, Failure>;

/// An invocation without an answer.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct Failure {
    /// The kind of the failure.
    pub kind: FailureKind,
    /// The message.
    pub message: String,
}

/// The reason why an invocation has no answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FailureKind {
    /// The handler returned an error, or panicked.
    Error,
    /// It did not end in time.
    Timeout,
    /// The process ended.
    Crash,
    /// No process was free for it.
    Throttle,
    /// The process could not be started, or its state could not be made.
    Init,
}

impl FailureKind {
    /// The word for it.
    pub fn as_str(self) -> &'static str {
        match self {
            FailureKind::Error => "error",
            FailureKind::Timeout => "timeout",
            FailureKind::Crash => "crash",
            FailureKind::Throttle => "throttle",
            FailureKind::Init => "init",
        }
    }
}

impl Failure {
    /// A failure.
    pub fn new(kind: FailureKind, message: impl Into<String>) -> Failure {
        Failure { kind, message: message.into() }
    }
}

/// Runs tasks.
pub trait Runner: Send + Sync + 'static {
    /// Runs a task on an event.
    fn run(&self, invocation: Invocation) -> BoxFuture<'_, Answer>;
}

impl<R: Runner + ?Sized> Runner for std::sync::Arc<R> {
    fn run(&self, invocation: Invocation) -> BoxFuture<'_, Answer> {
        R::run(self, invocation)
    }
}

/// Runs a task once on an event that is no batch of a queue, and notes it.
pub async fn invoke(cloud: &Cloud, runner: &dyn Runner, task: &TaskId, cause: Cause, event: String) -> Answer {
    let (answer, _) = invoke_for(cloud, runner, task, cause, event, |_| Vec::new()).await;
    answer
}

/// Runs a task once on any event, and notes it. `failed` gives the places of the messages that failed by an answer; they are
/// returned beside the answer.
pub(crate) async fn invoke_for(
    cloud: &Cloud,
    runner: &dyn Runner,
    task: &TaskId,
    cause: Cause,
    event: String,
    failed: impl FnOnce(&Answer) -> Vec<usize>,
) -> (Answer, Vec<usize>) {
    let run = cloud.begin(task.clone(), cause, &event);
    let begin = Instant::now();
    let timeout = cloud.plan().timeout(task.as_str());
    let answer = runner.run(Invocation { run, task: task.clone(), event, timeout }).await;
    let failed = failed(&answer);
    cloud.end(run, begin.elapsed().as_secs_f64() * 1000.0, &answer, &failed);
    (answer, failed)
}
