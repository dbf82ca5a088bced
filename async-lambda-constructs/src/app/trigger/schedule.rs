//! Tasks that a schedule starts.

use async_lambda_model::{ScheduleExpression, TaskModel, trigger::Schedule};

use super::{Kind, NewTask};
use crate::{
    Construct, FunctionHandle, ScheduledFunction, Stack,
    app::{TaskFunction, names},
    graph::{self, Graph},
};

/// A task that runs by the clock.
#[derive(Clone, Debug)]
#[must_use = "a construct does nothing until it is added to a stack"]
pub struct ScheduledTask {
    function: TaskFunction,
    schedule: ScheduleExpression,
}

impl ScheduledTask {
    /// A task with this function and schedule.
    pub fn new(function: TaskFunction, schedule: ScheduleExpression) -> ScheduledTask {
        ScheduledTask { function, schedule }
    }
}

impl Kind for Schedule {
    fn add(&self, task: NewTask<'_>, stack: &mut Stack) {
        stack.add(task.model.id.as_str(), ScheduledTask::new(task.function, self.expression.clone()));
    }

    fn draw(&self, task: &TaskModel, _: &str, graph: &mut Graph) {
        let (id, expression) = (task.id.as_str(), self.expression.to_string());
        let schedule = graph::node(format!("{id}-schedule"), expression, "schedule", graph::Kind::Schedule);
        graph.start(id, schedule, "triggers");
    }
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
