//! `DeletionPolicy`.

use super::removal_policy;
use crate::rules::{
    definition::{Attribute, On, Reporter},
    functions::Walker,
};

rule! {
    /// `DeletionPolicy` is `Delete`, `Retain` or `RetainExceptOnCreate`; `Snapshot` is allowed for types that
    /// support snapshots.
    ///
    /// ## Mistake
    ///
    /// ```yaml
    /// Resources:
    ///   Jobs:
    ///     Type: AWS::SQS::Queue
    ///     DeletionPolicy: Keep
    /// ```
    ///
    /// ## Fix
    ///
    /// ```yaml
    /// Resources:
    ///   Jobs:
    ///     Type: AWS::SQS::Queue
    ///     DeletionPolicy: Retain
    /// ```
    E3035: error "invalid deletion policy",
    on: On::Attribute("DeletionPolicy", check),
}

fn check(policy: &Attribute<'_>, walker: &mut Walker<'_>, report: &mut Reporter<'_>) {
    removal_policy::check(policy, &["Delete", "Retain", "RetainExceptOnCreate"], walker, report);
}

#[cfg(test)]
mod tests {
    use super::RULE;
    use crate::testing::check;

    #[test]
    fn cases() {
        let resource = |kind: &str, policy: &str| {
            format!("Resources: {{R: {{Type: {kind}, DeletionPolicy: {policy}}}, Other: {{Type: AWS::SQS::Queue}}}}\n")
        };
        let queue = |policy: &str| resource("AWS::SQS::Queue", policy);
        let path = "Resources/R/DeletionPolicy";
        let message =
            |got: &str| format!("`DeletionPolicy` must be `Delete`, `Retain` or `RetainExceptOnCreate`, got {got}");
        check(&RULE, &queue("RetainExceptOnCreate"), &[]);
        check(&RULE, &queue("Snapshot"), &[(path, &message("\"Snapshot\""))]);
        check(&RULE, &queue(""), &[(path, &message("null"))]);
        check(&RULE, &queue("!GetAtt Other.Arn"), &[(path, &message("`Fn::GetAtt`"))]);
        check(&RULE, &resource("AWS::EC2::Volume", "Snapshot"), &[]);
        // The rules of the functions report these.
        check(&RULE, &queue("!Ref Nope"), &[]);
        check(&RULE, &queue("!Sub '${AWS::Region}'"), &[]);
    }
}
