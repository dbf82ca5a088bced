//! `docs/from-python.md`: a stack in which tasks of both languages run.

use async_lambda_constructs::{AppStack, config::Config, prelude::Validate as _};
use serde_json::{Value, json};

/// The same change as on that page.
fn python(stack: &mut AppStack, tasks: &[&str]) {
    for task in tasks {
        let function = stack.task_by_id(task).function();
        stack.override_property(&function, "Runtime", "python3.10");
        stack.override_property(&function, "Handler", "app.lambda_handler");
        stack.override_property(&function, "CodeUri", "python.zip");
    }
}

#[test]
fn a_task_that_has_not_moved_keeps_the_code_of_python() {
    let config = Config::parse(include_str!("../.async_lambda/config.json")).unwrap();
    let model = shop::app().model().unwrap();
    let plain = AppStack::new(&model, &config, Some("prod"));
    let mut mixed = plain.clone();
    python(&mut mixed, &["SendMail", "Import"]);
    let report = mixed.validate();
    assert!(!report.has_errors(), "{:?}", report.findings);

    let code = |stack: &AppStack, task: &str| {
        let function: Value = json!(stack.resource(&format!("{task}ALFunc")).unwrap()["Properties"]);
        ["Runtime", "Handler", "CodeUri"].map(|name| function[name].clone())
    };
    let python = [json!("python3.10"), json!("app.lambda_handler"), json!("python.zip")];
    for task in &model.tasks {
        let id = task.id.as_str();
        let expected = if ["SendMail", "Import"].contains(&id) { python.clone() } else { code(&plain, id) };
        assert_eq!(code(&mixed, id), expected, "{id}");
    }
    assert_eq!(plain.resource("SendMailALQueue"), mixed.resource("SendMailALQueue"));
}
