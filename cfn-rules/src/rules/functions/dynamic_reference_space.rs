//! Dynamic references that stay as they are because of white space.

use crate::rules::definition::{Literal, On, Reporter};

rule! {
    /// CloudFormation replaces `{{resolve:...}}` and nothing else. With white space before `resolve` the string stays
    /// as it is, and the secret is the string itself.
    ///
    /// ## Mistake
    ///
    /// ```yaml
    /// Resources:
    ///   Jobs:
    ///     Type: AWS::SQS::Queue
    ///     Properties:
    ///       QueueName: '{{ resolve:ssm:queue-name}}'
    /// ```
    ///
    /// ## Fix
    ///
    /// ```yaml
    /// Resources:
    ///   Jobs:
    ///     Type: AWS::SQS::Queue
    ///     Properties:
    ///       QueueName: '{{resolve:ssm:queue-name}}'
    /// ```
    W1053: warning "white space in a dynamic reference",
    on: On::Literal(check),
}

const SERVICES: [&str; 3] = ["secretsmanager", "ssm", "ssm-secure"];

fn check(literal: &Literal<'_>, report: &mut Reporter<'_>) {
    if !literal.is_argument && literal.text.contains('{') && has_space(literal.text) {
        let message =
            format!("`{}` has white space in a dynamic reference, which is not replaced", literal.place.name());
        report.at(literal.place.to_path(), message).help("write `{{resolve:` without white space");
    }
}

/// Whether a string has `{{ resolve:service:` with white space before `resolve`.
fn has_space(text: &str) -> bool {
    text.match_indices("{{").any(|(start, _)| {
        let inside = &text[start + 2..];
        let word = inside.trim_start();
        let service = word.strip_prefix("resolve").and_then(|rest| rest.trim_start().strip_prefix(':'));
        let service = service.and_then(|rest| rest.split_once(':')).map(|(service, _)| service.trim());
        word.len() < inside.len() && service.is_some_and(|service| SERVICES.contains(&service))
    })
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
        let message = "`QueueName` has white space in a dynamic reference, which is not replaced";
        check(&RULE, &queue("'{{ resolve:ssm:x}}'"), &[(place, message)]);
        check(&RULE, &queue("'{{resolve:ssm:x}}'"), &[]);
        check(&RULE, &queue("'{{ resolve:vault:x}}'"), &[]);
    }
}
