//! Tasks that a schedule starts.

use async_lambda_model::{IntoSchedule, ScheduleEventAge, ScheduleRetryAttempts, TaskModel, trigger::Schedule};
use cfn_model::{IntoNode, Object, Value, intrinsic::get_att};
use sam_resources::event::{DeadLetterConfig, FlexibleTimeWindow, ScheduleV2};

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
    schedule: Schedule,
}

impl ScheduledTask {
    /// A task with this function and schedule: `schedule!(..)`, or a [`Schedule`] with more than an expression.
    pub fn new(function: TaskFunction, schedule: impl IntoSchedule) -> ScheduledTask {
        ScheduledTask { function, schedule: schedule.into_schedule() }
    }
}

impl Kind for Schedule {
    fn add(&self, task: NewTask<'_>, stack: &mut Stack) {
        stack.add(task.model.id.as_str(), ScheduledTask::new(task.function, self.clone()));
    }

    fn writes_dead_letters(&self) -> bool {
        self.dead_letters
    }

    fn draw(&self, task: &TaskModel, _: &str, graph: &mut Graph) {
        let (id, expression) = (task.id.as_str(), self.expression.to_string());
        let kind = if self.disabled { "disabled schedule" } else { "schedule" };
        let detail = self.time_zone.iter().fold(kind.to_owned(), |kind, time_zone| format!("{kind}, {time_zone}"));
        let schedule = graph::node(format!("{id}-schedule"), expression, &detail, graph::Kind::Schedule);
        if self.dead_letters {
            graph.connect(&schedule.id, graph::DEAD_LETTERS, "dead letters", graph::Line::Dashed);
        }
        graph.start(id, schedule, "triggers");
    }
}

impl Construct for ScheduledTask {
    type Handle = FunctionHandle;

    #[track_caller]
    fn build(self, id: &str, stack: &mut Stack) -> FunctionHandle {
        let name = names::physical(self.function.app.name(), id);
        let (id, function) = self.function.finish(id, false);
        let function = ScheduledFunction::new(function, self.schedule.expression.clone())
            .event_name("ScheduledEvent")
            .customize_schedule(|event| with_options(event.name(name), self.schedule));
        stack.add(id, function)
    }
}

/// The event with what was set. SAM makes the schedule's role, and lets it send to the dead-letter queue.
fn with_options(mut event: ScheduleV2, schedule: Schedule) -> ScheduleV2 {
    event.schedule_expression_timezone = schedule.time_zone.map(Into::into);
    event.start_date = schedule.start.map(Into::into);
    event.end_date = schedule.end.map(Into::into);
    if let Some(window) = schedule.flexible_time_window {
        let minutes = Value::raw(window.get());
        event = event.flexible_time_window(FlexibleTimeWindow::new("FLEXIBLE").maximum_window_in_minutes(minutes));
    }
    let retries = [
        ("MaximumEventAgeInSeconds", schedule.maximum_event_age.map(ScheduleEventAge::get)),
        ("MaximumRetryAttempts", schedule.maximum_retry_attempts.map(ScheduleRetryAttempts::get)),
    ];
    let retries: Object =
        retries.into_iter().filter_map(|(name, number)| Some((name.to_owned(), number?.into_node()))).collect();
    if !retries.is_empty() {
        event = event.retry_policy(retries);
    }
    if schedule.dead_letters {
        let queue = get_att::<String>(names::DEAD_LETTERS, "Arn");
        event = event.dead_letter_config(DeadLetterConfig::new().arn(queue));
    }
    if schedule.disabled { event.state("DISABLED") } else { event }
}
