//! `task(handler).memory_mb(512)`: a handler with options.

use std::marker::PhantomData;

use async_lambda_model::{
    Backoff, BatchSize, BatchingWindow, EphemeralStorage, GroupName, IntoBounded, LaneCount, MaxReceiveCount,
    MaximumConcurrency, MemorySize, NameError, Origin, OutOfRange, QueueRetention, RecordConcurrency,
    ReservedConcurrency, RetryDelay, TaskId, TaskOptions, Timeout,
};
use serde_json::Value;

use crate::{
    BoxError, BoxFuture,
    extract::{Edge, Invocation},
    handler::Handler,
    trigger::Trigger,
};

/// A handler with options. `K` says for which triggers the options make sense: one that is for queues only does
/// not compile on an API task.
///
/// A number may be a plain one, which is checked at synth, where the error names the task and the line; or a
/// bounded one, whose literal the compiler checks:
///
/// ```
/// use async_lambda::{prelude::*, model::MemorySize};
///
/// async fn tick(_: ScheduledEvent) -> Result<(), Error> { Ok(()) }
///
/// let app = App::new("demo")
///     .scheduled_task("Small", schedule!("rate(1 day)"), task(tick).memory_mb(MemorySize::of::<512>()))
///     .scheduled_task("Large", schedule!("rate(1 day)"), task(tick).memory_mb(20_000));
///
/// let problems = app.model().unwrap_err();
/// assert!(problems[0].to_string().ends_with("memory size: must be 128 to 10240 MB, got 20000 MB"));
/// ```
#[derive(Clone, Debug)]
pub struct TaskBuilder<H, K = AnyTask> {
    handler: H,
    options: Options,
    kind: PhantomData<fn() -> K>,
}

/// A handler, to give it options.
pub fn task<H>(handler: H) -> TaskBuilder<H> {
    TaskBuilder { handler, options: Options::default(), kind: PhantomData }
}

/// Options, and those that cannot be: numbers out of their range, names of tasks.
#[derive(Clone, Debug, Default)]
pub struct Options {
    pub(crate) values: TaskOptions,
    pub(crate) wrong: Vec<(OutOfRange, Origin)>,
    pub(crate) wrong_names: Vec<(NameError, Origin)>,
}

/// Options that any task may have.
#[derive(Clone, Debug)]
pub struct AnyTask;
/// Options that a task may have whose events are messages of a queue.
#[derive(Clone, Debug)]
pub struct ReadingTask;
/// Options that a task with a queue may have.
#[derive(Clone, Debug)]
pub struct QueueTask;
/// Options that a task with a queue of its own may have.
#[derive(Clone, Debug)]
pub struct ManagedTask;
/// Options that a task may have which others invoke.
#[derive(Clone, Debug)]
pub struct InvokedTask;

/// The triggers that a set of options is for.
pub trait OptionsKind: 'static {
    /// The kind that it becomes with an option for messages of queues.
    type WithMessages: OptionsKind;
    /// The kind that it becomes with an option for queues.
    type WithQueue: OptionsKind;
    /// The kind that it becomes with an option for queues of the task's own.
    type WithOwnQueue: OptionsKind;
}

impl OptionsKind for AnyTask {
    type WithMessages = ReadingTask;
    type WithQueue = QueueTask;
    type WithOwnQueue = ManagedTask;
}
impl OptionsKind for ReadingTask {
    type WithMessages = ReadingTask;
    type WithQueue = QueueTask;
    type WithOwnQueue = ManagedTask;
}
impl OptionsKind for QueueTask {
    type WithMessages = QueueTask;
    type WithQueue = QueueTask;
    type WithOwnQueue = ManagedTask;
}
impl OptionsKind for ManagedTask {
    type WithMessages = ManagedTask;
    type WithQueue = ManagedTask;
    type WithOwnQueue = ManagedTask;
}
impl OptionsKind for InvokedTask {
    type WithMessages = InvokedTask;
    type WithQueue = InvokedTask;
    type WithOwnQueue = InvokedTask;
}

/// Says that a trigger may have such options.
#[diagnostic::on_unimplemented(
    message = "a task with the trigger `{Self}` cannot have this option",
    label = "an option of this task's handler is for another trigger",
    note = "`backoff_secs` is for tasks that read a queue, `maximum_concurrency` and `record_concurrency` for `async_task`, \
            `sqs_task` and `dead_letter_task`, `max_receive_count` and `batch_size` for tasks with a queue of their own (`async_task`, `async_batch_task`, \
            `dead_letter_task`), `lanes`, `queue_retention_secs` and `dead_letters_to` for those that others invoke \
            (`async_task`, `async_batch_task`)"
)]
pub trait Accepts<K>: Trigger {}

impl<Tr: Trigger> Accepts<AnyTask> for Tr {}
// With a second one, the compiler does not infer from `Api: Accepts<_>` what kind a handler "should" have, and so
// says what is written above instead of "expected `AnyTask`".
impl<Tr: Trigger> Accepts<sealed::NoTask> for Tr {}

