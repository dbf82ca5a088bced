//! What a reference means, by the property in which it stands.

use super::{Line, Reference};

/// What a reference means for the picture.
#[derive(Clone, Copy)]
pub(super) struct Meaning {
    pub(super) label: &'static str,
    pub(super) line: Line,
    /// Whether the arrow goes from what is referred to.
    pub(super) reversed: bool,
}

const PLAIN: Meaning = Meaning { label: "", line: Line::Solid, reversed: false };

const fn says(label: &'static str) -> Meaning {
    Meaning { label, ..PLAIN }
}

const fn fails(label: &'static str) -> Meaning {
    Meaning { label, line: Line::Dashed, ..PLAIN }
}

const fn triggers(label: &'static str) -> Meaning {
    Meaning { label, reversed: true, ..PLAIN }
}

/// Type, property, meaning. A type that ends in `*` stands for all that begin so.
const MEANINGS: &[(&str, &str, Meaning)] = &[
    ("AWS::SQS::Queue", "RedrivePolicy", fails("dead letters")),
    ("AWS::*", "DeadLetterConfig", fails("dead letters")),
    ("AWS::*", "DeadLetterQueue", fails("dead letters")),
    ("AWS::Events::Rule", "Targets.DeadLetterConfig", fails("dead letters")),
    ("AWS::Events::Rule", "Targets.Arn", says("triggers")),
    ("AWS::Scheduler::Schedule", "Target.DeadLetterConfig", fails("dead letters")),
    ("AWS::Scheduler::Schedule", "Target.Arn", says("triggers")),
    ("AWS::Pipes::Pipe", "Source", triggers("feeds")),
    ("AWS::Pipes::Pipe", "Target", says("sends to")),
    ("AWS::CloudWatch::Alarm", "Dimensions", says("watches")),
    ("AWS::CloudWatch::Alarm", "Metrics", says("watches")),
    ("AWS::CloudWatch::Alarm", "AlarmActions", says("notifies")),
    ("AWS::CloudWatch::Alarm", "OKActions", says("notifies")),
    ("AWS::CloudWatch::Alarm", "InsufficientDataActions", says("notifies")),
    ("AWS::SNS::Topic", "Subscription", says("delivers to")),
    ("AWS::SNS::Subscription", "TopicArn", triggers("delivers to")),
    ("AWS::S3::Bucket", "NotificationConfiguration", says("notifies")),
    ("AWS::S3::Bucket", "LoggingConfiguration", says("logs to")),
    ("AWS::S3::Bucket", "ReplicationConfiguration", says("copies to")),
    ("AWS::Lambda::Function", "Role", says("assumes")),
    ("AWS::Serverless::*", "Role", says("assumes")),
    ("AWS::Lambda::EventSourceMapping", "EventSourceArn", triggers("triggers")),
    ("AWS::Lambda::EventSourceMapping", "DestinationConfig", fails("on failure")),
    ("AWS::Lambda::Permission", "SourceArn", triggers("")),
    ("AWS::*", "EventInvokeConfig.DestinationConfig.OnFailure", fails("on failure")),
    ("AWS::*", "EventInvokeConfig.DestinationConfig.OnSuccess", says("on success")),
    ("AWS::StepFunctions::StateMachine", "DefinitionString", says("runs")),
    ("AWS::StepFunctions::StateMachine", "Definition", says("runs")),
    ("AWS::StepFunctions::StateMachine", "DefinitionSubstitutions", says("runs")),
    ("AWS::Serverless::StateMachine", "Definition", says("runs")),
    ("AWS::Serverless::StateMachine", "DefinitionSubstitutions", says("runs")),
    ("AWS::ApiGateway::*", "Body", says("calls")),
    ("AWS::ApiGatewayV2::*", "Body", says("calls")),
    ("AWS::ApiGatewayV2::*", "IntegrationUri", says("calls")),
    ("AWS::ApiGateway::*", "Integration", says("calls")),
    ("AWS::Serverless::Api", "DefinitionBody", says("calls")),
    ("AWS::Serverless::HttpApi", "DefinitionBody", says("calls")),
    ("AWS::Serverless::*", "Auth", says("asks")),
    ("AWS::CloudFront::Distribution", "DistributionConfig.Origins", says("serves")),
];

/// What a reference means. Without a rule it is an arrow without words.
pub(super) fn meaning(type_name: &str, reference: &Reference<'_>) -> Meaning {
    MEANINGS
        .iter()
        .find(|(pattern, property, _)| {
            let is_type = match pattern.strip_suffix('*') {
                Some(prefix) => type_name.starts_with(prefix),
                None => type_name == *pattern,
            };
            is_type && reference.is_under(property)
        })
        .map_or(PLAIN, |(_, _, meaning)| *meaning)
}

/// A resource type that is there to connect others.
pub(super) struct Connector {
    /// The property that refers to where the arrow starts.
    pub(super) from: &'static str,
    /// The property that refers to where it ends.
    pub(super) to: &'static str,
    pub(super) label: &'static str,
    /// The property that refers to where failures go.
    pub(super) failure: Option<&'static str>,
    /// Whether it is no node even where an end is missing.
    pub(super) always: bool,
    /// Whether the arrows are those of its policy document.
    pub(super) is_policy: bool,
}

const fn arrow(from: &'static str, to: &'static str, label: &'static str) -> Connector {
    Connector { from, to, label, failure: None, always: false, is_policy: false }
}

/// A resource that is only a part of what its property refers to.
const fn part_of(from: &'static str, to: &'static str) -> Connector {
    Connector { always: true, ..arrow(from, to, "calls") }
}

const fn policy(from: &'static str) -> Connector {
    Connector { is_policy: true, ..arrow(from, from, "") }
}

const CONNECTORS: &[(&str, Connector)] = &[
    (
        "AWS::Lambda::EventSourceMapping",
        Connector { failure: Some("DestinationConfig"), ..arrow("EventSourceArn", "FunctionName", "triggers") },
    ),
    ("AWS::Lambda::Permission", Connector { always: true, ..arrow("SourceArn", "FunctionName", "invokes") }),
    ("AWS::Lambda::EventInvokeConfig", arrow("FunctionName", "DestinationConfig", "sends results to")),
    ("AWS::SNS::Subscription", arrow("TopicArn", "Endpoint", "delivers to")),
    ("AWS::IAM::Policy", policy("Roles")),
    ("AWS::IAM::RolePolicy", policy("RoleName")),
    ("AWS::IAM::ManagedPolicy", policy("Roles")),
    ("AWS::SQS::QueuePolicy", part_of("Queues", "-")),
    ("AWS::SNS::TopicPolicy", part_of("Topics", "-")),
    ("AWS::S3::BucketPolicy", part_of("Bucket", "-")),
    ("AWS::ApiGateway::Method", part_of("RestApiId", "Integration")),
    ("AWS::ApiGateway::Resource", part_of("RestApiId", "-")),
    ("AWS::ApiGateway::Deployment", part_of("RestApiId", "-")),
    ("AWS::ApiGateway::Stage", part_of("RestApiId", "-")),
    ("AWS::ApiGatewayV2::Integration", part_of("ApiId", "IntegrationUri")),
    ("AWS::ApiGatewayV2::Route", part_of("ApiId", "-")),
    ("AWS::ApiGatewayV2::Deployment", part_of("ApiId", "-")),
    ("AWS::ApiGatewayV2::Stage", part_of("ApiId", "-")),
];

/// The connector that a type is.
pub(super) fn connector(type_name: &str) -> Option<&'static Connector> {
    CONNECTORS.iter().find(|(name, _)| *name == type_name).map(|(_, connector)| connector)
}
