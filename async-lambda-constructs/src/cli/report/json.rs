//! Diagnostics for programs: one JSON object a line.

use serde_json::json;

use super::Diagnostic;

pub(super) fn render(diagnostic: &Diagnostic) -> String {
    let place = diagnostic.place.as_ref();
    let position = place.and_then(|place| place.position);
    let value = json!({
        "kind": "finding",
        "stack": diagnostic.stack,
        "file": place.map(|place| &place.file),
        "line": position.map(|(line, _)| line),
        "column": position.map(|(_, column)| column),
        "code": diagnostic.code,
        "severity": diagnostic.severity.to_string(),
        "path": diagnostic.path,
        "message": diagnostic.message,
        "expected": diagnostic.expected,
        "actual": diagnostic.actual,
        "help": diagnostic.help,
        "origin": diagnostic.origin.map(|origin| json!({
            "file": origin.file, "line": origin.line, "column": origin.column,
        })),
        "causes": diagnostic.causes.iter().map(|(code, path, message)| json!({
            "code": code, "path": path, "message": message,
        })).collect::<Vec<_>>(),
    });
    format!("{value}\n")
}
