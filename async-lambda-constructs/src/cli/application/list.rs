//! `ls`: the tasks of the application.

use async_lambda_model::{AppModel, TableAccess, TaskModel};
use serde_json::{Value, json};

use super::super::{Exit, Session, args::MessageFormat, report::Style};

/// One line a task.
pub(super) fn run(session: &mut Session<'_>, model: &AppModel) -> Exit {
    let text = match session.message_format {
        MessageFormat::Human => lines(model, "", session.reporter.out),
        MessageFormat::Json => model.tasks.iter().map(|task| data(model, task)).collect(),
    };
    session.out.write(&text);
    Exit::Done
}

/// `Tick    schedule rate(15 minutes)  -> Resize`
pub(super) fn lines(model: &AppModel, indent: &str, style: Style) -> String {
    let triggers: Vec<String> = model.tasks.iter().map(|task| task.trigger.to_string()).collect();
    let id_width = model.tasks.iter().map(|task| task.id.as_str().len()).max().unwrap_or(0);
    let invokes = |task: &TaskModel| {
        let sends = task.targets().next().is_some() || !task.invokes_external.is_empty();
        sends || !task.calls.is_empty() || task.writes_dead_letters || task.once || !task.tables.is_empty()
    };
    let invoking = model.tasks.iter().zip(&triggers).filter(|(task, _)| invokes(task) || task.options.group.is_some());
    let trigger_width = invoking.map(|(_, trigger)| trigger.chars().count()).max().unwrap_or(0);
    let mut text = String::new();
    for (task, trigger) in model.tasks.iter().zip(&triggers) {
        let later = task.invokes_later.iter().map(|target| format!("{target} later"));
        let targets = task.invokes.iter().map(ToString::to_string).chain(later);
        let external = task.invokes_external.iter().map(ToString::to_string);
        let calls = task.calls.iter().map(ToString::to_string);
        let letters = task.writes_dead_letters.then(|| "its dead-letter queue".to_owned());
        let table = task.once.then(|| "once table".to_owned());
        let table = table.into_iter().chain(task.tables.iter().map(|table| match table.access {
            TableAccess::ReadWrite => format!("table {}", table.name),
            access => format!("table {} ({})", table.name, access.as_str()),
        }));
        let targets: Vec<String> = targets.chain(external).chain(calls).chain(letters).chain(table).collect();
        let arrow = if invokes(task) { format!("  -> {}", targets.join(", ")) } else { String::new() };
        let id = format!("{:id_width$}", task.id.as_str());
        let group = task.options.group.as_ref().map_or_else(String::new, |group| format!("  in group {group}"));
        let line = format!("{indent}{}  {trigger:trigger_width$}{arrow}{group}", style.name(&id));
        text.push_str(line.trim_end());
        text.push('\n');
    }
    text
}

fn data(model: &AppModel, task: &TaskModel) -> String {
    let mut value = json!({ "kind": "task", "application": model.name.as_str() });
    if let (Value::Object(value), Value::Object(task)) = (&mut value, task.to_json()) {
        value.extend(task);
    }
    format!("{value}\n")
}
