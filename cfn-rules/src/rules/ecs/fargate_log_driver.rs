//! Log drivers that Fargate does not have.

use crate::{
    facts::{text, values::path},
    rules::{
        definition::{On, Reporter},
        values::Look,
    },
};

rule! {
    /// A task on Fargate logs with `awslogs`, `splunk` or `awsfirelens`. The other log drivers need an EC2 host.
    ///
    /// ## Mistake
    ///
    /// ```yaml
    /// Resources:
    ///   Task:
    ///     Type: AWS::ECS::TaskDefinition
    ///     Properties:
    ///       NetworkMode: awsvpc
    ///       ContainerDefinitions:
    ///         - Name: web
    ///           Image: nginx
    ///           LogConfiguration:
    ///             LogDriver: json-file
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
    ///
    /// ## Fix
    ///
    /// ```yaml
    /// Resources:
    ///   Task:
    ///     Type: AWS::ECS::TaskDefinition
    ///     Properties:
    ///       NetworkMode: awsvpc
    ///       ContainerDefinitions:
    ///         - Name: web
    ///           Image: nginx
    ///           LogConfiguration:
    ///             LogDriver: splunk
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
    E3713: error "log driver that Fargate does not support",
    on: On::Resource(&["AWS::ECS::Service"], check),
}

const DRIVERS: [&str; 3] = ["awslogs", "splunk", "awsfirelens"];

fn check(look: &Look<'_, '_>, report: &mut Reporter<'_>) {
    for reference in look.get("TaskDefinition") {
        let Some((id, task)) = look.target(&reference, "AWS::ECS::TaskDefinition") else { continue };
        if look.beside(&reference, "LaunchType").text() != Some("FARGATE") {
            continue;
        }
        for driver in look.below(&task, "ContainerDefinitions/*/LogConfiguration/LogDriver") {
            if let Some(name) = driver.text().filter(|name| !DRIVERS.contains(name)) {
                let message =
                    format!("the log driver of a Fargate task must be {}, got `{name}`", text::listed(DRIVERS, "or"));
                report.at(path(id, &driver.steps), message);
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
        let template = |launch: &str, driver: &str| {
            format!(
                "Resources:\n  S: {{Type: AWS::ECS::Service, Properties: {{LaunchType: {launch}, TaskDefinition: !Ref T}}}}\n  T: {{Type: AWS::ECS::TaskDefinition, Properties: {{ContainerDefinitions: [{{Name: a, Image: a, LogConfiguration: {{LogDriver: {driver}}}}}]}}}}\n"
            )
        };
        let place = "Resources/T/Properties/ContainerDefinitions/0/LogConfiguration/LogDriver";
        let message = "the log driver of a Fargate task must be `awslogs`, `splunk` or `awsfirelens`, got `syslog`";
        check(&RULE, &template("FARGATE", "syslog"), &[(place, message)]);
        check(&RULE, &template("FARGATE", "splunk"), &[]);
        check(&RULE, &template("EC2", "syslog"), &[]);
    }
}
