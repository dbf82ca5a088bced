//! Tasks: a function, and what starts it.

use std::ops::Deref;

use async_lambda_model::{BatchSize, MaxReceiveCount, MaximumConcurrency, ScheduleExpression, TaskOptions};
use cfn_model::{Value, intrinsic::get_att};

use super::{TaskFunction, names};
use crate::{
    Construct, FunctionHandle, ManagedQueue, ManagedQueueHandle, RestApiHandle, ScheduledFunction, SqsFunction, Stack,
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

/// A task that works on the messages of somebody else's queue.
#[derive(Clone, Debug)]
#[must_use = "a construct does nothing until it is added to a stack"]
pub struct SqsTask {
    function: TaskFunction,
    queue_arn: Value<String>,
    maximum_concurrency: Option<MaximumConcurrency>,
}

/// A task that runs by the clock.
#[derive(Clone, Debug)]
#[must_use = "a construct does nothing until it is added to a stack"]
pub struct ScheduledTask {
    function: TaskFunction,
    schedule: ScheduleExpression,
}

/// A task that answers a route of the application's API.
#[derive(Clone, Debug)]
#[must_use = "a construct does nothing until it is added to a stack"]
pub struct ApiTask {
    function: TaskFunction,
    api: RestApiHandle,
    method: String,
    path: String,
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

impl SqsTask {
    /// A task with this function on the queue with this ARN: a literal, or an import.
    pub fn new(function: TaskFunction, queue_arn: impl Into<Value<String>>) -> SqsTask {
        SqsTask { function, queue_arn: queue_arn.into(), maximum_concurrency: None }
    }

    /// How many functions the queue keeps busy at most.
    pub fn maximum_concurrency(mut self, concurrency: MaximumConcurrency) -> SqsTask {
        self.maximum_concurrency = Some(concurrency);
        self
    }
}

impl ScheduledTask {
    /// A task with this function and schedule.
    pub fn new(function: TaskFunction, schedule: ScheduleExpression) -> ScheduledTask {
        ScheduledTask { function, schedule }
    }
}

impl ApiTask {
    /// A task with this function on a route: `ApiTask::new(function, &api, "GET", "/orders/{id}")`.
    pub fn new(
        function: TaskFunction,
        api: &RestApiHandle,
        method: impl AsRef<str>,
        path: impl Into<String>,
    ) -> ApiTask {
        // The Python package writes methods in lower case, and so does SAM's documentation.
        ApiTask { function, api: api.clone(), method: method.as_ref().to_lowercase(), path: path.into() }
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

impl Construct for SqsTask {
    type Handle = FunctionHandle;

    #[track_caller]
    fn build(self, id: &str, stack: &mut Stack) -> FunctionHandle {
        let (id, function) = self.function.finish(id, false);
        stack.add(id, consumer(function, self.queue_arn, "UnmanagedSQS", self.maximum_concurrency))
    }
}

fn consumer(
    function: sam_resources::Function,
    queue_arn: Value<String>,
    event: &str,
    concurrency: Option<MaximumConcurrency>,
) -> SqsFunction {
    let consumer = SqsFunction::new(function, queue_arn)
        .event_name(event)
        .batch_size(BatchSize::of::<1>())
        .customize_event_source_mapping(|mapping| mapping.enabled(true));
    concurrency.into_iter().fold(consumer, SqsFunction::maximum_concurrency)
}

impl Construct for ScheduledTask {
    type Handle = FunctionHandle;

    #[track_caller]
    fn build(self, id: &str, stack: &mut Stack) -> FunctionHandle {
        let name = names::physical(self.function.app.name(), id);
        let (id, function) = self.function.finish(id, false);
        let function = ScheduledFunction::new(function, self.schedule)
            .event_name("ScheduledEvent")
            .customize_schedule(|schedule| schedule.name(name));
        stack.add(id, function)
    }
}

impl Construct for ApiTask {
    type Handle = FunctionHandle;

    #[track_caller]
    fn build(self, id: &str, stack: &mut Stack) -> FunctionHandle {
        let (id, function) = self.function.knows_binary_media_types().finish(id, false);
        stack.add(id, function.event("APIEvent", self.api.route(self.method, self.path)))
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
