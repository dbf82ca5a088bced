//! Functions with a trigger: an SQS queue, a schedule.

use async_lambda_model::{BatchSize, MaximumConcurrency, ScheduleExpression};
use cfn_model::{Handle, IntoNode, Object, Value};
use sam_resources::{self as sam, Function, FunctionAttributes, event};

use crate::{Construct, Stack, grant::consume};

/// The handle of a function.
pub type FunctionHandle = Handle<FunctionAttributes>;

/// A function that works on the messages of a queue.
///
/// One bad message never takes its batch with it: the mapping reports failures message by message
/// (`ReportBatchItemFailures`), and the code has to answer so. The function may consume this queue and no other.
///
/// ```
/// use async_lambda_constructs::prelude::*;
///
/// let mut stack = Stack::new("orders");
/// let jobs = stack.add("Jobs", ManagedQueue::new().visibility_timeout(360));
/// let code = sam::Function::new().handler("bootstrap").runtime(sam::Runtime::ProvidedAl2023)
///     .code_uri("target/worker.zip").timeout(60);
/// let worker = SqsFunction::new(code, jobs.arn())
///     .batch_size(BatchSize::of::<10>())
///     .maximum_concurrency(MaximumConcurrency::of::<5>());
/// stack.add("Worker", worker);
/// ```
#[derive(Clone, Debug)]
#[must_use = "a construct does nothing until it is added to a stack"]
pub struct SqsFunction {
    function: Function,
    queue: Value<String>,
    event: event::Sqs,
    event_name: String,
}

/// A function that runs by the clock.
///
/// ```
/// use async_lambda_constructs::prelude::*;
///
/// let mut stack = Stack::new("reports");
/// let code = sam::Function::new().handler("bootstrap").runtime(sam::Runtime::ProvidedAl2023)
///     .code_uri("target/report.zip").timeout(60);
/// stack.add("Nightly", ScheduledFunction::new(code, schedule!("cron(30 2 * * ? *)")));
/// ```
#[derive(Clone, Debug)]
#[must_use = "a construct does nothing until it is added to a stack"]
pub struct ScheduledFunction {
    function: Function,
    event: event::ScheduleV2,
    event_name: String,
}

impl SqsFunction {
    /// A function on the queue with this ARN: a literal, a queue's `arn()`, an import.
    pub fn new(function: Function, queue_arn: impl Into<Value<String>>) -> SqsFunction {
        let queue = queue_arn.into();
        let event = event::Sqs::new(queue.clone()).report_batch_item_failures(true);
        SqsFunction { function, queue, event, event_name: "Queue".to_owned() }
    }

    /// How many messages an invocation gets at most. Above 10, give a batching window too.
    pub fn batch_size(mut self, size: BatchSize) -> SqsFunction {
        self.event = self.event.batch_size(size.get());
        self
    }

    /// How many invocations run at once at most.
    pub fn maximum_concurrency(mut self, concurrency: MaximumConcurrency) -> SqsFunction {
        self.event = self.event.scaling_config(maximum_concurrency(concurrency));
        self
    }

    /// Any other property of the event source mapping.
    pub fn customize_event_source_mapping(mut self, change: impl FnOnce(event::Sqs) -> event::Sqs) -> SqsFunction {
        self.event = change(self.event);
        self
    }

    /// The event's name inside the function: default `Queue`. It is part of the event source mapping's logical
    /// id, so a change of the name makes a new mapping.
    pub fn event_name(mut self, name: impl Into<String>) -> SqsFunction {
        self.event_name = name.into();
        self
    }
}

/// The scaling configuration of an event source mapping.
pub(crate) fn maximum_concurrency(concurrency: MaximumConcurrency) -> Object {
    Object::from_iter([("MaximumConcurrency".to_owned(), concurrency.get().into_node())])
}

impl Construct for SqsFunction {
    type Handle = FunctionHandle;

    #[track_caller]
    fn build(self, id: &str, stack: &mut Stack) -> FunctionHandle {
        let consume = sam::Policy::from(consume(self.queue));
        stack.add(id, self.function.event(self.event_name, self.event).policy(consume))
    }
}

impl ScheduledFunction {
    /// A function that runs on the schedule, through EventBridge Scheduler.
    pub fn new(function: Function, schedule: ScheduleExpression) -> ScheduledFunction {
        let event = event::ScheduleV2::default().schedule_expression(schedule.as_str());
        ScheduledFunction { function, event, event_name: "Schedule".to_owned() }
    }

    /// The time zone of a cron expression, by its IANA name: `Europe/Berlin`; default UTC.
    pub fn timezone(mut self, timezone: impl Into<Value<String>>) -> ScheduledFunction {
        self.event = self.event.schedule_expression_timezone(timezone);
        self
    }

    /// Any other property of the schedule: its name, its input, a window, a dead-letter queue.
    pub fn customize_schedule(
        mut self,
        change: impl FnOnce(event::ScheduleV2) -> event::ScheduleV2,
    ) -> ScheduledFunction {
        self.event = change(self.event);
        self
    }

    /// The event's name inside the function: default `Schedule`.
    pub fn event_name(mut self, name: impl Into<String>) -> ScheduledFunction {
        self.event_name = name.into();
        self
    }
}

impl Construct for ScheduledFunction {
    type Handle = FunctionHandle;

    #[track_caller]
    fn build(self, id: &str, stack: &mut Stack) -> FunctionHandle {
        stack.add(id, self.function.event(self.event_name, self.event))
    }
}
