//! Health checks that ask another port than the container's.

use cfn_model::Node;

use crate::{
    facts::{
        text,
        values::{Value, path},
    },
    rules::{
        definition::{On, Reporter},
        values::Look,
    },
};

rule! {
    /// A container with host port 0 gets a free port when it starts. The health check of its target group must ask that
    /// port, which is `traffic-port`; any other port belongs to something else or to nothing.
    ///
    /// ## Mistake
    ///
    /// ```yaml
    /// Resources:
    ///   Task:
    ///     Type: AWS::ECS::TaskDefinition
    ///     Properties:
    ///       ContainerDefinitions:
    ///         - Name: web
    ///           Image: nginx
    ///           Memory: 128
    ///           PortMappings:
    ///             - ContainerPort: 80
    ///               HostPort: 0
    ///   Targets:
    ///     Type: AWS::ElasticLoadBalancingV2::TargetGroup
    ///     Properties:
    ///       Port: 80
    ///       Protocol: HTTP
    ///       VpcId: vpc-0123abcd
    ///       HealthCheckPort: "80"
    ///   Web:
    ///     Type: AWS::ECS::Service
    ///     Properties:
    ///       TaskDefinition: !Ref Task
    ///       LoadBalancers:
    ///         - ContainerName: web
    ///           ContainerPort: 80
    ///           TargetGroupArn: !Ref Targets
    /// ```
    ///
    /// ## Fix
    ///
    /// ```yaml
    /// Resources:
    ///   Task:
    ///     Type: AWS::ECS::TaskDefinition
    ///     Properties:
    ///       ContainerDefinitions:
    ///         - Name: web
    ///           Image: nginx
    ///           Memory: 128
    ///           PortMappings:
    ///             - ContainerPort: 80
    ///               HostPort: 0
    ///   Targets:
    ///     Type: AWS::ElasticLoadBalancingV2::TargetGroup
    ///     Properties:
    ///       Port: 80
    ///       Protocol: HTTP
    ///       VpcId: vpc-0123abcd
    ///       HealthCheckPort: traffic-port
    ///   Web:
    ///     Type: AWS::ECS::Service
    ///     Properties:
    ///       TaskDefinition: !Ref Task
    ///       LoadBalancers:
    ///         - ContainerName: web
    ///           ContainerPort: 80
    ///           TargetGroupArn: !Ref Targets
    /// ```
    E3049: error "fixed health check port for a container with a dynamic host port",
    on: On::Resource(&["AWS::ECS::Service"], check),
}

const WANTED: &str = "traffic-port";

fn check(look: &Look<'_, '_>, report: &mut Reporter<'_>) {
    for task in look.get("TaskDefinition") {
        let Some((_, task)) = look.target(&task, "AWS::ECS::TaskDefinition") else { continue };
        for balancer in look.get("LoadBalancers/*") {
            let first = |path| balancer.first(look.context, path);
            let (name, port) = (first("ContainerName"), port(&first("ContainerPort")));
            let (Some(name), Some(container_port)) = (name.text(), port) else { continue };
            let group = first("TargetGroupArn");
            let Some((group, properties)) = look.target(&group, "AWS::ElasticLoadBalancingV2::TargetGroup") else {
                continue;
            };
            if !is_dynamic(look, &task, name, &container_port) {
                continue;
            }
            for asked in properties.get(look.context, "HealthCheckPort") {
                if asked.node.is_none() || self::port(&asked).is_some_and(|port| port != WANTED) {
                    let message = format!(
                        "the health check of `{group}` must ask `{WANTED}`: the host port of the container is dynamic"
                    );
                    let help = format!("set `HealthCheckPort` to `{WANTED}`");
                    report.at(path(group, &asked.steps), message).help(help);
                }
            }
        }
    }
}

/// Whether a port of a container gets whatever port of the host is free.
fn is_dynamic<'d>(look: &Look<'_, 'd>, task: &Value<'d>, name: &str, wanted: &str) -> bool {
    look.below(task, "ContainerDefinitions/*").iter().any(|container| {
        container.first(look.context, "Name").text() == Some(name)
            && look.below(container, "PortMappings/*").iter().any(|mapping| {
                let at = |path| port(&mapping.first(look.context, path));
                at("ContainerPort").as_deref() == Some(wanted) && at("HostPort").as_deref() == Some("0")
            })
    })
}

fn port(value: &Value<'_>) -> Option<String> {
    match value.node? {
        node @ (Node::String(_) | Node::Number(_)) => text::scalar(node).map(|text| text.into_owned()),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::RULE;
    use crate::testing::check;

    #[test]
    fn cases() {
        let template = |host: u16, asked: &str| {
            format!(
                "Resources:\n  S: {{Type: AWS::ECS::Service, Properties: {{TaskDefinition: !Ref T, LoadBalancers: [{{ContainerName: web, ContainerPort: 80, TargetGroupArn: !Ref G}}]}}}}\n  T: {{Type: AWS::ECS::TaskDefinition, Properties: {{ContainerDefinitions: [{{Name: web, Image: a, PortMappings: [{{ContainerPort: 80, HostPort: {host}}}]}}]}}}}\n  G: {{Type: AWS::ElasticLoadBalancingV2::TargetGroup, Properties: {{Port: 80{asked}}}}}\n"
            )
        };
        let message = "the health check of `G` must ask `traffic-port`: the host port of the container is dynamic";
        check(&RULE, &template(0, ", HealthCheckPort: 80"), &[("Resources/G/Properties/HealthCheckPort", message)]);
        check(&RULE, &template(0, ""), &[("Resources/G/Properties/HealthCheckPort", message)]);
        check(&RULE, &template(0, ", HealthCheckPort: traffic-port"), &[]);
        check(&RULE, &template(8080, ", HealthCheckPort: 80"), &[]);
    }
}
