//! Mistakes in an application: message, fix and line of each.

use std::fmt;

use crate::{
    BatchSize, CorsError, LogRetentionError, MediaTypeError, NameError, Origin, OutOfRange, QueueArn, TaskId,
    check::MAX_FUNCTION_NAME, route, trigger::LARGEST_WITHOUT_WINDOW,
};

/// A mistake in an application, with the line that makes it.
///
/// It is shown as `src/lib.rs:12: task `A`: ...; the fix`; [`Problem::message`], [`Problem::help`] and
/// [`Problem::origin`] are its parts.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum Problem {
    /// Two tasks of one name.
    DuplicateTask {
        /// The name.
        id: TaskId,
        /// The first registration.
        first: Origin,
        /// The second.
        second: Origin,
    },
    /// Two tasks that answer the same requests.
    DuplicateRoute {
        /// Method and path.
        route: String,
        /// The first task.
        first: TaskId,
        /// The second.
        second: TaskId,
        /// The line that registers the second.
        origin: Origin,
    },
    /// Two names for one path parameter: API Gateway takes one name at a place.
    TwoNames {
        /// The task of the second name.
        task: TaskId,
        /// Its method and path.
        route: String,
        /// The second name.
        name: String,
        /// The task of the first name.
        first: TaskId,
        /// The first name.
        first_name: String,
        /// The line that registers `task`.
        origin: Origin,
    },
    /// An invocation of a task that the application does not have.
    UnknownTarget {
        /// The invoking task.
        task: TaskId,
        /// The invoked task.
        target: TaskId,
        /// A task with a similar id.
        similar: Option<String>,
        /// The line that registers `task`.
        origin: Origin,
    },
    /// An invocation of a task without a queue of its own.
    NotInvocable {
        /// The invoking task.
        task: TaskId,
        /// The invoked task.
        target: TaskId,
        /// The trigger of the invoked task.
        trigger: String,
        /// The line that registers `task`.
        origin: Origin,
    },
    /// A chain of invocations that comes back to where it began.
    Loop {
        /// The tasks of the loop, each once.
        path: Vec<TaskId>,
        /// The line that registers the first of them.
        origin: Origin,
    },
    /// An invalid name.
    Name {
        /// The rule and the name.
        source: NameError,
        /// The line that gives it.
        origin: Origin,
    },
    /// A name that is too long together with the application's.
    LongName {
        /// The task.
        task: TaskId,
        /// The function's name.
        name: String,
        /// The line that registers the task.
        origin: Origin,
    },
    /// An option of a task that is out of its range.
    Option {
        /// The task.
        task: String,
        /// The option, its range and the value.
        source: OutOfRange,
        /// The line that gives it.
        origin: Origin,
    },
    /// Dead letters for a task that is not there, or takes none.
    NoDeadLetterTask {
        /// The task whose dead letters they are.
        task: TaskId,
        /// The task that would get them.
        target: TaskId,
        /// The trigger of that task; `None` where it is not there.
        trigger: Option<String>,
        /// A dead-letter task with a similar id.
        similar: Option<String>,
        /// The line that registers `task`.
        origin: Origin,
    },
    /// A large batch without a batching window.
    NoWindow {
        /// The task.
        task: TaskId,
        /// The batch size.
        size: BatchSize,
        /// The line that registers the task.
        origin: Origin,
    },
    /// Another number of concurrencies than the task has lanes.
    LaneConcurrency {
        /// The task.
        task: TaskId,
        /// How many lanes it has.
        lanes: i64,
        /// How many concurrencies it was given.
        given: usize,
        /// The line that registers the task.
        origin: Origin,
    },
    /// An option for all tasks that is out of its range.
    Default {
        /// The option, its range and the value.
        source: OutOfRange,
        /// The line that gives it.
        origin: Origin,
    },
    /// A number of days for which CloudWatch Logs keeps nothing.
    LogRetention {
        /// The number, and those that there are.
        source: LogRetentionError,
        /// The line that gives it.
        origin: Origin,
    },
    /// A queue that loses a message while it is handled.
    ShortRetention {
        /// The task.
        task: TaskId,
        /// How long the queue keeps a message, in seconds.
        retention: i64,
        /// How long a received message stays hidden, in seconds.
        visibility: i64,
        /// The line that registers the task.
        origin: Origin,
    },
    /// A route with a method or a path that API Gateway does not accept.
    Route {
        /// The task.
        task: TaskId,
        /// Method and path.
        route: String,
        /// The broken rule.
        rule: &'static str,
        /// The fix.
        help: Option<String>,
        /// The line that registers the task.
        origin: Origin,
    },
    /// A state that a handler takes, and that the application was not given.
    State {
        /// The task.
        task: TaskId,
        /// The handler's path.
        handler: String,
        /// The path of the state's type.
        state: String,
        /// Where the task was registered.
        origin: Origin,
    },
    /// A handler that takes `Metrics` in an application that has none.
    Metrics {
        /// The task.
        task: TaskId,
        /// The handler's path.
        handler: String,
        /// Where the task was registered.
        origin: Origin,
    },
    /// An invalid binary media type of the API.
    MediaType {
        /// The rule and the media type.
        source: MediaTypeError,
        /// The line that gives it.
        origin: Origin,
    },
    /// A setting of CORS that browsers would not understand.
    Cors {
        /// The field, its rule and the value.
        source: CorsError,
        /// The line that gives it.
        origin: Origin,
    },
    /// An option of a trigger that AWS refuses.
    Trigger {
        /// The task.
        task: TaskId,
        /// The option, its rule and the value: ``time zone: must be an IANA name, got `+01:00` ``.
        message: String,
        /// The fix.
        help: Option<String>,
        /// The line that registers the task.
        origin: Origin,
    },
    /// An invalid ARN of a queue.
    Queue {
        /// The task.
        task: TaskId,
        /// The ARN.
        arn: QueueArn,
        /// The line that registers the task.
        origin: Origin,
    },
}

