//! Forwarded values beside a cache policy.

use crate::rules::{
    definition::{On, Reporter},
    values::{Look, property, with},
};

rule! {
    /// CloudFront ignores `ForwardedValues` of a cache behavior that has a cache policy.
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
    ///         Origins:
    ///           - Id: web
    ///             DomainName: web.example.com
    ///         DefaultCacheBehavior:
    ///           TargetOriginId: web
    ///           ViewerProtocolPolicy: https-only
    ///           CachePolicyId: '1234'
    ///           ForwardedValues:
    ///             QueryString: false
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
    ///         Origins:
    ///           - Id: web
    ///             DomainName: web.example.com
    ///         DefaultCacheBehavior:
    ///           TargetOriginId: web
    ///           ViewerProtocolPolicy: https-only
    ///           CachePolicyId: '1234'
    /// ```
    W3704: warning "forwarded values beside a cache policy",
    on: On::Resource(&["AWS::CloudFront::Distribution"], check),
}

fn check(look: &Look<'_, '_>, report: &mut Reporter<'_>) {
    for path in ["DistributionConfig/DefaultCacheBehavior", "DistributionConfig/CacheBehaviors/*"] {
        for behaviour in look.get(path) {
            if property(&behaviour, "CachePolicyId").is_some() && property(&behaviour, "ForwardedValues").is_some() {
                let path = look.path(&with(&behaviour, "ForwardedValues"));
                report.at(path, "`ForwardedValues` is ignored where there is `CachePolicyId`");
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
        let distribution = |values: &str| {
            format!(
                "Resources: {{D: {{Type: AWS::CloudFront::Distribution, Properties: {{DistributionConfig: {{DefaultCacheBehavior: {{CachePolicyId: a{values}}}}}}}}}}}\n"
            )
        };
        let place = "Resources/D/Properties/DistributionConfig/DefaultCacheBehavior/ForwardedValues";
        let message = "`ForwardedValues` is ignored where there is `CachePolicyId`";
        check(&RULE, &distribution(", ForwardedValues: {QueryString: true}"), &[(place, message)]);
        check(&RULE, &distribution(""), &[]);
    }
}
