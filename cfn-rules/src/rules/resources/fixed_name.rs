//! Names of one's own on resources that a change would replace.

use cfn_model::{Function, Node};

use crate::{
    facts::{
        flow::{
            graph::Flow,
            model::{FUNCTION, SAM_FUNCTION},
            text::Text,
        },
        text::listed,
    },
    rules::definition::{On, Reporter},
};

rule! {
    /// CloudFormation makes the new resource first and then deletes the old one. When both have the same fixed name, the
    /// update fails. So a resource with properties that cannot change in place, such as `FifoQueue`, the keys of a table or
    /// the description of a security group, should have no name of its own.
    ///
    /// ## Mistake
    ///
    /// ```yaml
    /// Resources:
    ///   Jobs:
    ///     Type: AWS::SQS::Queue
    ///     Properties: {QueueName: jobs.fifo, FifoQueue: true}
    /// ```
    ///
    /// ## Fix
    ///
    /// ```yaml
    /// Resources:
    ///   Jobs:
    ///     Type: AWS::SQS::Queue
    ///     Properties: {FifoQueue: true}
    /// ```
    AL1029: warning "A resource that a change would replace has no name of its own",
    on: On::Flow(check),
}

/// Types whose name is unique in an account and region, and the property that is the name.
const NAMED: &[(&str, &str)] = &[
    ("AWS::SQS::Queue", "QueueName"),
    ("AWS::SNS::Topic", "TopicName"),
    ("AWS::Lambda::Function", "FunctionName"),
    ("AWS::Serverless::Function", "FunctionName"),
    ("AWS::DynamoDB::Table", "TableName"),
    ("AWS::Kinesis::Stream", "Name"),
    ("AWS::S3::Bucket", "BucketName"),
    ("AWS::StepFunctions::StateMachine", "StateMachineName"),
    ("AWS::KinesisFirehose::DeliveryStream", "DeliveryStreamName"),
    ("AWS::IAM::Role", "RoleName"),
    ("AWS::Events::EventBus", "Name"),
    ("AWS::Cognito::UserPool", "UserPoolName"),
    ("AWS::Pipes::Pipe", "Name"),
    ("AWS::EC2::SecurityGroup", "GroupName"),
];

fn check(flow: &Flow<'_>, report: &mut Reporter<'_>) {
    for resource in &flow.model.resources {
        let Some((kind, key)) = NAMED.iter().find(|(kind, _)| *kind == resource.kind) else { continue };
        // What cannot change of SAM's function is what cannot change of the one that it becomes.
        let made = if *kind == SAM_FUNCTION { FUNCTION } else { kind };
        let Some(schema) = cfn_schema::resource_type(made) else { continue };
        let Some(name) = resource.properties.get(key).filter(|name| !may_be_left_out(name)) else { continue };
        let fixed: Vec<&str> = schema
            .create_only()
            .chain(schema.conditional_create_only())
            .filter_map(|path| path.strip_prefix("/properties/").unwrap_or(path).split('/').next())
            .filter(|other| other != key && resource.properties.get(other).is_some_and(|node| !may_be_left_out(node)))
            .collect();
        if !fixed.is_empty() {
            let message = format!(
                "`{}`: a change of {} would replace it, which fails while its name is fixed, got `{key}: {}`",
                resource.id,
                listed(fixed, "or"),
                Text::of(name)
            );
            let help = format!("leave `{key}` out and let CloudFormation name it, or rename it with such a change");
            report.at(resource.path(&[key]), message).help(help);
        }
    }
}

/// Whether a property may turn out not to be there.
fn may_be_left_out(node: &Node) -> bool {
    matches!(Function::call(node), Some((Function::If | Function::Transform, _)))
        || matches!(Function::call(node), Some((Function::Ref, name)) if name.as_str() == Some("AWS::NoValue"))
}

#[cfg(test)]
mod tests {
    use super::RULE;
    use crate::testing::check;

    #[test]
    fn cases() {
        let queue = |more: &str| {
            format!("Resources: {{Q: {{Type: AWS::SQS::Queue, Properties: {{QueueName: a.fifo{more}}}}}}}\n")
        };
        let message = "`Q`: a change of `FifoQueue` would replace it, which fails while its name is fixed, got \
                       `QueueName: a.fifo`";
        check(&RULE, &queue(", FifoQueue: true"), &[("Resources/Q/Properties/QueueName", message)]);
        check(&RULE, &queue(", FifoQueue: !If [C, true, false]"), &[]);
    }
}
