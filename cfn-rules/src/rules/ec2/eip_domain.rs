//! Elastic IP addresses outside of a VPC.

use crate::rules::{
    definition::{On, Reporter},
    values::Look,
};

rule! {
    /// The domain of an Elastic IP address is `vpc`. EC2 replaces any other value with it.
    ///
    /// It is reported as a cause of `E3030`.
    ///
    /// ## Mistake
    ///
    /// ```yaml
    /// Resources:
    ///   It:
    ///     Type: AWS::EC2::EIP
    ///     Properties:
    ///       Domain: 'true'
    /// ```
    ///
    /// ## Fix
    ///
    /// ```yaml
    /// Resources:
    ///   It:
    ///     Type: AWS::EC2::EIP
    ///     Properties:
    ///       Domain: vpc
    /// ```
    W3700: warning "unknown domain of an Elastic IP address",
    on: On::Resource(&["AWS::EC2::EIP"], check),
}

fn check(look: &Look<'_, '_>, report: &mut Reporter<'_>) {
    for (value, text) in look.strings("Domain") {
        if !["standard", "vpc"].iter().any(|known| text.eq_ignore_ascii_case(known)) {
            let message = format!("`Domain` must be `vpc`, got `{text}`");
            report.at(look.path(&value.steps), message).actual(text).help("set `Domain: vpc`");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::RULE;
    use crate::testing::check;

    #[test]
    fn cases() {
        let address =
            |domain: &str| format!("Resources: {{A: {{Type: AWS::EC2::EIP, Properties: {{Domain: {domain}}}}}}}\n");
        check(
            &RULE,
            &address("classic"),
            &[("Resources/A/Properties/Domain", "`Domain` must be `vpc`, got `classic`")],
        );
        check(&RULE, &address("VPC"), &[]);
        check(&RULE, &address("standard"), &[]);
    }
}
