//! Default cache behaviors with an origin that the distribution does not have.

use crate::{
    facts::values::Value,
    rules::{
        definition::{On, Reporter},
        values::Look,
    },
};

rule! {
    /// The default cache behavior of a distribution sends requests to an origin, or to a group of origins, of the same
    /// distribution. `TargetOriginId` must be the id of one of them.
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
    ///           TargetOriginId: api
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
    ///         Origins:
    ///           - Id: web
    ///             DomainName: web.example.com
    ///         DefaultCacheBehavior:
    ///           TargetOriginId: web
    ///           ViewerProtocolPolicy: https-only
    /// ```
    E3057: error "unknown origin of the default cache behavior",
    on: On::Resource(&["AWS::CloudFront::Distribution"], check),
}

const ORIGINS: &str = "DistributionConfig/Origins";
const GROUPS: &str = "DistributionConfig/OriginGroups/Items";

fn check(look: &Look<'_, '_>, report: &mut Reporter<'_>) {
    for wanted in look.get("DistributionConfig/DefaultCacheBehavior/TargetOriginId") {
        let Some(id) = wanted.text() else { continue };
        let from = Value { facts: wanted.facts.clone(), ..look.root.clone() };
        let origins = look.below(&from, "DistributionConfig/Origins/*/Id");
        let groups = look.below(&from, "DistributionConfig/OriginGroups/Items/*/Id");
        let is_open = origins.iter().any(|origin| origin.text().is_none())
            || groups.iter().any(|group| group.node.is_some() && group.text().is_none())
            || look.has_call(&from, ORIGINS)
            || look.has_call(&from, GROUPS);
        if !is_open && !origins.iter().chain(&groups).any(|known| known.text() == Some(id)) {
            let message = format!("`TargetOriginId` must be the id of an origin, got `{id}`");
            report.at(look.path(&wanted.steps), message);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::RULE;
    use crate::testing::check;

    #[test]
    fn cases() {
        let distribution = |origins: &str, wanted: &str| {
            format!(
                "Parameters: {{P: {{Type: String}}}}\nResources: {{D: {{Type: AWS::CloudFront::Distribution, Properties: {{DistributionConfig: {{Origins: {origins}, DefaultCacheBehavior: {{TargetOriginId: {wanted}}}}}}}}}}}\n"
            )
        };
        let place = "Resources/D/Properties/DistributionConfig/DefaultCacheBehavior/TargetOriginId";
        let message = "`TargetOriginId` must be the id of an origin, got `web`";
        check(&RULE, &distribution("[{Id: api}]", "web"), &[(place, message)]);
        check(&RULE, &distribution("[{Id: api}, {Id: web}]", "web"), &[]);
        check(&RULE, &distribution("[{Id: !Ref P}]", "web"), &[]);
        check(&RULE, &distribution("[{Id: api}]", "!Ref P"), &[]);
    }
}
