//! The infrastructure: what the signatures of the handlers say, and an alarm on messages that failed.

use async_lambda_constructs::prelude::*;
use cfn_model::cloudwatch::{Alarm, alarm::Dimension};

/// Resources besides those of the tasks. Subscribe to the topic to hear of messages that failed five times.
fn resources(stack: &mut AppStack) {
    let alarms = stack.add("Alarms", sns::Topic::new());
    let dead_letters = stack.app().dead_letters().queue_name();
    let alarm = Alarm::new()
        .comparison_operator("GreaterThanThreshold")
        .evaluation_periods(1)
        .namespace("AWS/SQS")
        .metric_name("ApproximateNumberOfMessagesVisible")
        .dimensions([Dimension::new("QueueName", dead_letters)])
        .statistic("Maximum")
        .period(300)
        .threshold(0)
        .alarm_actions([alarms.reference()]);
    stack.add("MessagesFail", alarm);
}

fn main() -> std::process::ExitCode {
    async_lambda_constructs::main({{ crate_name }}::app().with_resources(resources))
}
