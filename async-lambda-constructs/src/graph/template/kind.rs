//! Which kind of thing a resource type is.

use super::{Kind, Resource};

/// The kind of a resource.
pub(super) fn kind(resource: &Resource<'_>) -> Kind {
    let type_name = resource.type_name;
    let mut parts = type_name.split("::").skip(1);
    let (service, name) = (parts.next().unwrap_or_default(), parts.next().unwrap_or_default());
    match (service, name) {
        ("SQS", "Queue") | ("AmazonMQ", _) => Kind::Queue,
        ("Lambda", "Function" | "Alias" | "Version" | "Url")
        | ("Serverless", "Function" | "StateMachine")
        | ("StepFunctions", _)
        | ("Batch", _)
        | ("CodeBuild", "Project")
        | ("ECS", "Service" | "TaskDefinition") => Kind::Function,
        ("S3" | "S3Express" | "EFS" | "ECR", _) => Kind::Bucket,
        ("DynamoDB" | "RDS" | "DocDB" | "Neptune" | "ElastiCache" | "Redshift" | "DSQL" | "Timestream", _)
        | ("Serverless", "SimpleTable") => Kind::Table,
        ("SNS" | "Kinesis" | "KinesisFirehose" | "MSK", _) => Kind::Topic,
        ("ApiGateway" | "ApiGatewayV2" | "AppSync" | "ElasticLoadBalancingV2" | "CloudFront", _)
        | ("Serverless", "Api" | "HttpApi" | "GraphQLApi" | "WebSocketApi") => Kind::Api,
        ("Events" | "Scheduler" | "Pipes", _) => Kind::Schedule,
        ("CloudWatch", _) => Kind::Alarm,
        ("IAM" | "KMS" | "SecretsManager" | "Cognito", _) => Kind::Role,
        _ => Kind::Other,
    }
}

/// `SQS Queue` of `AWS::SQS::Queue`.
pub(super) fn short_type(type_name: &str) -> String {
    type_name.strip_prefix("AWS::").unwrap_or(type_name).replace("::", " ")
}

/// `sqs` of `AWS::SQS::Queue`: what the actions of its policies begin with.
pub(super) fn action_prefix(type_name: &str) -> String {
    let service = match type_name {
        "AWS::Serverless::Function" => "lambda",
        "AWS::Serverless::SimpleTable" => "dynamodb",
        "AWS::Serverless::StateMachine" => "states",
        "AWS::Serverless::Api" | "AWS::Serverless::HttpApi" => "execute-api",
        other => other.split("::").nth(1).unwrap_or_default(),
    };
    match service {
        "StepFunctions" => "states".to_owned(),
        "ApiGateway" | "ApiGatewayV2" => "execute-api".to_owned(),
        other => other.to_ascii_lowercase(),
    }
}
