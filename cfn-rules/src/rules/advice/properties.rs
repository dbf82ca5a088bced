//! Properties of some types that are better left out, or need a companion.

use std::collections::HashSet;

use cfn_model::{Finding, Function, Node, Rule};

use super::{each, has};
use crate::{
    codes as rules,
    facts::{context::Context, place::Place, text},
    found::Findings,
    schema::PACKAGED,
};

/// The properties of a resource.
pub(super) struct Given<'c> {
    pub(super) context: &'c Context<'c>,
    pub(super) id: &'c str,
    pub(super) kind: &'c str,
    pub(super) node: &'c Node,
    /// Whether a version of this function is in the template.
    pub(super) has_version: &'c dyn Fn(&str) -> bool,
}

type Paths = &'static [(&'static str, &'static [&'static str])];

/// What `aws cloudformation package` replaces beside [`PACKAGED`], whose values can be something else than a path.
const NESTED: Paths = &[("AWS::CloudFormation::Stack", &["TemplateURL"])];

/// Where an availability zone, or a list of them, stands.
const ZONES: Paths = &[
    ("AWS::AutoScaling::AutoScalingGroup", &["AvailabilityZones", "*"]),
    ("AWS::DAX::Cluster", &["AvailabilityZones", "*"]),
    ("AWS::DMS::ReplicationInstance", &["AvailabilityZone"]),
    ("AWS::EC2::Host", &["AvailabilityZone"]),
    ("AWS::EC2::Instance", &["AvailabilityZone"]),
    ("AWS::EC2::LaunchTemplate", &["LaunchTemplateData", "Placement", "AvailabilityZone"]),
    (
        "AWS::EC2::SpotFleet",
        &["SpotFleetRequestConfigData", "LaunchSpecifications", "*", "Placement", "AvailabilityZone"],
    ),
    (
        "AWS::EC2::SpotFleet",
        &["SpotFleetRequestConfigData", "LaunchTemplateConfigs", "*", "Overrides", "*", "AvailabilityZone"],
    ),
    ("AWS::EC2::Subnet", &["AvailabilityZone"]),
    ("AWS::EC2::Volume", &["AvailabilityZone"]),
    ("AWS::EMR::Cluster", &["Instances", "Placement", "AvailabilityZone"]),
    ("AWS::ElasticLoadBalancing::LoadBalancer", &["AvailabilityZones", "*"]),
    ("AWS::ElasticLoadBalancingV2::TargetGroup", &["Targets", "*", "AvailabilityZone"]),
    ("AWS::Glue::Connection", &["ConnectionInput", "PhysicalConnectionRequirements", "AvailabilityZone"]),
    ("AWS::OpsWorks::Instance", &["AvailabilityZone"]),
    ("AWS::RDS::DBCluster", &["AvailabilityZones", "*"]),
    ("AWS::RDS::DBInstance", &["AvailabilityZone"]),
];

/// Secrets that can be dynamic references.
pub(crate) const SECRETS: Paths = &[
    ("AWS::DirectoryService::MicrosoftAD", &["Password"]),
    ("AWS::DirectoryService::SimpleAD", &["Password"]),
    ("AWS::ElastiCache::ReplicationGroup", &["AuthToken"]),
    ("AWS::IAM::User", &["LoginProfile", "Password"]),
    ("AWS::KinesisFirehose::DeliveryStream", &["RedshiftDestinationConfiguration", "Password"]),
    ("AWS::OpsWorks::App", &["AppSource", "Password"]),
    ("AWS::OpsWorks::Stack", &["CustomCookbooksSource", "Password"]),
    ("AWS::OpsWorks::Stack", &["RdsDbInstances", "*", "DbPassword"]),
    ("AWS::RDS::DBCluster", &["MasterUserPassword"]),
    ("AWS::RDS::DBInstance", &["MasterUserPassword"]),
    ("AWS::Redshift::Cluster", &["MasterUserPassword"]),
];

