//! A policy for one way of losing data and none for the other.

use cfn_model::Path;

use crate::rules::{
    definition::{On, Reporter},
    values::Look,
};

rule! {
    /// `DeletionPolicy` keeps data when a resource leaves the template, `UpdateReplacePolicy` when a change replaces it. With one of the two, the data is lost in the other case.
    ///
    /// ## Mistake
    ///
    /// ```yaml
    /// Resources:
    ///   Jobs:
    ///     Type: AWS::SQS::Queue
    ///     DeletionPolicy: Retain
    /// ```
    ///
    /// ## Fix
    ///
    /// ```yaml
    /// Resources:
    ///   Jobs:
    ///     Type: AWS::SQS::Queue
    ///     DeletionPolicy: Retain
    ///     UpdateReplacePolicy: Retain
    /// ```
    W3011: warning "A resource has a deletion policy and an update replace policy, or none",
    on: On::Resource(&[], check),
}

/// Both are made anew on every change, so that keeping the old one is what the deletion policy is for.
const VERSIONS: [&str; 2] = ["AWS::Lambda::LayerVersion", "AWS::Lambda::Version"];

fn check(look: &Look<'_, '_>, report: &mut Reporter<'_>) {
    if VERSIONS.contains(&look.kind) {
        return;
    }
    let (there, missing, policy) = match (look.resource.get("DeletionPolicy"), look.resource.get("UpdateReplacePolicy"))
    {
        (Some(policy), None) => ("DeletionPolicy", "UpdateReplacePolicy", policy),
        (None, Some(policy)) => ("UpdateReplacePolicy", "DeletionPolicy", policy),
        _ => return,
    };
    if policy.as_str() == Some("Delete") {
        return;
    }
    let message =
        format!("`{}` has `{there}`, and no `{missing}`, so that its data is kept only half the time", look.id);
    report.at(Path(vec!["Resources".into(), look.id.into()]), message).help(format!("add `{missing}`"));
}

#[cfg(test)]
mod tests {
    use super::RULE;
    use crate::testing::check;

    #[test]
    fn cases() {
        let queue = |attributes: &str| format!("Resources: {{Q: {{Type: AWS::SQS::Queue, {attributes}}}}}\n");
        let message =
            "`Q` has `DeletionPolicy`, and no `UpdateReplacePolicy`, so that its data is kept only half the time";
        check(&RULE, &queue("DeletionPolicy: Retain"), &[("Resources/Q", message)]);
        check(&RULE, &queue("DeletionPolicy: Delete"), &[]);
        check(&RULE, &queue("DeletionPolicy: Retain, UpdateReplacePolicy: Retain"), &[]);
    }
}