fn display_path(path: &[TaskId]) -> String {
    let ids: Vec<&str> = path.iter().chain(path.first()).map(TaskId::as_str).collect();
    ids.join(" -> ")
}

impl Problem {
    /// The problem of a route whose method is not one that HTTP has.
    pub fn method(task: TaskId, path: String, origin: Origin) -> Problem {
        Problem::Route { task, route: path, rule: route::METHOD, help: None, origin }
    }

    /// Subject, rule and actual value.
    pub fn message(&self) -> String {
        match self {
            Problem::DuplicateTask { id, first, .. } => {
                format!("task `{id}`: must be registered once, is registered at {first} already")
            }
            Problem::DuplicateRoute { route, first, second, .. } => {
                format!("task `{second}`: `{route}` is answered by task `{first}` already")
            }
            Problem::TwoNames { task, route, name, first, first_name, .. } => format!(
                "task `{task}`: route `{route}`: a path parameter must have one name in all routes, got `{{{name}}}`, \
                 which is `{{{first_name}}}` for task `{first}`"
            ),
            Problem::UnknownTarget { task, target, .. } => {
                format!("task `{task}`: invokes `{target}`, which is not registered")
            }
            Problem::NotInvocable { task, target, trigger, .. } => {
                format!("task `{task}`: can invoke async tasks only, got `{target}`, which is started by {trigger}")
            }
            Problem::Loop { path, .. } => {
                format!("task `{}`: invocations form a loop: {}", path[0], display_path(path))
            }
            Problem::Name { source, .. } => source.to_string(),
            Problem::LongName { task, name, .. } => format!(
                "task `{task}`: the function's name `{name}` must have at most {MAX_FUNCTION_NAME} characters, has {}",
                name.len()
            ),
            Problem::Option { task, source, .. } => format!("task `{task}`: {source}"),
            Problem::NoDeadLetterTask { task, target, trigger: Some(trigger), .. } => {
                format!(
                    "task `{task}`: dead letters must go to a dead-letter task, got `{target}`, which is started by {trigger}"
                )
            }
            Problem::NoDeadLetterTask { task, target, .. } => {
                format!("task `{task}`: dead letters go to `{target}`, which is not registered")
            }
            Problem::NoWindow { task, size, .. } => format!(
                "task `{task}`: batching window: must be at least 1 s for a batch size above {LARGEST_WITHOUT_WINDOW}, got 0 s \
                 for {}",
                size.get()
            ),
            Problem::LaneConcurrency { task, lanes, given, .. } => {
                format!(
                    "task `{task}`: lane concurrency: must have one number for each of its {lanes} lanes, got {given}"
                )
            }
            Problem::Default { source, .. } => format!("application: {source}"),
            Problem::LogRetention { source, .. } => format!("application: {source}"),
            Problem::ShortRetention { task, retention, visibility, .. } => format!(
                "task `{task}`: queue retention must be longer than the visibility timeout of {visibility} s, got {retention} s"
            ),
            Problem::Route { task, route, rule, .. } => format!("task `{task}`: route `{route}`: {rule}"),
            Problem::State { task, handler, state, .. } => format!(
                "task `{task}`: handler `{handler}` takes `State<{state}>`, and the application has no such state"
            ),
            Problem::Metrics { task, handler, .. } => {
                format!(
                    "task `{task}`: handler `{handler}` takes `Metrics`, and the application has no namespace for them"
                )
            }
            Problem::MediaType { source, .. } => source.rule(),
            Problem::Cors { source, .. } => source.rule(),
            Problem::Trigger { task, message, .. } => format!("task `{task}`: {message}"),
            Problem::Queue { task, arn, .. } => {
                format!("task `{task}`: queue `{arn}`: must be an ARN of SQS or an intrinsic function")
            }
        }
    }

