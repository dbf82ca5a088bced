//! Tasks that take dead letters: an async task whose queue is the dead-letter queue of others.

use async_lambda_model::{TaskModel, trigger::DeadLetters};

use super::{Kind, NewTask, Numbers, managed_sqs};
use crate::{Stack, graph::Graph};

/// How long the queue keeps a letter, in seconds: 13 days. On a standard queue a message's time counts from when it was first
/// sent, so a dead-letter queue keeps messages for longer than the queue before it: 4 days there, 14 days in the
/// application's dead-letter queue, which is behind this one.
const RETENTION: i64 = 13 * 24 * 60 * 60;

impl Kind for DeadLetters {
    fn add(&self, task: NewTask<'_>, stack: &mut Stack) {
        let id = task.model.id.as_str();
        let construct = managed_sqs::construct(task).message_retention(RETENTION);
        stack.add(id, construct);
    }

    fn numbers(&self) -> Numbers {
        Numbers::ALL
    }

    fn draw(&self, task: &TaskModel, app: &str, graph: &mut Graph) {
        managed_sqs::draw(task, app, graph);
    }
}
