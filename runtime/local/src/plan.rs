//! The plan of an application: the queues that it needs of a cloud, and which of them start which task.

use std::time::Duration;

use async_lambda_model::{AppModel, TaskId, TaskModel, TaskOptions, Trigger, queue_name};
use serde_json::Value;

use crate::{
    queue::{QueueConfig, QueueId},
    time::Millis,
};

/// The time for which a dead-letter queue of the application keeps messages: 14 days, the longest that SQS has.
const LONGEST_RETENTION: Millis = 14 * 24 * 60 * 60 * 1000;
/// The time for which the queue of a dead-letter task keeps them: 13 days, less than the queue behind it.
const RETENTION_OF_LETTERS: Millis = 13 * 24 * 60 * 60 * 1000;
/// The end of the name of the dead-letter queue. An id has no hyphen, so no task has it.
const DEAD_LETTERS: &str = "dead-letters";
/// The end of the name of the dead-letter queue of FIFO queues, as the template names it.
const FIFO_DEAD_LETTERS: &str = "fifo-dlq.fifo";

/// Queues and event source mappings of an application.
#[derive(Clone, Debug)]
pub struct Plan {
    /// The application.
    pub model: AppModel,
    /// The queues; their [`QueueId`]s are their places.
    pub queues: Vec<PlannedQueue>,
    /// The event source mappings of queues.
    pub mappings: Vec<Mapping>,
    /// The dead-letter queue of the application.
    pub dead_letters: QueueId,
    /// The dead-letter queue of its FIFO queues, where there are some.
    pub fifo_dead_letters: Option<QueueId>,
}

/// A queue, and what it is for.
#[derive(Clone, Debug)]
pub struct PlannedQueue {
    /// Its configuration.
    pub config: QueueConfig,
    /// Its purpose.
    pub role: Role,
}

/// The purpose of a queue.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Role {
    /// The queue of a task's lane.
    Task {
        /// The task.
        task: TaskId,
        /// The lane.
        lane: u32,
    },
    /// Somebody else's queue, which a task reads.
    Foreign {
        /// The task.
        task: TaskId,
        /// The ARN in the task's code; not literal where it is an import.
        arn: String,
    },
    /// A dead-letter queue of the application.
    DeadLetters,
    /// The queue of a task of another application, which does not run here.
    External,
    /// A queue that the state has and the application does not have any more.
    Former,
}

/// An event source mapping: which task reads a queue, and how.
#[derive(Clone, Debug)]
pub struct Mapping {
    /// The task.
    pub task: TaskId,
    /// The queue.
    pub queue: QueueId,
    /// The most messages of an invocation.
    pub batch_size: usize,
    /// The time for which messages are collected.
    pub window: Millis,
    /// The most invocations that it keeps busy.
    pub maximum_concurrency: Option<usize>,
    /// Patterns, one of which a message must match; without patterns, every message is let through.
    pub filters: Vec<Value>,
}

impl Role {
    /// The task that reads the queue.
    pub fn task(&self) -> Option<&TaskId> {
        match self {
            Role::Task { task, .. } | Role::Foreign { task, .. } => Some(task),
            Role::DeadLetters | Role::External | Role::Former => None,
        }
    }
}

impl Plan {
    /// The plan of an application without problems.
    pub fn of(model: &AppModel) -> Plan {
        let mut plan = Plan {
            model: model.clone(),
            queues: Vec::new(),
            mappings: Vec::new(),
            dead_letters: 0,
            fifo_dead_letters: None,
        };
        let name = format!("{}-{DEAD_LETTERS}", model.name);
        let letters = QueueConfig { retention: LONGEST_RETENTION, ..QueueConfig::new(name) };
        plan.dead_letters = plan.add(letters.clone(), Role::DeadLetters);
        let is_fifo = |task: &TaskModel| match &task.trigger {
            Trigger::Sqs(sqs) => sqs.queue_arn.is_fifo(),
            trigger => trigger.is_fifo(),
        };
        if model.tasks.iter().any(is_fifo) {
            let name = format!("{}-{FIFO_DEAD_LETTERS}", model.name);
            plan.fifo_dead_letters = Some(plan.add(QueueConfig { name, fifo: true, ..letters }, Role::DeadLetters));
        }
        for task in &model.tasks {
            match &task.trigger {
                Trigger::Sqs(sqs) => {
                    let arn = sqs.queue_arn.to_string();
                    let size = sqs.batch_size.unwrap_or_else(|| task.batch_size());
                    let window = sqs.batching_window.map_or(0, |window| window.get());
                    let last = arn.rsplit(':').next().filter(|_| arn.starts_with("arn:")).unwrap_or(task.id.as_str());
                    // Lambda advises six timeouts of the function.
                    let visibility = millis(task.visibility_timeout());
                    let fifo = sqs.queue_arn.is_fifo();
                    let config = QueueConfig { visibility, fifo, ..QueueConfig::new(last) };
                    let queue = plan.foreign(task, arn, config);
                    plan.mappings.push(Mapping {
                        task: task.id.clone(),
                        queue,
                        batch_size: number(size.get()),
                        window: millis(window),
                        maximum_concurrency: task.options.maximum_concurrency.map(|most| number(most.get())),
                        filters: sqs.filters.clone(),
                    });
                }
                trigger if trigger.has_own_queue() => plan.managed(task),
                _ => {}
            }
        }
        for external in model.tasks.iter().flat_map(|task| &task.invokes_external) {
            let name = queue_name(external.app.as_str(), &external.task, 0, false);
            if plan.queue_named(&name).is_none() {
                plan.add(QueueConfig { retention: LONGEST_RETENTION, ..QueueConfig::new(name) }, Role::External);
            }
        }
        plan.connect();
        plan
    }

