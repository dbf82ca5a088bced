//! Numbers of queues and streams: those of the file in the place of those in code.

use async_lambda_model::{AppModel, BatchSize, BatchingWindow, OutOfRange, TaskModel};
use cfn_model::{Finding, Node, Path};

use super::{Config, Setting, Settings, keys::TASKS, rules::NUMBER};
use crate::app::trigger::{self, Batch, LargeBatches, Numbers};

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
        let is_own = is_own(path);
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
            Err(error) => {
                let message = without_words(key, &error.to_string());
                self.findings.push(finding(format!("`{key}`: {message}"), "write a number of that range"));
            }
        }
    }
}

/// Whether a setting stands at a task.
fn is_own(path: &Path) -> bool {
    path.0.first() == Some(&TASKS.into())
}

/// The name of a number in messages about code.
fn words(key: &str) -> String {
    key.replace("batch_window", "batching window").replace('_', " ")
}

/// A message without the name of its number, which `key` says already.
fn without_words(key: &str, message: &str) -> String {
    message.replacen(&format!("{}: ", words(key)), "", 1)
}

/// The settings of the application and its stages that a task takes: a batch size and a window may not go together with each other,
/// or with what the task has already. At the task itself, that is an error.
fn taken(
    settings: &Settings,
    numbers: Numbers,
    in_code: Batch,
    default_size: i64,
) -> (Option<&Setting>, Option<&Setting>) {
    let number = |setting: &Setting| match &setting.value {
        Node::Number(number) => number.as_i64(),
        _ => None,
    };
    let (size, window) = (settings.batch_size.as_ref(), settings.batch_window.as_ref());
    let is_general = |setting: &Setting| !is_own(&setting.path);
    let general_size = size.filter(|size| is_general(size) && in_code.size.is_none());
    let general_window = window.filter(|window| is_general(window) && in_code.window.is_none());
    let own_window = window.filter(|window| is_own(&window.path));
    let given = own_window.or(general_window).filter(|_| numbers.batch_window).and_then(number);
    let chosen_window = given.map_or(in_code.window, |seconds| BatchingWindow::try_from(seconds).ok());
    let is_large = |size: i64| (LargeBatches::SMALL + 1..=BatchSize::MAX).contains(&size);
    // Two that do not go together at all are left in, and found.
    let size_stays = general_size.is_none_or(|size| {
        let is_contradiction = general_window.and_then(number) == Some(0) && numbers.batch_window;
        let is_taken = numbers.large_batches.are_taken(chosen_window);
        is_taken || is_contradiction || !number(size).is_some_and(is_large)
    });
    let other_size = match (size.filter(|size| is_own(&size.path)), in_code.size) {
        (Some(own), _) => number(own),
        (None, Some(size)) => Some(size.get()),
        (None, None) => Some(default_size).filter(|_| general_size.is_none()),
    };
    let window_stays = general_window.is_none_or(|window| {
        let is_needed = numbers.large_batches != LargeBatches::Always && other_size.is_some_and(is_large);
        !(is_needed && number(window) == Some(0))
    });
    (size.filter(|_| size_stays), window.filter(|_| window_stays))
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
        let (size, window) = taken(&settings, numbers, batch, task.batch_size().get());
        let mut tuned = Tuned { task: task.clone(), applied: Vec::new(), findings: Vec::new() };
        let given = settings.record_concurrency.as_ref();
        tuned.put(RECORD_CONCURRENCY, given, numbers.record_concurrency, &mut concurrency);
        tuned.put(BATCH_SIZE, size, numbers.batch_size, &mut batch.size);
        tuned.put(BATCH_WINDOW, window, numbers.batch_window, &mut batch.window);
        tuned.task.options.record_concurrency = concurrency;
        match kind.with_batch(batch) {
            Some(trigger) => tuned.task.trigger = trigger,
            None => (tuned.task.options.batch_size, tuned.task.options.batching_window) = (batch.size, batch.window),
        }
        tuned
    }

    /// Mistakes in the numbers of the config file for this task, alone and together.
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

/// Mistakes in the combination of the numbers, by the same rules as in code.
fn together(model: &AppModel, tuned: &Tuned) -> Vec<Finding> {
    let mut alone = tuned.task.clone();
    // What other tasks are is checked in code.
    (alone.invokes, alone.invokes_later, alone.calls) = (Vec::new(), Vec::new(), Vec::new());
    (alone.invokes_external, alone.options.dead_letters) = (Vec::new(), None);
    let model = AppModel { tasks: vec![alone], cors: None, ..model.clone() };
    let problems = model.check().into_iter();
    let findings = problems.filter_map(|problem| {
        let message = problem.message();
        // The first that a message names is the subject of its rule.
        let named = tuned.applied.iter().filter_map(|named| Some((message.find(&words(named.0))?, named)));
        let named = named.min_by_key(|(at, _)| *at).map(|(_, named)| named);
        let (key, path) = named.or(tuned.applied.first())?;
        let message = format!("`{key}`: {}", without_words(key, &message));
        Some(Finding::new(&NUMBER, path.clone(), message).help(problem.help().map(|help| of_file(&help))))
    });
    findings.collect()
}

/// A fix of code as one of the file.
fn of_file(help: &str) -> String {
    let keys = [
        ("`.batch_size(10)`", "`\"batch_size\": 10`"),
        ("`.batching_window_secs(1)`", "`\"batch_window\": 1` beside it"),
        ("give it a window", "give it a `batch_window`"),
        ("a smaller batch size", "a smaller `batch_size`"),
    ];
    keys.into_iter().fold(help.to_owned(), |help, (code, key)| help.replace(code, key))
}
