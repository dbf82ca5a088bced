//! Metrics of a queue.

use cfn_model::sqs::QueueHandle;

use super::Metric;

/// What SQS counts of a queue, once a minute. A queue that nobody has used for six hours has no values.
pub trait QueueMetrics {
    /// One of its metrics, by the name that SQS gives it, as an average.
    fn metric(&self, name: &str) -> Metric;

    /// The age of its oldest message, in seconds, at most.
    fn metric_age(&self) -> Metric {
        self.metric("ApproximateAgeOfOldestMessage").statistic("Maximum").label("oldest message, s")
    }

    /// How many messages can be received, at most.
    fn metric_visible(&self) -> Metric {
        self.metric("ApproximateNumberOfMessagesVisible").statistic("Maximum").label("waiting")
    }

    /// How many messages are being worked on, at most.
    fn metric_in_flight(&self) -> Metric {
        self.metric("ApproximateNumberOfMessagesNotVisible").statistic("Maximum").label("in flight")
    }

    /// How many messages have a delay that is not over, at most.
    fn metric_delayed(&self) -> Metric {
        self.metric("ApproximateNumberOfMessagesDelayed").statistic("Maximum").label("delayed")
    }

    /// How many messages were sent in the period.
    fn metric_sent(&self) -> Metric {
        self.metric("NumberOfMessagesSent").statistic("Sum").label("sent")
    }

    /// How many messages were received in the period: each attempt counts.
    fn metric_received(&self) -> Metric {
        self.metric("NumberOfMessagesReceived").statistic("Sum").label("received")
    }

    /// How many messages were deleted in the period, which is what happens to those that were handled.
    fn metric_deleted(&self) -> Metric {
        self.metric("NumberOfMessagesDeleted").statistic("Sum").label("deleted")
    }
}

impl QueueMetrics for QueueHandle {
    fn metric(&self, name: &str) -> Metric {
        Metric::new("AWS/SQS", name).dimension("QueueName", self.queue_name())
    }
}
