//! A construct: resources that belong together, under one name.

use async_lambda_constructs::prelude::*;
use cfn_model::cloudwatch::{Alarm, alarm::Dimension};

/// A queue, a second one for the messages that failed five times, and an alarm when there are any.
pub struct WorkQueue<'a> {
    alarms: &'a sns::TopicHandle,
    queue: ManagedQueue,
}

impl WorkQueue<'_> {
    /// A queue whose alarms go to this topic.
    pub fn new(alarms: &sns::TopicHandle) -> WorkQueue<'_> {
        WorkQueue {
            alarms,
            queue: ManagedQueue::new().visibility_timeout(360),
        }
    }

    /// Any other property of the queue.
    pub fn customize_queue(mut self, change: impl FnOnce(sqs::Queue) -> sqs::Queue) -> Self {
        self.queue = self.queue.customize_queue(change);
        self
    }
}

impl Construct for WorkQueue<'_> {
    type Handle = ManagedQueueHandle;

    fn build(self, id: &str, stack: &mut Stack) -> ManagedQueueHandle {
        let dead_letters = stack.add(
            format!("{id}DeadLetters"),
            sqs::Queue::new().message_retention_period(14 * 24 * 60 * 60),
        );
        let alarm = Alarm::new()
            .comparison_operator("GreaterThanThreshold")
            .evaluation_periods(1)
            .namespace("AWS/SQS")
            .metric_name("ApproximateNumberOfMessagesVisible")
            .dimensions([Dimension::new("QueueName", dead_letters.queue_name())])
            .statistic("Maximum")
            .period(300)
            .threshold(0)
            .alarm_actions([self.alarms.reference()]);
        stack.add(format!("{id}Fail"), alarm);
        stack.add(id, self.queue.dead_letter(&dead_letters, 5))
    }
}
