//! The infrastructure: what the signatures of the handlers say, and what the application has besides.

use async_lambda_constructs::prelude::*;
use cfn_model::cloudwatch::{Alarm, alarm::Dimension};
use price_alerts::{Announce, PRICES, TOPIC};

#[cfg(test)]
mod tests;

fn resources(stack: &mut AppStack) {
    // Whoever knows prices publishes them; they wait in a queue for the task `Price`. The queue's messages are hidden
    // for six times the task's timeout, and what fails goes where the messages of all tasks go.
    let feed = stack.add("Feed", sns::Topic::new().kms_master_key_id("alias/aws/sns"));
    let dead_letters = stack.app().dead_letters().clone();
    let prices = ManagedQueue::new()
        .visibility_timeout(360)
        .dead_letter(&dead_letters, 5)
        .customize_queue(|queue| queue.sqs_managed_sse_enabled(true));
    let prices = stack.add(PRICES, prices);
    let subscription = QueueSubscription::new(&feed, &prices)
        .customize_subscription(|subscription| subscription.raw_message_delivery(true));
    stack.add("FeedToPrices", subscription);

    // One task may publish announcements, and is told where.
    let announcements = stack.add("Announcements", sns::Topic::new().kms_master_key_id("alias/aws/sns"));
    stack
        .task::<Announce>()
        .grant(announcements.grant_publish())
        .environment_variable(TOPIC, announcements.reference());

    // In production somebody is told when messages fail, or when announcements wait.
    if stack.stage() == Some("prod") {
        // Not encrypted: CloudWatch may not use the key that is SNS's own.
        let alarms = stack.add("Alarms", sns::Topic::new());
        let announce = stack.task::<Announce>().queue();
        for (id, queue, metric, threshold) in [
            ("MessagesFail", dead_letters, "ApproximateNumberOfMessagesVisible", 0),
            ("AnnouncementsWait", announce, "ApproximateAgeOfOldestMessage", 900),
        ] {
            let alarm = Alarm::new()
                .comparison_operator("GreaterThanThreshold")
                .evaluation_periods(1)
                .namespace("AWS/SQS")
                .metric_name(metric)
                .statistic("Maximum")
                .period(300)
                .threshold(threshold)
                .dimensions([Dimension::new("QueueName", queue.queue_name())])
                .alarm_actions([alarms.reference()]);
            stack.add(id, alarm);
        }
    }
}

fn main() -> std::process::ExitCode {
    async_lambda_constructs::main(price_alerts::app().with_resources(resources))
}