impl<H, K: OptionsKind> TaskBuilder<H, K> {
    /// Memory of the function in MB: 128 to 10,240, default 128. Lambda gives CPU in proportion: 1,769 MB are
    /// one core.
    #[track_caller]
    pub fn memory_mb<N>(mut self, memory: N) -> Self
    where
        N: IntoBounded<MemorySize>,
    {
        self.options.values.memory = self.checked(memory);
        self
    }

    /// Timeout of one invocation in seconds: 1 to 900, default 60, and 29 for an API task. A managed queue's visibility timeout
    /// is six times that.
    #[track_caller]
    pub fn timeout_secs<N>(mut self, timeout: N) -> Self
    where
        N: IntoBounded<Timeout>,
    {
        self.options.values.timeout = self.checked(timeout);
        self
    }

    /// Size of `/tmp` in MB: 512 to 10,240, default 512.
    #[track_caller]
    pub fn ephemeral_storage_mb<N>(mut self, size: N) -> Self
    where
        N: IntoBounded<EphemeralStorage>,
    {
        self.options.values.ephemeral_storage = self.checked(size);
        self
    }

    /// Number of functions that the queue may keep busy at once: 2 to 1,000. Of a task with lanes, each of them. For tasks with
    /// a queue.
    #[track_caller]
    pub fn maximum_concurrency<N>(mut self, concurrency: N) -> TaskBuilder<H, K::WithQueue>
    where
        N: IntoBounded<MaximumConcurrency>,
    {
        self.options.values.maximum_concurrency = self.checked(concurrency);
        self.with_kind()
    }

    /// Number of records of one batch that are handled at once: 1 to 1,000, default 1. Useful where handlers wait for
    /// something, and the mapping's batch size is above 1; handlers share one thread. Records of a group of a FIFO queue stay
    /// in order. For tasks with a queue.
    #[track_caller]
    pub fn record_concurrency<N>(mut self, concurrency: N) -> TaskBuilder<H, K::WithQueue>
    where
        N: IntoBounded<RecordConcurrency>,
    {
        self.options.values.record_concurrency = self.checked(concurrency);
        self.with_kind()
    }

    /// Wait of a message that failed, in seconds: `first` after the first attempt, twice as long after each further one, and at
    /// most `most`; 0 to 42,000 each. The wait is a random time between half of that and all of it, so that messages that
    /// failed together do not come back together. Without it, a message waits for the visibility timeout of its queue. For
    /// tasks that read a queue.
    ///
    /// An error's own delay ([`Error::retry_after`](crate::Error::retry_after)) goes first. If the call of SQS that this needs
    /// fails, the message comes again after the visibility timeout. All waits of a message must be shorter than the time for
    /// which its queue keeps it.
    #[track_caller]
    pub fn backoff_secs<N, M>(mut self, first: N, most: M) -> TaskBuilder<H, K::WithMessages>
    where
        N: IntoBounded<RetryDelay>,
        M: IntoBounded<RetryDelay>,
    {
        crate::wanted::visibility();
        let (first, most) = (self.checked(first), self.checked(most));
        self.options.values.backoff = first.zip(most).map(|(first, most)| Backoff { first, most });
        self.with_kind()
    }

    /// Number of receives of a message before it goes to the dead-letter queue: 1 to 1,000, default 5. For tasks with a queue
    /// of their own.
    #[track_caller]
    pub fn max_receive_count<N>(mut self, count: N) -> TaskBuilder<H, K::WithOwnQueue>
    where
        N: IntoBounded<MaxReceiveCount>,
    {
        self.options.values.max_receive_count = self.checked(count);
        self.with_kind()
    }

    /// Largest number of messages of an invocation: 1 to 10,000, default 1, and 20 for a batch task. For tasks with a queue of
    /// their own.
    ///
    /// An `async_task` handles each message of a batch by itself, as many at once as
    /// [`record_concurrency`](Self::record_concurrency) says; an `async_batch_task` handles all of them in one call.
    #[track_caller]
    pub fn batch_size<N>(mut self, size: N) -> TaskBuilder<H, K::WithOwnQueue>
    where
        N: IntoBounded<BatchSize>,
    {
        self.options.values.batch_size = self.checked(size);
        self.with_kind()
    }

    /// Time for which Lambda collects messages before it invokes the function: 0 to 300 s; default 0, and 30 where the batch
    /// size is above 10, which needs a window. A batch that is full, or has 6 MB, is not waited for. For tasks with a queue of
    /// their own.
    #[track_caller]
    pub fn batching_window_secs<N>(mut self, window: N) -> TaskBuilder<H, K::WithOwnQueue>
    where
        N: IntoBounded<BatchingWindow>,
    {
        self.options.values.batching_window = self.checked(window);
        self.with_kind()
    }

    /// The task that takes this one's dead letters: one that was registered with
    /// [`dead_letter_task`](crate::App::dead_letter_task). Without it they go to
    /// [`App::dead_letters_to`](crate::App::dead_letters_to)'s, or stay in the application's dead-letter queue. For tasks that
    /// others invoke.
    #[track_caller]
    pub fn dead_letters_to(mut self, task: &'static str) -> TaskBuilder<H, InvokedTask> {
        match TaskId::new(task) {
            Ok(task) => self.options.values.dead_letters = Some(task),
            Err(error) => self.options.wrong_names.push((error, Origin::caller())),
        }
        self.with_kind()
    }

