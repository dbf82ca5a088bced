//! Rules about a resource and another one that it names.

use std::collections::HashMap;

use cfn_model::{Finding, Function, Node};

use super::check::{self, Check, Look};
use crate::{
    codes as rules,
    facts::{
        context::Context,
        text,
        value::{self, Step, Value},
    },
};

const FUNCTION: &str = "AWS::Lambda::Function";
const QUEUE: &str = "AWS::SQS::Queue";
const TASK: &str = "AWS::ECS::TaskDefinition";
const CLUSTER: &str = "AWS::RDS::DBCluster";

pub(crate) static CHECKS: &[Check] = &[
    ("AWS::ApiGateway::Method", authorizers),
    ("AWS::ApiGateway::Stage", deployments),
    ("AWS::AutoScaling::AutoScalingGroup", group_sizes),
    ("AWS::AutoScaling::ScalingPolicy", tracked_groups),
    ("AWS::EC2::Instance", images),
    ("AWS::EC2::LaunchTemplate", launch_networks),
    ("AWS::ECS::Service", services),
    ("AWS::ElastiCache::ReplicationGroup", replication),
    ("AWS::ElasticLoadBalancingV2::ListenerRule", target_groups),
    ("AWS::Lambda::EventSourceMapping", mappings),
    ("AWS::RDS::DBInstance", clusters),
    (QUEUE, dead_letters),
];

/// Whether two values are written in the same way.
fn same(one: &Value<'_>, other: &Value<'_>) -> Option<bool> {
    Some(text::canonical(one.node?) == text::canonical(other.node?))
}

impl<'d> Look<'_, 'd> {
    /// A property of this resource, as it is where the facts of a reference hold.
    fn beside(&self, reference: &Value<'d>, path: &'d str) -> Value<'d> {
        Value { facts: reference.facts.clone(), ..self.root.clone() }.first(self.context, path)
    }
}

fn authorizers(look: &mut Look<'_, '_>) {
    for reference in look.get("AuthorizerId") {
        let Some((id, authorizer)) = look.target(&reference, "AWS::ApiGateway::Authorizer") else { continue };
        let (own, other) = (look.beside(&reference, "RestApiId"), authorizer.first(look.context, "RestApiId"));
        if same(&own, &other) == Some(false) {
            let message = format!("the authorizer must be of the API of the method `{}`", look.id);
            look.fail_at(&rules::E3699, id, &other.steps, message);
        }
        let wanted = look.beside(&reference, "AuthorizationType");
        let kind = authorizer.first(look.context, "Type");
        let fits = match (wanted.node.map(|_| wanted.text()), kind.text()) {
            (Some(Some("CUSTOM")), Some(kind)) => matches!(kind, "TOKEN" | "REQUEST"),
            (None | Some(Some("COGNITO_USER_POOLS")), Some(kind)) => kind == "COGNITO_USER_POOLS",
            _ => true,
        };
        if !fits {
            let message = format!("the type of the authorizer must fit the method `{}`", look.id);
            look.fail_at(&rules::E3708, id, &kind.steps, message);
        }
    }
}

fn deployments(look: &mut Look<'_, '_>) {
    for reference in look.get("DeploymentId") {
        let Some((id, deployment)) = look.target(&reference, "AWS::ApiGateway::Deployment") else { continue };
        let (own, other) = (look.beside(&reference, "RestApiId"), deployment.first(look.context, "RestApiId"));
        if same(&own, &other) == Some(false) {
            let message = format!("the deployment must be of the API of the stage `{}`", look.id);
            look.fail_at(&rules::E3698, id, &other.steps, message);
        }
    }
}

fn group_sizes(look: &mut Look<'_, '_>) {
    let [least, most] = ["MinSize", "MaxSize"].map(|name| look.root.first(look.context, name));
    if let (Some(least), Some(size)) = (least.number(), most.number())
        && size < least
    {
        look.fail(&rules::E3706, &most.steps, format!("`MaxSize` must be at least `MinSize`, {least}, got {size}"));
    }
}

fn tracked_groups(look: &mut Look<'_, '_>) {
    for reference in look.get("AutoScalingGroupName") {
        let Some((id, group)) = look.target(&reference, "AWS::AutoScaling::AutoScalingGroup") else { continue };
        let [least, most] = ["MinSize", "MaxSize"].map(|name| group.first(look.context, name));
        if look.beside(&reference, "PolicyType").text() == Some("TargetTrackingScaling")
            && let (Some(least), Some(size)) = (least.number(), most.number())
            && size <= least
        {
            let message =
                format!("`MaxSize` must be more than `MinSize`, {least}, where a target is tracked, got {size}");
            look.fail_at(&rules::E3712, id, &most.steps, message);
        }
    }
}

