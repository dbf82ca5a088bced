//! Tasks with a queue of their own.

use std::ops::Deref;

use async_lambda_model::{
    BatchSize, BatchingWindow, LaneCount, MaxReceiveCount, MaximumConcurrency, QueueRetention, TaskModel, TaskOptions,
    trigger::ManagedSqs,
};
use cfn_model::{Handle, intrinsic::get_att, sqs::QueueHandle};
use sam_resources::{Function, event};

use super::{Kind, NewTask, Numbers};
use crate::{
    Construct, FunctionHandle, ManagedQueue, ManagedQueueHandle, Stack,
    app::{TaskFunction, names},
    function::maximum_concurrency,
    grant,
    graph::{self, Graph},
    iam::Statement,
};

/// A task with a queue of its own, through which other tasks invoke it.
///
/// The queue is encrypted. A message stays hidden for six times the function's timeout, and goes to the
/// application's dead-letter queue when it was received 5 times in vain.
#[derive(Clone, Debug)]
#[must_use = "a construct does nothing until it is added to a stack"]
pub struct AsyncTask {
    function: TaskFunction,
    max_receive_count: MaxReceiveCount,
    maximum_concurrency: Option<MaximumConcurrency>,
    lanes: LaneCount,
    lane_concurrency: Vec<MaximumConcurrency>,
    batch_size: BatchSize,
    batching_window: BatchingWindow,
    dead_letters: Option<QueueHandle>,
    message_retention: Option<i64>,
    is_fifo: bool,
}

/// An async task that is in a stack. It derefs to its function's handle.
#[derive(Clone, Debug)]
pub struct AsyncTaskHandle {
    function: FunctionHandle,
    /// Of each lane.
    queues: Vec<ManagedQueueHandle>,
}

impl AsyncTask {
    /// A task with this function.
    pub fn new(function: TaskFunction) -> AsyncTask {
        AsyncTask {
            function,
            max_receive_count: TaskOptions::DEFAULT_MAX_RECEIVE_COUNT,
            maximum_concurrency: None,
            lanes: TaskOptions::DEFAULT_LANES,
            lane_concurrency: Vec::new(),
            batch_size: TaskOptions::DEFAULT_BATCH_SIZE,
            batching_window: BatchingWindow::of::<0>(),
            dead_letters: None,
            message_retention: None,
            is_fifo: false,
        }
    }

    /// How often a message is received before it goes to the dead-letter queue; default 5.
    pub fn max_receive_count(mut self, count: MaxReceiveCount) -> AsyncTask {
        self.max_receive_count = count;
        self
    }

    /// How many functions the queue keeps busy at most; of a task with lanes, each of them.
    pub fn maximum_concurrency(mut self, concurrency: MaximumConcurrency) -> AsyncTask {
        self.maximum_concurrency = Some(concurrency);
        self
    }

    /// Where messages go that were received too often; default the application's dead-letter queue.
    pub fn dead_letters_to(mut self, queue: &QueueHandle) -> AsyncTask {
        self.dead_letters = Some(queue.clone());
        self
    }

    /// How long the queue keeps a message, in seconds: 60 to 1,209,600 (14 days); default 4 days, as SQS has it.
    pub fn message_retention(mut self, seconds: i64) -> AsyncTask {
        self.message_retention = Some(seconds);
        self
    }

    /// With a FIFO queue, whose messages are handled in the order of their groups. It has one lane, and its dead-letter queue
    /// has to be a FIFO queue too: [`dead_letters_to`](AsyncTask::dead_letters_to).
    pub fn fifo(mut self) -> AsyncTask {
        self.is_fifo = true;
        self
    }

    /// How many messages an invocation gets at most; default 1. Above 10, give a batching window too.
    pub fn batch_size(mut self, size: BatchSize) -> AsyncTask {
        self.batch_size = size;
        self
    }

    /// For how long Lambda collects messages before it invokes the function; default 0 s. A message stays hidden for that
    /// time longer.
    pub fn batching_window(mut self, window: BatchingWindow) -> AsyncTask {
        self.batching_window = window;
        self
    }

    /// How many lanes it has; default 1. Each has a queue and an event source mapping, and the same extras.
    pub fn lanes(mut self, lanes: LaneCount) -> AsyncTask {
        self.lanes = lanes;
        self
    }

    /// How many functions each lane keeps busy at most, from lane 0 on. A lane without a number has that of
    /// [`maximum_concurrency`](AsyncTask::maximum_concurrency).
    pub fn lane_concurrency(mut self, concurrency: impl IntoIterator<Item = MaximumConcurrency>) -> AsyncTask {
        self.lane_concurrency = concurrency.into_iter().collect();
        self
    }
}

impl Kind for ManagedSqs {
    fn add(&self, task: NewTask<'_>, stack: &mut Stack) {
        add(task, stack);
    }

    fn numbers(&self) -> Numbers {
        Numbers::ALL
    }

    fn draw(&self, task: &TaskModel, app: &str, graph: &mut Graph) {
        draw(task, app, graph);
    }
}

