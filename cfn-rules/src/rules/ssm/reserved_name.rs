//! Parameter names that Systems Manager refuses.

use crate::rules::{
    definition::{On, Reporter},
    values::Look,
};

rule! {
    /// Names of Systems Manager parameters that begin with `aws` or `ssm`, with or without a slash before it, are
    /// reserved for AWS.
    ///
    /// ## Mistake
    ///
    /// ```yaml
    /// Resources:
    ///   It:
    ///     Type: AWS::SSM::Parameter
    ///     Properties:
    ///       Name: /aws/jobs
    ///       Type: String
    ///       Value: '1'
    /// ```
    ///
    /// ## Fix
    ///
    /// ```yaml
    /// Resources:
    ///   It:
    ///     Type: AWS::SSM::Parameter
    ///     Properties:
    ///       Name: /jobs/count
    ///       Type: String
    ///       Value: '1'
    /// ```
    W3701: warning "reserved or invalid name of an SSM parameter",
    on: On::Resource(&["AWS::SSM::Parameter"], check),
}

fn check(look: &Look<'_, '_>, report: &mut Reporter<'_>) {
    for (value, text) in look.strings("Name") {
        if is_reserved(text) || !is_path(text) {
            let message =
                format!("the name of a parameter must be a path that does not begin with `aws` or `ssm`, got `{text}`");
            report.at(look.path(&value.steps), message).actual(text);
        }
    }
}

fn is_reserved(name: &str) -> bool {
    let start = name.strip_prefix('/').unwrap_or(name).get(..3);
    ["aws", "ssm"].iter().any(|word| start.is_some_and(|start| start.eq_ignore_ascii_case(word)))
}

fn is_path(name: &str) -> bool {
    let can_be = |char: char| !char.is_ascii() || char.is_ascii_alphanumeric() || "_.-".contains(char);
    let mut parts = name.strip_prefix('/').unwrap_or(name).split('/');
    parts.clone().all(|part| !part.is_empty() && part.chars().all(can_be))
        && (name.starts_with('/') || parts.nth(1).is_none())
}

#[cfg(test)]
mod tests {
    use super::RULE;
    use crate::testing::check;

    #[test]
    fn cases() {
        let parameter = |name: &str| {
            format!(
                "Resources: {{P: {{Type: AWS::SSM::Parameter, Properties: {{Type: String, Value: a, Name: '{name}'}}}}}}\n"
            )
        };
        for name in ["a", "/a/b", "a.b-c"] {
            check(&RULE, &parameter(name), &[]);
        }
        for name in ["aws-a", "/AWS/a", "/ssm", "a/b", "/a//b", "a b", ""] {
            let message =
                format!("the name of a parameter must be a path that does not begin with `aws` or `ssm`, got `{name}`");
            check(&RULE, &parameter(name), &[("Resources/P/Properties/Name", &message)]);
        }
    }
}
