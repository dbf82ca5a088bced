//! A managed queue with alarms, added to a template that somebody else wrote.

use async_lambda_constructs::prelude::*;
use cfn_model::cloudwatch;

#[cfg(test)]
mod tests;

fn stack() -> Result<Stack, Box<dyn std::error::Error>> {
    let template = Template::parse(include_str!("existing.yaml"))?;
    let mut stack = Stack::from_template("orders", template);
    let topic = stack.handle::<sns::Topic>("OrdersTopic").ok_or("existing.yaml has no topic `OrdersTopic`")?;
    let dead_letters = stack.handle::<sqs::Queue>("OrdersDLQ").ok_or("existing.yaml has no queue `OrdersDLQ`")?;

    let orders = ManagedQueue::new()
        .visibility_timeout(360)
        .dead_letter(&dead_letters, 5)
        .customize_queue(|queue| queue.sqs_managed_sse_enabled(true))
        // A typed extra. `$QUEUEID` is the queue's logical id.
        .extra(
            cloudwatch::Alarm::new()
                .comparison_operator("GreaterThanThreshold")
                .evaluation_periods(1)
                .alarm_description(sub("Messages wait too long in ${$QUEUEID.QueueName} of ${AWS::StackName}"))
                .namespace("AWS/SQS")
                .metric_name("ApproximateAgeOfOldestMessage")
                .statistic("Maximum")
                .period(300)
                .threshold(900)
                .dimensions([cloudwatch::alarm::Dimension::new(
                    "QueueName",
                    get_att::<String>("$QUEUEID", "QueueName"),
                )])
                .alarm_actions([intrinsic::ref_::<String>("$EXTRA1")]),
        )
        // The same, as JSON. `$EXTRA0` would be the alarm, `$EXTRA1` is this topic.
        .extra(json!({
            "Type": "AWS::SNS::Topic",
            "Properties": {"DisplayName": {"Fn::Sub": "alarms of $QUEUEID in ${Stage}"}}
        }));
    let orders = stack.add("Orders", orders);

    let subscription = QueueSubscription::new(&topic, &orders)
        .customize_subscription(|subscription| subscription.raw_message_delivery(true));
    stack.add("OrdersSubscription", subscription);
    stack.output("OrdersUrl", Output::new(orders.url()));
    Ok(stack)
}

fn main() -> std::process::ExitCode {
    async_lambda_constructs::main(stack())
}
