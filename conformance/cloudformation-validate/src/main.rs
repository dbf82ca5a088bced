//! Prints what AWS's `cloudformation-validate` says of templates: a JSON object a line, with `file`, `severity`, `code`
//! and `path`, as our own validator prints findings.

use std::{error::Error, io::Write as _};

use cloudformation_validate::{
    CompositeEngine, CompositeEngineConfig, SchemaValidator, ValidateConfig, validate_bytes_with_path,
};
use serde_json::{Value, json};

fn main() -> Result<(), Box<dyn Error>> {
    let schemas = SchemaValidator::default();
    let engine = CompositeEngine::new(CompositeEngineConfig::default())?;
    let mut output = std::io::stdout().lock();
    for file in std::env::args().skip(1) {
        let template = std::fs::read(&file)?;
        let report = validate_bytes_with_path(&engine, &schemas, &template, ValidateConfig::default(), file.clone())?;
        let report = serde_json::to_value(report)?;
        for finding in report["diagnostics"].as_array().into_iter().flatten() {
            writeln!(output, "{}", line(&file, finding))?;
        }
    }
    Ok(())
}

/// One finding, in our words.
fn line(file: &str, finding: &Value) -> Value {
    let severity = match finding["severity"].as_str() {
        Some("FATAL" | "ERROR") => "error",
        Some("WARN") => "warning",
        _ => "info",
    };
    json!({
        "file": file,
        "severity": severity,
        "code": finding["ruleId"],
        "path": path(finding),
        "message": finding["message"],
    })
}

/// The section and the name of what a finding is about; empty for the template as a whole.
fn path(finding: &Value) -> String {
    let (kind, name) = (&finding["entity"]["entityType"], &finding["entity"]["logicalId"]);
    match (kind.as_str(), name.as_str()) {
        (Some(kind), Some(name)) => format!("{kind}s/{name}"),
        _ => String::new(),
    }
}
