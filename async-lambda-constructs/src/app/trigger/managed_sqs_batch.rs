//! Tasks with a queue of their own that handle many messages at once: the resources are those of any async task.

use async_lambda_model::{TaskModel, trigger::ManagedSqsBatch};

use super::{Kind, NewTask, Numbers, managed_sqs};
use crate::{Stack, graph::Graph};

impl Kind for ManagedSqsBatch {
    fn add(&self, task: NewTask<'_>, stack: &mut Stack) {
        managed_sqs::add(task, stack);
    }

    fn numbers(&self) -> Numbers {
        Numbers::OF_BATCH
    }

    fn draw(&self, task: &TaskModel, app: &str, graph: &mut Graph) {
        managed_sqs::draw(task, app, graph);
    }
}
