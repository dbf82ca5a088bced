//! Validation domains that have nothing to do with the certificate.

use crate::{
    facts::{text::is_within_domain, values::Value},
    rules::{
        definition::{On, Reporter},
        values::{Look, with},
    },
};

rule! {
    /// Certificate Manager sends the e-mails that validate a certificate to the validation domain. It must be the
    /// domain of the certificate or a domain above it.
    ///
    /// ## Mistake
    ///
    /// ```yaml
    /// Resources:
    ///   It:
    ///     Type: AWS::CertificateManager::Certificate
    ///     Properties:
    ///       DomainName: www.example.com
    ///       DomainValidationOptions:
    ///         - DomainName: www.example.com
    ///           ValidationDomain: example.org
    /// ```
    ///
    /// ## Fix
    ///
    /// ```yaml
    /// Resources:
    ///   It:
    ///     Type: AWS::CertificateManager::Certificate
    ///     Properties:
    ///       DomainName: www.example.com
    ///       DomainValidationOptions:
    ///         - DomainName: www.example.com
    ///           ValidationDomain: example.com
    /// ```
    E3503: error "validation domain that does not contain the certificate's domain",
    on: On::Resource(&["AWS::CertificateManager::Certificate"], check),
}

fn check(look: &Look<'_, '_>, report: &mut Reporter<'_>) {
    for option in look.get("DomainValidationOptions/*") {
        for name in look.below(&option, "DomainName") {
            let from = Value { facts: name.facts.clone(), ..option.clone() };
            for parent in look.below(&from, "ValidationDomain") {
                let (Some(domain), Some(parent)) = (name.text(), parent.text()) else { continue };
                if !is_within_domain(domain, parent) {
                    let message = format!("`DomainName` must be in `{parent}`, got `{domain}`");
                    report.at(look.path(&with(&option, "DomainName")), message);
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::RULE;
    use crate::testing::check;

    #[test]
    fn cases() {
        let certificate = |parent: &str| {
            format!(
                "Resources: {{C: {{Type: AWS::CertificateManager::Certificate, Properties: {{DomainName: a.example.com, DomainValidationOptions: [{{DomainName: a.example.com, ValidationDomain: {parent}}}]}}}}}}\n"
            )
        };
        let place = "Resources/C/Properties/DomainValidationOptions/0/DomainName";
        check(
            &RULE,
            &certificate("example.org"),
            &[(place, "`DomainName` must be in `example.org`, got `a.example.com`")],
        );
        check(&RULE, &certificate("ple.com"), &[(place, "`DomainName` must be in `ple.com`, got `a.example.com`")]);
        check(&RULE, &certificate("example.com"), &[]);
        check(&RULE, &certificate("a.example.com"), &[]);
    }
}
