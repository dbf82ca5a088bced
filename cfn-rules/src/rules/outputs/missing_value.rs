//! Values of outputs and names of exports that are missing.

use cfn_model::Node;

use crate::{
    facts::context,
    rules::definition::{Entry, On, Reporter},
};

rule! {
    /// An output needs a `Value`, and an export a `Name`.
    ///
    /// ## Mistake
    ///
    /// ```yaml
    /// Resources:
    ///   Jobs:
    ///     Type: AWS::SQS::Queue
    /// Outputs:
    ///   Url:
    ///     Description: where jobs are sent to
    /// ```
    ///
    /// ## Fix
    ///
    /// ```yaml
    /// Resources:
    ///   Jobs:
    ///     Type: AWS::SQS::Queue
    /// Outputs:
    ///   Url:
    ///     Description: where jobs are sent to
    ///     Value: !Ref Jobs
    /// ```
    E6002: error "output without a value",
    on: On::Section("Outputs", check),
}

fn check(entry: &Entry<'_>, report: &mut Reporter<'_>) {
    let Some(output) = entry.object() else { return };
    if matches!(output.get("Value"), None | Some(Node::Null)) && !context::has_unknown_entries(output) {
        let message = format!("`{}` needs the property `Value`", entry.name);
        report.at(entry.place.to_path(), message).help("add `Value`");
    }
    let export = output.get("Export").and_then(Node::as_object);
    if export.is_some_and(|export| !export.contains_key("Name") && !context::has_unknown_entries(export)) {
        report.at(entry.place.key("Export").to_path(), "`Export` needs the property `Name`").help("add `Name`");
    }
}

#[cfg(test)]
mod tests {
    use super::RULE;
    use crate::testing::check;

    #[test]
    fn cases() {
        let output = |output: &str| format!("Outputs: {{O: {output}}}\nResources: {{}}\n");
        check(&RULE, &output("{Value: a, Export: {Name: b}}"), &[]);
        let missing = [("Outputs/O", "`O` needs the property `Value`")];
        check(&RULE, &output("{}"), &missing);
        check(&RULE, &output("{Value: }"), &missing);
        check(&RULE, &output("{Fn::Transform: {Name: AWS::Include, Parameters: {Location: s3://a/b}}}"), &[]);
        check(&RULE, &output("{Value: a, Export: {}}"), &[("Outputs/O/Export", "`Export` needs the property `Name`")]);
    }
}
