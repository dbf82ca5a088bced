//! Rules about properties of one resource that go together.

use std::collections::BTreeSet;

use cfn_model::{Finding, Function, Node, Path, Segment};

use super::check::{Check, Look};
use crate::{
    codes as rules,
    facts::{
        context::Target,
        value::{Step, Value},
    },
};

pub(crate) static CHECKS: &[Check] = &[
    ("AWS::ApiGateway::Stage", idle_settings),
    ("AWS::AutoScaling::LaunchConfiguration", |look| devices(look, "BlockDeviceMappings/*")),
    ("AWS::AutoScaling::LaunchConfiguration", |look| image_parameter(look, "ImageId")),
    ("AWS::Batch::ComputeEnvironment", |look| image_parameter(look, "ComputeResources/ImageId")),
    ("AWS::CertificateManager::Certificate", validation_domains),
    ("AWS::Cloud9::EnvironmentEC2", |look| image_parameter(look, "ImageId")),
    ("AWS::CloudFront::Distribution", origins),
    ("AWS::CloudFront::Distribution", forwarded_values),
    ("AWS::DynamoDB::Table", attributes),
    ("AWS::EC2::Instance", |look| image_parameter(look, "ImageId")),
    ("AWS::EC2::Instance", |look| devices(look, "BlockDeviceMappings/*")),
    ("AWS::EC2::LaunchTemplate", |look| devices(look, "LaunchTemplateData/BlockDeviceMappings/*")),
    ("AWS::EC2::LaunchTemplate", |look| image_parameter(look, "LaunchTemplateData/ImageId")),
    ("AWS::EC2::SpotFleet", |look| {
        image_parameter(look, "SpotFleetRequestConfigData/LaunchSpecifications/*/ImageId");
    }),
    ("AWS::EC2::SpotFleet", |look| {
        devices(look, "SpotFleetRequestConfigData/LaunchSpecifications/*/BlockDeviceMappings/*");
    }),
    ("AWS::ECS::TaskDefinition", host_ports),
    ("AWS::GuardDuty::Detector", detectors),
    ("AWS::Lambda::Function", environment),
    ("AWS::RDS::DBInstance", replica_mode),
    ("AWS::Route53::RecordSet", record_name),
    ("AWS::S3::Bucket", access_control),
    ("AWS::S3::Bucket", tierings),
];

/// A parameter for an image has the type of one, so that a wrong id is found before anything is made.
fn image_parameter<'d>(look: &mut Look<'_, 'd>, path: &'d str) {
    const TYPES: [&str; 2] = ["AWS::EC2::Image::Id", "AWS::SSM::Parameter::Value<AWS::EC2::Image::Id>"];
    for image in look.get(path) {
        let Some((Function::Ref, Node::String(name))) = image.node.and_then(Function::call) else { continue };
        let is_chosen = image.steps.contains(&Step::Key(Function::If.name()));
        if let Some(Target::Parameter(kind)) = look.context.target(name).filter(|_| !is_chosen)
            && !TYPES.contains(&kind)
        {
            let place = ["Parameters", name, "Type"].into_iter().map(Segment::from).collect();
            let message =
                format!("parameter `{name}` is for an image and must be of type `{}`, got `{kind}`", TYPES[0]);
            look.findings.push(Finding::new(&rules::W2506, Path(place), message));
        }
    }
}

/// A property of an object that is there in some way.
pub(crate) fn property<'d>(object: &Value<'d>, name: &str) -> Option<&'d Node> {
    object.node?.as_object()?.get(name)
}

pub(crate) fn with<'d>(value: &Value<'d>, name: &'d str) -> Vec<Step<'d>> {
    [&value.steps[..], &[Step::Key(name)]].concat()
}

fn idle_settings(look: &mut Look<'_, '_>) {
    const SETTINGS: [&str; 8] = [
        "CacheDataEncrypted",
        "CacheTtlInSeconds",
        "CachingEnabled",
        "DataTraceEnabled",
        "LoggingLevel",
        "MetricsEnabled",
        "ThrottlingBurstLimit",
        "ThrottlingRateLimit",
    ];
    for entry in look.get("MethodSettings/*") {
        let Some(object) = entry.node.and_then(Node::as_object).filter(|object| !object.is_empty()) else { continue };
        if !entry.is_call() && !SETTINGS.iter().any(|name| object.contains_key(*name)) {
            look.fail(&rules::W3705, &entry.steps, "an entry of `MethodSettings` has no effect without a setting");
        }
    }
}

