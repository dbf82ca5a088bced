//! An application as data: its tasks, what starts them, and whom they invoke.

use std::fmt;

use crate::{
    AppName, AppOptions, Backoff, BatchSize, BatchingWindow, Cors, EphemeralStorage, GroupName, LaneCount,
    MaxReceiveCount, MaximumConcurrency, MediaType, MemorySize, Problem, QueueRetention, RecordConcurrency,
    ReservedConcurrency, TableUse, TaskId, Timeout, Trigger, trigger::LARGEST_WITHOUT_WINDOW,
};

/// Whatever can say what it is made of: the runtime's `App`, or a model.
pub trait Application {
    /// The model, or everything that is wrong with it.
    ///
    /// # Errors
    ///
    /// Everything that is wrong with it, each with its line.
    fn model(&self) -> Result<AppModel, Vec<Problem>>;
}

/// A whole application.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Deserialize), serde(deny_unknown_fields))]
pub struct AppModel {
    /// The first part of every physical name.
    pub name: AppName,
    /// The tasks, in the order in which they were registered.
    pub tasks: Vec<TaskModel>,
    /// Whether a payload in the bucket is deleted once its message was handled. Without it, it stays until the bucket's
    /// lifecycle rule removes it, for a message that is delivered again.
    #[cfg_attr(feature = "serde", serde(default))]
    pub delete_payloads: bool,
    /// The media types that the API treats as binary, each once; none by default.
    #[cfg_attr(feature = "serde", serde(default))]
    pub binary_media_types: Vec<MediaType>,
    /// Which pages of other origins a browser lets use the API; `None`: none.
    pub cors: Option<Cors>,
    /// The processor, how long payloads and logs are kept.
    #[cfg_attr(feature = "serde", serde(default))]
    pub options: AppOptions,
    /// Where the application begins: the line of what its tasks share.
    pub origin: Origin,
}

/// One task: a function and what starts it.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Deserialize), serde(deny_unknown_fields))]
pub struct TaskModel {
    /// The name; unique in its application.
    pub id: TaskId,
    /// What starts it.
    pub trigger: Trigger,
    /// Memory, timeout and so on.
    #[cfg_attr(feature = "serde", serde(default))]
    pub options: TaskOptions,
    /// The tasks that it may invoke, each once, in the order of its parameters.
    #[cfg_attr(feature = "serde", serde(default))]
    pub invokes: Vec<TaskId>,
    /// The tasks that it may invoke at a time of its choice, each once, in the order of its parameters.
    #[cfg_attr(feature = "serde", serde(default))]
    pub invokes_later: Vec<TaskId>,
    /// The tasks of other applications that it may invoke, each once, in the order of its parameters.
    #[cfg_attr(feature = "serde", serde(default))]
    pub invokes_external: Vec<ExternalTask>,
    /// The function tasks that it may call, each once, in the order of its parameters.
    #[cfg_attr(feature = "serde", serde(default))]
    pub calls: Vec<TaskId>,
    /// Whether its handler may put a message into the task's dead-letter queue: one that can never be handled.
    #[cfg_attr(feature = "serde", serde(default))]
    pub writes_dead_letters: bool,
    /// Whether its handler does work once for each key: the application has a table that knows what was done.
    #[cfg_attr(feature = "serde", serde(default))]
    pub once: bool,
    /// The tables that it uses, each once, in the order of its parameters.
    #[cfg_attr(feature = "serde", serde(default))]
    pub tables: Vec<TableUse>,
    /// How many hops a chain of invocations may have that comes back to this task. `None`: it must not come back.
    pub recursion: Option<u32>,
    /// Where it was registered.
    pub origin: Origin,
}

/// A task of another application in the same account and region.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Deserialize), serde(deny_unknown_fields))]
pub struct ExternalTask {
    /// The name of the application.
    pub app: AppName,
    /// The id of the task.
    pub task: TaskId,
}

/// The name of its queue: `<app>-<Task>`.
impl fmt::Display for ExternalTask {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}-{}", self.app, self.task)
    }
}

