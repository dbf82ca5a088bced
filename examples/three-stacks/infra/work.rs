//! The stack that works on orders: a queue that hears of them, and a role that may list them.

use super::*;

/// The stack. It uses the topic and the table of the others.
pub fn stack(topic: &Export<String>, table: &Export<String>, keep_days: u32) -> Stack {
    let mut stack = Stack::new("shop-work");
    stack.description("Works on orders");
    let dead = stack.add("Dead", sqs::Queue::new().message_retention_period(i64::from(keep_days) * 86_400));
    let queue = stack.add("Pending", ManagedQueue::new().visibility_timeout(360).dead_letter(&dead, 5));

    let topic = stack.import(topic);
    let announce = Statement::allow(["sqs:SendMessage"])
        .principal(Principal::service("sns.amazonaws.com"))
        .resource(queue.arn())
        .condition("ArnEquals", "aws:SourceArn", topic.clone());
    let policy = PolicyDocument::new().statement(announce);
    stack.add("Announcements", sqs::QueuePolicy::new(policy, [queue.url()]));
    let subscription = sns::Subscription::new("sqs", topic).endpoint(queue.arn()).raw_message_delivery(true);
    stack.add("Subscription", subscription);

    let orders = access::Table::from_arn(stack.import(table));
    let allowed = access::Queue::from_arn(queue.arn()).grant_consume().and(orders.grant_read_write());
    stack.add(
        "Worker",
        Resource::raw(
            "AWS::IAM::Role",
            json!({
                "AssumeRolePolicyDocument": PolicyDocument::assumed_by("lambda.amazonaws.com"),
                "Policies": [{"PolicyName": "work", "PolicyDocument": allowed}],
            }),
        ),
    );
    stack
}
