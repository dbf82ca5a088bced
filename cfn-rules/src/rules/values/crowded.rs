//! What several resources cannot have together, and what one needs of another.

use cfn_model::{Finding, Function, Node, Path, Segment};
use indexmap::IndexMap;

use super::check::{Check, Look};
use crate::{
    codes as rules,
    facts::{conditions::Fact, context::Context, text, value::Value},
};

pub(crate) static CHECKS: &[Check] = &[("AWS::ECS::Service", dynamic_ports)];

/// CloudWatch's quota of subscription filters of one log group.
const MOST_FILTERS: usize = 5;

/// What the whole template has too much of.
pub(crate) fn findings(context: &Context<'_>) -> Vec<Finding> {
    let mut findings = subscriptions(context);
    findings.extend(private_names(context));
    findings
}

/// Log groups with more subscription filters than they can have.
fn subscriptions(context: &Context<'_>) -> Vec<Finding> {
    let mut places: IndexMap<String, Vec<Path>> = IndexMap::new();
    let mut add = |group: &Node, id: &str, below: &[&str]| {
        let steps = ["Resources", id, "Properties"].into_iter().chain(below.iter().copied());
        places.entry(text::canonical(group)).or_default().push(Path(steps.map(Segment::from).collect()));
    };
    let of = |kind: &'static str| {
        let resources = context.section("Resources").into_iter().flatten();
        let of_kind = resources.filter(move |(_, resource)| resource.get("Type").and_then(Node::as_str) == Some(kind));
        of_kind.filter_map(|(id, resource)| Some((id, resource.get("Properties")?)))
    };
    for (id, properties) in of("AWS::Logs::SubscriptionFilter") {
        if properties.as_object().is_some() {
            add(&properties["LogGroupName"], id, &["LogGroupName"]);
        }
    }
    for (id, properties) in of("AWS::Serverless::Function") {
        let events = properties.get("Events").and_then(Node::as_object).into_iter().flatten();
        for (name, event) in events.filter(|(_, event)| event["Type"].as_str() == Some("CloudWatchLogs")) {
            if let Some(group) = event.get("Properties").and_then(|properties| properties.get("LogGroupName")) {
                add(group, id, &["Events", name, "Properties", "LogGroupName"]);
            }
        }
    }
    let crowded = places.into_values().filter(|places| places.len() > MOST_FILTERS);
    let finding = |mut places: Vec<Path>| {
        let count = places.len();
        let message = format!("a log group must have at most {MOST_FILTERS} subscription filters, got {count}");
        // The third, which is where cfn-lint says so.
        Finding::new(&rules::E2529, places.swap_remove(2), message)
            .help("send the logs to one stream, and fan out from there".to_owned())
    };
    crowded.map(finding).collect()
}

/// Two endpoints of one service in one network, both of which answer to its public name.
fn private_names(context: &Context<'_>) -> Vec<Finding> {
    let mut seen: IndexMap<(String, String), Vec<Vec<Fact>>> = IndexMap::new();
    let mut findings = Vec::new();
    for (id, resource) in context.section("Resources").into_iter().flatten() {
        if resource.get("Type").and_then(Node::as_str) != Some("AWS::EC2::VPCEndpoint") {
            continue;
        }
        let condition = resource.get("Condition").and_then(Node::as_str).and_then(|name| context.conditions.id(name));
        let facts = condition.into_iter().map(|id| (id, true)).collect();
        let root = Value { node: resource.get("Properties"), steps: Vec::new(), facts };
        let at = |value: &Value<'_>, path| Value { facts: value.facts.clone(), ..root.clone() }.get(context, path);
        let kinds = at(&root, "VpcEndpointType").into_iter().filter(|kind| kind.text() == Some("Interface"));
        let named = kinds.flat_map(|kind| at(&kind, "PrivateDnsEnabled"));
        let named = named.filter(|named| named.node == Some(&Node::Bool(true)));
        for network in named.flat_map(|named| at(&named, "VpcId")) {
            for service in at(&network, "ServiceName") {
                let (Some(network), Some(name)) = (key(&network), key(&service)) else { continue };
                let others = seen.entry((network, name)).or_default();
                let meets = |other: &Vec<Fact>| {
                    context.conditions.satisfiable(&[service.facts.as_slice(), other.as_slice()].concat())
                };
                if others.iter().any(meets) {
                    let path = Path(["Resources", id, "Properties"].map(Segment::from).to_vec());
                    let message = format!(
                        "`{id}` must not have `PrivateDnsEnabled`, which another endpoint of this service has in the same network"
                    );
                    findings.push(
                        Finding::new(&rules::E3064, path, message)
                            .help("use one endpoint, or turn `PrivateDnsEnabled` off in one of them".to_owned()),
                    );
                }
                others.push(service.facts.clone());
            }
        }
    }
    findings
}

/// What two values share that are the same thing.
fn key(value: &Value<'_>) -> Option<String> {
    let node = value.node?;
    match Function::call(node) {
        None => node.as_str().map(|text| format!("text {text}")),
        Some((Function::Ref, name)) => Some(format!("resource {}", text::canonical(name))),
        Some((Function::GetAtt, Node::Array(parts))) => {
            Some(format!("attribute of {}", text::canonical(parts.first()?)))
        }
        Some((Function::GetAtt, name)) => Some(format!("attribute {}", text::canonical(name))),
        Some((Function::Sub, Node::Array(parts))) => Some(format!("sub {}", text::canonical(parts.first()?))),
        Some((Function::Sub, text)) => Some(format!("sub {}", text.as_str()?)),
        Some(_) => None,
    }
}

/// A container on a port that nobody knows before it runs: its target group has to ask that very port whether it lives.
fn dynamic_ports(look: &mut Look<'_, '_>) {
    const WANTED: &str = "traffic-port";
    let port_of = |value: &Value<'_>| match value.node? {
        node @ (Node::String(_) | Node::Number(_)) => text::scalar(node).map(|text| text.into_owned()),
        _ => None,
    };
    let mut wrong = Vec::new();
    for task in look.get("TaskDefinition") {
        let Some((_, task)) = look.target(&task, "AWS::ECS::TaskDefinition") else { continue };
        for balancer in look.get("LoadBalancers/*") {
            let first = |path| balancer.first(look.context, path);
            let (name, port) = (first("ContainerName"), port_of(&first("ContainerPort")));
            let (Some(name), Some(port)) = (name.text(), port) else { continue };
            let Some((group, properties)) =
                look.target(&first("TargetGroupArn"), "AWS::ElasticLoadBalancingV2::TargetGroup")
            else {
                continue;
            };
            let is_dynamic = task.get(look.context, "ContainerDefinitions/*").iter().any(|container| {
                container.first(look.context, "Name").text() == Some(name)
                    && container.get(look.context, "PortMappings/*").iter().any(|mapping| {
                        let at = |path| port_of(&mapping.first(look.context, path));
                        at("ContainerPort").as_ref() == Some(&port) && at("HostPort").as_deref() == Some("0")
                    })
            });
            for asked in properties.get(look.context, "HealthCheckPort").into_iter().filter(|_| is_dynamic) {
                let is_wrong = match asked.node {
                    None => true,
                    Some(_) => port_of(&asked).is_some_and(|port| port != WANTED),
                };
                if is_wrong {
                    wrong.push((group, asked.steps));
                }
            }
        }
    }
    for (group, steps) in wrong {
        let message = format!("the health check of `{group}` must ask `{WANTED}`: the container is on any port");
        let finding = look.fail_at(&rules::E3049, group, &steps, message);
        finding.help = Some(format!("set `HealthCheckPort` to `{WANTED}`"));
    }
}
