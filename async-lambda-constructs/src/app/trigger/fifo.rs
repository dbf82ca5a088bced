//! Tasks with a FIFO queue of their own: an async task whose queue, and whose dead-letter queue, keep order.

use async_lambda_model::{TaskModel, trigger::Fifo};

use super::{Kind, LargeBatches, NewTask, Numbers, managed_sqs};
use crate::{
    Stack,
    graph::{self, Graph},
};

impl Kind for Fifo {
    fn add(&self, task: NewTask<'_>, stack: &mut Stack) {
        let (id, letters) = (task.model.id.as_str(), task.app.fifo_dead_letters().cloned());
        let construct = managed_sqs::construct(task).fifo();
        stack.add(id, letters.iter().fold(construct, |construct, queue| construct.dead_letters_to(queue)));
    }

    fn numbers(&self) -> Numbers {
        Numbers { batch_size: true, large_batches: LargeBatches::Never, ..Numbers::default() }
    }

    fn draw(&self, task: &TaskModel, app: &str, graph: &mut Graph) {
        let id = task.id.as_str();
        let queue = graph::queue(id);
        graph.connect(&queue, graph::FIFO_DEAD_LETTERS, "dead letters", graph::Line::Dashed);
        graph.start(id, graph::node(queue, format!("{app}-{id}.fifo"), "FIFO queue", graph::Kind::Queue), "triggers");
    }
}