/// How a task's function and its event source are set up; `None` is the default.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Deserialize), serde(default, deny_unknown_fields))]
pub struct TaskOptions {
    /// Memory of the function; default [`TaskOptions::DEFAULT_MEMORY`].
    pub memory: Option<MemorySize>,
    /// The longest duration of one invocation; default [`TaskOptions::DEFAULT_TIMEOUT`], and
    /// [`TaskOptions::DEFAULT_API_TIMEOUT`] for an API task. [`TaskModel::timeout`] is the one that counts.
    pub timeout: Option<Timeout>,
    /// Size of `/tmp`; default 512 MB.
    pub ephemeral_storage: Option<EphemeralStorage>,
    /// How often a message is received before it goes to the dead-letter queue;
    /// Default [`TaskOptions::DEFAULT_MAX_RECEIVE_COUNT`]. For a managed queue only.
    pub max_receive_count: Option<MaxReceiveCount>,
    /// How many functions the queue may keep busy at once, of a task with lanes each lane; default unlimited. For queues
    /// only.
    pub maximum_concurrency: Option<MaximumConcurrency>,
    /// How many functions each lane may keep busy at once, where they differ: one number for each lane. For a managed queue
    /// only.
    pub lane_concurrency: Vec<MaximumConcurrency>,
    /// How many messages an invocation gets at most; default [`TaskOptions::DEFAULT_BATCH_SIZE`], and
    /// [`TaskOptions::DEFAULT_SIZE_OF_BATCH_TASK`] for a batch task. For a managed queue only.
    pub batch_size: Option<BatchSize>,
    /// For how long Lambda collects messages; [`TaskModel::batching_window`] has the default. For a managed queue only.
    pub batching_window: Option<BatchingWindow>,
    /// How many records of one batch are handled at once; default
    /// [`TaskOptions::DEFAULT_RECORD_CONCURRENCY`]. For queues only; it is in no template.
    pub record_concurrency: Option<RecordConcurrency>,
    /// The task that takes this one's dead letters; default none: they stay in the application's dead-letter queue. For a
    /// managed queue only.
    pub dead_letters: Option<TaskId>,
    /// How many lanes the task has; default 1. For a managed queue only.
    pub lanes: Option<LaneCount>,
    /// Whether a message that is sent without a lane keeps the lane of the message that is being handled; default `true`.
    /// For a managed queue only.
    pub propagate_lane: Option<bool>,
    /// How many invocations of the function run at once at most, which are kept free for it; default: those that the
    /// account has free.
    pub reserved_concurrency: Option<ReservedConcurrency>,
    /// How long a message waits that failed; default the visibility timeout of its queue. For queues only; it is in no
    /// template.
    pub backoff: Option<Backoff>,
    /// How long the queue keeps a message; default 4 days, which is SQS's. For a managed queue only.
    pub queue_retention: Option<QueueRetention>,
    /// The group whose nested stack the task is in; default none: it is in the stack of the application.
    pub group: Option<GroupName>,
}

impl TaskOptions {
    /// 128 MB.
    pub const DEFAULT_MEMORY: MemorySize = MemorySize::of::<128>();
    /// A minute.
    pub const DEFAULT_TIMEOUT: Timeout = Timeout::of::<60>();
    /// 29 seconds: API Gateway waits no longer for an answer.
    pub const DEFAULT_API_TIMEOUT: Timeout = Timeout::of::<29>();
    /// 5: AWS advises at least 5 for a queue that Lambda reads, since a throttled receive counts as well.
    pub const DEFAULT_MAX_RECEIVE_COUNT: MaxReceiveCount = MaxReceiveCount::of::<5>();
    /// 4 days: how long SQS keeps a message where a queue does not say it, in seconds.
    pub const DEFAULT_QUEUE_RETENTION: QueueRetention = QueueRetention::of::<345_600>();
    /// 6: how many timeouts of its function a received message stays hidden. AWS advises it, since it leaves time for
    /// retries while the function is throttled.
    pub const VISIBILITY_FACTOR: i64 = 6;
    /// 1: one after the other.
    pub const DEFAULT_RECORD_CONCURRENCY: RecordConcurrency = RecordConcurrency::of::<1>();
    /// 1: a message an invocation.
    pub const DEFAULT_BATCH_SIZE: BatchSize = BatchSize::of::<1>();
    /// 20, as in the Python package.
    pub const DEFAULT_SIZE_OF_BATCH_TASK: BatchSize = BatchSize::of::<20>();
    /// 30 s, as in the Python package, for a batch size above 10, which Lambda takes only with a window.
    pub const DEFAULT_WINDOW_OF_LARGE_BATCH: BatchingWindow = BatchingWindow::of::<30>();
    /// 1: one queue.
    pub const DEFAULT_LANES: LaneCount = LaneCount::of::<1>();
}

