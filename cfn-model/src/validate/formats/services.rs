//! Rules about resources of one service that get in each other's way.

use std::collections::HashMap;

use super::{
    check::{self, Check, Look},
    value::{self, Step, Value},
};
use crate::{
    Function, Node,
    validate::{Finding, conditions::Fact, context::Context, rules, text},
};

pub(super) static CHECKS: &[Check] = &[("AWS::ECS::Service", dynamic_ports)];

/// How many subscription filters a log group can have.
const MOST_FILTERS: usize = 5;

/// How many endpoints of one service in one VPC are compared.
const MOST_ENDPOINTS: usize = 100;

/// Where a task's container gets any port of the host, the load balancer asks it for its health at that port.
fn dynamic_ports(look: &mut Look<'_, '_>) {
    const GROUP: &str = "AWS::ElasticLoadBalancingV2::TargetGroup";
    const TRAFFIC: &str = "traffic-port";
    for reference in look.get("TaskDefinition") {
        let Some((_, task)) = look.target(&reference, "AWS::ECS::TaskDefinition") else { continue };
        let from = Value { facts: reference.facts.clone(), ..look.root.clone() };
        for balancer in look.below(&from, "LoadBalancers/*") {
            let first = |name| balancer.first(look.context, name);
            let (name, port, group) = (first("ContainerName"), first("ContainerPort"), first("TargetGroupArn"));
            let (Some(name), Some(port)) = (name.text(), port.node.and_then(text::scalar)) else { continue };
            let Some((id, group)) = look.target(&group, GROUP) else { continue };
            let is_dynamic = look.below(&task, "ContainerDefinitions/*").iter().any(|container| {
                container.first(look.context, "Name").text() == Some(name)
                    && look.below(container, "PortMappings/*").iter().any(|mapping| {
                        let is = |key, wanted: &str| {
                            mapping.first(look.context, key).node.and_then(text::scalar).as_deref() == Some(wanted)
                        };
                        is("ContainerPort", &port) && is("HostPort", "0")
                    })
            });
            let health = group.first(look.context, "HealthCheckPort");
            if is_dynamic && !health.is_call() && health.text() != Some(TRAFFIC) {
                let message =
                    format!("`HealthCheckPort` must be `{TRAFFIC}` where container `{name}` has any host port");
                look.fail_at(&rules::E3049, id, &health.steps, message).expected = Some(TRAFFIC.to_owned());
            }
        }
    }
}

/// In a VPC, one endpoint of a service only has the private name of the service.
pub(super) fn private_names(context: &Context<'_>) -> Vec<Finding> {
    let mut seen: HashMap<[String; 2], Vec<Vec<Fact>>> = HashMap::new();
    let mut findings = Vec::new();
    for (id, resource) in of_type(context, "AWS::EC2::VPCEndpoint") {
        let facts = check::facts(context, resource);
        let root = Value { node: resource.get("Properties"), steps: Vec::new(), facts };
        let below = |value: &Value<'_>, path| Value { facts: value.facts.clone(), ..root.clone() }.get(context, path);
        let mut is_wrong = false;
        for kind in root.get(context, "VpcEndpointType").iter().filter(|kind| kind.text() == Some("Interface")) {
            for private in
                below(kind, "PrivateDnsEnabled").iter().filter(|private| private.boolean(false) == Some(true))
            {
                for (vpc, service) in below(private, "VpcId")
                    .iter()
                    .flat_map(|vpc| below(vpc, "ServiceName").into_iter().map(move |service| (vpc, service)))
                {
                    let (Some(vpc), Some(name)) = (identity(vpc), identity(&service)) else { continue };
                    let others = seen.entry([vpc, name]).or_default();
                    let together = |facts: &Vec<Fact>| {
                        context.conditions.satisfiable(&[facts.as_slice(), &service.facts].concat())
                    };
                    is_wrong |= others.iter().any(together);
                    if others.len() < MOST_ENDPOINTS {
                        others.push(service.facts);
                    }
                }
            }
        }
        if is_wrong {
            let message =
                format!("`{id}` must not have `PrivateDnsEnabled`: another endpoint has the name in this VPC");
            findings.push(Finding::new(&rules::E3064, value::path(id, &[]), message));
        }
    }
    findings
}

/// A text that two values share when they are the same thing.
fn identity(value: &Value<'_>) -> Option<String> {
    match (value.resource(), value.node.and_then(Function::call)) {
        (Some(id), Some((function, _))) => Some(format!("{} {id}", function.name())),
        (_, Some((Function::Sub, argument))) => {
            Some(text::canonical(argument.as_array().map_or(argument, |all| &all[0])))
        }
        (_, None) => value.text().map(str::to_owned),
        _ => None,
    }
}

/// A log group has only so many subscription filters.
pub(super) fn subscriptions(context: &Context<'_>) -> Vec<Finding> {
    const NAME: &str = "LogGroupName";
    let mut filters: HashMap<String, Vec<(&str, Vec<Step<'_>>)>> = HashMap::new();
    let mut add = |name: &Node, id, steps| filters.entry(text::canonical(name)).or_default().push((id, steps));
    for (id, resource) in of_type(context, "AWS::Logs::SubscriptionFilter") {
        if let Some(name) = resource.get("Properties").and_then(|properties| properties.get(NAME)) {
            add(name, id, vec![Step::Key(NAME)]);
        }
    }
    for (id, resource) in of_type(context, "AWS::Serverless::Function") {
        let events = resource.get("Properties").and_then(|properties| properties.get("Events")?.as_object());
        for (event, node) in events.into_iter().flatten() {
            let is_log = node.get("Type").and_then(Node::as_str) == Some("CloudWatchLogs");
            if let Some(name) = node.get("Properties").and_then(|properties| properties.get(NAME)).filter(|_| is_log) {
                add(name, id, ["Events", event, "Properties", NAME].map(Step::Key).to_vec());
            }
        }
    }
    let too_many = filters.into_values().filter(|places| places.len() > MOST_FILTERS);
    let finding = |places: Vec<(&str, Vec<Step<'_>>)>| {
        let message =
            format!("a log group must have at most {MOST_FILTERS} subscription filters, got {}", places.len());
        let (id, steps) = &places[2];
        Finding::new(&rules::E2529, value::path(id, steps), message)
    };
    too_many.map(finding).collect()
}

fn of_type<'d>(context: &Context<'d>, wanted: &'static str) -> impl Iterator<Item = (&'d str, &'d Node)> {
    let resources = context.section("Resources").into_iter().flatten();
    let is_wanted = move |resource: &Node| resource.get("Type").and_then(Node::as_str) == Some(wanted);
    resources.filter(move |(_, resource)| is_wanted(resource)).map(|(id, resource)| (id.as_str(), resource))
}
