//! The codes that we share with cfn-lint.

use std::{collections::BTreeMap, fs};

use crate::registry;

/// cfn-lint's codes, and the titles of their rules; which version they are of.
fn of_cfn_lint() -> (String, BTreeMap<String, String>) {
    let text = fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/../conformance/cfn-lint-codes.txt"));
    let text = text.unwrap_or_default();
    let version = text.strip_prefix("# The codes of cfn-lint ").and_then(|rest| rest.split(',').next());
    let rows = text.lines().filter_map(|line| line.split_once('\t'));
    (version.unwrap_or_default().to_owned(), rows.map(|(code, title)| (code.to_owned(), title.to_owned())).collect())
}

#[test]
fn a_code_that_is_not_ours_is_one_of_cfn_lint() {
    let (_, theirs) = of_cfn_lint();
    assert!(theirs.len() > 300, "{} codes", theirs.len());
    let shared = registry::codes().iter().filter(|code| !code.starts_with("AL"));
    let unknown: Vec<&str> = shared.filter(|code| !theirs.contains_key(**code)).copied().collect();
    assert_eq!(unknown, [""; 0], "give the rule an AL code");
}

#[test]
fn the_list_is_of_the_version_that_conformance_compares_with() {
    let (version, _) = of_cfn_lint();
    let pinned = fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/../conformance/requirements.txt")).unwrap();
    assert!(pinned.lines().any(|line| line == format!("cfn-lint=={version}")), "run conformance/codes.py again");
}