/// Adds a task with its queue.
pub(super) fn add(task: NewTask<'_>, stack: &mut Stack) {
    let id = task.model.id.as_str();
    stack.add(id, construct(task));
}

/// A task with its options.
pub(super) fn construct(task: NewTask<'_>) -> AsyncTask {
    let NewTask { model, function, .. } = task;
    let options = &model.options;
    let construct = AsyncTask::new(function).batch_size(model.batch_size()).batching_window(model.batching_window());
    let construct = options.max_receive_count.into_iter().fold(construct, AsyncTask::max_receive_count);
    let construct = options.maximum_concurrency.into_iter().fold(construct, AsyncTask::maximum_concurrency);
    let retention = options.queue_retention.into_iter().map(QueueRetention::get);
    let construct = retention.fold(construct, AsyncTask::message_retention);
    let letters = options.dead_letters.iter().map(|task| Handle::new(names::queue(task.as_str())));
    let construct = letters.fold(construct, |construct, queue| construct.dead_letters_to(&queue));
    construct.lanes(model.lanes()).lane_concurrency(options.lane_concurrency.iter().copied())
}

/// Draws a task's queue.
pub(super) fn draw(task: &TaskModel, app: &str, graph: &mut Graph) {
    let id = task.id.as_str();
    let queue = graph::queue(id);
    let letters =
        task.options.dead_letters.as_ref().map_or(graph::DEAD_LETTERS.to_owned(), |task| graph::queue(task.as_str()));
    graph.connect(&queue, &letters, "dead letters", graph::Line::Dashed);
    let detail = match task.lanes().get() {
        1 => "queue".to_owned(),
        lanes => format!("queue, {lanes} lanes"),
    };
    graph.start(id, graph::node(queue, format!("{app}-{id}"), &detail, graph::Kind::Queue), "triggers");
}

impl Construct for AsyncTask {
    type Handle = AsyncTaskHandle;

    #[track_caller]
    fn build(mut self, id: &str, stack: &mut Stack) -> AsyncTaskHandle {
        let (app, timeout) = (self.function.app.clone(), self.function.timeout);
        let extras = std::mem::take(&mut self.function.extras);
        let (function_id, mut function) = self.function.finish(id, true);
        let mut consume = None;
        for lane in 0..self.lanes.get() {
            let queue_arn = get_att::<String>(names::queue_of_lane(id, lane), "Arn");
            let mut mapping = event::Sqs::new(queue_arn.clone())
                .report_batch_item_failures(true)
                .batch_size(self.batch_size.get())
                .enabled(true);
            if self.batching_window.get() > 0 {
                mapping = mapping.maximum_batching_window_in_seconds(self.batching_window.get());
            }
            let own = usize::try_from(lane).ok().and_then(|lane| self.lane_concurrency.get(lane));
            if let Some(concurrency) = own.copied().or(self.maximum_concurrency) {
                mapping = mapping.scaling_config(maximum_concurrency(concurrency));
            }
            function = function.event(format!("ManagedSQS{}", names::lane_suffix("L", lane)), mapping);
            consume = Some(match consume {
                None => grant::consume(queue_arn),
                Some(consume) => Statement::resource(consume, queue_arn),
            });
        }
        // Functions stand before their queues in the Python package's templates too.
        let function = stack.add(function_id, consume.into_iter().fold(function, Function::policy));
        let queues = (0..self.lanes.get()).map(|lane| {
            let name = match self.is_fifo {
                true => names::physical_fifo(app.name(), id),
                false => names::physical_queue(app.name(), id, lane),
            };
            let queue = ManagedQueue::new()
                .queue_name(name)
                .dead_letter(self.dead_letters.as_ref().unwrap_or(app.dead_letters()), self.max_receive_count.get())
                .visibility_timeout(TaskOptions::VISIBILITY_FACTOR * timeout.get() + self.batching_window.get())
                .customize_queue(|queue| queue.sqs_managed_sse_enabled(true))
                .extra_prefix(names::queue_extras(id))
                .extra_suffix(names::lane_suffix("L", lane));
            let queue = self
                .message_retention
                .into_iter()
                .fold(queue, |queue, seconds| queue.customize_queue(|queue| queue.message_retention_period(seconds)));
            let queue = extras.iter().cloned().fold(queue, ManagedQueue::extra);
            let queue = stack.add(names::queue_of_lane(id, lane), queue);
            if self.is_fifo {
                stack.ignore(&queue, "AL1044", names::FIFO_FOR_EVER);
            }
            queue
        });
        AsyncTaskHandle { function, queues: queues.collect() }
    }
}

impl AsyncTaskHandle {
    /// The task's queue: that of lane 0.
    pub fn queue(&self) -> &ManagedQueueHandle {
        &self.queues[0]
    }

    /// The queues of all lanes, from lane 0 on; at least one.
    pub fn queues(&self) -> &[ManagedQueueHandle] {
        &self.queues
    }
}

impl Deref for AsyncTaskHandle {
    type Target = FunctionHandle;

    fn deref(&self) -> &FunctionHandle {
        &self.function
    }
}

impl AsRef<str> for AsyncTaskHandle {
    fn as_ref(&self) -> &str {
        self.function.as_ref()
    }
}
