//! Templates as people write them, with the one rule that each is about: `written/*.yaml`.
//!
//! A template begins with `### CODE found: what it is` or `### CODE silent: what it is`. It may give findings of other
//! rules.

use super::codes;

/// Each template gives a finding of its rule, or none.
#[track_caller]
fn check(family: &str) {
    let mut wrong = Vec::new();
    for case in family.split("### ").filter(|case| !case.is_empty()) {
        let (title, template) = case.split_once('\n').expect("a title and a template");
        let (code, expected) = title.split_once(' ').expect("a code and what is expected");
        let found = codes(template);
        if found.contains(&code) != expected.starts_with("found") {
            wrong.push(format!("{title}: {found:?}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn queues() {
    check(include_str!("written/queues.yaml"));
}

#[test]
fn mappings() {
    check(include_str!("written/mappings.yaml"));
}

#[test]
fn grants() {
    check(include_str!("written/grants.yaml"));
}

#[test]
fn others() {
    check(include_str!("written/others.yaml"));
}