/// An instance has an image, of its own or of its launch template.
fn images(look: &mut Look<'_, '_>) {
    for image in look.get("ImageId") {
        if image.node.is_some() {
            continue;
        }
        let steps = if image.steps.len() > 1 { image.steps.clone() } else { Vec::new() };
        let from = Value { facts: image.facts.clone(), ..look.root.clone() };
        let templates: Vec<_> =
            look.below(&from, "LaunchTemplate").into_iter().filter(|template| template.node.is_some()).collect();
        let mut is_wrong = templates.is_empty();
        for id in templates.iter().flat_map(|template| {
            let id = look.below(template, "LaunchTemplateId");
            if id.iter().all(|id| id.node.is_none()) { look.below(template, "LaunchTemplateName") } else { id }
        }) {
            let Some(name) = id.resource() else { continue };
            if look.context.resource(name).is_none() {
                continue;
            }
            let target = look.target(&id, "AWS::EC2::LaunchTemplate");
            let image = target.map(|(_, template)| template.get(look.context, "LaunchTemplateData/ImageId"));
            is_wrong |= image.is_none_or(|images| images.iter().any(|image| image.node.is_none()));
        }
        if is_wrong {
            look.fail(&rules::E3673, &steps, "an instance needs `ImageId`, of its own or of its launch template");
        }
    }
}

fn launch_networks(look: &mut Look<'_, '_>) {
    for reference in look.get("LaunchTemplateData/SecurityGroupIds/*") {
        let Some((id, group)) = look.target(&reference, "AWS::EC2::SecurityGroup") else { continue };
        let from = Value { facts: reference.facts.clone(), ..look.root.clone() };
        let subnets = look.below(&from, "LaunchTemplateData/NetworkInterfaces/*/SubnetId");
        let Some((_, subnet)) = subnets.iter().find_map(|subnet| look.target(subnet, "AWS::EC2::Subnet")) else {
            continue;
        };
        let (own, other) = (group.first(look.context, "VpcId"), subnet.first(look.context, "VpcId"));
        if same(&own, &other) == Some(false) {
            let message = format!("the security group must be of the VPC of the subnet in `{}`", look.id);
            look.fail_at(&rules::E3714, id, &own.steps, message);
        }
    }
}

fn services(look: &mut Look<'_, '_>) {
    const DRIVERS: [&str; 3] = ["awslogs", "splunk", "awsfirelens"];
    for reference in look.get("TaskDefinition") {
        let Some((id, task)) = look.target(&reference, TASK) else { continue };
        let mode = task.first(look.context, "NetworkMode");
        if mode.text() == Some("awsvpc") && look.beside(&reference, "NetworkConfiguration").node.is_none() {
            let message = "a service whose task has the network mode `awsvpc` needs `NetworkConfiguration`";
            look.fail(&rules::E3052, &[], message);
        }
        if look.beside(&reference, "LaunchType").text() != Some("FARGATE") {
            continue;
        }
        let launches = task.first(look.context, "RequiresCompatibilities");
        if mode.node.is_none() || mode.text().is_some_and(|mode| mode != "awsvpc") {
            let is_fargate =
                |node: &Node| node.as_str().is_none_or(|text| text == "FARGATE") || Function::call(node).is_some();
            let fits = match launches.node {
                None => false,
                Some(Node::Array(items)) => items.iter().any(is_fargate),
                Some(_) => true,
            };
            if !fits {
                let steps = if launches.node.is_none() { &[][..] } else { &launches.steps };
                let message =
                    format!("`RequiresCompatibilities` must have `FARGATE`, as service `{}` wants it", look.id);
                look.fail_at(&rules::E3054, id, steps, message);
            }
        }
        for driver in look.below(&task, "ContainerDefinitions/*/LogConfiguration/LogDriver") {
            if let Some(name) = driver.text().filter(|name| !DRIVERS.contains(name)) {
                let message =
                    format!("the log driver of a Fargate task must be {}, got `{name}`", text::listed(DRIVERS, "or"));
                look.fail_at(&rules::E3713, id, &driver.steps, message);
            }
        }
    }
}

