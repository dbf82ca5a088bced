//! Mistakes in groups of tasks, which become nested stacks.

use crate::{GroupName, Problem, TaskModel, check::Tasks};

/// Dead letters between groups, and groups whose files would be one.
pub(crate) fn check(all: &[TaskModel], tasks: &Tasks<'_>) -> Vec<Problem> {
    let mut names: Vec<&GroupName> = Vec::new();
    let mut problems = Vec::new();
    for task in all {
        if let Some(group) = &task.options.group {
            match names.iter().find(|known| known.as_str().eq_ignore_ascii_case(group.as_str())) {
                Some(first) if *first != group => {
                    let message = format!("group `{group}`: must not differ from group `{first}` in case alone");
                    problems.push(problem(task, message, format!("write `{first}`, or choose another name")));
                }
                Some(_) => {}
                None => names.push(group),
            }
        }
        problems.extend(foreign_dead_letters(task, tasks));
    }
    problems
}

/// SQS refuses a queue whose dead-letter queue does not exist, and groups are deployed at the same time.
fn foreign_dead_letters(task: &TaskModel, tasks: &Tasks<'_>) -> Option<Problem> {
    let target = tasks.get(task.options.dead_letters.as_ref()?)?;
    let group = target.options.group.as_ref().filter(|group| task.options.group.as_ref() != Some(group))?;
    let message = format!(
        "its dead letters must go to a task of the same group or of none, got `{}` of group `{group}`",
        target.id
    );
    let help =
        format!("register `{}` outside of groups: its queue has to exist before `{}` is made", target.id, task.id);
    Some(problem(task, message, help))
}

fn problem(task: &TaskModel, message: String, help: String) -> Problem {
    Problem::Trigger { task: task.id.clone(), message, help: Some(help), origin: task.origin.clone() }
}

#[cfg(test)]
mod tests {
    use pretty_assertions::assert_eq;

    use crate::{
        GroupName, Problem, TaskId, TaskModel, Trigger,
        trigger::{
            DeadLetters, ManagedSqs,
            testing::{model, origin},
        },
    };

    fn task(id: &'static str, trigger: impl Into<Trigger>, group: Option<&'static str>) -> TaskModel {
        let mut task = TaskModel::new(TaskId::literal(id), trigger, origin(1));
        task.options.group = group.map(GroupName::literal);
        task
    }

    fn queue(id: &'static str, group: Option<&'static str>, letters: Option<&'static str>) -> TaskModel {
        let mut task = task(id, ManagedSqs::default(), group);
        task.options.dead_letters = letters.map(TaskId::literal);
        task
    }

    fn check(tasks: Vec<TaskModel>, expected: &[&str]) {
        let problems: Vec<String> = model(tasks).check().iter().map(Problem::message).collect();
        assert_eq!(problems, expected);
    }

    #[test]
    fn groups_differ_in_more_than_case() {
        check(vec![queue("A", Some("billing"), None), queue("B", Some("mail"), None)], &[]);
        check(
            vec![queue("A", Some("billing"), None), queue("B", Some("Billing"), None)],
            &["task `B`: group `Billing`: must not differ from group `billing` in case alone"],
        );
    }

    #[test]
    fn dead_letters_stay_in_a_group_or_go_to_the_application() {
        let letters = |group| task("Letters", DeadLetters {}, group);
        check(vec![queue("A", Some("billing"), Some("Letters")), letters(None)], &[]);
        check(vec![queue("A", Some("billing"), Some("Letters")), letters(Some("billing"))], &[]);
        check(vec![queue("A", None, Some("Letters")), letters(None)], &[]);
        check(
            vec![
                queue("A", Some("billing"), Some("Letters")),
                queue("B", None, Some("Letters")),
                letters(Some("mail")),
            ],
            &[
                "task `A`: its dead letters must go to a task of the same group or of none, got `Letters` of group `mail`",
                "task `B`: its dead letters must go to a task of the same group or of none, got `Letters` of group `mail`",
            ],
        );
    }
}