    /// Number of lanes of the task: 1 to 100, default 1. Each has a queue and an event source mapping of its own, so that a
    /// flood in one does not hold up the messages of another. For tasks with a queue of their own.
    ///
    /// A message goes to the lane that its sender names, or to that of the message that was being handled when it was
    /// sent, or to lane 0. Fewer lanes than before delete the queues of the others, with the messages in them.
    #[track_caller]
    pub fn lanes<N>(mut self, lanes: N) -> TaskBuilder<H, InvokedTask>
    where
        N: IntoBounded<LaneCount>,
    {
        self.options.values.lanes = self.checked(lanes);
        self.with_kind()
    }

    /// Number of functions that each lane may keep busy at once: a number of 2 to 1,000 for each lane, from lane 0 on. For one
    /// number for all of them there is [`maximum_concurrency`](Self::maximum_concurrency). For tasks with a queue of their own.
    #[track_caller]
    pub fn lane_concurrency<N>(mut self, concurrency: impl IntoIterator<Item = N>) -> TaskBuilder<H, InvokedTask>
    where
        N: IntoBounded<MaximumConcurrency>,
    {
        for concurrency in concurrency {
            let concurrency = self.checked(concurrency);
            self.options.values.lane_concurrency.extend(concurrency);
        }
        self.with_kind()
    }

    /// Whether a message that names no lane keeps the lane of the message that was being handled when it was sent; default
    /// `true`. With `false`, it goes to lane 0. For tasks with a queue of their own.
    pub fn propagate_lane(mut self, propagate: bool) -> TaskBuilder<H, InvokedTask> {
        self.options.values.propagate_lane = Some(propagate);
        self.with_kind()
    }

    /// Largest number of invocations of the function that run at once: 1 to 100,000; default: as many as the account has free.
    /// They are kept free for it, and taken from what other functions of the account can use; an account has 1,000 unless its
    /// quota was raised, of which 100 stay free.
    ///
    /// For a task with a queue, [`maximum_concurrency`](TaskBuilder::maximum_concurrency) is better: a message that is
    /// received while all invocations are taken counts as received.
    #[track_caller]
    pub fn reserved_concurrency<N>(mut self, concurrency: N) -> Self
    where
        N: IntoBounded<ReservedConcurrency>,
    {
        self.options.values.reserved_concurrency = self.checked(concurrency);
        self
    }

    /// Time for which the task's queue keeps a message that is not handled, in seconds: 60 to 1,036,800 (12 days), default 4
    /// days. The dead-letter queue keeps a message for 14 days from when it was sent, and that of a dead-letter task for 13, so
    /// this is less. It must be longer than the visibility timeout, which is six times the task's timeout. For tasks that
    /// others invoke.
    #[track_caller]
    pub fn queue_retention_secs<N>(mut self, retention: N) -> TaskBuilder<H, InvokedTask>
    where
        N: IntoBounded<QueueRetention>,
    {
        self.options.values.queue_retention = self.checked(retention);
        self.with_kind()
    }

    /// Group of the task: 1 to 32 letters and digits. The tasks of a group are deployed in a nested stack, for applications
    /// with more than the 500 resources of one stack; nothing else changes. [`App::group`](crate::App::group) is the same for
    /// many tasks, which this one goes before. A task that was deployed does not move by itself:
    /// `docs/guide/large-applications.md`.
    #[track_caller]
    pub fn group(mut self, name: &'static str) -> Self {
        match GroupName::new(name) {
            Ok(name) => self.options.values.group = Some(name),
            Err(error) => self.options.wrong_names.push((error, Origin::caller())),
        }
        self
    }

    #[track_caller]
    fn checked<N, V>(&mut self, value: N) -> Option<V>
    where
        N: IntoBounded<V>,
    {
        match value.into_bounded() {
            Ok(value) => Some(value),
            Err(error) => {
                self.options.wrong.push((error, Origin::caller()));
                None
            }
        }
    }

    fn with_kind<L>(self) -> TaskBuilder<H, L> {
        TaskBuilder { handler: self.handler, options: self.options, kind: PhantomData }
    }
}

/// The arguments of a handler that has options: keeps its `Handler` apart from a plain function's.
pub struct WithOptions<Args>(PhantomData<Args>);

#[diagnostic::do_not_recommend]
impl<Tr, Args, H, K> Handler<Tr, WithOptions<Args>> for TaskBuilder<H, K>
where
    Tr: Trigger,
    H: Handler<Tr, Args>,
    K: OptionsKind + Clone,
{
    type Kind = K;
    const EDGES: &'static [Edge] = H::EDGES;

    fn options(&self) -> Options {
        self.options.clone()
    }

    fn name() -> &'static str {
        H::name()
    }

    fn call(self, invocation: Invocation) -> BoxFuture<'static, Result<Value, BoxError>> {
        self.handler.call(invocation)
    }
}

mod sealed {
    pub struct NoTask;
}