/// A replication group whose parameters switch cluster mode on fails over by itself and has several nodes.
fn replication(look: &mut Look<'_, '_>) {
    for reference in look.get("CacheParameterGroupName") {
        let Some((Function::Ref, _)) = reference.node.and_then(Function::call) else { continue };
        let Some((_, parameters)) = look.target(&reference, "AWS::ElastiCache::ParameterGroup") else { continue };
        if parameters.first(look.context, "Properties/cluster-enabled").text() != Some("yes") {
            continue;
        }
        let fail = |look: &mut Look<'_, '_>, name, message: &str| {
            let steps = [&reference.steps[..], &[Step::Key("Ref"), Step::Key(name)]].concat();
            look.fail(&rules::E3026, &steps, message);
        };
        let failover = look.beside(&reference, "AutomaticFailoverEnabled");
        if failover.boolean(true) == Some(false) {
            fail(look, "AutomaticFailoverEnabled", "`AutomaticFailoverEnabled` must be true with cluster mode");
        }
        let nodes = look.beside(&reference, "NumCacheClusters");
        let few = nodes.node.is_none() || nodes.number().is_some_and(|count| count <= 1.0);
        if look.beside(&reference, "NumNodeGroups").node.is_none() && few {
            fail(look, "NumCacheClusters", "`NumCacheClusters` must be more than 1 with cluster mode");
        }
    }
}

fn target_groups(look: &mut Look<'_, '_>) {
    for reference in look.get("Actions/*/TargetGroupArn") {
        let Some((id, group)) = look.target(&reference, "AWS::ElasticLoadBalancingV2::TargetGroup") else { continue };
        let protocol = group.first(look.context, "Protocol");
        if protocol.text() == Some("GENEVE") {
            let message = format!("a target group of the rule `{}` must not have the protocol `GENEVE`", look.id);
            look.fail_at(&rules::E3711, id, &protocol.steps, message);
        }
    }
}

/// A mapping of a queue: how its batches and timeouts fit the queue.
fn mappings(look: &mut Look<'_, '_>) {
    for reference in look.get("EventSourceArn") {
        let Some((_, queue)) = look.target(&reference, QUEUE) else { continue };
        let size = look.beside(&reference, "BatchSize");
        if queue.first(look.context, "FifoQueue").boolean(false) == Some(true)
            && let Some(count) = size.number().filter(|count| *count > 10.0)
        {
            let message = format!("`BatchSize` of a FIFO queue must be at most 10, got {count}");
            look.fail(&rules::E3705, &size.steps, message);
        }
    }
    for reference in look.get("FunctionName") {
        let Some((_, function)) = look.target(&reference, FUNCTION) else { continue };
        let from = Value { facts: reference.facts.clone(), ..look.root.clone() };
        let sources = look.below(&from, "EventSourceArn");
        let Some((id, queue)) = sources.iter().find_map(|source| look.target(source, QUEUE)) else { continue };
        let timeout = function.first(look.context, "Timeout");
        let visible = queue.first(look.context, "VisibilityTimeout");
        let seconds = |value: &Value<'_>, default| if value.node.is_none() { Some(default) } else { value.number() };
        if let (Some(runs), Some(hidden)) = (seconds(&timeout, 3.0), seconds(&visible, 30.0))
            && hidden < runs
        {
            let steps = [Step::Key("VisibilityTimeout")];
            let message = format!("`VisibilityTimeout` must be at least the function's timeout, {runs}, got {hidden}");
            look.fail_at(&rules::E3505, id, &steps, message);
        }
    }
}

fn clusters(look: &mut Look<'_, '_>) {
    for reference in look.get("DBClusterIdentifier") {
        let Some((_, cluster)) = look.target(&reference, CLUSTER) else { continue };
        let (own, other) = (look.beside(&reference, "Engine"), cluster.first(look.context, "Engine"));
        if let (Some(own_engine), Some(engine)) = (own.text(), other.text())
            && own_engine != engine
        {
            let message = format!("`Engine` must be that of the cluster, `{engine}`, got `{own_engine}`");
            look.fail(&rules::E3707, &own.steps, message);
        }
        let own = look.beside(&reference, "StorageEncrypted");
        let other = cluster.first(look.context, "StorageEncrypted").boolean(false);
        if let (Some(_), Some(encrypted), Some(other)) = (own.node, own.boolean(false), other)
            && encrypted != other
        {
            look.fail(&rules::E3709, &own.steps, format!("`StorageEncrypted` must be that of the cluster, {other}"));
        }
    }
}

