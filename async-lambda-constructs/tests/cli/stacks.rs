//! The stacks of the tests.

use async_lambda_constructs::Stack;
use cfn_model::{Output, Resource, intrinsic};
use serde_json::json;

fn function(properties: serde_json::Value) -> Resource {
    let mut all = json!({"Handler": "bootstrap", "Runtime": "provided.al2023", "CodeUri": "target/lambda.zip"});
    all.as_object_mut().unwrap().extend(properties.as_object().unwrap().clone());
    Resource::raw("AWS::Serverless::Function", all)
}

/// An application with a bit of everything, and no findings.
pub(crate) fn orders() -> Stack {
    let mut stack = Stack::new("orders");
    stack.add("JobsDLQ", Resource::raw("AWS::SQS::Queue", json!({"MessageRetentionPeriod": 1_209_600})));
    stack.add(
        "Jobs",
        Resource::raw(
            "AWS::SQS::Queue",
            json!({"VisibilityTimeout": 360, "RedrivePolicy": {
                "deadLetterTargetArn": {"Fn::GetAtt": ["JobsDLQ", "Arn"]}, "maxReceiveCount": 5}}),
        ),
    );
    stack.add("Invoices", Resource::raw("AWS::S3::Bucket", json!({})));
    stack.add(
        "Table",
        Resource::raw("AWS::Serverless::SimpleTable", json!({"PrimaryKey": {"Name": "id", "Type": "String"}})),
    );
    stack.add("Alerts", Resource::raw("AWS::SNS::Topic", json!({})));
    stack.add(
        "JobsAge",
        Resource::raw(
            "AWS::CloudWatch::Alarm",
            json!({
                "Namespace": "AWS/SQS", "MetricName": "ApproximateAgeOfOldestMessage", "Statistic": "Maximum",
                "Period": 60, "EvaluationPeriods": 5, "Threshold": 600, "ComparisonOperator": "GreaterThanThreshold",
                "AlarmActions": [{"Ref": "Alerts"}],
                "Dimensions": [{"Name": "QueueName", "Value": {"Fn::GetAtt": ["Jobs", "QueueName"]}}],
            }),
        ),
    );
    stack.add(
        "Tick",
        function(json!({
            "Environment": {"Variables": {"QUEUE": {"Ref": "Jobs"}}},
            "Policies": [{"SQSSendMessagePolicy": {"QueueName": {"Fn::GetAtt": ["Jobs", "QueueName"]}}}],
            "Events": {"Every": {"Type": "Schedule", "Properties": {"Schedule": "rate(15 minutes)"}}},
        })),
    );
    stack.add(
        "Worker",
        function(json!({
            "Policies": [
                {"S3CrudPolicy": {"BucketName": {"Ref": "Invoices"}}},
                {"DynamoDBCrudPolicy": {"TableName": {"Ref": "Table"}}},
            ],
            "Events": {"Jobs": {"Type": "SQS", "Properties": {"Queue": {"Fn::GetAtt": ["Jobs", "Arn"]}}}},
        })),
    );
    stack.add(
        "Web",
        function(json!({
            "Policies": [{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "sqs:SendMessage",
                "Resource": {"Fn::GetAtt": ["Jobs", "Arn"]}}]}],
            "Events": {
                "Post": {"Type": "Api", "Properties": {"Path": "/orders", "Method": "post"}},
                "Get": {"Type": "Api", "Properties": {"Path": "/orders/{id}", "Method": "get"}},
            },
        })),
    );
    stack.output("JobsUrl", Output::new(intrinsic::ref_("Jobs")));
    stack
}

/// A second stack.
pub(crate) fn storage() -> Stack {
    let mut stack = Stack::new("storage");
    stack.add("Archive", Resource::raw("AWS::S3::Bucket", json!({})));
    stack
}

/// A stack with mistakes.
pub(crate) fn wrong() -> Stack {
    let mut stack = Stack::new("wrong");
    stack.add("Jobs", Resource::raw("AWS::SQS::Queue", json!({"DelaySeconds": 901, "DelaySecond": 1})));
    stack.add("Jobs", Resource::raw("AWS::SNS::Topic", json!({})));
    stack
}
