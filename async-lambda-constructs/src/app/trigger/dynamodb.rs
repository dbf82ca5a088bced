//! Tasks that read the stream of a DynamoDB table.

use async_lambda_model::{
    TaskModel, Trigger,
    trigger::{DynamoDb, StreamArn},
};
use cfn_model::Value;
use sam_resources::{
    Policy,
    event::{self, DestinationConfig, DestinationConfigOnFailure},
};

use super::{Batch, Kind, LargeBatches, NewTask, Numbers, filter_criteria};
use crate::{
    Construct, FunctionHandle, QueueGrants, Stack,
    app::TaskFunction,
    graph::{self, Graph},
};

/// A task that works on the changes of the items of a table.
///
/// SAM gives the function the managed policy `AWSLambdaDynamoDBExecutionRole`. Where the application's dead-letter queue is told
/// of records that are given up, the function may send there.
#[derive(Clone, Debug)]
#[must_use = "a construct does nothing until it is added to a stack"]
pub struct DynamoDbTask {
    function: TaskFunction,
    stream: DynamoDb,
}

impl DynamoDbTask {
    /// A task with this function on the stream: its ARN, or a [`DynamoDb`] with more.
    pub fn new(function: TaskFunction, stream: impl Into<DynamoDb>) -> DynamoDbTask {
        DynamoDbTask { function, stream: stream.into() }
    }
}

impl Kind for DynamoDb {
    fn add(&self, task: NewTask<'_>, stack: &mut Stack) {
        stack.add(task.model.id.as_str(), DynamoDbTask::new(task.function, self.clone()));
    }

    fn writes_dead_letters(&self) -> bool {
        self.dead_letters
    }

    fn numbers(&self) -> Numbers {
        Numbers { large_batches: LargeBatches::Always, ..Numbers::OF_BATCH }
    }

    fn batch(&self) -> Option<Batch> {
        Some(Batch { size: self.batch_size, window: self.batching_window })
    }

    fn with_batch(&self, batch: Batch) -> Option<Trigger> {
        let mut stream = self.clone();
        stream.batch_size = batch.size;
        stream.batching_window = batch.window;
        Some(Trigger::DynamoDb(stream))
    }

    #[cfg(feature = "constructs")]
    fn age_metric(&self) -> Option<(&'static str, &'static str)> {
        Some(("IteratorAge", "oldest change, ms"))
    }

    fn draw(&self, task: &TaskModel, _: &str, graph: &mut Graph) {
        let (id, arn) = (task.id.as_str(), self.stream_arn.to_string());
        let table = arn.split("table/").nth(1).and_then(|rest| rest.split('/').next()).unwrap_or(&arn).to_owned();
        let stream = graph::node(format!("{id}-stream"), table, "stream of a table", graph::Kind::Table);
        if self.dead_letters {
            graph.connect(&stream.id, graph::DEAD_LETTERS, "dead letters", graph::Line::Dashed);
        }
        graph.start(id, stream, "triggers");
    }
}

impl Construct for DynamoDbTask {
    type Handle = FunctionHandle;

    #[track_caller]
    fn build(self, id: &str, stack: &mut Stack) -> FunctionHandle {
        let DynamoDbTask { mut function, stream } = self;
        let mut event = event(&stream);
        if stream.dead_letters {
            let queue = function.app.dead_letters().clone();
            let on_failure = DestinationConfigOnFailure::new().destination(queue.arn());
            event = event.destination_config(DestinationConfig::new().on_failure(on_failure));
            function = function.policy(Policy::from(queue.grant_send()));
        }
        let (id, function) = function.finish(id, false);
        stack.add(id, function.event("DynamoDBEvent", event))
    }
}

/// The event source, but for its failure destination.
fn event(stream: &DynamoDb) -> event::DynamoDb {
    let arn = match &stream.stream_arn {
        StreamArn::Literal(arn) => Value::from(arn),
        StreamArn::Intrinsic(function) => Value::raw(function.clone()),
    };
    let mut event = event::DynamoDb::new(arn)
        .starting_position(stream.starting_position.as_str())
        .batch_size(stream.batch_size.unwrap_or(DynamoDb::DEFAULT_BATCH_SIZE).get())
        .maximum_retry_attempts(stream.maximum_retry_attempts.get())
        .maximum_record_age_in_seconds(stream.maximum_record_age.get())
        .bisect_batch_on_function_error(stream.bisect)
        .report_batch_item_failures(true)
        .enabled(true);
    event.maximum_batching_window_in_seconds = stream.batching_window.map(|window| window.get().into());
    event.parallelization_factor = stream.parallelization_factor.map(|factor| factor.get().into());
    event.filter_criteria = filter_criteria(&stream.filters).map(Into::into);
    event
}
