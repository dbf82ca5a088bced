//! Dynamic references, `{{resolve:service:...}}`: their form, and where they can stand.

use super::Walker;
use crate::validate::{Finding, place::Place, rules, text};

const START: &str = "{{resolve:";

impl Walker<'_> {
    /// Checks every dynamic reference in a text.
    pub(super) fn dynamic_references(&mut self, text: &str, place: &Place<'_>) {
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
        if parts.first() == Some(&"secretsmanager")
            && !matches!(place.keys().as_slice(), ["Resources", _, "Properties", ..])
        {
            let message = format!("dynamic reference `{shown}` must stand in a property of a resource");
            self.findings.push(Finding::new(&rules::E1051, place.to_path(), message));
        }
    }
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
