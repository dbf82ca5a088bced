//! Numbers of queues and streams: those of the file in the place of those in code.

use async_lambda_model::{AppModel, OutOfRange, TaskModel};
use cfn_model::{Finding, Node, Path};

use super::{Config, Setting, keys::TASKS, rules::NUMBER};
use crate::app::trigger::{self, Batch};

const RECORD_CONCURRENCY: &str = "record_concurrency";
const BATCH_SIZE: &str = "batch_size";
const BATCH_WINDOW: &str = "batch_window";

/// A task with the numbers of the file.
pub(crate) struct Tuned {
    pub(crate) task: TaskModel,
    /// The keys of the file that count for it, with their places.
    applied: Vec<(&'static str, Path)>,
    findings: Vec<Finding>,
}

impl Tuned {
    /// Whether the file says how many records are handled at once, which the function has to be told.
    pub(crate) fn has_record_concurrency(&self) -> bool {
        self.applied.iter().any(|(key, _)| *key == RECORD_CONCURRENCY)
    }

    /// Puts a number of the file into its place: that of the task over that in code, any other where code has none.
    fn put<T: TryFrom<i64, Error = OutOfRange>>(
        &mut self,
        key: &'static str,
        setting: Option<&Setting>,
        is_taken: bool,
        place: &mut Option<T>,
    ) {
        let Some(Setting { value: Node::Number(number), path, .. }) = setting else { return };
        let is_own = path.0.first() == Some(&TASKS.into());
        if !is_own && (!is_taken || place.is_some()) {
            return;
        }
        let number = number.as_i64().unwrap_or(i64::MAX);
        let finding = |message: String, help: &str| {
            Finding::new(&NUMBER, path.clone(), message).actual(number.to_string()).help(help.to_owned())
        };
        if !is_taken {
            let (id, trigger) = (&self.task.id, &self.task.trigger);
            let message = format!("`{key}`: task `{id}` has none, since it is started by {trigger}");
            let help = match key {
                RECORD_CONCURRENCY => "remove it: it is for `async_task`, `sqs_task` and `dead_letter_task`",
                BATCH_SIZE => "remove it: it is for tasks with a queue or a stream",
                _ => {
                    "remove it: it is for tasks with a queue or a stream, but for FIFO queues, which have no batching window"
                }
            };
            return self.findings.push(finding(message, help));
        }
        match T::try_from(number) {
            Ok(value) => {
                *place = Some(value);
                self.applied.push((key, path.clone()));
            }
            Err(error) => self.findings.push(finding(format!("`{key}`: {error}"), "write a number of that range")),
        }
    }
}

impl Config {
    /// A task as it is at a stage: with the numbers of the file.
    pub(crate) fn tuned_task(&self, task: &TaskModel, stage: Option<&str>) -> Tuned {
        let settings = self.of_task(task.id.as_str(), stage);
        let kind = trigger::kind(&task.trigger);
        let numbers = kind.numbers();
        let (of_trigger, options) = (kind.batch(), &task.options);
        let (mut concurrency, mut batch) = (
            options.record_concurrency,
            of_trigger.unwrap_or(Batch { size: options.batch_size, window: options.batching_window }),
        );
        let mut tuned = Tuned { task: task.clone(), applied: Vec::new(), findings: Vec::new() };
        let given = settings.record_concurrency.as_ref();
        tuned.put(RECORD_CONCURRENCY, given, numbers.record_concurrency, &mut concurrency);
        tuned.put(BATCH_SIZE, settings.batch_size.as_ref(), numbers.batch_size, &mut batch.size);
        tuned.put(BATCH_WINDOW, settings.batch_window.as_ref(), numbers.batch_window, &mut batch.window);
        tuned.task.options.record_concurrency = concurrency;
        match kind.with_batch(batch) {
            Some(trigger) => tuned.task.trigger = trigger,
            None => (tuned.task.options.batch_size, tuned.task.options.batching_window) = (batch.size, batch.window),
        }
        tuned
    }

    /// What is wrong with the numbers of the file for this task, alone and together.
    pub(super) fn wrong_numbers(&self, model: &AppModel, task: &TaskModel, stage: Option<&str>) -> Vec<Finding> {
        let tuned = self.tuned_task(task, stage);
        let together = if tuned.applied.is_empty() { Vec::new() } else { together(model, &tuned) };
        [tuned.findings, together].concat()
    }

    /// The application as it is at a stage: its tasks with the numbers of the file.
    pub(crate) fn tuned_model(&self, model: &AppModel, stage: Option<&str>) -> AppModel {
        let tasks = model.tasks.iter().map(|task| self.tuned_task(task, stage).task).collect();
        AppModel { tasks, ..model.clone() }
    }
}

/// What is wrong with the numbers together, by the rules of those in code.
fn together(model: &AppModel, tuned: &Tuned) -> Vec<Finding> {
    let mut alone = tuned.task.clone();
    // What other tasks are is checked in code.
    (alone.invokes, alone.invokes_later, alone.calls) = (Vec::new(), Vec::new(), Vec::new());
    (alone.invokes_external, alone.options.dead_letters) = (Vec::new(), None);
    let model = AppModel { tasks: vec![alone], cors: None, ..model.clone() };
    let problems = model.check().into_iter();
    let findings = problems.filter_map(|problem| {
        let message = problem.message();
        let is_about = |key: &str| message.contains(&key.replace("batch_window", "batching window").replace('_', " "));
        let named = tuned.applied.iter().find(|(key, _)| is_about(key));
        let (key, path) = named.or(tuned.applied.first())?;
        Some(Finding::new(&NUMBER, path.clone(), format!("`{key}`: {message}")).help(problem.help()))
    });
    findings.collect()
}
