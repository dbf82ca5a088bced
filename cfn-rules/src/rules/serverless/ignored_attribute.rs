//! Attributes that SAM ignores.

use cfn_model::Node;

use crate::{
    facts::context::is_replaced,
    rules::{
        definition::{Entry, On, Reporter},
        resources::invalid_resource::{ATTRIBUTES, unknown},
    },
};

rule! {
    /// SAM ignores an unknown key beside the properties of its own types, where CloudFormation would refuse it. The
    /// key has no effect.
    ///
    /// ## Mistake
    ///
    /// ```yaml
    /// Transform: AWS::Serverless-2016-10-31
    /// Resources:
    ///   Orders:
    ///     Type: AWS::Serverless::SimpleTable
    ///     TableName: orders
    /// ```
    ///
    /// ## Fix
    ///
    /// ```yaml
    /// Transform: AWS::Serverless-2016-10-31
    /// Resources:
    ///   Orders:
    ///     Type: AWS::Serverless::SimpleTable
    ///     Properties:
    ///       TableName: orders
    /// ```
    W3001: warning "unknown attribute that SAM ignores",
    on: On::Section("Resources", check),
}

fn check(entry: &Entry<'_>, report: &mut Reporter<'_>) {
    let Some(resource) = entry.object() else { return };
    let kind = resource.get("Type").and_then(Node::as_str);
    let Some(kind) = kind.filter(|kind| kind.starts_with("AWS::Serverless::")) else { return };
    for name in resource.keys().filter(|name| !ATTRIBUTES.contains(&name.as_str()) && !is_replaced(name)) {
        unknown(kind, name, &entry.place.key(name), report);
    }
}

#[cfg(test)]
mod tests {
    use super::RULE;
    use crate::testing::check;

    #[test]
    fn cases() {
        let resource = |kind: &str| {
            format!("Transform: AWS::Serverless-2016-10-31\nResources: {{R: {{Type: {kind}, TableName: orders}}}}\n")
        };
        let message = "`TableName` is not an attribute of a resource";
        check(&RULE, &resource("AWS::Serverless::SimpleTable"), &[("Resources/R/TableName", message)]);
        check(&RULE, &resource("AWS::SQS::Queue"), &[]);
    }
}
