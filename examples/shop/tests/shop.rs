//! The shop, on a recorder and on the command line.
#![expect(clippy::unwrap_used, reason = "a test may panic")]

use std::process::Command;

#[test]
fn the_shop_is_what_its_signatures_say() {
    let model = shop::app().model().unwrap();
    let lines: Vec<String> = model
        .tasks
        .iter()
        .map(|task| {
            let invokes: Vec<&str> = task.invokes.iter().map(|id| id.as_str()).collect();
            format!("{} {} -> {}", task.id, task.trigger, invokes.join(" "))
        })
        .collect();
    assert_eq!(
        lines,
        [
            "NightlyReport schedule cron(0 3 * * ? *) -> BuildReport",
            "BuildReport async -> SendMail",
            "SendMail async -> ",
            "Import sqs arn:aws:sqs:us-east-1:123456789012:legacy-orders -> ",
            "GetOrder api GET /orders/{id} -> ",
            "PostOrder api POST /orders -> BuildReport",
        ]
    );
}

fn run(arguments: &[&str]) -> (i32, String, String) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_shop"));
    let output = command.arg("invoke").args(arguments).env_remove("AWS_LAMBDA_RUNTIME_API").output().unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    (output.status.code().unwrap(), text(output.stdout), text(output.stderr))
}

#[test]
fn requests_and_messages_come_from_the_command_line() {
    let (code, out, _) = run(&["PostOrder", "--body", r#"{"id": 7, "item": "tea"}"#]);
    assert_eq!(code, 0);
    let lines: Vec<&str> = out.lines().collect();
    assert_eq!(lines[0], "to owner@example.com: nothing was sold on today");
    assert!(lines[1].contains(r#""statusCode":201"#) && lines[1].contains(r#""body":"/orders/7""#), "{out}");
    assert!(lines[2].starts_with("└─ BuildReport (async) "), "{out}");
    assert!(lines[3].starts_with("   └─ SendMail (async, after 30 s) "), "{out}");

    let (code, out, _) = run(&["GetOrder", "--path", "/orders/7", "--query", "a=b", "--header", "accept=text/plain"]);
    assert!(code == 0 && out.contains(r#""statusCode":404"#), "{out}");
    let (code, _, err) = run(&["GetOrder", "--path", "/order/7"]);
    let expected = "error: task `GetOrder`: --path must match `/orders/{id}`, got `/order/7`";
    assert!(code == 2 && err.starts_with(expected), "{err}");
    let (code, _, err) = run(&["GetOrder"]);
    assert!(code == 2 && err.contains("--path must be given, since `/orders/{id}` has parameters"), "{err}");

    let (code, out, _) = run(&["Import", "--body", r#"{"id": 7, "item": "tea"}"#]);
    assert!(code == 0 && out.starts_with("Import (sqs "), "{out}");
    let (code, out, _) = run(&["Import", "--body", r#"{"id": 0, "item": "tea"}"#]);
    assert!(code == 1 && out.contains("failed: panic: the old system must not give"), "{out}");
}
