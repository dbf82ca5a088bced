//! Mistakes in who calls whom.

use std::collections::VecDeque;

use crate::{Problem, TaskId, TaskModel, check::Tasks, suggest::did_you_mean};

/// Reports mistakes in the calls of an application's tasks. `twice` are ids that two tasks have: a call of them is not checked.
pub(crate) fn check(all: &[TaskModel], tasks: &Tasks<'_>, twice: &Tasks<'_>, problems: &mut Vec<Problem>) {
    for task in all {
        let mut wrong = |message, help| {
            let (task, origin) = (task.id.clone(), task.origin.clone());
            problems.push(Problem::Trigger { task, message, help: Some(help), origin });
        };
        for target in &task.calls {
            match tasks.get(target).map(|task| &task.trigger) {
                _ if twice.contains_key(target) => {}
                Some(trigger) if trigger.is_called() => {
                    if let Some(path) = way(tasks, target, &task.id) {
                        let path: Vec<&str> = path.into_iter().map(TaskId::as_str).collect();
                        let message = format!("a call comes back to it: {} -> {}", task.id, path.join(" -> "));
                        wrong(message, "remove one of the parameters: nothing would end such calls".to_owned());
                    }
                }
                Some(trigger) => {
                    let message =
                        format!("can call function tasks only, got `{target}`, which is started by {trigger}");
                    wrong(message, format!("register it with `.function_task({target}, ...)`"));
                }
                None => {
                    let similar = did_you_mean(target.as_str(), tasks.keys().map(|id| id.as_str()));
                    let help = similar.unwrap_or_else(|| format!("register it with `.function_task({target}, ...)`"));
                    wrong(format!("calls `{target}`, which is not registered"), help);
                }
            }
        }
    }
}

/// A shortest way from a task to another, over calls and messages; both are in it.
fn way<'a>(tasks: &Tasks<'a>, from: &'a TaskId, to: &'a TaskId) -> Option<Vec<&'a TaskId>> {
    // The task before each.
    let mut before = Tasks::new();
    let mut pending = VecDeque::from([from]);
    while let Some(id) = pending.pop_front() {
        if id == to {
            let mut path = vec![to];
            while path.last() != Some(&from) {
                path.push(&before.get(path.last()?)?.id);
            }
            path.reverse();
            return Some(path);
        }
        let Some(task) = tasks.get(id) else { continue };
        for target in task.calls.iter().chain(task.leads_to()) {
            if target != from && !before.contains_key(target) {
                before.insert(target, task);
                pending.push_back(target);
            }
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use pretty_assertions::assert_eq;

    use crate::{
        Problem, TaskId, TaskModel, Trigger,
        trigger::{
            Function, ManagedSqs,
            testing::{model, origin},
        },
    };

    fn check(tasks: &[(&str, Trigger, &[&str], &[&str])], expected: &[&str]) {
        let id = |id: &str| TaskId::new(id.to_owned()).unwrap();
        let task = |(name, trigger, calls, invokes): &(&str, Trigger, &[&str], &[&str])| TaskModel {
            calls: calls.iter().map(|name| id(name)).collect(),
            invokes: invokes.iter().map(|name| id(name)).collect(),
            recursion: Some(3),
            ..TaskModel::new(id(name), trigger.clone(), origin(1))
        };
        let model = model(tasks.iter().map(task).collect());
        let problems: Vec<String> = model.check().iter().map(Problem::to_string).collect();
        assert_eq!(problems, expected);
    }

    #[test]
    fn calls_are_of_function_tasks_and_end() {
        check(
            &[
                ("A", ManagedSqs {}.into(), &["F", "G"], &[]),
                ("F", Function {}.into(), &["G"], &[]),
                ("G", Function {}.into(), &[], &[]),
            ],
            &[],
        );
        check(
            &[
                ("A", ManagedSqs {}.into(), &["B", "Prize"], &[]),
                ("B", ManagedSqs {}.into(), &[], &[]),
                ("Price", Function {}.into(), &[], &[]),
            ],
            &[
                "src/lib.rs:1: task `A`: can call function tasks only, got `B`, which is started by async; \
                 register it with `.function_task(B, ...)`",
                "src/lib.rs:1: task `A`: calls `Prize`, which is not registered; did you mean `Price`?",
            ],
        );
        // A bound of hops does not help: a call begins a chain of its own.
        check(
            &[
                ("A", ManagedSqs {}.into(), &["F"], &[]),
                ("F", Function {}.into(), &[], &["B"]),
                ("B", ManagedSqs {}.into(), &[], &["A"]),
            ],
            &["src/lib.rs:1: task `A`: a call comes back to it: A -> F -> B -> A; \
               remove one of the parameters: nothing would end such calls"],
        );
        check(
            &[("F", Function {}.into(), &["F"], &[])],
            &["src/lib.rs:1: task `F`: a call comes back to it: F -> F; \
               remove one of the parameters: nothing would end such calls"],
        );
    }
}
