//! Resources of SAM without its transform.

use cfn_model::Node;

use crate::{
    facts::text,
    rules::definition::{Entry, On, Reporter},
};

rule! {
    /// `AWS::Serverless` types exist only in templates with the SAM transform. Without it CloudFormation does not
    /// know them.
    ///
    /// ## Mistake
    ///
    /// ```yaml
    /// Resources:
    ///   Orders:
    ///     Type: AWS::Serverless::SimpleTable
    /// ```
    ///
    /// ## Fix
    ///
    /// ```yaml
    /// Transform: AWS::Serverless-2016-10-31
    /// Resources:
    ///   Orders:
    ///     Type: AWS::Serverless::SimpleTable
    /// ```
    E3038: error "SAM resource without the SAM transform",
    on: On::Section("Resources", check),
}

fn check(entry: &Entry<'_>, report: &mut Reporter<'_>) {
    let Some(kind) = entry.object().and_then(|resource| resource.get("Type")).and_then(Node::as_str) else { return };
    if kind.starts_with("AWS::Serverless::") && !entry.context.transforms.serverless {
        let message = format!("`{}` needs the transform `AWS::Serverless-2016-10-31`", text::shortened(kind));
        let help = "add `Transform: AWS::Serverless-2016-10-31`";
        report.at(entry.place.key("Type").to_path(), message).help(help);
    }
}

#[cfg(test)]
mod tests {
    use super::RULE;
    use crate::testing::check;

    #[test]
    fn cases() {
        let table = "Resources: {T: {Type: AWS::Serverless::SimpleTable}}\n";
        let message = "`AWS::Serverless::SimpleTable` needs the transform `AWS::Serverless-2016-10-31`";
        check(&RULE, table, &[("Resources/T/Type", message)]);
        check(&RULE, &format!("Transform: AWS::Serverless-2016-10-31\n{table}"), &[]);
    }
}
