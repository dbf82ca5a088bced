//! A policy for one way of losing data and none for the other.

use cfn_model::{Finding, Object};

use crate::{codes as rules, facts::place::Place, found::Findings};

/// Both are made anew on every change, so that keeping the old one is what the deletion policy is for.
const VERSIONS: [&str; 2] = ["AWS::Lambda::LayerVersion", "AWS::Lambda::Version"];

pub(super) fn check(kind: &str, resource: &Object, place: &Place<'_>, findings: &mut Findings) {
    if VERSIONS.contains(&kind) {
        return;
    }
    let (there, missing, policy) = match (resource.get("DeletionPolicy"), resource.get("UpdateReplacePolicy")) {
        (Some(policy), None) => ("DeletionPolicy", "UpdateReplacePolicy", policy),
        (None, Some(policy)) => ("UpdateReplacePolicy", "DeletionPolicy", policy),
        _ => return,
    };
    if policy.as_str() == Some("Delete") {
        return;
    }
    let message =
        format!("`{}` has `{there}`, and no `{missing}`, so that its data is kept only half the time", place.name());
    findings.push(Finding::new(&rules::W3011, place.to_path(), message).help(format!("add `{missing}`")));
}
