//! The template has no findings, and has what it must have.

use super::*;

#[test]
fn there_are_no_findings() {
    let report = stack().validate();
    assert!(report.findings.is_empty(), "{:#?}", report.findings);
}

#[test]
fn uploads_survive_the_stack() {
    let stack = stack();
    for id in ["Inbox", "Files"] {
        assert_eq!(stack.resource(id).unwrap()["DeletionPolicy"].as_str(), Some("Retain"), "{id}");
    }
}
