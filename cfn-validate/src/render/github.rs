//! Findings as commands in the log of a GitHub workflow.

use std::fmt::Write as _;

use cfn_model::Severity;

use super::visible::clean;
use crate::Diagnostic;

/// A finding as an annotation: `::error file=jobs.yaml,line=3,title=E3034::...`. Of what is suppressed, nothing.
pub fn github(diagnostic: &Diagnostic) -> String {
    if diagnostic.suppressed.is_some() {
        return String::new();
    }
    let command = match diagnostic.severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Info => "notice",
    };
    let mut properties = String::new();
    let mut property = |name: &str, value: &str| {
        let separator = if properties.is_empty() { ' ' } else { ',' };
        let _ = write!(properties, "{separator}{name}={}", escaped(value).replace(':', "%3A").replace(',', "%2C"));
    };
    if let Some(place) = &diagnostic.place {
        property("file", &place.file);
        if let Some((line, column)) = place.position {
            property("line", &line.to_string());
            property("col", &column.to_string());
        }
        // GitHub shows columns of a single line only.
        if let (Some((line, _)), Some((end, column))) = (place.position, place.end) {
            property("endLine", &end.to_string());
            if line == end {
                property("endColumn", &column.to_string());
            }
        }
    }
    if let Some(code) = diagnostic.code {
        property("title", code);
    }
    let help = diagnostic.help.as_ref().map(|help| format!(": {help}")).unwrap_or_default();
    format!("::{command}{properties}::{}\n", escaped(&clean(&format!("{}{help}", diagnostic.message))))
}

/// As `@actions/core` writes the data of a command.
fn escaped(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}
