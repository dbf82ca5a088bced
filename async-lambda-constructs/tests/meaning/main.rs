//! Constructs with meaning: each is valid as it comes, and says what is wrong with its values.
#![expect(clippy::unwrap_used, reason = "helpers outside test functions may fail a test too")]

mod alarm;
#[cfg(feature = "app")]
mod app_dashboard;
mod bucket;
mod certificate;
mod dashboard;
mod domain;
mod event_rule;
mod http_api;
mod lambda_function;
mod network;
mod secret;
mod state_machine;
mod table;
mod topic;

use async_lambda_constructs::prelude::*;
use serde_json::Value as Json;

/// The properties of a resource of a stack about which nothing is found.
#[track_caller]
fn properties(stack: &Stack, id: &str) -> Json {
    let report = stack.validate();
    let findings: Vec<String> =
        report.findings.iter().map(|finding| format!("{} {}", finding.rule.code, finding.message)).collect();
    assert_eq!(findings, [""; 0]);
    serde_json::to_value(&stack.resource(id).unwrap()["Properties"]).unwrap()
}

/// What is found, as code and message.
fn findings(stack: &Stack) -> Vec<String> {
    let report = stack.validate();
    report.findings.iter().map(|finding| format!("{} {}", finding.rule.code, finding.message)).collect()
}
