//! Secure strings of the Parameter Store where CloudFormation does not fill them in.

use super::dynamic_references::references;
use crate::{
    facts::text,
    rules::{
        advice::secret_parameter::SECRETS,
        definition::{Literal, On, Reporter},
    },
};

rule! {
    /// CloudFormation fills in a secure string of the Parameter Store (`ssm-secure`) for a few properties only:
    /// passwords of databases, directories and users. Anywhere else the deployment fails.
    ///
    /// ## Mistake
    ///
    /// ```yaml
    /// Resources:
    ///   Jobs:
    ///     Type: AWS::SQS::Queue
    ///     Properties:
    ///       QueueName: '{{resolve:ssm-secure:queue-name:1}}'
    /// ```
    ///
    /// ## Fix
    ///
    /// ```yaml
    /// Resources:
    ///   Jobs:
    ///     Type: AWS::SQS::Queue
    ///     Properties:
    ///       QueueName: '{{resolve:ssm:queue-name:1}}'
    /// ```
    E1027: error "secure string in a property that takes none",
    on: On::Literal(check),
}

fn check(literal: &Literal<'_>, report: &mut Reporter<'_>) {
    for reference in references(literal) {
        if reference.split(':').next() == Some("ssm-secure") && !takes_secrets(literal) {
            let shown = text::shortened(reference);
            let message = format!("dynamic reference `{shown}` must be in a property that takes a secure string");
            let help = "use Secrets Manager, or a plain parameter: `{{resolve:ssm:...}}`";
            report.at(literal.place.to_path(), message).help(help);
        }
    }
}

/// Whether the place is a property that CloudFormation fills with a secure string.
fn takes_secrets(literal: &Literal<'_>) -> bool {
    let keys = literal.place.keys();
    let ["Resources", id, "Properties", path @ ..] = keys.as_slice() else { return false };
    let kind = literal.context.resource(id);
    SECRETS.iter().filter(|(known, _)| kind == Some(known)).any(|(_, wanted)| {
        let given = path.iter().copied().filter(|key| *key != "Fn::If");
        given.eq(wanted.split('/').filter(|key| *key != "*"))
    })
}

#[cfg(test)]
mod tests {
    use super::RULE;
    use crate::testing::check;

    #[test]
    fn cases() {
        let secret = "'{{resolve:ssm-secure:a:1}}'";
        let queue = format!("Resources: {{Q: {{Type: AWS::SQS::Queue, Properties: {{QueueName: {secret}}}}}}}\n");
        let message = "dynamic reference `ssm-secure:a:1` must be in a property that takes a secure string";
        check(&RULE, &queue, &[("Resources/Q/Properties/QueueName", message)]);
        let user = format!(
            "Resources: {{U: {{Type: AWS::IAM::User, Properties: {{LoginProfile: {{Password: {secret}}}}}}}}}\n"
        );
        check(&RULE, &user, &[]);
    }
}