    /// The fix, where the rule does not say it.
    pub fn help(&self) -> Option<String> {
        match self {
            Problem::DuplicateTask { .. } => Some("give one of the two another id".to_owned()),
            Problem::DuplicateRoute { .. } => Some("change the method or the path of one of them".to_owned()),
            Problem::TwoNames { name, first_name, .. } => {
                Some(format!("write `{{{first_name}}}` instead of `{{{name}}}`"))
            }
            Problem::UnknownTarget { target, similar, .. } => Some(match similar {
                Some(similar) => similar.clone(),
                None => format!("register it with `.async_task({target}, ...)`"),
            }),
            Problem::NotInvocable { .. } => {
                Some("move what both do into an async task, and invoke that one".to_owned())
            }
            Problem::Loop { .. } => {
                Some("give a task in it `const RECURSION: Option<u32> = Some(hops)` if that is meant".to_owned())
            }
            Problem::LongName { .. } => Some("shorten the id of the task or the name of the application".to_owned()),
            Problem::Route { help, .. } | Problem::Trigger { help, .. } => help.clone(),
            Problem::State { state, .. } => {
                let name = state.rsplit("::").next().unwrap_or(state);
                Some(format!("add a `{name}` with `.with_state(..)` or `.with_state_async(..)` to the `App`"))
            }
            Problem::Metrics { .. } => Some("add `.metrics(\"Namespace\")` to the `App`".to_owned()),
            Problem::MediaType { source, .. } => Some(source.help()),
            Problem::Cors { source, .. } => Some(source.help()),
            Problem::Queue { .. } => Some("write it as `arn:aws:sqs:REGION:ACCOUNT:NAME`".to_owned()),
            Problem::Name { source, .. } => source.help(),
            Problem::NoDeadLetterTask { target, similar, .. } => Some(match similar {
                Some(similar) => similar.clone(),
                None => format!("register it with `.dead_letter_task(\"{target}\", ...)`"),
            }),
            Problem::NoWindow { .. } => Some("give it a window, or a smaller batch size".to_owned()),
            Problem::LaneConcurrency { .. } => {
                Some("give `lanes` the same number, or use `maximum_concurrency` for all of them".to_owned())
            }
            Problem::ShortRetention { .. } => Some(
                "raise it, or lower the timeout of the task: a message would expire before it comes back".to_owned(),
            ),
            Problem::Option { .. } | Problem::Default { .. } | Problem::LogRetention { .. } => None,
        }
    }

    /// The line to look at.
    pub fn origin(&self) -> &Origin {
        match self {
            Problem::DuplicateTask { second, .. } => second,
            Problem::DuplicateRoute { origin, .. }
            | Problem::TwoNames { origin, .. }
            | Problem::UnknownTarget { origin, .. }
            | Problem::NotInvocable { origin, .. }
            | Problem::Loop { origin, .. }
            | Problem::Name { origin, .. }
            | Problem::LongName { origin, .. }
            | Problem::Option { origin, .. }
            | Problem::NoDeadLetterTask { origin, .. }
            | Problem::NoWindow { origin, .. }
            | Problem::LaneConcurrency { origin, .. }
            | Problem::Default { origin, .. }
            | Problem::LogRetention { origin, .. }
            | Problem::ShortRetention { origin, .. }
            | Problem::Route { origin, .. }
            | Problem::State { origin, .. }
            | Problem::Metrics { origin, .. }
            | Problem::MediaType { origin, .. }
            | Problem::Cors { origin, .. }
            | Problem::Trigger { origin, .. }
            | Problem::Queue { origin, .. } => origin,
        }
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.origin(), self.message())?;
        self.help().map_or(Ok(()), |help| write!(f, "; {help}"))
    }
}

impl std::error::Error for Problem {}
