//! `UpdateReplacePolicy`.

use super::removal_policy;
use crate::rules::{
    definition::{Attribute, On, Reporter},
    functions::Walker,
};

rule! {
    /// `UpdateReplacePolicy` is `Delete` or `Retain`; `Snapshot` is allowed for types that support snapshots.
    ///
    /// ## Mistake
    ///
    /// ```yaml
    /// Resources:
    ///   Jobs:
    ///     Type: AWS::SQS::Queue
    ///     UpdateReplacePolicy: Snapshot
    /// ```
    ///
    /// ## Fix
    ///
    /// ```yaml
    /// Resources:
    ///   Jobs:
    ///     Type: AWS::SQS::Queue
    ///     UpdateReplacePolicy: Retain
    /// ```
    E3036: error "invalid update replace policy",
    on: On::Attribute("UpdateReplacePolicy", check),
}

fn check(policy: &Attribute<'_>, walker: &mut Walker<'_>, report: &mut Reporter<'_>) {
    removal_policy::check(policy, &["Delete", "Retain"], walker, report);
}

#[cfg(test)]
mod tests {
    use super::RULE;
    use crate::testing::check;

    #[test]
    fn cases() {
        let resource =
            |kind: &str, policy: &str| format!("Resources: {{R: {{Type: {kind}, UpdateReplacePolicy: {policy}}}}}\n");
        check(&RULE, &resource("AWS::SQS::Queue", "Retain"), &[]);
        check(&RULE, &resource("AWS::EC2::Volume", "Snapshot"), &[]);
        check(
            &RULE,
            &resource("AWS::SQS::Queue", "RetainExceptOnCreate"),
            &[(
                "Resources/R/UpdateReplacePolicy",
                "`UpdateReplacePolicy` must be `Delete` or `Retain`, got \"RetainExceptOnCreate\"",
            )],
        );
    }
}
