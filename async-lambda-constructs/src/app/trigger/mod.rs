//! From a task to its resources: a file for each kind of trigger, with its construct.
//!
//! A new kind is a file, its `mod`, and a line in `kind`.

mod api;
mod dead_letters;
mod dynamodb;
mod fifo;
mod function;
mod managed_sqs;
mod managed_sqs_batch;
mod schedule;
mod sqs;

use async_lambda_model::{BatchSize, BatchingWindow, MaximumConcurrency, TaskModel, Trigger};
use cfn_model::{List, Value};
use sam_resources::event::{FilterCriteria, FilterCriteriaFilters};

pub use api::ApiTask;
pub use dynamodb::DynamoDbTask;
pub use function::FunctionTask;
pub use managed_sqs::{AsyncTask, AsyncTaskHandle};
pub use schedule::ScheduledTask;
pub use sqs::SqsTask;

use super::{AsyncLambdaAppHandle, TaskFunction};
use crate::{SqsFunction, Stack, graph::Graph};

/// What a kind of trigger makes of a task.
pub(crate) trait Kind {
    /// Adds the task's resources.
    fn add(&self, task: NewTask<'_>, stack: &mut Stack);

    /// Whether what starts the task puts events into the application's dead-letter queue, in a picture.
    fn writes_dead_letters(&self) -> bool {
        false
    }

    /// The numbers of the config file that tasks of the kind have.
    fn numbers(&self) -> Numbers {
        Numbers::default()
    }

    /// The batch size and window that are not the defaults, where the trigger has them and not the options of the task.
    fn batch(&self) -> Option<Batch> {
        None
    }

    /// The trigger with these, where it has them itself.
    fn with_batch(&self, _: Batch) -> Option<Trigger> {
        None
    }

    /// How long what starts the task has waited: a metric that Lambda has for functions with this trigger, and its label.
    #[cfg(feature = "constructs")]
    fn age_metric(&self) -> Option<(&'static str, &'static str)> {
        None
    }

    /// Draws what starts the task. `app` is the application's name.
    fn draw(&self, task: &TaskModel, app: &str, graph: &mut Graph);
}

/// The numbers of the config file that tasks of a kind have.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Numbers {
    pub(crate) record_concurrency: bool,
    pub(crate) batch_size: bool,
    pub(crate) batch_window: bool,
    pub(crate) large_batches: LargeBatches,
}

/// When a task takes more than [`LargeBatches::SMALL`] messages or records at once.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum LargeBatches {
    /// A stream.
    #[default]
    Always,
    /// A queue of the task's own, which gets a batching window by itself.
    UnlessWithoutWindow,
    /// Somebody else's queue.
    WithWindow,
    /// A FIFO queue.
    Never,
}

impl LargeBatches {
    /// The most messages that Lambda takes from any queue at once, without a batching window.
    pub(crate) const SMALL: i64 = 10;

    /// Whether they are taken with this batching window, `None` for the default.
    pub(crate) fn are_taken(self, window: Option<BatchingWindow>) -> bool {
        match self {
            LargeBatches::Always => true,
            LargeBatches::UnlessWithoutWindow => window.is_none_or(|window| window.get() > 0),
            LargeBatches::WithWindow => window.is_some_and(|window| window.get() > 0),
            LargeBatches::Never => false,
        }
    }
}

impl Numbers {
    /// Of a queue whose messages are handled one by one.
    const ALL: Numbers = Numbers {
        record_concurrency: true,
        batch_size: true,
        batch_window: true,
        large_batches: LargeBatches::UnlessWithoutWindow,
    };
    /// Of a queue whose messages are not handled at once.
    const OF_BATCH: Numbers = Numbers { record_concurrency: false, ..Numbers::ALL };
}

/// How many messages or records an invocation gets, and for how long Lambda collects them; `None` is the default.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Batch {
    pub(crate) size: Option<BatchSize>,
    pub(crate) window: Option<BatchingWindow>,
}

/// A task that is being added to the stack of its application.
pub(crate) struct NewTask<'a> {
    pub(super) model: &'a TaskModel,
    pub(super) app: &'a AsyncLambdaAppHandle,
    pub(super) function: TaskFunction,
}

/// What this trigger makes of a task.
pub(crate) fn kind(trigger: &Trigger) -> &dyn Kind {
    match trigger {
        Trigger::ManagedSqs(kind) => kind,
        Trigger::ManagedSqsBatch(kind) => kind,
        Trigger::Fifo(kind) => kind,
        Trigger::DeadLetters(kind) => kind,
        Trigger::Sqs(kind) => kind,
        Trigger::Schedule(kind) => kind,
        Trigger::Api(kind) => kind,
        Trigger::DynamoDb(kind) => kind,
        Trigger::Function(kind) => kind,
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

/// The patterns of an event source mapping, each as a string of JSON; `None` without one.
fn filter_criteria(patterns: &[serde_json::Value]) -> Option<FilterCriteria> {
    let filter = |pattern: &serde_json::Value| FilterCriteriaFilters::new().pattern(pattern.to_string());
    let filters: List<FilterCriteriaFilters> = patterns.iter().map(filter).collect();
    (!filters.0.is_empty()).then(|| FilterCriteria::new().filters(filters))
}
