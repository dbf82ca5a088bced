//! Names of pseudo parameters that are plain strings.

use crate::{
    facts::context::PSEUDO_PARAMETERS,
    rules::definition::{Literal, On, Reporter},
};

rule! {
    /// `AWS::Region` as a plain string is eleven characters, and not the region. A pseudo parameter is used with `Ref`,
    /// or with `${}` in `Fn::Sub`.
    ///
    /// ## Mistake
    ///
    /// ```yaml
    /// Resources:
    ///   News:
    ///     Type: AWS::SNS::Topic
    ///     Properties:
    ///       DisplayName: AWS::StackName
    /// ```
    ///
    /// ## Fix
    ///
    /// ```yaml
    /// Resources:
    ///   News:
    ///     Type: AWS::SNS::Topic
    ///     Properties:
    ///       DisplayName: !Ref AWS::StackName
    /// ```
    W1054: warning "name of a pseudo parameter in place of its value",
    on: On::Literal(check),
}

fn check(literal: &Literal<'_>, report: &mut Reporter<'_>) {
    let text = literal.text;
    if text.starts_with("AWS::") && PSEUDO_PARAMETERS.contains(&text) {
        let message = format!("`{}` is the string `{text}`, not the pseudo parameter", literal.place.name());
        report.at(literal.place.to_path(), message).help(format!("write `{{\"Ref\": \"{text}\"}}`"));
    }
}

#[cfg(test)]
mod tests {
    use super::RULE;
    use crate::testing::check;

    fn queue(name: &str) -> String {
        format!("Resources: {{Q: {{Type: AWS::SQS::Queue, Properties: {{QueueName: {name}}}}}}}\n")
    }

    #[test]
    fn cases() {
        let place = "Resources/Q/Properties/QueueName";
        let message = "`QueueName` is the string `AWS::StackName`, not the pseudo parameter";
        check(&RULE, &queue("'AWS::StackName'"), &[(place, message)]);
        check(&RULE, &queue("!Ref AWS::StackName"), &[]);
    }
}
