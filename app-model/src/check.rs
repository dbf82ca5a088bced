//! What can be wrong with an application as a whole.

use std::collections::{BTreeMap, BTreeSet};

use crate::{AppModel, MediaTypeError, NameError, Origin, OutOfRange, QueueArn, TaskId, TaskModel, Trigger};

/// The longest name of a function.
const MAX_FUNCTION_NAME: usize = 64;

/// Something that is wrong with an application. It names the task and the line that registered it.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum Problem {
    /// Two tasks of one name.
    #[error("task `{id}`: must be registered once, is registered at {first} and at {second}")]
    DuplicateTask {
        /// The name.
        id: TaskId,
        /// The first registration.
        first: Origin,
        /// The second.
        second: Origin,
    },
    /// Two tasks that answer the same requests.
    #[error("task `{second}` ({origin}): `{route}` is answered by task `{first}` already")]
    DuplicateRoute {
        /// Method and path.
        route: String,
        /// The first task.
        first: TaskId,
        /// The second.
        second: TaskId,
        /// Where the second was registered.
        origin: Origin,
    },
    /// A task invokes one that is not there.
    #[error("task `{task}` ({origin}): invokes `{target}`, which is not registered")]
    UnknownTarget {
        /// Who invokes.
        task: TaskId,
        /// Who is invoked.
        target: TaskId,
        /// Where `task` was registered.
        origin: Origin,
    },
    /// A task invokes one that has no queue of its own.
    #[error("task `{task}` ({origin}): invokes `{target}`, which is no async task but {trigger}")]
    NotInvocable {
        /// Who invokes.
        task: TaskId,
        /// Who is invoked.
        target: TaskId,
        /// What starts the target.
        trigger: String,
        /// Where `task` was registered.
        origin: Origin,
    },
    /// A chain of invocations that comes back to where it began.
    #[error(
        "task `{}` ({origin}): invocations form a loop: {}; give a task in it \
         `const RECURSION: Option<u32> = Some(hops)` if that is meant",
        path[0], display_path(path)
    )]
    Loop {
        /// The tasks of the loop, each once.
        path: Vec<TaskId>,
        /// Where the first of them was registered.
        origin: Origin,
    },
    /// A name that is none.
    #[error("{origin}: {source}")]
    Name {
        /// What is wrong with it.
        source: NameError,
        /// Where it was given.
        origin: Origin,
    },
    /// A name that is too long together with the application's.
    #[error("task `{task}` ({origin}): the function's name `{name}` must have at most 64 characters, has {}", name.len())]
    LongName {
        /// The task.
        task: TaskId,
        /// The function's name.
        name: String,
        /// Where the task was registered.
        origin: Origin,
    },
    /// An option of a task that is out of its range.
    #[error("task `{task}` ({origin}): {source}")]
    Option {
        /// The task.
        task: String,
        /// Which option, and its range.
        source: OutOfRange,
        /// Where it was given.
        origin: Origin,
    },
    /// A route's method or path that API Gateway does not know.
    #[error("task `{task}` ({origin}): route `{route}`: {rule}")]
    Route {
        /// The task.
        task: TaskId,
        /// Method and path.
        route: String,
        /// What has to be.
        rule: &'static str,
        /// Where the task was registered.
        origin: Origin,
    },
    /// A state that a handler takes, and that the application was not given.
    #[error(
        "task `{task}` ({origin}): handler `{handler}` takes `State<{state}>`, which the application must have; give it \
         with `App::with_state`, or with `App::with_state_async`"
    )]
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
    #[error("{origin}: {source}")]
    MediaType {
        /// What is wrong with it.
        source: MediaTypeError,
        /// Where it was given.
        origin: Origin,
    },
    /// The ARN of a queue that is none.
    #[error("task `{task}` ({origin}): queue `{arn}`: must be an ARN of SQS or an intrinsic function")]
    Queue {
        /// The task.
        task: TaskId,
        /// What was given.
        arn: QueueArn,
        /// Where the task was registered.
        origin: Origin,
    },
}

fn display_path(path: &[TaskId]) -> String {
    let ids: Vec<&str> = path.iter().chain(path.first()).map(TaskId::as_str).collect();
    ids.join(" -> ")
}

impl Problem {
    /// The line to look at.
    pub fn origin(&self) -> Option<&Origin> {
        Some(match self {
            Problem::DuplicateTask { second, .. } => second,
            Problem::DuplicateRoute { origin, .. }
            | Problem::UnknownTarget { origin, .. }
            | Problem::NotInvocable { origin, .. }
            | Problem::Loop { origin, .. }
            | Problem::Name { origin, .. }
            | Problem::LongName { origin, .. }
            | Problem::Option { origin, .. }
            | Problem::Route { origin, .. }
            | Problem::State { origin, .. }
            | Problem::MediaType { origin, .. }
            | Problem::Queue { origin, .. } => origin,
        })
    }
}

