//! Host ports of tasks with a network of their own.

use crate::{
    facts::values::Value,
    rules::{
        definition::{On, Reporter},
        values::Look,
    },
};

rule! {
    /// A task with the network mode `awsvpc` has its own network interface, so `HostPort` must be the container port or
    /// be left out.
    ///
    /// ## Mistake
    ///
    /// ```yaml
    /// Resources:
    ///   It:
    ///     Type: AWS::ECS::TaskDefinition
    ///     Properties:
    ///       NetworkMode: awsvpc
    ///       ContainerDefinitions:
    ///         - Name: web
    ///           Image: nginx
    ///           PortMappings:
    ///             - ContainerPort: 80
    ///               HostPort: 8080
    /// ```
    ///
    /// ## Fix
    ///
    /// ```yaml
    /// Resources:
    ///   It:
    ///     Type: AWS::ECS::TaskDefinition
    ///     Properties:
    ///       NetworkMode: awsvpc
    ///       ContainerDefinitions:
    ///         - Name: web
    ///           Image: nginx
    ///           PortMappings:
    ///             - ContainerPort: 80
    ///               HostPort: 80
    /// ```
    E3053: error "host port that differs from the container port with awsvpc",
    on: On::Resource(&["AWS::ECS::TaskDefinition"], check),
}

fn check(look: &Look<'_, '_>, report: &mut Reporter<'_>) {
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
                    report.at(look.path(&host.steps), message);
                }
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
        let task = |mode: &str, host: u16| {
            format!(
                "Resources: {{T: {{Type: AWS::ECS::TaskDefinition, Properties: {{NetworkMode: {mode}, ContainerDefinitions: [{{Name: a, Image: a, PortMappings: [{{ContainerPort: 80, HostPort: {host}}}]}}]}}}}}}\n"
            )
        };
        let place = "Resources/T/Properties/ContainerDefinitions/0/PortMappings/0/HostPort";
        check(&RULE, &task("awsvpc", 8080), &[(place, "`HostPort` must be the container's port 80, got 8080")]);
        check(&RULE, &task("awsvpc", 80), &[]);
        check(&RULE, &task("bridge", 8080), &[]);
    }
}