fn dead_letters(look: &mut Look<'_, '_>) {
    for reference in look.get("RedrivePolicy/deadLetterTargetArn") {
        let Some((id, queue)) = look.target(&reference, QUEUE) else { continue };
        let own = look.beside(&reference, "FifoQueue");
        let other = queue.first(look.context, "FifoQueue").boolean(false);
        if let (Some(is_fifo), Some(other)) = (own.boolean(false), other)
            && is_fifo != other
        {
            let name = |is_fifo| if is_fifo { "a FIFO queue" } else { "a standard queue" };
            let (own, other) = (name(is_fifo), name(other));
            let message = format!("the dead-letter queue of {own} must be one as well, got `{id}`, {other}");
            look.fail(&rules::E3502, &[Step::Key("FifoQueue")], message);
        }
    }
}

/// APIs with a document that are made of resources as well.
pub(crate) fn mixed_definitions(context: &Context<'_>, edges: &[(usize, usize)]) -> Vec<Finding> {
    const PARTS: [&str; 6] = [
        "AWS::ApiGateway::Authorizer",
        "AWS::ApiGateway::GatewayResponse",
        "AWS::ApiGateway::Method",
        "AWS::ApiGateway::Model",
        "AWS::ApiGateway::RequestValidator",
        "AWS::ApiGateway::Resource",
    ];
    let Some(resources) = context.section("Resources") else { return Vec::new() };
    let mut findings = Vec::new();
    for (source, target) in edges {
        let Some(((part, source), (id, api))) = resources.get_index(*source).zip(resources.get_index(*target)) else {
            continue;
        };
        let kind = |resource: &'_ Node| resource.get("Type").and_then(Node::as_str).unwrap_or_default().to_owned();
        if kind(api) != "AWS::ApiGateway::RestApi" || !PARTS.contains(&kind(source).as_str()) {
            continue;
        }
        for name in ["Body", "BodyS3Location"] {
            if api.get("Properties").and_then(|properties| properties.get(name)).is_some() {
                let message = format!("`{name}` is the whole API, and `{part}` is a part of it as well");
                findings.push(Finding::new(&rules::W3660, value::path(id, &[Step::Key(name)]), message));
            }
        }
    }
    findings
}

/// How many associations of one subnet are compared with each other.
const MOST: usize = 1_000;

/// An association of a subnet, and the conditions of the resource and of its property.
struct Association<'d> {
    id: &'d str,
    conditions: (Option<&'d str>, Option<&'d str>),
}

/// Subnets that have two route tables. Under two different conditions they are taken to have one at a time.
pub(crate) fn associated_twice(context: &Context<'_>) -> Vec<Finding> {
    let mut seen: HashMap<String, Vec<Association<'_>>> = HashMap::new();
    for (id, resource) in context.section("Resources").into_iter().flatten() {
        if resource.get("Type").and_then(Node::as_str) == Some("AWS::EC2::SubnetRouteTableAssociation") {
            let root =
                Value { node: resource.get("Properties"), steps: Vec::new(), facts: check::facts(context, resource) };
            let choice = root.node.and_then(|node| value::if_arguments(node.get("SubnetId")?));
            let conditions = (resource.get("Condition").and_then(Node::as_str), choice.map(|(condition, _)| condition));
            for subnet in root.get(context, "SubnetId") {
                let name = match subnet.node.and_then(Function::call) {
                    None => subnet.text().map(str::to_owned),
                    Some((Function::Ref | Function::GetAtt, _)) => subnet.node.map(text::canonical),
                    Some(_) => None,
                };
                if let Some(name) = name {
                    seen.entry(name).or_default().push(Association { id, conditions });
                }
            }
        }
    }
    let mut findings = Vec::new();
    for group in seen.values() {
        for one in group {
            let together = |other: &&Association<'_>| {
                other.id != one.id && (other.conditions == one.conditions || other.conditions == (None, None))
            };
            if let Some(other) = group.iter().take(MOST).find(together) {
                let message = format!("a subnet must have one route table, and `{}` gives it another", other.id);
                findings.push(Finding::new(&rules::E3022, value::path(one.id, &[Step::Key("SubnetId")]), message));
            }
        }
    }
    findings
}
