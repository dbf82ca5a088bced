//! Resource types that are not AWS's own.

use cfn_model::Node;

use crate::{
    facts::{kinds::is_third_party, text::shortened},
    rules::definition::{Entry, On, Reporter},
};

rule! {
    /// An account can activate types of other publishers in the registry of CloudFormation, such as
    /// `MongoDB::Atlas::Cluster`, or of its own. Their schemas are not part of the validator: properties and attributes of such
    /// a resource are not checked unless the schema is given: `--schema mailbox.json` on the command line,
    /// `stack.schema("My::Org::Mailbox", include_str!("mailbox.json"))` in Rust. `aws cloudformation describe-type` prints
    /// it. The deployment fails where the type is not activated in the account and the region.
    ///
    /// ## Mistake
    ///
    /// ```yaml
    /// Resources:
    ///   Monitor:
    ///     Type: Datadog::Monitors::Monitor
    ///     Properties: {Type: metric alert}
    /// ```
    ///
    /// ## Fix
    ///
    /// Activate the type, and give its schema or suppress this information:
    ///
    /// ```yaml
    /// Resources:
    ///   Monitor:
    ///     Type: Datadog::Monitors::Monitor
    ///     Properties: {Type: metric alert}
    ///     Metadata: {cfn-validate: {ignore: {AL0306: the type is activated in all our accounts}}}
    /// ```
    AL0306: info "resource type of a third party",
    on: On::Section("Resources", check),
}

fn check(entry: &Entry<'_>, report: &mut Reporter<'_>) {
    let Some(kind) = entry.node.get("Type").and_then(Node::as_str) else { return };
    let context = entry.context;
    if is_third_party(kind) && !context.transforms.macros && context.resource_type(kind).is_none() {
        let message = format!("`{}` is not a type of AWS, and nothing in it is checked", shortened(kind));
        report
            .at(entry.place.key("Type").to_path(), message)
            .actual(kind)
            .help("give its schema, `--schema FILE`; activate the type in the registry of the account and the region");
    }
}

#[cfg(test)]
mod tests {
    use super::RULE;
    use crate::testing::{check, findings};

    #[test]
    fn cases() {
        let template = |kind: &str| {
            format!(
                "Resources: {{C: {{Type: {kind}, Properties: {{X: 1}}}}}}\nOutputs: {{E: {{Value: !GetAtt C.Whatever}}}}\n"
            )
        };
        for kind in ["MongoDB::Atlas::Cluster", "AWSQS::EKS::Cluster", "Initech::TPS::Report"] {
            let message = format!("`{kind}` is not a type of AWS, and nothing in it is checked");
            check(&RULE, &template(kind), &[("Resources/C/Type", &message)]);
            assert_eq!(findings(&template(kind)).len(), 1, "{kind}");
        }
        for kind in [
            "AWS::SQS::Queu",
            "Aws::SQS::Queue",
            "AW::SQS::Queue",
            "AWSS::SQS::Queue",
            "MongoDB",
            "A::B::C",
            "SQS::Queue",
        ] {
            check(&RULE, &template(kind), &[]);
            assert!(findings(&template(kind)).iter().any(|finding| finding.rule.code == "E3006"), "{kind}");
        }
        check(&RULE, &template("Custom::Thing"), &[]);
        check(&RULE, &template("MongoDB::Atlas::Cluster::MODULE"), &[]);
    }
}