impl AppModel {
    /// Everything that is wrong with the application as a whole, in the order of its tasks.
    pub fn check(&self) -> Vec<Problem> {
        let mut problems = Vec::new();
        let mut tasks: BTreeMap<&TaskId, &TaskModel> = BTreeMap::new();
        let mut routes: BTreeMap<(&str, &str), &TaskId> = BTreeMap::new();
        for task in &self.tasks {
            if let Some(first) = tasks.get(&task.id) {
                let (first, second) = (first.origin.clone(), task.origin.clone());
                problems.push(Problem::DuplicateTask { id: task.id.clone(), first, second });
                continue;
            }
            tasks.insert(&task.id, task);
            check_trigger(task, &mut routes, &mut problems);
            let name = format!("{}-{}", self.name, task.id);
            if name.len() > MAX_FUNCTION_NAME {
                problems.push(Problem::LongName { task: task.id.clone(), name, origin: task.origin.clone() });
            }
        }
        for task in &self.tasks {
            for target in &task.invokes {
                let (id, origin) = (task.id.clone(), task.origin.clone());
                match tasks.get(target).map(|task| &task.trigger) {
                    Some(Trigger::ManagedSqs) => {}
                    Some(trigger) => {
                        let (target, trigger) = (target.clone(), trigger.to_string());
                        problems.push(Problem::NotInvocable { task: id, target, trigger, origin });
                    }
                    None => problems.push(Problem::UnknownTarget { task: id, target: target.clone(), origin }),
                }
            }
        }
        for path in loops(&tasks) {
            let origin = tasks[&path[0]].origin.clone();
            problems.push(Problem::Loop { path, origin });
        }
        problems
    }
}

fn check_trigger<'a>(
    task: &'a TaskModel,
    routes: &mut BTreeMap<(&'a str, &'a str), &'a TaskId>,
    problems: &mut Vec<Problem>,
) {
    let origin = || task.origin.clone();
    match &task.trigger {
        Trigger::Api { method, path } => {
            let route = format!("{method} {path}");
            let rule = if method.is_empty() || !method.bytes().all(|byte| byte.is_ascii_uppercase()) {
                Some("the method must be in upper case")
            } else if !path.starts_with('/') {
                Some("the path must begin with `/`")
            } else {
                None
            };
            if let Some(rule) = rule {
                problems.push(Problem::Route { task: task.id.clone(), route: route.clone(), rule, origin: origin() });
            }
            if let Some(first) = routes.insert((method, path), &task.id) {
                let (first, second) = (first.clone(), task.id.clone());
                problems.push(Problem::DuplicateRoute { route, first, second, origin: origin() });
            }
        }
        Trigger::Sqs { queue_arn } if !is_queue(queue_arn) => {
            problems.push(Problem::Queue { task: task.id.clone(), arn: queue_arn.clone(), origin: origin() });
        }
        Trigger::Sqs { .. } | Trigger::ManagedSqs | Trigger::Schedule { .. } => {}
    }
}

fn is_queue(arn: &QueueArn) -> bool {
    match arn {
        QueueArn::Literal(text) => {
            let parts: Vec<&str> = text.split(':').collect();
            matches!(parts[..], ["arn", partition, "sqs", _, _, name] if !partition.is_empty() && !name.is_empty())
        }
        QueueArn::Intrinsic(function) => function.as_object().is_some_and(|object| object.len() == 1),
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
    use crate::{AppName, TaskOptions};

    fn task(line: u32, id: &'static str, trigger: Trigger, invokes: &[&'static str]) -> TaskModel {
        TaskModel {
            id: TaskId::new(id).unwrap(),
            trigger,
            options: TaskOptions::default(),
            invokes: invokes.iter().map(|id| TaskId::new(*id).unwrap()).collect(),
            recursion: None,
            origin: Origin { file: "src/lib.rs".to_owned(), line },
        }
    }

    fn queue(line: u32, id: &'static str, invokes: &[&'static str]) -> TaskModel {
        task(line, id, Trigger::ManagedSqs, invokes)
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
            &["task `A`: must be registered once, is registered at src/lib.rs:1 and at src/lib.rs:2"],
        );
    }

    #[test]
    fn targets_exist_and_have_a_queue() {
        let api = |method: &str, path: &str| Trigger::Api { method: method.to_owned(), path: path.to_owned() };
        check(
            vec![queue(1, "A", &["B", "C"]), task(2, "C", api("GET", "/c"), &[])],
            &[
                "task `A` (src/lib.rs:1): invokes `B`, which is not registered",
                "task `A` (src/lib.rs:1): invokes `C`, which is no async task but api GET /c",
            ],
        );
        check(
            vec![task(1, "A", api("GET", "/x"), &[]), task(2, "B", api("GET", "/x"), &[])],
            &["task `B` (src/lib.rs:2): `GET /x` is answered by task `A` already"],
        );
        check(
            vec![task(1, "A", api("get", "x"), &[])],
            &["task `A` (src/lib.rs:1): route `get x`: the method must be in upper case"],
        );
    }

    #[test]
    fn queues_are_arns() {
        let sqs = |arn: &str| task(1, "A", Trigger::Sqs { queue_arn: arn.into() }, &[]);
        check(vec![sqs("arn:aws-cn:sqs:cn-north-1:123456789012:q")], &[]);
        check(
            vec![sqs("https://sqs.us-east-1.amazonaws.com/1/q")],
            &["task `A` (src/lib.rs:1): queue `https://sqs.us-east-1.amazonaws.com/1/q`: \
               must be an ARN of SQS or an intrinsic function"],
        );
    }

    #[test]
    fn loops_are_printed_unless_bounded() {
        let opt_in = "give a task in it `const RECURSION: Option<u32> = Some(hops)` if that is meant";
        let message = |start: &str, line: u32, path: &str| {
            format!("task `{start}` (src/lib.rs:{line}): invocations form a loop: {path}; {opt_in}")
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
        tasks[1].trigger = Trigger::Schedule { expression: crate::schedule!("rate(1 day)") };
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
