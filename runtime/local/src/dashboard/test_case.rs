//! A message as a test in Rust: for the project whose task did not handle it.

use std::fmt::Write as _;

use async_lambda_model::{TaskModel, Trigger};

/// A longer text stands in a file of its own.
const LONGEST_LITERAL: usize = 20_000;

/// A test that sends `payload` to a task, and expects that it is handled. `None` for a task that no message starts.
pub(super) fn test_case(task: &TaskModel, payload: &str, group: Option<&str>, message: &str) -> Option<String> {
    let id = task.id.as_str();
    let short = message.split('-').next().unwrap_or(message);
    let mut code = String::new();
    let (mut text, mut note) = (literal(payload), String::new());
    if payload.len() > LONGEST_LITERAL {
        text = format!("include_str!(\"message_{short}.json\")");
        note = format!("    // Save the payload as `message_{short}.json` beside this file.\n");
    }
    let (payload, send) = match &task.trigger {
        Trigger::Sqs(_) => (format!("    let body = {text};\n"), format!("app.receive(\"{id}\", body);")),
        Trigger::Fifo(_) => {
            let group = literal(group.unwrap_or_default());
            let send = format!("app.send_fifo::<{id}>({group}.parse().unwrap(), payload).await;");
            (from_json(&text), send)
        }
        Trigger::ManagedSqs(_) | Trigger::ManagedSqsBatch(_) => {
            (from_json(&text), format!("app.send::<{id}>(payload).await;"))
        }
        Trigger::DeadLetters(_)
        | Trigger::Schedule(_)
        | Trigger::Api(_)
        | Trigger::DynamoDb(_)
        | Trigger::Function(_) => {
            return None;
        }
    };
    let name = snake(id);
    let _ = write!(
        code,
        "#[tokio::test]\n\
         async fn {name}_handles_{short}() {{\n    \
             let app = TestApp::new(crate::app());\n\
         {note}{payload}    \
             {send}\n    \
             let runs = app.run_until_idle().await;\n    \
             assert!(runs.iter().all(|run| run.result.is_ok()), \"{{runs:#?}}\");\n\
         }}\n"
    );
    Some(code)
}

fn from_json(text: &str) -> String {
    format!("    let payload = serde_json::from_str({text}).unwrap();\n")
}

/// A literal of Rust: raw where that shows the text as it is.
fn literal(text: &str) -> String {
    let is_odd = |char: char| {
        (char.is_control() && char != '\n') || matches!(char, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
    };
    if text.contains(is_odd) {
        return format!("{text:?}");
    }
    if !text.contains(['"', '\\', '\n']) {
        return format!("\"{text}\"");
    }
    // One `#` more than follow any quotation mark.
    let runs = text.split('"').skip(1).map(|rest| rest.len() - rest.trim_start_matches('#').len());
    let hashes = "#".repeat(runs.max().map_or(0, |longest| longest + 1));
    format!("r{hashes}\"{text}\"{hashes}")
}

/// `BuildReport` as `build_report`.
fn snake(id: &str) -> String {
    let mut name = String::new();
    for (index, char) in id.char_indices() {
        if char.is_ascii_uppercase() && index > 0 {
            name.push('_');
        }
        name.push(char.to_ascii_lowercase());
    }
    name
}

#[cfg(test)]
mod tests {
    use async_lambda_model::{
        Origin, TaskId,
        trigger::{Fifo, ManagedSqs, Schedule, Sqs},
    };
    use pretty_assertions::assert_eq;

    use super::*;

    fn task(trigger: impl Into<Trigger>) -> TaskModel {
        TaskModel::new(TaskId::literal("BuildReport"), trigger, Origin::default())
    }

    #[test]
    fn a_payload_is_sent_again() {
        let code = test_case(&task(ManagedSqs::default()), r#"{"a": 1}"#, None, "7f3a01bc-1").unwrap();
        let expected = r##"#[tokio::test]
async fn build_report_handles_7f3a01bc() {
    let app = TestApp::new(crate::app());
    let payload = serde_json::from_str(r#"{"a": 1}"#).unwrap();
    app.send::<BuildReport>(payload).await;
    let runs = app.run_until_idle().await;
    assert!(runs.iter().all(|run| run.result.is_ok()), "{runs:#?}");
}
"##;
        assert_eq!(code, expected);
    }

    #[test]
    fn each_trigger_has_its_way() {
        let code = test_case(&task(Sqs::new("arn:aws:sqs:us-east-1:1:q")), "hello", None, "a").unwrap();
        assert!(code.contains("let body = \"hello\";\n    app.receive(\"BuildReport\", body);"), "{code}");
        let code = test_case(&task(Fifo::default()), "1", Some("x"), "a").unwrap();
        assert!(code.contains("app.send_fifo::<BuildReport>(\"x\".parse().unwrap(), payload).await;"), "{code}");
        let schedule = Schedule::new(async_lambda_model::schedule!("rate(5 minutes)"));
        assert_eq!(test_case(&task(schedule), "1", None, "a"), None);
        let long = "x".repeat(100_000);
        let code = test_case(&task(ManagedSqs::default()), &long, None, "a").unwrap();
        assert!(code.len() < 1_000 && code.contains("include_str!(\"message_a.json\")"), "{code}");
    }

    #[test]
    fn literals_end_where_they_should() {
        for (text, expected) in [
            ("plain", r#""plain""#),
            (r#"a"b"#, r###"r#"a"b"#"###),
            (r###"a"#b"##"###, r####"r###"a"#b"##"###"####),
            ("a\\", r#"r"a\""#),
            ("a\rb\u{0}", r#""a\rb\0""#),
            ("\u{202e}", r#""\u{202e}""#),
        ] {
            assert_eq!(literal(text), expected, "{text:?}");
        }
    }
}
