//! Services without a network for tasks that need one.

use crate::rules::{
    definition::{On, Reporter},
    values::Look,
};

rule! {
    /// Each task with the network mode `awsvpc` gets its own network interface. Its service needs
    /// `NetworkConfiguration` to know the subnets.
    ///
    /// ## Mistake
    ///
    /// ```yaml
    /// Resources:
    ///   Task:
    ///     Type: AWS::ECS::TaskDefinition
    ///     Properties:
    ///       RequiresCompatibilities:
    ///         - FARGATE
    ///       NetworkMode: awsvpc
    ///       Cpu: '256'
    ///       Memory: '512'
    ///       ContainerDefinitions:
    ///         - Name: web
    ///           Image: nginx
    ///   Service:
    ///     Type: AWS::ECS::Service
    ///     Properties:
    ///       TaskDefinition:
    ///         Ref: Task
    ///       LaunchType: FARGATE
    /// ```
    ///
    /// ## Fix
    ///
    /// ```yaml
    /// Resources:
    ///   Task:
    ///     Type: AWS::ECS::TaskDefinition
    ///     Properties:
    ///       RequiresCompatibilities:
    ///         - FARGATE
    ///       NetworkMode: awsvpc
    ///       Cpu: '256'
    ///       Memory: '512'
    ///       ContainerDefinitions:
    ///         - Name: web
    ///           Image: nginx
    ///   Service:
    ///     Type: AWS::ECS::Service
    ///     Properties:
    ///       TaskDefinition:
    ///         Ref: Task
    ///       LaunchType: FARGATE
    ///       NetworkConfiguration:
    ///         AwsvpcConfiguration:
    ///           Subnets:
    ///             - subnet-01234567
    /// ```
    E3052: error "ECS service without a network configuration for its awsvpc task",
    on: On::Resource(&["AWS::ECS::Service"], check),
}

fn check(look: &Look<'_, '_>, report: &mut Reporter<'_>) {
    for reference in look.get("TaskDefinition") {
        let Some((_, task)) = look.target(&reference, "AWS::ECS::TaskDefinition") else { continue };
        let mode = task.first(look.context, "NetworkMode");
        if mode.text() == Some("awsvpc") && look.beside(&reference, "NetworkConfiguration").node.is_none() {
            let message = "a service whose task has the network mode `awsvpc` needs `NetworkConfiguration`";
            report.at(look.path(&[]), message);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::RULE;
    use crate::testing::check;

    #[test]
    fn cases() {
        let template = |mode: &str, network: &str| {
            format!(
                "Resources:\n  S: {{Type: AWS::ECS::Service, Properties: {{TaskDefinition: !Ref T{network}}}}}\n  T: {{Type: AWS::ECS::TaskDefinition, Properties: {{NetworkMode: {mode}}}}}\n"
            )
        };
        let message = "a service whose task has the network mode `awsvpc` needs `NetworkConfiguration`";
        check(&RULE, &template("awsvpc", ""), &[("Resources/S/Properties", message)]);
        check(&RULE, &template("bridge", ""), &[]);
        check(&RULE, &template("awsvpc", ", NetworkConfiguration: {}"), &[]);
    }
}
