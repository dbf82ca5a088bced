//! Mistakes in an application as a whole.

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt,
};

use crate::{
    AppModel, MediaTypeError, NameError, Origin, OutOfRange, QueueArn, TaskId, TaskModel, calls, route,
    suggest::did_you_mean, trigger::Seen,
};

/// The longest name of a function.
const MAX_FUNCTION_NAME: usize = 64;

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
    /// An option for all tasks that is out of its range.
    Default {
        /// The option, its range and the value.
        source: OutOfRange,
        /// The line that gives it.
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
    /// An invalid binary media type of the API.
    MediaType {
        /// The rule and the media type.
        source: MediaTypeError,
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
            Problem::Default { source, .. } => format!("application: {source}"),
            Problem::Route { task, route, rule, .. } => format!("task `{task}`: route `{route}`: {rule}"),
            Problem::State { task, handler, state, .. } => format!(
                "task `{task}`: handler `{handler}` takes `State<{state}>`, and the application has no such state"
            ),
            Problem::MediaType { source, .. } => source.rule(),
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
            Problem::MediaType { source, .. } => Some(source.help()),
            Problem::Queue { .. } => Some("write it as `arn:aws:sqs:REGION:ACCOUNT:NAME`".to_owned()),
            Problem::Name { source, .. } => source.help(),
            Problem::Option { .. } | Problem::Default { .. } => None,
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
            | Problem::Default { origin, .. }
            | Problem::Route { origin, .. }
            | Problem::State { origin, .. }
            | Problem::MediaType { origin, .. }
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

impl AppModel {
    /// All mistakes in the application as a whole, in the order of its tasks.
    pub fn check(&self) -> Vec<Problem> {
        let mut problems = Vec::new();
        let mut tasks: BTreeMap<&TaskId, &TaskModel> = BTreeMap::new();
        let mut twice: BTreeSet<&TaskId> = BTreeSet::new();
        let mut seen = Seen::default();
        for task in &self.tasks {
            if let Some(first) = tasks.get(&task.id) {
                let (first, second) = (first.origin.clone(), task.origin.clone());
                problems.push(Problem::DuplicateTask { id: task.id.clone(), first, second });
                twice.insert(&task.id);
                continue;
            }
            tasks.insert(&task.id, task);
            task.trigger.check(task, &mut seen, &mut problems);
            let name = format!("{}-{}", self.name, task.id);
            if name.len() > MAX_FUNCTION_NAME {
                problems.push(Problem::LongName { task: task.id.clone(), name, origin: task.origin.clone() });
            }
        }
        let ids = || tasks.keys().map(|id| id.as_str());
        for task in &self.tasks {
            for target in &task.invokes {
                let (id, origin) = (task.id.clone(), task.origin.clone());
                match tasks.get(target).map(|task| &task.trigger) {
                    Some(trigger) if trigger.has_own_queue() => {}
                    // Which of the two is meant is not known.
                    Some(_) if twice.contains(target) => {}
                    Some(trigger) => {
                        let (target, trigger) = (target.clone(), trigger.to_string());
                        problems.push(Problem::NotInvocable { task: id, target, trigger, origin });
                    }
                    None => {
                        let similar = did_you_mean(target.as_str(), ids());
                        problems.push(Problem::UnknownTarget { task: id, target: target.clone(), similar, origin });
                    }
                }
            }
        }
        calls::check(&self.tasks, &tasks, &twice, &mut problems);
        // What a task of two registrations invokes is not known either.
        tasks.retain(|id, _| !twice.contains(id));
        for path in loops(&tasks) {
            let origin = tasks[&path[0]].origin.clone();
            problems.push(Problem::Loop { path, origin });
        }
        problems
    }
}

/// One path for each way back, among the tasks that did not opt in. A loop that has a task that did is broken
/// by leaving that task out.
fn loops(tasks: &BTreeMap<&TaskId, &TaskModel>) -> Vec<Vec<TaskId>> {
    let mut found = Vec::new();
    let mut done: BTreeSet<&TaskId> = BTreeSet::new();
    for start in tasks.keys() {
        // The path so far, each with the number of its edges that were followed: a stack of our own, since a
        // chain may be as long as an application has tasks.
        let mut path: Vec<(&TaskId, usize)> = vec![(start, 0)];
        while let Some((id, edge)) = path.last_mut() {
            let task = tasks.get(*id).filter(|task| task.recursion.is_none() && !done.contains(*id));
            let Some(target) = task.and_then(|task| task.invokes.get(*edge)) else {
                done.insert(*id);
                path.pop();
                continue;
            };
            *edge += 1;
            match path.iter().position(|(id, _)| *id == target) {
                Some(first) => found.push(path[first..].iter().map(|(id, _)| (*id).clone()).collect()),
                None => path.push((target, 0)),
            }
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use pretty_assertions::assert_eq;

    use super::*;
    use crate::{
        AppName, TaskOptions, Trigger,
        trigger::{Api, ManagedSqs, Schedule, Sqs},
    };

    fn task(line: u32, id: &'static str, trigger: Trigger, invokes: &[&'static str]) -> TaskModel {
        TaskModel {
            id: TaskId::new(id).unwrap(),
            trigger,
            options: TaskOptions::default(),
            invokes: invokes.iter().map(|id| TaskId::new(*id).unwrap()).collect(),
            calls: Vec::new(),
            recursion: None,
            origin: Origin { file: "src/lib.rs".to_owned(), line, column: 0 },
        }
    }

    fn queue(line: u32, id: &'static str, invokes: &[&'static str]) -> TaskModel {
        task(line, id, Trigger::ManagedSqs(ManagedSqs::default()), invokes)
    }

    fn api(method: &str, path: &str) -> Trigger {
        Trigger::Api(Api { method: method.to_owned(), path: path.to_owned() })
    }

    fn check(tasks: Vec<TaskModel>, expected: &[&str]) {
        let model = AppModel {
            name: AppName::literal("shop"),
            tasks,
            delete_payloads: false,
            binary_media_types: Vec::new(),
            origin: Origin::caller(),
        };
        let problems: Vec<String> = model.check().iter().map(Problem::to_string).collect();
        assert_eq!(problems, expected);
    }

    #[test]
    fn ids_are_unique() {
        check(
            vec![queue(1, "A", &[]), queue(2, "A", &[])],
            &["src/lib.rs:2: task `A`: must be registered once, is registered at src/lib.rs:1 already; \
               give one of the two another id"],
        );
        // The second `A` is meant by nobody: its invocation of `A` is no loop.
        check(
            vec![queue(1, "A", &["B"]), queue(2, "A", &["A"]), queue(3, "B", &["A"])],
            &["src/lib.rs:2: task `A`: must be registered once, is registered at src/lib.rs:1 already; \
               give one of the two another id"],
        );
    }

    #[test]
    fn targets_exist_and_have_a_queue() {
        check(
            vec![
                queue(1, "Render", &["Notfy", "Mail", "Get"]),
                queue(2, "Notify", &[]),
                task(3, "Get", api("GET", "/c"), &[]),
            ],
            &[
                "src/lib.rs:1: task `Render`: invokes `Notfy`, which is not registered; did you mean `Notify`?",
                "src/lib.rs:1: task `Render`: invokes `Mail`, which is not registered; \
                 register it with `.async_task(Mail, ...)`",
                "src/lib.rs:1: task `Render`: can invoke async tasks only, got `Get`, which is started by api GET /c; \
                 move what both do into an async task, and invoke that one",
            ],
        );
    }

    #[test]
    fn routes_are_those_of_api_gateway() {
        check(
            vec![task(1, "A", api("GET", "/x"), &[]), task(2, "B", api("GET", "/x"), &[])],
            &["src/lib.rs:2: task `B`: `GET /x` is answered by task `A` already; \
               change the method or the path of one of them"],
        );
        check(
            vec![task(1, "A", api("get", "x"), &[])],
            &["src/lib.rs:1: task `A`: route `get x`: the method must be `ANY`, `DELETE`, `GET`, `HEAD`, `OPTIONS`, \
               `PATCH`, `POST` or `PUT`; write `GET`"],
        );
        check(
            vec![task(1, "A", api("GET", "/x/{id"), &[])],
            &[
                "src/lib.rs:1: task `A`: route `GET /x/{id`: a path parameter must be a whole segment, in a pair of braces; \
               write `{id}` between two slashes, and take it apart in the handler",
            ],
        );
        check(
            vec![
                task(1, "A", api("GET", "/x/{id}"), &[]),
                task(2, "B", api("DELETE", "/x/{id}"), &[]),
                task(3, "C", api("GET", "/x/{order}/lines"), &[]),
                task(4, "D", api("ANY", "/x/{proxy+}"), &[]),
            ],
            &[
                "src/lib.rs:3: task `C`: route `GET /x/{order}/lines`: a path parameter must have one name in all routes, \
               got `{order}`, which is `{id}` for task `A`; write `{id}` instead of `{order}`",
            ],
        );
    }

    #[test]
    fn queues_are_arns() {
        let sqs = |arn: &str| task(1, "A", Trigger::Sqs(Sqs::new(arn)), &[]);
        check(vec![sqs("arn:aws-cn:sqs:cn-north-1:123456789012:q")], &[]);
        check(
            vec![sqs("https://sqs.us-east-1.amazonaws.com/1/q")],
            &["src/lib.rs:1: task `A`: queue `https://sqs.us-east-1.amazonaws.com/1/q`: must be an ARN of SQS or an \
               intrinsic function; write it as `arn:aws:sqs:REGION:ACCOUNT:NAME`"],
        );
    }

    #[test]
    fn loops_are_printed_unless_bounded() {
        let opt_in = "give a task in it `const RECURSION: Option<u32> = Some(hops)` if that is meant";
        let message = |start: &str, line: u32, path: &str| {
            format!("src/lib.rs:{line}: task `{start}`: invocations form a loop: {path}; {opt_in}")
        };
        check(vec![queue(1, "A", &["A"])], &[&message("A", 1, "A -> A")]);
        let ring = || vec![queue(1, "A", &["B"]), queue(2, "B", &["C"]), queue(3, "C", &["B", "A"])];
        check(ring(), &[&message("B", 2, "B -> C -> B"), &message("A", 1, "A -> B -> C -> A")]);
        let mut bounded = ring();
        bounded[2].recursion = Some(3);
        check(bounded, &[]);
        let mut elsewhere = ring();
        elsewhere[0].recursion = Some(3);
        check(elsewhere, &[&message("B", 2, "B -> C -> B")]);
        // A diamond is no loop.
        check(vec![queue(1, "A", &["B", "C"]), queue(2, "B", &["D"]), queue(3, "C", &["D"]), queue(4, "D", &[])], &[]);
    }

    #[test]
    fn many_paths_and_long_chains_are_quick() {
        // Every task invokes all later ones: 2^200 paths, no loop.
        let ids: Vec<&'static str> = (0..200).map(|i| &*format!("T{i:04}").leak()).collect();
        let dense = (0..200).map(|i| queue(1, ids[i], &ids[i + 1..])).collect();
        check(dense, &[]);
    }

    #[test]
    fn a_model_is_data() {
        let mut tasks = vec![queue(1, "A", &["B"]), queue(2, "B", &[])];
        tasks[1].options.memory = Some(crate::MemorySize::of::<512>());
        tasks[1].trigger = Trigger::Schedule(Schedule::new(crate::schedule!("rate(1 day)")).maximum_retry_attempts(3));
        let model = AppModel {
            name: AppName::literal("shop"),
            tasks,
            delete_payloads: false,
            binary_media_types: Vec::new(),
            origin: Origin::caller(),
        };
        let text = serde_json::to_string(&model).unwrap();
        assert_eq!(serde_json::from_str::<AppModel>(&text).unwrap(), model);
        let wrong = text.replace("512", "64");
        let error = serde_json::from_str::<AppModel>(&wrong).unwrap_err().to_string();
        assert!(error.starts_with("memory size: must be 128 to 10240 MB, got 64 MB"), "{error}");
    }
}