/// A line of Rust.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Deserialize))]
pub struct Origin {
    /// The file, as the compiler was given it.
    pub file: String,
    /// The line, from 1.
    pub line: u32,
    /// The column, from 1; 0 where it is not known.
    #[cfg_attr(feature = "serde", serde(default))]
    pub column: u32,
}

impl Origin {
    /// The line that called the function that calls this, if that one is `#[track_caller]`.
    #[track_caller]
    pub fn caller() -> Origin {
        let location = std::panic::Location::caller();
        Origin { file: location.file().to_owned(), line: location.line(), column: location.column() }
    }
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.file, self.line)
    }
}

impl TaskModel {
    /// A task that invokes nobody, with the options that a task has by default.
    pub fn new(id: TaskId, trigger: impl Into<Trigger>, origin: Origin) -> TaskModel {
        TaskModel {
            id,
            trigger: trigger.into(),
            options: TaskOptions::default(),
            invokes: Vec::new(),
            invokes_later: Vec::new(),
            invokes_external: Vec::new(),
            calls: Vec::new(),
            writes_dead_letters: false,
            once: false,
            tables: Vec::new(),
            recursion: None,
            origin,
        }
    }

    /// The timeout of the task's function: the one that is set, or the default of its trigger.
    pub fn timeout(&self) -> Timeout {
        self.options.timeout.unwrap_or_else(|| self.trigger.default_timeout())
    }

    /// How many messages an invocation gets at most: the number that is set, or the default of the trigger.
    pub fn batch_size(&self) -> BatchSize {
        self.options.batch_size.unwrap_or_else(|| self.trigger.default_batch_size())
    }

    /// For how long Lambda collects messages before it invokes the function: the time that is set, or 30 s for a batch size
    /// above 10, and 0 s for another.
    pub fn batching_window(&self) -> BatchingWindow {
        let is_large = self.batch_size().get() > LARGEST_WITHOUT_WINDOW;
        let default = if is_large { TaskOptions::DEFAULT_WINDOW_OF_LARGE_BATCH } else { BatchingWindow::of::<0>() };
        self.options.batching_window.unwrap_or(default)
    }

    /// How often a message is received before it is a dead letter: the number that is set, or the default.
    pub fn max_receive_count(&self) -> MaxReceiveCount {
        self.options.max_receive_count.unwrap_or(TaskOptions::DEFAULT_MAX_RECEIVE_COUNT)
    }

    /// How long a message stays hidden that was received from the task's own queue, in seconds: six timeouts of the function,
    /// as AWS advises, and the batching window.
    pub fn visibility_timeout(&self) -> i64 {
        TaskOptions::VISIBILITY_FACTOR * self.timeout().get() + self.batching_window().get()
    }

    /// The tasks that it may invoke, at once or later, each once.
    pub fn targets(&self) -> impl Iterator<Item = &TaskId> {
        let only_later = self.invokes_later.iter().filter(|target| !self.invokes.contains(target));
        self.invokes.iter().chain(only_later)
    }

    /// The tasks to which its messages lead: those that it invokes, and the one that takes its dead letters.
    pub fn leads_to(&self) -> impl Iterator<Item = &TaskId> {
        self.targets().chain(&self.options.dead_letters)
    }

    /// The lanes of the task: those that are set, or one.
    pub fn lanes(&self) -> LaneCount {
        self.options.lanes.unwrap_or(TaskOptions::DEFAULT_LANES)
    }

    /// How many functions a lane may keep busy at once; `None` for as many as there are messages.
    pub fn concurrency_of_lane(&self, lane: usize) -> Option<MaximumConcurrency> {
        self.options.lane_concurrency.get(lane).copied().or(self.options.maximum_concurrency)
    }
}

impl AppModel {
    /// The task of that name.
    pub fn task(&self, id: &str) -> Option<&TaskModel> {
        self.tasks.iter().find(|task| task.id.as_str() == id)
    }

    /// The tables that tasks use, each once, in the order of its tasks.
    pub fn tables(&self) -> Vec<&TableUse> {
        let mut tables: Vec<&TableUse> = Vec::new();
        for table in self.tasks.iter().flat_map(|task| &task.tables) {
            if tables.iter().all(|known| known.name != table.name) {
                tables.push(table);
            }
        }
        tables
    }
}

impl Application for AppModel {
    fn model(&self) -> Result<AppModel, Vec<Problem>> {
        let problems = self.check();
        if problems.is_empty() { Ok(self.clone()) } else { Err(problems) }
    }
}
