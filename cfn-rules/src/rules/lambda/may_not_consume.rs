//! Roles that may not consume the queue of an event source mapping.

use std::collections::HashMap;

use crate::{
    facts::{
        flow::{graph::Flow, permission::TO_CONSUME},
        text::listed,
    },
    rules::definition::{On, Reporter},
};

rule! {
    /// Lambda polls a queue with the function's role. It refuses the mapping when the role may not receive and delete
    /// messages and read the queue's attributes: in any scenario of the template's conditions, and also where a policy names
    /// the queue's address instead of its ARN. A queue policy for a service, such as SNS, gives the role no permission. SAM
    /// adds the permissions to a role that it makes itself, for events of its own.
    ///
    /// ## Mistake
    ///
    /// ```yaml
    /// Resources:
    ///   Jobs:
    ///     Type: AWS::SQS::Queue
    ///   Role:
    ///     Type: AWS::IAM::Role
    ///     Properties:
    ///       AssumeRolePolicyDocument:
    ///         Statement: [{Effect: Allow, Principal: {Service: lambda.amazonaws.com}, Action: 'sts:AssumeRole'}]
    ///       Policies:
    ///         - PolicyName: jobs
    ///           PolicyDocument:
    ///             Statement:
    ///               - Effect: Allow
    ///                 Action: ['sqs:ReceiveMessage']
    ///                 Resource: !GetAtt Jobs.Arn
    ///   Worker:
    ///     Type: AWS::Lambda::Function
    ///     Properties:
    ///       Runtime: python3.13
    ///       Handler: app.handler
    ///       Code: {S3Bucket: code, S3Key: worker.zip}
    ///       Role: !GetAtt Role.Arn
    ///   Mapping:
    ///     Type: AWS::Lambda::EventSourceMapping
    ///     Properties: {EventSourceArn: !GetAtt Jobs.Arn, FunctionName: !Ref Worker}
    /// ```
    ///
    /// ## Fix
    ///
    /// ```yaml
    /// Resources:
    ///   Jobs:
    ///     Type: AWS::SQS::Queue
    ///   Role:
    ///     Type: AWS::IAM::Role
    ///     Properties:
    ///       AssumeRolePolicyDocument:
    ///         Statement: [{Effect: Allow, Principal: {Service: lambda.amazonaws.com}, Action: 'sts:AssumeRole'}]
    ///       Policies:
    ///         - PolicyName: jobs
    ///           PolicyDocument:
    ///             Statement:
    ///               - Effect: Allow
    ///                 Action: ['sqs:ReceiveMessage', 'sqs:DeleteMessage', 'sqs:GetQueueAttributes']
    ///                 Resource: !GetAtt Jobs.Arn
    ///   Worker:
    ///     Type: AWS::Lambda::Function
    ///     Properties:
    ///       Runtime: python3.13
    ///       Handler: app.handler
    ///       Code: {S3Bucket: code, S3Key: worker.zip}
    ///       Role: !GetAtt Role.Arn
    ///   Mapping:
    ///     Type: AWS::Lambda::EventSourceMapping
    ///     Properties: {EventSourceArn: !GetAtt Jobs.Arn, FunctionName: !Ref Worker}
    /// ```
    AL1014: error "role may not consume the queue of the event source mapping",
    on: On::Flow(check),
}

fn check(flow: &Flow<'_>, report: &mut Reporter<'_>) {
    let model = &flow.model;
    let mut always: HashMap<(usize, usize), Vec<&str>> = HashMap::new();
    for mapping in &flow.mappings {
        let (Some(queue), Some(function)) = (mapping.queue_here(), mapping.function_here()) else { continue };
        let facts = [mapping.facts.as_slice(), &model.resources[function].facts].concat();
        let Some(role) = flow.roles.of(function).filter(|_| model.together(&[&facts])) else { continue };
        let lacks = |action: &&str| {
            role.may(model, action, queue, &facts) == Some(false) && !flow.policies.may_allow(action, queue)
        };
        let ask = || TO_CONSUME.into_iter().filter(lacks).collect::<Vec<_>>();
        let missing = match facts.is_empty() {
            true => always.entry((function, queue)).or_insert_with(ask).clone(),
            false => ask(),
        };
        if !missing.is_empty() {
            let message = format!(
                "{}, {}: the {} must be allowed to consume the queue, got no {}",
                mapping.name,
                mapping.ends(model),
                role.name,
                listed(missing.iter().copied(), "and")
            );
            let help = format!(
                "allow {} on `!GetAtt {}.Arn`, or attach `AWSLambdaSQSQueueExecutionRole`",
                listed(TO_CONSUME, "and"),
                model.resources[queue].id
            );
            report.at(mapping.resource.path(&[mapping.source_key]), message).help(help);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::RULE;
    use crate::testing::flow::{Change, NONE, ROLE, either, plain, sam, written};

    #[test]
    fn templates_as_people_write_them() {
        written(&RULE, include_str!("may_not_consume.yaml"));
    }

    #[test]
    fn plain_and_serverless() {
        let with = |statement: &str| {
            ROLE.replace(
                "      ManagedPolicyArns: ['arn:aws:iam::aws:policy/service-role/AWSLambdaSQSQueueExecutionRole']",
                &format!("      Policies: [{{PolicyName: p, PolicyDocument: {{Statement: [{statement}]}}}}]"),
            )
        };
        let allow = |actions: &str, resource: &str| {
            with(&format!("{{Effect: Allow, Action: [{actions}], Resource: {resource}}}"))
        };
        let all_three = "'sqs:Receive*', 'sqs:DeleteMessage', 'sqs:GetQueueAttributes'";
        let role = |role: &str| plain(Change { role: Some(role), ..NONE });
        // A SAM function with a role of the template.
        let own = |role: &str| sam(Change { function: "Role: !GetAtt Role.Arn,", more: role, ..NONE });
        let (few, other) = (allow("'sqs:ReceiveMessage'", "!GetAtt Jobs.Arn"), allow(all_three, "!GetAtt Dead.Arn"));
        let (good, every) =
            (allow(all_three, "!Sub 'arn:${AWS::Partition}:sqs:*:*:${Jobs.QueueName}'"), allow("'sqs:*'", "'*'"));
        let (unknown, open) = (
            allow(all_three, "!Ref Name"),
            ROLE.replace("'arn:aws:iam::aws:policy/service-role/AWSLambdaSQSQueueExecutionRole'", "!Ref Name"),
        );
        either(
            &RULE,
            &[role(&few), role(&other), own(&few)],
            &[role(ROLE), role(&good), role(&every), role(&unknown), role(&open), own(&good), sam(NONE)],
        );
    }
}
