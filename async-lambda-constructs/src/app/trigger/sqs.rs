//! Tasks that read somebody else's queue.

use async_lambda_model::{BatchSize, BatchingWindow, MaximumConcurrency, QueueArn, TaskModel, Trigger, trigger::Sqs};
use cfn_model::Value;

use super::{Batch, Kind, LargeBatches, NewTask, Numbers, consumer, filter_criteria};
use crate::{
    Construct, FunctionHandle, Stack,
    app::TaskFunction,
    graph::{self, Graph},
};

/// A task that works on the messages of somebody else's queue.
#[derive(Clone, Debug)]
#[must_use = "a construct does nothing until it is added to a stack"]
pub struct SqsTask {
    function: TaskFunction,
    queue_arn: Value<String>,
    maximum_concurrency: Option<MaximumConcurrency>,
    batch_size: BatchSize,
    batching_window: Option<BatchingWindow>,
    filters: Vec<serde_json::Value>,
}

impl SqsTask {
    /// A task with this function on the queue with this ARN: a literal, or an import.
    pub fn new(function: TaskFunction, queue_arn: impl Into<Value<String>>) -> SqsTask {
        let (queue_arn, batch_size) = (queue_arn.into(), BatchSize::of::<1>());
        let (maximum_concurrency, batching_window, filters) = (None, None, Vec::new());
        SqsTask { function, queue_arn, maximum_concurrency, batch_size, batching_window, filters }
    }

    /// How many messages an invocation gets at most: 1 to 10,000, default 1. Above 10, give a batching window too.
    pub fn batch_size(mut self, size: BatchSize) -> SqsTask {
        self.batch_size = size;
        self
    }

    /// For how long Lambda collects messages, in seconds: 0 to 300, default 0. Not for a FIFO queue.
    pub fn batching_window(mut self, window: BatchingWindow) -> SqsTask {
        self.batching_window = Some(window);
        self
    }

    /// Takes only messages that fit this pattern, or that of another call. A message that fits none is deleted from the
    /// queue, unhandled.
    pub fn filter(mut self, pattern: impl Into<serde_json::Value>) -> SqsTask {
        self.filters.push(pattern.into());
        self
    }

    /// How many functions the queue keeps busy at most.
    pub fn maximum_concurrency(mut self, concurrency: MaximumConcurrency) -> SqsTask {
        self.maximum_concurrency = Some(concurrency);
        self
    }
}

impl Kind for Sqs {
    fn add(&self, task: NewTask<'_>, stack: &mut Stack) {
        let queue_arn = match &self.queue_arn {
            QueueArn::Literal(arn) => Value::from(arn),
            QueueArn::Intrinsic(function) => Value::raw(function.clone()),
        };
        let construct = SqsTask::new(task.function, queue_arn);
        let construct = self.batch_size.into_iter().fold(construct, SqsTask::batch_size);
        let construct = self.batching_window.into_iter().fold(construct, SqsTask::batching_window);
        let construct = self.filters.iter().cloned().fold(construct, SqsTask::filter);
        let concurrency = task.model.options.maximum_concurrency;
        stack.add(task.model.id.as_str(), concurrency.into_iter().fold(construct, SqsTask::maximum_concurrency));
    }

    fn numbers(&self) -> Numbers {
        let is_fifo = self.queue_arn.is_fifo();
        let large_batches = if is_fifo { LargeBatches::Never } else { LargeBatches::WithWindow };
        Numbers { batch_window: !is_fifo, large_batches, ..Numbers::ALL }
    }

    fn batch(&self) -> Option<Batch> {
        Some(Batch { size: self.batch_size, window: self.batching_window })
    }

    fn with_batch(&self, batch: Batch) -> Option<Trigger> {
        let mut queue = self.clone();
        (queue.batch_size, queue.batching_window) = (batch.size, batch.window);
        Some(Trigger::Sqs(queue))
    }

    fn draw(&self, task: &TaskModel, _: &str, graph: &mut Graph) {
        let (id, arn) = (task.id.as_str(), self.queue_arn.to_string());
        let name = arn.rsplit(':').next().filter(|_| arn.starts_with("arn:")).unwrap_or(&arn).to_owned();
        let queue = graph::node(graph::queue(id), name, "somebody else's queue", graph::Kind::Queue);
        graph.start(id, queue, "triggers");
    }
}

impl Construct for SqsTask {
    type Handle = FunctionHandle;

    #[track_caller]
    fn build(self, id: &str, stack: &mut Stack) -> FunctionHandle {
        let (id, function) = self.function.finish(id, false);
        let consumer =
            consumer(function, self.queue_arn, "UnmanagedSQS", self.maximum_concurrency).batch_size(self.batch_size);
        let (window, filters) = (self.batching_window, filter_criteria(&self.filters));
        stack.add(
            id,
            consumer.customize_event_source_mapping(|mut mapping| {
                mapping.maximum_batching_window_in_seconds = window.map(|window| window.get().into());
                mapping.filter_criteria = filters.map(Into::into);
                mapping
            }),
        )
    }
}
