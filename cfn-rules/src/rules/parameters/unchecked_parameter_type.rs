//! Types of parameters that CloudFormation accepts and does not check.

use cfn_model::Node;

use crate::{
    facts::{kinds::is_parameter_type, text},
    rules::definition::{Entry, On, Reporter},
};

rule! {
    /// CloudFormation accepts `List<...>` and `AWS::SSM::Parameter::Value<...>` around any text, and checks the values of the documented types only.
    ///
    /// ## Mistake
    ///
    /// ```yaml
    /// Parameters:
    ///   Names:
    ///     Type: List<AWS::SQS::Queue>
    /// Resources:
    ///   Jobs:
    ///     Type: AWS::SQS::Queue
    /// ```
    ///
    /// ## Fix
    ///
    /// ```yaml
    /// Parameters:
    ///   Names:
    ///     Type: CommaDelimitedList
    /// Resources:
    ///   Jobs:
    ///     Type: AWS::SQS::Queue
    /// ```
    W2002: warning "parameter type whose values are not checked",
    on: On::Section("Parameters", check),
}

fn check(entry: &Entry<'_>, report: &mut Reporter<'_>) {
    let Some(kind) = entry.node.get("Type").and_then(Node::as_str) else { return };
    let is_wrapped = kind.starts_with("List<") || kind.starts_with("AWS::SSM::Parameter::Value<");
    if is_wrapped && !is_parameter_type(kind) {
        let message = format!("`{}` is a type whose values CloudFormation does not check", text::shortened(kind));
        report.at(entry.place.key("Type").to_path(), message).help("use a type of its documentation, or `String`");
    }
}

#[cfg(test)]
mod tests {
    use super::RULE;
    use crate::testing::check;

    #[test]
    fn cases() {
        let template = |kind: &str| format!("Parameters: {{P: {{Type: {kind}}}}}\nResources: {{}}\n");
        let message = "`List<AWS::SQS::Queue>` is a type whose values CloudFormation does not check";
        check(&RULE, &template("List<AWS::SQS::Queue>"), &[("Parameters/P/Type", message)]);
        check(&RULE, &template("List<AWS::EC2::VPC::Id>"), &[]);
        check(&RULE, &template("Strin"), &[]);
    }
}
