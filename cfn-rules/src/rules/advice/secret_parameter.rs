//! Secrets that are parameters.

use cfn_model::{Function, Node};

use crate::{
    facts::values::Step,
    rules::{
        definition::{On, Reporter},
        values::Look,
    },
};

/// Secrets that can be dynamic references.
pub(crate) const SECRETS: &[(&str, &str)] = &[
    ("AWS::DirectoryService::MicrosoftAD", "Password"),
    ("AWS::DirectoryService::SimpleAD", "Password"),
    ("AWS::ElastiCache::ReplicationGroup", "AuthToken"),
    ("AWS::IAM::User", "LoginProfile/Password"),
    ("AWS::KinesisFirehose::DeliveryStream", "RedshiftDestinationConfiguration/Password"),
    ("AWS::OpsWorks::App", "AppSource/Password"),
    ("AWS::OpsWorks::Stack", "CustomCookbooksSource/Password"),
    ("AWS::OpsWorks::Stack", "RdsDbInstances/*/DbPassword"),
    ("AWS::RDS::DBCluster", "MasterUserPassword"),
    ("AWS::RDS::DBInstance", "MasterUserPassword"),
    ("AWS::Redshift::Cluster", "MasterUserPassword"),
];

rule! {
    /// Whoever deploys has to type a secret that is a parameter, and it goes through shells and pipelines.
    /// CloudFormation looks a dynamic reference up itself.
    ///
    /// ## Mistake
    ///
    /// ```yaml
    /// Parameters:
    ///   Password:
    ///     Type: String
    ///     NoEcho: true
    /// Resources:
    ///   Operator:
    ///     Type: AWS::IAM::User
    ///     Properties:
    ///       LoginProfile:
    ///         Password: !Ref Password
    /// ```
    ///
    /// ## Fix
    ///
    /// ```yaml
    /// Resources:
    ///   Operator:
    ///     Type: AWS::IAM::User
    ///     Properties:
    ///       LoginProfile:
    ///         Password: '{{resolve:secretsmanager:operator:SecretString:password}}'
    /// ```
    W1011: warning "secret in a parameter instead of a dynamic reference",
    on: On::Resource(&[], check),
}

fn check(look: &Look<'_, '_>, report: &mut Reporter<'_>) {
    for (_, path) in SECRETS.iter().filter(|(kind, _)| *kind == look.kind) {
        for value in look.get(path) {
            let Some((Function::Ref, Node::String(name))) = value.node.and_then(Function::call) else { continue };
            let parameter = look.context.section("Parameters").and_then(|all| all.get(name));
            if parameter.and_then(|parameter| parameter.get("Type")?.as_str()).is_none() {
                continue;
            }
            let steps = [&value.steps[..], &[Step::Key(Function::Ref.name())]].concat();
            let property = path.rsplit('/').next().unwrap_or(path);
            let message = format!("`{property}` is the parameter `{name}`, which whoever deploys can read");
            let help = "take it from Secrets Manager: `{{resolve:secretsmanager:...}}`";
            report.at(look.path(&steps), message).help(help);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::RULE;
    use crate::testing::check;

    #[test]
    fn cases() {
        let user = |password: &str| {
            format!(
                "Parameters: {{P: {{Type: String, NoEcho: true}}}}\nConditions: {{C: !Equals [!Ref P, a]}}\nResources: {{U: \
                 {{Type: AWS::IAM::User, Properties: {{LoginProfile: {{Password: {password}}}}}}}}}\n"
            )
        };
        let place = "Resources/U/Properties/LoginProfile/Password";
        let message = "`Password` is the parameter `P`, which whoever deploys can read";
        check(&RULE, &user("!Ref P"), &[(&format!("{place}/Ref"), message)]);
        check(&RULE, &user("!If [C, a, !Ref P]"), &[(&format!("{place}/Fn::If/2/Ref"), message)]);
        check(&RULE, &user("'{{resolve:secretsmanager:a}}'"), &[]);
    }
}