pub(super) fn check(given: &Given<'_>, place: &Place<'_>, findings: &mut Findings) {
    let mut advise = |rule: &'static Rule, place: &Place<'_>, message: String, help: &str| {
        findings.push(Finding::new(rule, place.to_path(), message).help(help.to_owned()));
    };
    let context = given.context;
    if !context.transforms.serverless {
        let mut local = |node: &Node, place: &Place<'_>, _| {
            if node.as_str().is_some_and(|text| !text.starts_with("s3://") && !text.starts_with("https://")) {
                let message = format!("`{}` is a local path, which packaging has to replace", place.name());
                advise(&rules::W3002, place, message, "run `aws cloudformation package` or `sam package` first");
            }
        };
        at(given, NESTED, place, &mut local);
        at(given, PACKAGED, place, &mut local);
    }
    at(given, ZONES, place, &mut |node, place, conditional| {
        let written = node.as_str().filter(|zone| *zone != "all" && !conditional);
        if let Some(zone) = written.filter(|_| !is_from_cdk(context)) {
            let message = format!("availability zone `{}` is written into the template", text::shortened(zone));
            advise(&rules::W3010, place, message, "take it from a parameter or from `Fn::GetAZs`");
        }
    });
    at(given, SECRETS, place, &mut |node, place, _| {
        if let Some((name, _)) = parameter(given, node) {
            let message = format!("`{}` is the parameter `{name}`, which whoever deploys can read", place.name());
            let help = "take it from Secrets Manager: `{{resolve:secretsmanager:...}}`";
            advise(&rules::W1011, &place.key(Function::Ref.name()), message, help);
        }
    });
    match given.kind {
        "AWS::Lambda::Function" | "AWS::Serverless::Function" => function(given, place, findings),
        _ => {}
    }
}

/// Visits the values at the paths of this type.
fn at(given: &Given<'_>, paths: Paths, place: &Place<'_>, visit: &mut dyn FnMut(&Node, &Place<'_>, bool)) {
    for (_, path) in paths.iter().filter(|(kind, _)| *kind == given.kind) {
        each(given.node, path, place, false, visit);
    }
}

/// The name and the type of the parameter that a node is.
fn parameter<'n>(given: &Given<'n>, node: &'n Node) -> Option<(&'n str, &'n str)> {
    let Some((Function::Ref, Node::String(name))) = Function::call(node) else { return None };
    Some((name, given.context.section("Parameters")?.get(name)?.get("Type")?.as_str()?))
}

/// The CDK writes zones into its templates on purpose: it has looked them up.
fn is_from_cdk(context: &Context<'_>) -> bool {
    context.section("Resources").into_iter().flatten().any(|(id, resource)| {
        id == "CDKMetadata"
            || resource.get("Type").and_then(Node::as_str) == Some("AWS::CDK::Metadata")
            || resource.get("Metadata").is_some_and(|metadata| metadata.get("aws:cdk:path").is_some())
    })
}

fn function(given: &Given<'_>, place: &Place<'_>, findings: &mut Findings) {
    let Some(properties) = given.node.as_object().filter(|_| Function::call(given.node).is_none()) else { return };
    let is_serverless = given.kind == "AWS::Serverless::Function";
    let on = given.node["SnapStart"]["ApplyOn"].as_str() == Some("PublishedVersions");
    let is_published =
        || if is_serverless { has(properties, "AutoPublishAlias") } else { (given.has_version)(given.id) };
    if on && !is_published() {
        let place = place.key("SnapStart");
        let (message, help) = match is_serverless {
            true => {
                ("`SnapStart` is for published versions, and there is no `AutoPublishAlias`", "add `AutoPublishAlias`")
            }
            false => ("`SnapStart` is for published versions, and there is none", "add an `AWS::Lambda::Version`"),
        };
        let finding = Finding::new(&rules::W2530, place.key("ApplyOn").to_path(), message);
        findings.push(finding.help(help.to_owned()));
    }
}

/// The functions of which the template has a version.
pub(super) fn versioned<'c>(context: &'c Context<'_>) -> HashSet<&'c str> {
    let resources = context.section("Resources").into_iter().flat_map(|all| all.values());
    let versions = resources.filter(|resource| resource["Type"].as_str() == Some("AWS::Lambda::Version"));
    let function = |version: &'c Node| match Function::call(&version["Properties"]["FunctionName"])? {
        (Function::Ref, target) => target.as_str(),
        (Function::GetAtt, Node::String(target)) => target.split('.').next(),
        (Function::GetAtt, Node::Array(parts)) => parts.first().and_then(Node::as_str),
        _ => None,
    };
    versions.filter_map(function).collect()
}