fn devices<'d>(look: &mut Look<'_, 'd>, path: &'d str) {
    for device in look.get(path) {
        if property(&device, "Ebs").is_some() && property(&device, "VirtualName").is_some() {
            let steps = with(&device, "VirtualName");
            look.fail(&rules::W3698, &steps, "`VirtualName` is ignored where there is `Ebs`");
        }
        for volume in look.below(&device, "Ebs") {
            let kind = property(&volume, "VolumeType").and_then(Node::as_str).unwrap_or_default();
            let has_none = ["gp2", "sc1", "st1", "standard"].iter().any(|known| kind.eq_ignore_ascii_case(known));
            if has_none && property(&volume, "Iops").is_some() {
                let steps = with(&volume, "Iops");
                look.fail(&rules::W3671, &steps, format!("`Iops` is ignored where `VolumeType` is `{kind}`"));
            }
        }
    }
}

fn validation_domains(look: &mut Look<'_, '_>) {
    for option in look.get("DomainValidationOptions/*") {
        for name in look.below(&option, "DomainName") {
            let from = Value { facts: name.facts.clone(), ..option.clone() };
            for parent in look.below(&from, "ValidationDomain") {
                let (Some(domain), Some(parent)) = (name.text(), parent.text()) else { continue };
                if !is_within(domain, parent) {
                    let message = format!("`DomainName` must be in `{parent}`, got `{domain}`");
                    look.fail(&rules::E3503, &with(&option, "DomainName"), message);
                }
            }
        }
    }
}

/// Whether a domain is another one, or below it.
fn is_within(domain: &str, parent: &str) -> bool {
    domain.strip_suffix(parent).is_some_and(|rest| rest.is_empty() || rest.ends_with('.'))
}

/// The default behaviour names an origin, or a group of some, of the distribution.
fn origins(look: &mut Look<'_, '_>) {
    for wanted in look.get("DistributionConfig/DefaultCacheBehavior/TargetOriginId") {
        let Some(id) = wanted.text() else { continue };
        let from = Value { facts: wanted.facts.clone(), ..look.root.clone() };
        let origins = look.below(&from, "DistributionConfig/Origins/*/Id");
        let groups = look.below(&from, "DistributionConfig/OriginGroups/Items/*/Id");
        let is_open = origins.iter().any(|origin| origin.text().is_none())
            || groups.iter().any(|group| group.node.is_some() && group.text().is_none())
            || has_call(look, &from, "DistributionConfig/Origins")
            || has_call(look, &from, "DistributionConfig/OriginGroups/Items");
        if !is_open && !origins.iter().chain(&groups).any(|known| known.text() == Some(id)) {
            let message = format!("`TargetOriginId` must be the id of an origin, got `{id}`");
            look.fail(&rules::E3057, &wanted.steps, message);
        }
    }
}

/// Whether a function decides what stands at a path.
fn has_call<'d>(look: &Look<'_, 'd>, from: &Value<'d>, path: &'d str) -> bool {
    look.below(from, path).iter().any(Value::is_call)
}

fn forwarded_values(look: &mut Look<'_, '_>) {
    for path in ["DistributionConfig/DefaultCacheBehavior", "DistributionConfig/CacheBehaviors/*"] {
        for behaviour in look.get(path) {
            if property(&behaviour, "CachePolicyId").is_some() && property(&behaviour, "ForwardedValues").is_some() {
                let steps = with(&behaviour, "ForwardedValues");
                look.fail(&rules::W3704, &steps, "`ForwardedValues` is ignored where there is `CachePolicyId`");
            }
        }
    }
}

/// The attributes of a table are those of its keys and of the keys of its indexes.
fn attributes(look: &mut Look<'_, '_>) {
    const KEYS: [&str; 3] = [
        "KeySchema/*/AttributeName",
        "GlobalSecondaryIndexes/*/KeySchema/*/AttributeName",
        "LocalSecondaryIndexes/*/KeySchema/*/AttributeName",
    ];
    const LISTS: [&str; 4] = ["AttributeDefinitions", "GlobalSecondaryIndexes", "KeySchema", "LocalSecondaryIndexes"];
    let members = ["AttributeDefinitions/*", "GlobalSecondaryIndexes/*", "KeySchema/*", "LocalSecondaryIndexes/*"];
    if LISTS.into_iter().chain(members).any(|list| has_call(look, &look.root, list)) {
        return;
    }
    for scenario in look.scenarios(&LISTS) {
        let from = Value { facts: scenario, ..look.root.clone() };
        let defined = look.below(&from, "AttributeDefinitions/*/AttributeName");
        let is_there = look.below(&from, LISTS[0]).iter().any(|list| list.node.is_some());
        if is_there && defined.iter().any(|name| name.text().is_none()) {
            continue;
        }
        let defined: BTreeSet<&str> = defined.iter().filter_map(Value::text).collect();
        let keys: BTreeSet<&str> =
            KEYS.into_iter().flat_map(|path| look.below(&from, path)).filter_map(|key| key.text()).collect();
        if let Some(odd) = defined.symmetric_difference(&keys).next() {
            let message = match defined.contains(odd) {
                true => format!("`AttributeDefinitions` must have the attributes of keys only, got `{odd}`"),
                false => format!("`AttributeDefinitions` must have every attribute of a key, got none for `{odd}`"),
            };
            look.fail(&rules::E3039, &[], message);
            return;
        }
    }
}

