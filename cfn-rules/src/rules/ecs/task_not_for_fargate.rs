//! Services on Fargate with a task definition for EC2.

use cfn_model::{Function, Node};

use crate::{
    facts::values::path,
    rules::{
        definition::{On, Reporter},
        values::Look,
    },
};

rule! {
    /// A service with the launch type `FARGATE` needs a task definition whose `RequiresCompatibilities` has `FARGATE`.
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
    E3054: error "Fargate service with a task definition that is not for Fargate",
    on: On::Resource(&["AWS::ECS::Service"], check),
}

fn check(look: &Look<'_, '_>, report: &mut Reporter<'_>) {
    for reference in look.get("TaskDefinition") {
        let Some((id, task)) = look.target(&reference, "AWS::ECS::TaskDefinition") else { continue };
        if look.beside(&reference, "LaunchType").text() != Some("FARGATE") {
            continue;
        }
        let mode = task.first(look.context, "NetworkMode");
        if mode.node.is_some() && mode.text().is_none_or(|mode| mode == "awsvpc") {
            continue;
        }
        let launches = task.first(look.context, "RequiresCompatibilities");
        let is_fargate =
            |node: &Node| node.as_str().is_none_or(|text| text == "FARGATE") || Function::call(node).is_some();
        let fits = match launches.node {
            None => false,
            Some(Node::Array(items)) => items.iter().any(is_fargate),
            Some(_) => true,
        };
        if !fits {
            let steps = if launches.node.is_none() { &[][..] } else { &launches.steps };
            let message = format!("`RequiresCompatibilities` must have `FARGATE` for the service `{}`", look.id);
            report.at(path(id, steps), message);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::RULE;
    use crate::testing::check;

    #[test]
    fn cases() {
        let template = |launch: &str, task: &str| {
            format!(
                "Resources:\n  S: {{Type: AWS::ECS::Service, Properties: {{LaunchType: {launch}, TaskDefinition: !Ref T}}}}\n  T: {{Type: AWS::ECS::TaskDefinition, Properties: {{{task}}}}}\n"
            )
        };
        let message = "`RequiresCompatibilities` must have `FARGATE` for the service `S`";
        check(&RULE, &template("FARGATE", ""), &[("Resources/T/Properties", message)]);
        let place = "Resources/T/Properties/RequiresCompatibilities";
        check(&RULE, &template("FARGATE", "RequiresCompatibilities: [EC2]"), &[(place, message)]);
        check(&RULE, &template("FARGATE", "RequiresCompatibilities: [FARGATE]"), &[]);
        check(&RULE, &template("FARGATE", "NetworkMode: awsvpc"), &[]);
        check(&RULE, &template("EC2", ""), &[]);
    }
}
