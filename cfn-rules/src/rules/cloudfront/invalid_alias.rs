//! Aliases of a distribution that are no host names.

use crate::rules::{
    definition::{On, Reporter},
    values::Look,
};

rule! {
    /// An alias of a distribution is a host name in lower case. Only its first label may be `*`.
    ///
    /// ## Mistake
    ///
    /// ```yaml
    /// Resources:
    ///   It:
    ///     Type: AWS::CloudFront::Distribution
    ///     Properties:
    ///       DistributionConfig:
    ///         Enabled: true
    ///         Aliases:
    ///           - Example
    ///         Origins:
    ///           - Id: web
    ///             DomainName: web.example.com
    ///         DefaultCacheBehavior:
    ///           TargetOriginId: web
    ///           ViewerProtocolPolicy: https-only
    /// ```
    ///
    /// ## Fix
    ///
    /// ```yaml
    /// Resources:
    ///   It:
    ///     Type: AWS::CloudFront::Distribution
    ///     Properties:
    ///       DistributionConfig:
    ///         Enabled: true
    ///         Aliases:
    ///           - www.example.com
    ///         Origins:
    ///           - Id: web
    ///             DomainName: web.example.com
    ///         DefaultCacheBehavior:
    ///           TargetOriginId: web
    ///           ViewerProtocolPolicy: https-only
    /// ```
    E3013: error "invalid alias of a CloudFront distribution",
    on: On::Resource(&["AWS::CloudFront::Distribution"], check),
}

fn check(look: &Look<'_, '_>, report: &mut Reporter<'_>) {
    for (value, text) in look.strings("DistributionConfig/Aliases/*") {
        if !is_host(text) {
            let message = format!("an alias of a distribution must be a host name in lower case, got `{text}`");
            report.at(look.path(&value.steps), message).actual(text);
        }
    }
}

fn is_host(text: &str) -> bool {
    text.rsplit_once('.').is_some_and(|(labels, top)| {
        top.len() > 1
            && is_label(top, false)
            && labels.split('.').all(|part| is_label(part, true))
            && !text.contains(".*.")
    })
}

fn is_label(label: &str, can_be_star: bool) -> bool {
    let bytes = label.as_bytes();
    (1..=63).contains(&bytes.len())
        && bytes.iter().enumerate().all(|(at, byte)| {
            byte.is_ascii_lowercase()
                || byte.is_ascii_digit()
                || (at > 0 && at + 1 < bytes.len() && *byte == b'-')
                || (at == 0 && can_be_star && *byte == b'*')
        })
}

#[cfg(test)]
mod tests {
    use super::{RULE, is_host};
    use crate::testing::check;

    #[test]
    fn hosts() {
        for host in ["a.example.com", "*.example.com", "a-b.c.de"] {
            assert!(is_host(host), "{host}");
        }
        for other in ["example", "A.example.com", "a.*.com", "a..com", "-a.com", "a.b"] {
            assert!(!is_host(other), "{other}");
        }
    }

    #[test]
    fn cases() {
        let distribution = "Resources: {D: {Type: AWS::CloudFront::Distribution, Properties: {DistributionConfig: {Aliases: [a.example.com, B.example.com]}}}}\n";
        let message = "an alias of a distribution must be a host name in lower case, got `B.example.com`";
        check(&RULE, distribution, &[("Resources/D/Properties/DistributionConfig/Aliases/1", message)]);
    }
}
