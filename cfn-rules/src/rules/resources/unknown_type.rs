//! Resource types that do not exist.

use cfn_model::Node;

use crate::{
    facts::{kinds::is_third_party, text},
    rules::definition::{Entry, On, Reporter},
};

rule! {
    /// A resource type exists in the registry of AWS, or is a custom one: `Custom::Name`. Types of third parties
    /// and modules are not looked up.
    ///
    /// ## Mistake
    ///
    /// ```yaml
    /// Resources:
    ///   Jobs:
    ///     Type: AWS::SQS::Quee
    /// ```
    ///
    /// ## Fix
    ///
    /// ```yaml
    /// Resources:
    ///   Jobs:
    ///     Type: AWS::SQS::Queue
    /// ```
    E3006: error "unknown resource type",
    on: On::Section("Resources", check),
}

fn check(entry: &Entry<'_>, report: &mut Reporter<'_>) {
    let context = entry.context;
    let Some(kind) = entry.object().and_then(|resource| resource.get("Type")).and_then(Node::as_str) else { return };
    let is_known = kind.starts_with("Custom::")
        || kind.ends_with("::MODULE")
        || is_third_party(kind)
        || context.transforms.macros
        || context.resource_type(kind).is_some();
    if !is_known {
        let message = format!("`{}` is not a resource type", text::shortened(kind));
        let help = context.did_you_mean(kind, cfn_schema::resource_types().map(|known| known.name()));
        report.at(entry.place.key("Type").to_path(), message).actual(kind).help_if(help);
    }
}

#[cfg(test)]
mod tests {
    use super::RULE;
    use crate::testing::check;

    #[test]
    fn cases() {
        let template = |kind: &str| format!("Resources: {{R: {{Type: {kind}}}}}\n");
        for kind in ["AWS::SQS::Queue", "Custom::Thing", "My::Org::Thing::MODULE", "MongoDB::Atlas::Cluster"] {
            check(&RULE, &template(kind), &[]);
        }
        check(&RULE, &template("AWS::SQS::Queu"), &[("Resources/R/Type", "`AWS::SQS::Queu` is not a resource type")]);
        check(&RULE, "Transform: Macro\nResources: {R: {Type: My::Own::Type}}\n", &[]);
    }
}
