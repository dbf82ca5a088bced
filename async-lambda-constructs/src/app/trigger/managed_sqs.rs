//! Tasks with a queue of their own.

use std::ops::Deref;

use async_lambda_model::{MaxReceiveCount, MaximumConcurrency, TaskModel, TaskOptions, trigger::ManagedSqs};
use cfn_model::intrinsic::get_att;

use super::{Kind, NewTask, consumer};
use crate::{
    Construct, FunctionHandle, ManagedQueue, ManagedQueueHandle, Stack,
    app::{TaskFunction, names},
    graph::{self, Graph},
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
}

/// An async task that is in a stack. It derefs to its function's handle.
#[derive(Clone, Debug)]
pub struct AsyncTaskHandle {
    function: FunctionHandle,
    queue: ManagedQueueHandle,
}

impl AsyncTask {
    /// A task with this function.
    pub fn new(function: TaskFunction) -> AsyncTask {
        let max_receive_count = TaskOptions::DEFAULT_MAX_RECEIVE_COUNT;
        AsyncTask { function, max_receive_count, maximum_concurrency: None }
    }

    /// How often a message is received before it goes to the dead-letter queue; default 5.
    pub fn max_receive_count(mut self, count: MaxReceiveCount) -> AsyncTask {
        self.max_receive_count = count;
        self
    }

    /// How many functions the queue keeps busy at most.
    pub fn maximum_concurrency(mut self, concurrency: MaximumConcurrency) -> AsyncTask {
        self.maximum_concurrency = Some(concurrency);
        self
    }
}

impl Kind for ManagedSqs {
    fn add(&self, task: NewTask<'_>, stack: &mut Stack) {
        let options = &task.model.options;
        let construct = AsyncTask::new(task.function);
        let construct = options.max_receive_count.into_iter().fold(construct, AsyncTask::max_receive_count);
        let construct = options.maximum_concurrency.into_iter().fold(construct, AsyncTask::maximum_concurrency);
        stack.add(task.model.id.as_str(), construct);
    }

    fn draw(&self, task: &TaskModel, app: &str, graph: &mut Graph) {
        let id = task.id.as_str();
        let queue = graph::queue(id);
        graph.connect(&queue, graph::DEAD_LETTERS, "dead letters", graph::Line::Dashed);
        graph.start(id, graph::node(queue, format!("{app}-{id}"), "queue", graph::Kind::Queue), "triggers");
    }
}

impl Construct for AsyncTask {
    type Handle = AsyncTaskHandle;

    #[track_caller]
    fn build(mut self, id: &str, stack: &mut Stack) -> AsyncTaskHandle {
        let TaskFunction { app, timeout, .. } = &self.function;
        let queue = ManagedQueue::new()
            .queue_name(names::physical(app.name(), id))
            .dead_letter(app.dead_letters(), self.max_receive_count.get())
            .visibility_timeout(TaskOptions::VISIBILITY_FACTOR * timeout.get())
            .customize_queue(|queue| queue.sqs_managed_sse_enabled(true))
            .extra_prefix(names::queue_extras(id));
        let extras = std::mem::take(&mut self.function.extras);
        let (function_id, function) = self.function.finish(id, true);
        let queue_id = names::queue(id);
        // Functions stand before their queues in the Python package's templates too.
        let queue_arn = get_att::<String>(&queue_id, "Arn");
        let function = stack.add(function_id, consumer(function, queue_arn, "ManagedSQS", self.maximum_concurrency));
        let queue = stack.add(queue_id, extras.into_iter().fold(queue, ManagedQueue::extra));
        AsyncTaskHandle { function, queue }
    }
}

impl AsyncTaskHandle {
    /// The task's queue.
    pub fn queue(&self) -> &ManagedQueueHandle {
        &self.queue
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
