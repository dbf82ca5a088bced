//! Dynamic references that name no service, or not what it keeps.

use super::dynamic_references::references;
use crate::{
    facts::text,
    rules::definition::{Literal, On, Reporter},
};

rule! {
    /// A dynamic reference is `{{resolve:ssm:name}}`, `{{resolve:ssm-secure:name}}` or
    /// `{{resolve:secretsmanager:id:...}}`. One of another form stays a plain string, or is refused at deployment.
    ///
    /// ## Mistake
    ///
    /// ```yaml
    /// Resources:
    ///   Database:
    ///     Type: AWS::RDS::DBInstance
    ///     Properties:
    ///       DBInstanceClass: db.t4g.micro
    ///       Engine: postgres
    ///       AllocatedStorage: "20"
    ///       MasterUsername: shop
    ///       MasterUserPassword: "{{resolve:secretmanager:shop}}"
    /// ```
    ///
    /// ## Fix
    ///
    /// ```yaml
    /// Resources:
    ///   Database:
    ///     Type: AWS::RDS::DBInstance
    ///     Properties:
    ///       DBInstanceClass: db.t4g.micro
    ///       Engine: postgres
    ///       AllocatedStorage: "20"
    ///       MasterUsername: shop
    ///       MasterUserPassword: "{{resolve:secretsmanager:shop:SecretString:password}}"
    /// ```
    E1050: error "malformed dynamic reference",
    on: On::Literal(check),
}

fn check(literal: &Literal<'_>, report: &mut Reporter<'_>) {
    for reference in references(literal) {
        let parts: Vec<&str> = reference.split(':').collect();
        if let Err(expected) = form(&parts) {
            let message = format!("dynamic reference `{}` must be {expected}", text::shortened(reference));
            report.at(literal.place.to_path(), message).expected(expected);
        }
    }
}

/// The form that the parts must have, service first, where they have another.
fn form(parts: &[&str]) -> Result<(), &'static str> {
    const PARAMETER: &str = "`ssm:name` or `ssm:name:version`";
    const SECRET: &str = "`secretsmanager:id:SecretString:key:stage:version`";
    let is_secret_string = |part: Option<&&str>| part.is_none_or(|part| matches!(*part, "SecretString" | ""));
    let good = match parts {
        ["ssm" | "ssm-secure", name, rest @ ..] => {
            let is_name = |character: char| character.is_ascii_alphanumeric() || "_.-/".contains(character);
            let is_version = |version: &&str| version.bytes().any(|byte| byte.is_ascii_digit());
            let good = name.contains(is_name) && rest.len() <= 1 && rest.iter().all(is_version);
            return if good { Ok(()) } else { Err(PARAMETER) };
        }
        // An ARN brings colons of its own: `arn:aws:secretsmanager:region:account:secret:name`.
        ["secretsmanager", "arn", rest @ ..] => {
            (6..=10).contains(&rest.len()) && rest[4] == "secret" && is_secret_string(rest.get(6))
        }
        ["secretsmanager", _, rest @ ..] => rest.len() <= 4 && is_secret_string(rest.first()),
        ["ssm" | "ssm-secure"] => return Err(PARAMETER),
        ["secretsmanager"] => false,
        _ => return Err("of the service `ssm`, `ssm-secure` or `secretsmanager`"),
    };
    if good { Ok(()) } else { Err(SECRET) }
}

#[cfg(test)]
mod tests {
    use super::RULE;
    use crate::testing::check;

    #[test]
    fn cases() {
        let queue =
            |name: &str| format!("Resources: {{Q: {{Type: AWS::SQS::Queue, Properties: {{QueueName: '{name}'}}}}}}\n");
        let message = "dynamic reference `vault:x` must be of the service `ssm`, `ssm-secure` or `secretsmanager`";
        check(&RULE, &queue("{{resolve:vault:x}}"), &[("Resources/Q/Properties/QueueName", message)]);
        check(&RULE, &queue("{{resolve:ssm:x}}"), &[]);
    }

    #[test]
    fn forms() {
        let check = |text: &str, good: bool| {
            assert_eq!(super::form(&text.split(':').collect::<Vec<_>>()).is_ok(), good, "{text}");
        };
        check("ssm:name", true);
        check("ssm:/a/b:3", true);
        check("ssm:name:latest", false);
        check("ssm", false);
        check("secretsmanager:id", true);
        check("secretsmanager:id:SecretString:password::v1", true);
        check("secretsmanager:id:Binary", false);
        check(
            "secretsmanager:arn:aws:secretsmanager:eu-west-1:123456789012:secret:name-abc:SecretString:password",
            true,
        );
        check("secretsmanager:arn:aws:secretsmanager", false);
        check("vault:x", false);
    }
}
