//! A plain stack of four services, without a function: uploads into a bucket are announced on a topic, wait in
//! a queue for whoever works on them, and are listed in a table.

use async_lambda_constructs::prelude::*;
use cfn_model::dynamodb::{self, table};

#[cfg(test)]
mod tests;

fn stack() -> Stack {
    let mut stack = Stack::new("upload-inbox");
    let stage = stack.parameter(
        "Stage",
        Parameter::string().default("dev").allowed_values(vec!["dev", "prod"]).description("Where this stack is"),
    );
    let is_prod = stack.condition("IsProd", Condition::equals(stage.value::<String>(), "prod"));

    let topic = stack.add("Uploads", sns::Topic::new().kms_master_key_id("alias/aws/sns"));
    let bucket = PayloadBucket::new().expire_after_days(90).deletion_policy(DeletionPolicy::Retain);
    let bucket = stack.add("Inbox", bucket);
    let queue = stack.add(
        "Pending",
        sqs::Queue::new()
            .visibility_timeout(300)
            .message_retention_period(if_(&is_prod, 1_209_600, 86_400))
            .sqs_managed_sse_enabled(true),
    );
    let subscription = QueueSubscription::new(&topic, &queue)
        .customize_subscription(|subscription| subscription.raw_message_delivery(true));
    stack.add("PendingSubscription", subscription);

    let files = dynamodb::Table::new([table::KeySchema::new("Key", "HASH")])
        .attribute_definitions([table::AttributeDefinition::new("Key", "S")])
        .billing_mode("PAY_PER_REQUEST")
        .sse_specification(table::SSESpecification::new(true))
        .point_in_time_recovery_specification(
            table::PointInTimeRecoverySpecification::default().point_in_time_recovery_enabled(true),
        );
    let files = stack.add(
        "Files",
        Resource::new(files).deletion_policy(DeletionPolicy::Retain).update_replace_policy(DeletionPolicy::Retain),
    );

    stack.output("BucketName", Output::new(bucket.reference()).export_name(sub("${AWS::StackName}-Inbox")));
    stack.output("TableArn", Output::new(files.arn()));
    stack.output("QueueUrl", Output::new(queue.reference()));
    stack
}

fn main() -> std::process::ExitCode {
    async_lambda_constructs::main(stack())
}
