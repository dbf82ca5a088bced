//! Findings for programs: one JSON object a line.

use cfn_model::Origin;
use serde_json::json;

use crate::Diagnostic;

/// A finding or a failure as a JSON object on a line.
///
/// `kind` is `finding`, or `silenced`, which then has a `reason`. What is not known is `null`.
pub fn json(diagnostic: &Diagnostic) -> String {
    let place = diagnostic.place.as_ref();
    let position = place.and_then(|place| place.position);
    let mut value = json!({
        "kind": if diagnostic.silenced.is_some() { "silenced" } else { "finding" },
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
        "origin": diagnostic.origin.map(line),
        "added_by": diagnostic.added_by.map(line),
        "causes": diagnostic.causes.iter().map(|(code, path, message)| json!({
            "code": code, "path": path, "message": message,
        })).collect::<Vec<_>>(),
    });
    if let (Some(silence), Some(object)) = (&diagnostic.silenced, value.as_object_mut()) {
        object.insert("reason".to_owned(), json!(silence.reason));
    }
    format!("{value}\n")
}

fn line(origin: Origin) -> serde_json::Value {
    json!({"file": origin.file, "line": origin.line, "column": origin.column})
}