fn host_ports(look: &mut Look<'_, '_>) {
    if !look.get("NetworkMode").iter().any(|mode| mode.text() == Some("awsvpc")) {
        return;
    }
    for mapping in look.get("ContainerDefinitions/*/PortMappings/*") {
        for host in look.below(&mapping, "HostPort") {
            let from = Value { facts: host.facts.clone(), ..mapping.clone() };
            for container in look.below(&from, "ContainerPort") {
                if let (Some(host_port), Some(port)) = (host.number(), container.number())
                    && host_port != port
                {
                    let message = format!("`HostPort` must be the container's port {port}, got {host_port}");
                    look.fail(&rules::E3053, &host.steps, message);
                }
            }
        }
    }
}

fn detectors(look: &mut Look<'_, '_>) {
    if property(&look.root, "DataSources").is_some() && property(&look.root, "Features").is_some() {
        let help = "keep `Features`".to_owned();
        look.fail(&rules::E3063, &[], "`DataSources` must not be together with `Features`").help = Some(help);
    }
}

/// Keys and values count; what a function makes of a value is unknown and counts as nothing.
fn environment(look: &mut Look<'_, '_>) {
    const MOST: usize = 4096;
    for variables in look.get("Environment/Variables") {
        let Some(object) = variables.node.and_then(Node::as_object) else { continue };
        let value = |node: &Node| node.as_str().map_or(0, |text| text.chars().count());
        let size: usize = object.iter().map(|(key, node)| key.chars().count() + value(node)).sum();
        if size > MOST {
            let message = format!("the variables of a function must have at most {MOST} bytes together, got {size}");
            look.fail(&rules::E3697, &variables.steps, message);
        }
    }
}

fn replica_mode(look: &mut Look<'_, '_>) {
    let Some(engine) = property(&look.root, "Engine").and_then(Node::as_str) else { return };
    let has_modes = ["oracle", "custom-oracle", "db2"];
    let has_modes = has_modes.iter().any(|known| engine.to_ascii_lowercase().starts_with(known));
    if !has_modes && property(&look.root, "ReplicaMode").is_some() {
        let message = format!("`ReplicaMode` is ignored where `Engine` is `{engine}`");
        look.fail(&rules::W3699, &[Step::Key("ReplicaMode")], message);
    }
}

fn record_name(look: &mut Look<'_, '_>) {
    for zone in look.get("HostedZoneName") {
        let Some(parent) = zone.text() else { continue };
        if !parent.ends_with('.') {
            let message = format!("`HostedZoneName` must end with a dot, got `{parent}`");
            look.fail(&rules::E3041, &[Step::Key("HostedZoneName")], message);
        }
        let from = Value { facts: zone.facts.clone(), ..look.root.clone() };
        for name in look.below(&from, "Name") {
            let Some(name) = name.text() else { continue };
            let dotless = |text: &str| text.strip_suffix('.').unwrap_or(text).to_owned();
            if !is_within(&dotless(name), &dotless(parent)) {
                let message = format!("`Name` must be in the zone `{parent}`, got `{name}`");
                look.fail(&rules::E3041, &[Step::Key("Name")], message);
            }
        }
    }
}

fn access_control(look: &mut Look<'_, '_>) {
    if look.get("AccessControl").iter().any(|value| value.node.is_some()) {
        let help = "use a bucket policy, `AWS::S3::BucketPolicy`".to_owned();
        let message = "`AccessControl` is a property of former days";
        look.fail(&rules::W3045, &[Step::Key("AccessControl")], message).help = Some(help);
    }
}

fn tierings(look: &mut Look<'_, '_>) {
    for tiering in look.get("IntelligentTieringConfigurations/*/Tierings/*") {
        for tier in look.below(&tiering, "AccessTier") {
            let least = match tier.text() {
                Some("ARCHIVE_ACCESS") => 90.0,
                Some("DEEP_ARCHIVE_ACCESS") => 180.0,
                _ => continue,
            };
            let from = Value { facts: tier.facts.clone(), ..tiering.clone() };
            for days in look.below(&from, "Days").iter().filter_map(Value::number) {
                if !(least..=730.0).contains(&days) {
                    let message = format!("`Days` must be from {least} to 730 here, got {days}");
                    look.fail(&rules::E3061, &with(&tiering, "Days"), message);
                }
            }
        }
    }
}