    /// The dead-letter queue of a task: that of its own queue, else the application's.
    pub fn dead_letters_of(&self, task: &str) -> QueueId {
        let own = self.queue_of(task, 0).and_then(|queue| self.queue(queue).config.redrive);
        own.map_or(self.dead_letters, |(queue, _)| queue)
    }

    /// A queue.
    pub fn queue(&self, id: QueueId) -> &PlannedQueue {
        &self.queues[usize::from(id)]
    }

    /// The name of a queue.
    pub fn name_of(&self, id: QueueId) -> &str {
        &self.queue(id).config.name
    }

    /// The queues whose dead letters end in a queue.
    pub fn sources_of(&self, letters: QueueId) -> impl Iterator<Item = &QueueConfig> {
        let configs = self.queues.iter().map(|queue| &queue.config);
        configs.filter(move |config| config.redrive.is_some_and(|(to, _)| to == letters))
    }

    /// A queue by its name.
    pub fn queue_named(&self, name: &str) -> Option<QueueId> {
        (0..).zip(&self.queues).find(|(_, queue)| queue.config.name == name).map(|(id, _)| id)
    }

    /// The queue of a task's lane.
    pub fn queue_of(&self, task: &str, lane: u32) -> Option<QueueId> {
        let is_it = |role: &Role| matches!(role, Role::Task { task: its, lane: number } if its.as_str() == task && *number == lane);
        (0..).zip(&self.queues).find(|(_, queue)| is_it(&queue.role)).map(|(id, _)| id)
    }

    /// The first queue that a task reads: its own, or somebody else's.
    pub fn queue_read_by(&self, task: &str) -> Option<QueueId> {
        self.mappings.iter().find(|mapping| mapping.task.as_str() == task).map(|mapping| mapping.queue)
    }

    /// The mapping of a queue.
    pub fn mapping_of(&self, queue: QueueId) -> Option<&Mapping> {
        self.mappings.iter().find(|mapping| mapping.queue == queue)
    }

    /// The timeout of an invocation of a task.
    pub fn timeout(&self, task: &str) -> Duration {
        let timeout = self.model.task(task).map_or(TaskOptions::DEFAULT_TIMEOUT, TaskModel::timeout);
        Duration::from_secs(timeout.get().unsigned_abs())
    }

    /// Adds a queue that a state has.
    pub fn add_former(&mut self, name: String, fifo: bool) -> QueueId {
        self.add(Self::former(name, fifo), Role::Former)
    }

    /// The configuration of a queue that the state has and the application does not have any more.
    pub(crate) fn former(name: String, fifo: bool) -> QueueConfig {
        QueueConfig { fifo, retention: LONGEST_RETENTION, ..QueueConfig::new(name) }
    }

    fn add(&mut self, config: QueueConfig, role: Role) -> QueueId {
        let id = QueueId::try_from(self.queues.len()).expect("an application has less than 65,536 queues");
        self.queues.push(PlannedQueue { config, role });
        id
    }

    /// Adds somebody else's queue, unless another task reads it too.
    fn foreign(&mut self, task: &TaskModel, arn: String, config: QueueConfig) -> QueueId {
        let known = self.queue_named(&config.name);
        known.unwrap_or_else(|| self.add(config, Role::Foreign { task: task.id.clone(), arn }))
    }

    fn managed(&mut self, task: &TaskModel) {
        let fifo = task.trigger.is_fifo();
        for lane in 0..task.lanes().get() {
            let number_of_lane = u32::try_from(lane).unwrap_or_default();
            let retention = match task.options.queue_retention {
                Some(retention) => millis(retention.get()),
                None if task.trigger.takes_dead_letters() => RETENTION_OF_LETTERS,
                None => millis(TaskOptions::DEFAULT_QUEUE_RETENTION.get()),
            };
            let name = queue_name(self.model.name.as_str(), &task.id, number_of_lane, fifo);
            let visibility = millis(task.visibility_timeout());
            let config = QueueConfig { fifo, visibility, retention, ..QueueConfig::new(name) };
            let queue = self.add(config, Role::Task { task: task.id.clone(), lane: number_of_lane });
            let concurrency = task.concurrency_of_lane(number(lane));
            self.mappings.push(Mapping {
                task: task.id.clone(),
                queue,
                batch_size: number(task.batch_size().get()),
                window: millis(task.batching_window().get()),
                maximum_concurrency: concurrency.map(|most| number(most.get())),
                filters: Vec::new(),
            });
        }
    }

    /// Gives each queue of a task its dead-letter queue: a task may be registered before the one that takes its letters.
    fn connect(&mut self) {
        let targets: Vec<Option<(QueueId, u32)>> = self.queues.iter().map(|queue| self.redrive_of(queue)).collect();
        for (queue, redrive) in self.queues.iter_mut().zip(targets) {
            queue.config.redrive = redrive;
        }
    }

    fn redrive_of(&self, queue: &PlannedQueue) -> Option<(QueueId, u32)> {
        // The redrive policy of somebody else's queue is not known; without one, a message would come again for days.
        let task = self.model.task(queue.role.task()?.as_str())?;
        let count = u32::try_from(task.max_receive_count().get()).unwrap_or(u32::MAX);
        let own = task.options.dead_letters.as_ref().and_then(|letters| self.queue_of(letters.as_str(), 0));
        let shared = if queue.config.fifo { self.fifo_dead_letters } else { Some(self.dead_letters) };
        Some((own.or(shared)?, count))
    }
}

fn millis(seconds: i64) -> Millis {
    Millis::try_from(seconds).unwrap_or_default() * 1000
}

fn number(number: i64) -> usize {
    usize::try_from(number).unwrap_or(1)
}
