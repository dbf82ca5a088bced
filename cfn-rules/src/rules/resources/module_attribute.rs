//! Modules.

use cfn_model::Node;

use crate::{
    facts::context::is_replaced,
    rules::definition::{Entry, On, Reporter},
};

rule! {
    /// A module is replaced by the resources that it consists of. Tags and policies must be given to those
    /// resources.
    ///
    /// ## Mistake
    ///
    /// ```yaml
    /// Resources:
    ///   Storage:
    ///     Type: Example::S3::Storage::MODULE
    ///     Properties:
    ///       Tags:
    ///         - Key: team
    ///           Value: payments
    /// ```
    ///
    /// ## Fix
    ///
    /// ```yaml
    /// Resources:
    ///   Storage:
    ///     Type: Example::S3::Storage::MODULE
    /// ```
    E5001: error "attribute or tags that a module does not allow",
    on: On::Section("Resources", check),
    supersedes: ["E3016"],
}

/// The entry of `Metadata` that CloudFormation writes itself.
const RESERVED: &str = "AWS::CloudFormation::Module";

fn check(entry: &Entry<'_>, report: &mut Reporter<'_>) {
    let resource = entry.node;
    let kind = resource.get("Type").and_then(Node::as_str);
    if is_replaced(entry.name) || !kind.is_some_and(|kind| kind.ends_with("::MODULE")) {
        return;
    }
    if resource.get("Metadata").is_some_and(|metadata| metadata.get(RESERVED).is_some()) {
        let message = format!("`{RESERVED}` is reserved for CloudFormation, which writes it into a module's metadata");
        report.at(entry.place.key("Metadata").key(RESERVED).to_path(), message).help(format!("remove `{RESERVED}`"));
    }
    for name in ["CreationPolicy", "UpdatePolicy"] {
        if resource.get(name).is_some() {
            let message = format!("`{name}` is not allowed for a module");
            report.at(entry.place.key(name).to_path(), message).help(format!("remove `{name}`"));
        }
    }
    if resource.get("Properties").is_some_and(|properties| properties.get("Tags").is_some()) {
        let path = entry.place.key("Properties").key("Tags").to_path();
        report.at(path, "`Tags` is not allowed for a module").help("give the tags to the resources in the module");
    }
}

#[cfg(test)]
mod tests {
    use super::RULE;
    use crate::testing::check;

    #[test]
    fn cases() {
        let module = |more: &str| format!("Resources: {{M: {{Type: 'My::Org::Thing::MODULE'{more}}}}}\n");
        check(&RULE, &module(", Properties: {A: 1}"), &[]);
        check(
            &RULE,
            &module(", Metadata: {'AWS::CloudFormation::Module': {TypeHierarchy: x}}"),
            &[(
                "Resources/M/Metadata/AWS::CloudFormation::Module",
                "`AWS::CloudFormation::Module` is reserved for CloudFormation, which writes it into a module's metadata",
            )],
        );
        check(
            &RULE,
            &module(", UpdatePolicy: {}, Properties: {Tags: []}"),
            &[
                ("Resources/M/UpdatePolicy", "`UpdatePolicy` is not allowed for a module"),
                ("Resources/M/Properties/Tags", "`Tags` is not allowed for a module"),
            ],
        );
    }
}
