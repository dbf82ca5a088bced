//! Findings as SARIF 2.1.0, the format of code scanning.

use cfn_model::{Rule, Severity};
use cfn_rules::registry;
use serde_json::{Value, json};

use crate::{Diagnostic, Place, pages};

/// All findings of a run as one document. Failures that are no findings are notifications of the run.
pub fn sarif<'a>(diagnostics: impl IntoIterator<Item = &'a Diagnostic>) -> String {
    let (findings, failures): (Vec<_>, Vec<_>) =
        diagnostics.into_iter().partition(|diagnostic| diagnostic.code.is_some());
    // Only the rules that somebody broke: all of them would be most of the document.
    let mut used: Vec<&Rule> = Vec::new();
    for rule in findings.iter().filter_map(|finding| registry::by_code(finding.code?)) {
        if used.iter().all(|known| known.code != rule.code) {
            used.push(rule);
        }
    }
    let used = cfn_model::sorted(used, &|left, right| left.code.cmp(right.code));
    let results: Vec<Value> =
        findings.iter().map(|finding| result(finding, |code| used.iter().position(|rule| rule.code == code))).collect();
    let notifications: Vec<Value> = failures
        .iter()
        .map(|failure| {
            let locations: Vec<Value> =
                failure.place.iter().map(|place| json!({"physicalLocation": physical(place)})).collect();
            json!({"level": "error", "message": {"text": failure.message}, "locations": locations})
        })
        .collect();
    let document = json!({
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [{
            "tool": {"driver": {
                "name": "cfn-validate",
                "version": env!("CARGO_PKG_VERSION"),
                "rules": used.iter().map(|rule| descriptor(rule)).collect::<Vec<_>>(),
            }},
            "columnKind": "unicodeCodePoints",
            "invocations": [{
                "executionSuccessful": failures.is_empty(),
                "toolExecutionNotifications": notifications,
            }],
            "results": results,
        }],
    });
    format!("{document:#}\n")
}

fn descriptor(rule: &Rule) -> Value {
    let mut descriptor = json!({
        "id": rule.code,
        "shortDescription": {"text": rule.title},
        "defaultConfiguration": {"level": level(rule.severity)},
    });
    if let (Some(page), Some(object)) = (pages::page(rule.code), descriptor.as_object_mut()) {
        object.insert("fullDescription".to_owned(), json!({"text": page.summary()}));
        object.insert("help".to_owned(), json!({"text": page.text, "markdown": page.text}));
    }
    descriptor
}

fn result(finding: &Diagnostic, index: impl Fn(&str) -> Option<usize>) -> Value {
    let text = match &finding.help {
        Some(help) => format!("{}: {help}", finding.message),
        None => finding.message.clone(),
    };
    let mut result = json!({
        "ruleId": finding.code,
        "level": level(finding.severity),
        "message": {"text": text},
    });
    let Some(object) = result.as_object_mut() else { return result };
    if let Some(index) = finding.code.and_then(index) {
        object.insert("ruleIndex".to_owned(), json!(index));
    }
    let mut location = json!({});
    if let Some(place) = &finding.place {
        location["physicalLocation"] = physical(place);
    }
    if let Some(path) = &finding.path {
        location["logicalLocations"] = json!([{"fullyQualifiedName": path}]);
    }
    object.insert("locations".to_owned(), json!([location]));
    if let Some(suppressed) = &finding.suppressed {
        let kind = if suppressed.is_in_source { "inSource" } else { "external" };
        object.insert("suppressions".to_owned(), json!([{"kind": kind, "justification": suppressed.reason}]));
    }
    result
}

fn physical(place: &Place) -> Value {
    let mut physical = json!({"artifactLocation": {"uri": uri(&place.file)}});
    if let Some((line, column)) = place.position {
        let mut region = json!({"startLine": line, "startColumn": column});
        if let Some((line, column)) = place.end {
            region["endLine"] = json!(line);
            region["endColumn"] = json!(column);
        }
        physical["region"] = region;
    }
    physical
}

fn level(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Info => "note",
    }
}

/// A path as a URI: relative to where the program ran, unless it is absolute.
fn uri(file: &str) -> String {
    let path = file.strip_prefix("./").unwrap_or(file);
    let mut uri = String::with_capacity(path.len());
    if path.starts_with('/') {
        uri.push_str("file://");
    }
    for byte in path.bytes() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' | b'/' => uri.push(char::from(byte)),
            b'\\' if cfg!(windows) => uri.push('/'),
            byte => uri.push_str(&format!("%{byte:02X}")),
        }
    }
    uri
}
