//! Availability zones that are fixed in the template.

use cfn_model::{Function, Node};

use crate::{
    facts::{context::Context, text, values::Step},
    rules::{
        definition::{On, Reporter},
        values::Look,
    },
};

/// The properties with a zone, or with a list of them.
const ZONES: &[(&str, &str)] = &[
    ("AWS::AutoScaling::AutoScalingGroup", "AvailabilityZones/*"),
    ("AWS::DAX::Cluster", "AvailabilityZones/*"),
    ("AWS::DMS::ReplicationInstance", "AvailabilityZone"),
    ("AWS::EC2::Host", "AvailabilityZone"),
    ("AWS::EC2::Instance", "AvailabilityZone"),
    ("AWS::EC2::LaunchTemplate", "LaunchTemplateData/Placement/AvailabilityZone"),
    ("AWS::EC2::SpotFleet", "SpotFleetRequestConfigData/LaunchSpecifications/*/Placement/AvailabilityZone"),
    ("AWS::EC2::SpotFleet", "SpotFleetRequestConfigData/LaunchTemplateConfigs/*/Overrides/*/AvailabilityZone"),
    ("AWS::EC2::Subnet", "AvailabilityZone"),
    ("AWS::EC2::Volume", "AvailabilityZone"),
    ("AWS::EMR::Cluster", "Instances/Placement/AvailabilityZone"),
    ("AWS::ElasticLoadBalancing::LoadBalancer", "AvailabilityZones/*"),
    ("AWS::ElasticLoadBalancingV2::TargetGroup", "Targets/*/AvailabilityZone"),
    ("AWS::Glue::Connection", "ConnectionInput/PhysicalConnectionRequirements/AvailabilityZone"),
    ("AWS::OpsWorks::Instance", "AvailabilityZone"),
    ("AWS::RDS::DBCluster", "AvailabilityZones/*"),
    ("AWS::RDS::DBInstance", "AvailabilityZone"),
];

rule! {
    /// A fixed zone ties the template to one region, and a name such as `eu-west-1a` is another zone in
    /// different accounts.
    ///
    /// ## Mistake
    ///
    /// ```yaml
    /// Resources:
    ///   Disk:
    ///     Type: AWS::EC2::Volume
    ///     Properties:
    ///       Size: 10
    ///       AvailabilityZone: eu-west-1a
    /// ```
    ///
    /// ## Fix
    ///
    /// ```yaml
    /// Resources:
    ///   Disk:
    ///     Type: AWS::EC2::Volume
    ///     Properties:
    ///       Size: 10
    ///       AvailabilityZone: !Select [0, !GetAZs '']
    /// ```
    W3010: warning "hardcoded availability zone",
    on: On::Resource(&[], check),
}

fn check(look: &Look<'_, '_>, report: &mut Reporter<'_>) {
    for (_, path) in ZONES.iter().filter(|(kind, _)| *kind == look.kind) {
        for (value, zone) in look.strings(path) {
            let is_chosen = value.steps.contains(&Step::Key(Function::If.name()));
            if zone != "all" && !is_chosen && !is_from_cdk(look.context) {
                let message = format!("availability zone `{}` is written into the template", text::shortened(zone));
                report.at(look.path(&value.steps), message).help("take it from a parameter or from `Fn::GetAZs`");
            }
        }
    }
}

/// The CDK writes zones into its templates on purpose: it has looked them up.
fn is_from_cdk(context: &Context<'_>) -> bool {
    context.section("Resources").into_iter().flatten().any(|(id, resource)| {
        id == "CDKMetadata"
            || resource.get("Type").and_then(Node::as_str) == Some("AWS::CDK::Metadata")
            || resource.get("Metadata").is_some_and(|metadata| metadata.get("aws:cdk:path").is_some())
    })
}

#[cfg(test)]
mod tests {
    use super::RULE;
    use crate::testing::check;

    #[test]
    fn cases() {
        let volume = |zone: &str| {
            format!(
                "Parameters: {{Zone: {{Type: String}}}}\nConditions: {{C: !Equals [!Ref Zone, a]}}\nResources: {{V: {{Type: \
                 AWS::EC2::Volume, Properties: {{Size: 1, AvailabilityZone: {zone}}}}}}}\n"
            )
        };
        let message = "availability zone `eu-west-1a` is written into the template";
        check(&RULE, &volume("eu-west-1a"), &[("Resources/V/Properties/AvailabilityZone", message)]);
        check(&RULE, &volume("!Ref Zone"), &[]);
        check(&RULE, &volume("!If [C, eu-west-1a, !Ref Zone]"), &[]);
        let cdk = "  M: {Type: 'AWS::CDK::Metadata'}\n";
        let list = "Resources:\n  V: {Type: AWS::EC2::Volume, Properties: {Size: 1, AvailabilityZone: eu-west-1a}}\n";
        check(&RULE, &format!("{list}{cdk}"), &[]);
    }
}
