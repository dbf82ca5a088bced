//! Tasks that other tasks call.

use async_lambda_model::{TaskModel, trigger::Function};

use super::{Kind, NewTask};
use crate::{Construct, FunctionHandle, Stack, app::TaskFunction, graph::Graph};

/// A task that nothing starts but calls of other tasks: [`TaskFunction::calls`].
#[derive(Clone, Debug)]
#[must_use = "a construct does nothing until it is added to a stack"]
pub struct FunctionTask {
    function: TaskFunction,
}

impl FunctionTask {
    /// A task with this function.
    pub fn new(function: TaskFunction) -> FunctionTask {
        FunctionTask { function }
    }
}

impl Kind for Function {
    fn add(&self, task: NewTask<'_>, stack: &mut Stack) {
        stack.add(task.model.id.as_str(), FunctionTask::new(task.function));
    }

    /// Its callers are drawn with their calls.
    fn draw(&self, _: &TaskModel, _: &str, _: &mut Graph) {}
}

impl Construct for FunctionTask {
    type Handle = FunctionHandle;

    #[track_caller]
    fn build(self, id: &str, stack: &mut Stack) -> FunctionHandle {
        let (id, function) = self.function.finish(id, false);
        stack.add(id, function)
    }
}
