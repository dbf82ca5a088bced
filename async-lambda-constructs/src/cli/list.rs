//! `ls`: the tasks of the application.

use async_lambda_model::{AppModel, TaskModel};
use serde_json::json;

use super::{Exit, Session, args::MessageFormat, report::Style};

/// One line a task.
pub(super) fn run(session: &mut Session<'_>, model: &AppModel) -> Exit {
    let text = match session.message_format {
        MessageFormat::Human => lines(model, "", session.reporter.out),
        MessageFormat::Json => model.tasks.iter().map(data).collect(),
    };
    session.out.write(&text);
    Exit::Done
}

/// `Tick    schedule rate(15 minutes)  -> Resize`
pub(super) fn lines(model: &AppModel, indent: &str, style: Style) -> String {
    let triggers: Vec<String> = model.tasks.iter().map(|task| task.trigger.to_string()).collect();
    let id_width = model.tasks.iter().map(|task| task.id.as_str().len()).max().unwrap_or(0);
    let invokes = |task: &TaskModel| !task.invokes.is_empty() || task.writes_dead_letters;
    let invoking = model.tasks.iter().zip(&triggers).filter(|(task, _)| invokes(task));
    let trigger_width = invoking.map(|(_, trigger)| trigger.chars().count()).max().unwrap_or(0);
    let mut text = String::new();
    for (task, trigger) in model.tasks.iter().zip(&triggers) {
        let mut targets: Vec<&str> = task.invokes.iter().map(|target| target.as_str()).collect();
        if task.writes_dead_letters {
            targets.push("its dead-letter queue");
        }
        let arrow = if invokes(task) { format!("  -> {}", targets.join(", ")) } else { String::new() };
        let id = format!("{:id_width$}", task.id.as_str());
        let line = format!("{indent}{}  {trigger:trigger_width$}{arrow}", style.name(&id));
        text.push_str(line.trim_end());
        text.push('\n');
    }
    text
}

fn data(task: &TaskModel) -> String {
    let mut value = json!({
        "kind": "task",
        "id": task.id,
        "trigger": task.trigger,
        "invokes": task.invokes,
        "options": task.options,
        "origin": task.origin,
    });
    if task.writes_dead_letters {
        value["writes_dead_letters"] = true.into();
    }
    format!("{value}\n")
}
