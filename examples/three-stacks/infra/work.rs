//! The stack that works on orders: a queue that hears of them, and a function that lists them, in Python.

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

    let table = stack.import(table);
    let orders = access::Table::from_arn(table.clone());
    let allowed = access::Queue::from_arn(queue.arn()).grant_consume().and(orders.grant_read_write());
    let role = stack.add(
        "Worker",
        Resource::raw(
            "AWS::IAM::Role",
            json!({
                "AssumeRolePolicyDocument": PolicyDocument::assumed_by("lambda.amazonaws.com"),
                "ManagedPolicyArns": [
                    sub("arn:${AWS::Partition}:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole"),
                ],
                "Policies": [{"PolicyName": "work", "PolicyDocument": allowed}],
            }),
        ),
    );

    let code = stack.asset(Asset::folder("lambda/work"));
    let function = sam::Function::new()
        .handler("index.handler")
        .runtime("python3.13")
        .timeout(60)
        .code_uri(&code)
        .role(role.attribute::<String>("Arn"))
        .environment_variable("ORDERS", table)
        .event("Pending", sam::event::Sqs::new(queue.arn()).report_batch_item_failures(true));
    stack.add("Work", function);
    stack
}
