//! Dynamic references, `{{resolve:service:...}}`: their form, and where they can stand.

use cfn_model::Finding;

use super::{Function, Walker};
use crate::{
    codes as rules,
    facts::{place::Place, text},
    rules::advice::SECRETS,
};

const START: &str = "{{resolve:";
const SERVICES: [&str; 3] = ["secretsmanager", "ssm", "ssm-secure"];

impl Walker<'_> {
    /// Checks every dynamic reference in a text.
    pub(super) fn dynamic_references(&mut self, text: &str, place: &Place<'_>) {
        if has_spaces(text) {
            let message = format!("`{}` has white space in a dynamic reference, which stays as it is", place.name());
            let help = "write `{{resolve:` without white space".to_owned();
            self.findings.push(Finding::new(&rules::W1053, place.to_path(), message).help(help));
        }
        let mut rest = text;
        while let Some(start) = rest.find(START) {
            let inside = &rest[start + START.len()..];
            let Some(end) = inside.find("}}") else { return };
            self.dynamic_reference(&inside[..end], place);
            rest = &inside[end..];
        }
    }

    fn dynamic_reference(&mut self, reference: &str, place: &Place<'_>) {
        let parts: Vec<&str> = reference.split(':').collect();
        let shown = text::shortened(reference);
        if let Err(expected) = form(&parts) {
            let message = format!("dynamic reference `{shown}` must be {expected}");
            self.findings.push(Finding::new(&rules::E1050, place.to_path(), message).expected(expected));
        }
        if parts.first() == Some(&"ssm-secure") && !self.takes_secrets(place) {
            let message = format!("dynamic reference `{shown}` must stand in a property that takes a secure string");
            let help = "use Secrets Manager, or a plain parameter: `{{resolve:ssm:...}}`".to_owned();
            self.findings.push(Finding::new(&rules::E1027, place.to_path(), message).help(help));
        }
        if parts.first() == Some(&"secretsmanager")
            && !matches!(place.keys().as_slice(), ["Resources", _, "Properties", ..])
        {
            let message = format!("dynamic reference `{shown}` must stand in a property of a resource");
            self.findings.push(Finding::new(&rules::E1051, place.to_path(), message));
        }
    }

    /// Whether the place is a property that CloudFormation fills with a secure string.
    fn takes_secrets(&self, place: &Place<'_>) -> bool {
        let keys = place.keys();
        let ["Resources", id, "Properties", path @ ..] = keys.as_slice() else { return false };
        let kind = self.context.resource(id);
        SECRETS.iter().filter(|(known, _)| kind == Some(known)).any(|(_, wanted)| {
            let given = path.iter().filter(|key| **key != Function::If.name());
            given.eq(wanted.iter().filter(|key| **key != "*"))
        })
    }
}

/// Whether a text has `{{ resolve:service:` with white space before `resolve`.
fn has_spaces(text: &str) -> bool {
    text.match_indices("{{").any(|(start, _)| {
        let inside = &text[start + 2..];
        let word = inside.trim_start();
        let service = word.strip_prefix("resolve").and_then(|rest| rest.trim_start().strip_prefix(':'));
        let service = service.and_then(|rest| rest.split_once(':')).map(|(service, _)| service.trim());
        word.len() < inside.len() && service.is_some_and(|service| SERVICES.contains(&service))
    })
}

/// What the parts, service first, have to be.
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
