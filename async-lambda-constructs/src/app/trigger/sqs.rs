//! Tasks that read somebody else's queue.

use async_lambda_model::{MaximumConcurrency, QueueArn, TaskModel, trigger::Sqs};
use cfn_model::Value;

use super::{Kind, NewTask, consumer};
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

impl Kind for Sqs {
    fn add(&self, task: NewTask<'_>, stack: &mut Stack) {
        let queue_arn = match &self.queue_arn {
            QueueArn::Literal(arn) => Value::from(arn),
            QueueArn::Intrinsic(function) => Value::raw(function.clone()),
        };
        let construct = SqsTask::new(task.function, queue_arn);
        let concurrency = task.model.options.maximum_concurrency;
        stack.add(task.model.id.as_str(), concurrency.into_iter().fold(construct, SqsTask::maximum_concurrency));
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
        stack.add(id, consumer(function, self.queue_arn, "UnmanagedSQS", self.maximum_concurrency))
    }
}
