//! Secrets that everybody who may look at the stack can read.

use cfn_model::{Function, Node};

use crate::{
    facts::{place::Place, text},
    rules::{
        definition::{On, Reporter},
        values::Look,
    },
};

/// The names of properties that hold a secret, in whichever type.
const SECRETS: [&str; 9] = [
    "ADDomainJoinPassword",
    "AccountPassword",
    "AdminPassword",
    "CrossRealmTrustPrincipalPassword",
    "DbPassword",
    "KdcAdminPassword",
    "MasterUserPassword",
    "Password",
    "PasswordParam",
];

/// How deep secrets are looked for; the readers allow 128 levels.
const DEEPEST: usize = 256;

rule! {
    /// Everybody who can read the template or the stack can read a password in it. The same is true of a parameter
    /// without `NoEcho`, and of a plain parameter of the Parameter Store.
    ///
    /// ## Mistake
    ///
    /// ```yaml
    /// Resources:
    ///   Operator:
    ///     Type: AWS::IAM::User
    ///     Properties:
    ///       LoginProfile:
    ///         Password: correct-horse
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
    W2501: warning "password is written out or shown",
    on: On::Resource(&[], check),
}

fn check(look: &Look<'_, '_>, report: &mut Reporter<'_>) {
    let section = Place::Root.key("Resources");
    let resource = section.key(look.id);
    if let Some(properties) = look.resource.get("Properties") {
        search(look, properties, &resource.key("Properties"), 0, report);
    }
}

fn search(look: &Look<'_, '_>, node: &Node, place: &Place<'_>, depth: usize, report: &mut Reporter<'_>) {
    match node {
        Node::Object(object) if depth < DEEPEST => {
            for (key, value) in object {
                let place = place.key(key);
                if SECRETS.contains(&key.as_str()) {
                    secret(look, value, &place, report);
                }
                search(look, value, &place, depth + 1, report);
            }
        }
        Node::Array(items) if depth < DEEPEST => {
            for (index, item) in items.iter().enumerate() {
                search(look, item, &place.index(index), depth + 1, report);
            }
        }
        _ => {}
    }
}

fn secret(look: &Look<'_, '_>, node: &Node, place: &Place<'_>, report: &mut Reporter<'_>) {
    const HELP: &str = "take it from Secrets Manager: `{{resolve:secretsmanager:...}}`";
    let name = place.name();
    match node {
        Node::String(text) if text.contains("{{resolve:ssm:") => {
            report.at(place.to_path(), format!("`{name}` must come from a store that keeps secrets")).help(HELP);
        }
        Node::String(text) if text.contains("{{resolve:") => {}
        Node::String(_) => {
            report.at(place.to_path(), format!("`{name}` must not be written into the template")).help(HELP);
        }
        Node::Object(object) if object.len() != 1 => {
            report.at(place.to_path(), format!("`{name}` must be a string, got {}", text::shown(node))).help(HELP);
        }
        Node::Object(_) => {
            let Some((Function::Ref, Node::String(name))) = Function::call(node) else { return };
            let Some(parameter) = look.context.section("Parameters").and_then(|all| all.get(name)) else { return };
            if matches!(parameter.get("NoEcho"), None | Some(Node::Bool(false) | Node::Null)) {
                let message = format!("parameter `{name}` is a secret, which the console shows");
                report.at(Place::Root.key("Parameters").key(name).to_path(), message).help("add `NoEcho: true`");
            }
        }
        _ => {}
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
                "Parameters: {{Plain: {{Type: String}}, Hidden: {{Type: String, NoEcho: true}}}}\nResources: {{U: {{Type: \
                 AWS::IAM::User, Properties: {{LoginProfile: {{Password: {password}}}}}}}}}\n"
            )
        };
        let place = "Resources/U/Properties/LoginProfile/Password";
        check(&RULE, &user("secret"), &[(place, "`Password` must not be written into the template")]);
        check(&RULE, &user("'{{resolve:secretsmanager:a}}'"), &[]);
        let message = "`Password` must come from a store that keeps secrets";
        check(&RULE, &user("'{{resolve:ssm:a}}'"), &[(place, message)]);
        let message = "parameter `Plain` is a secret, which the console shows";
        check(&RULE, &user("!Ref Plain"), &[("Parameters/Plain", message)]);
        check(&RULE, &user("!Ref Hidden"), &[]);
    }
}
