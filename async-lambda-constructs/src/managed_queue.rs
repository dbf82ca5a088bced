//! A queue with its dead-letter wiring and whatever else belongs to it.

use std::ops::Deref;

use cfn_model::{
    Finding, IntoNode, IntoResource, LogicalId, Node, Path, Value,
    sqs::{Queue, QueueHandle},
};
use cfn_rules::codes;

use crate::{Construct, Stack, substitution::Substitution};

/// An SQS queue, where its failed messages go, and extra resources that belong to it: alarms, topics.
///
/// Extras name the queue and each other by placeholder, in any string, keys and `Fn::Sub` texts included:
/// `$QUEUEID` is the queue's logical id, `$EXTRA0` that of the first extra.
///
/// ```
/// use async_lambda_constructs::prelude::*;
///
/// let mut stack = Stack::new("orders");
/// let dlq = stack.add("OrdersDLQ", sqs::Queue::new().message_retention_period(1_209_600));
/// let jobs = ManagedQueue::new()
///     .queue_name("orders-Jobs")
///     .visibility_timeout(360)
///     .dead_letter(&dlq, 5)
///     .extra(json!({"Type": "AWS::CloudWatch::Alarm", "Properties": {
///         "Namespace": "AWS/SQS", "MetricName": "ApproximateAgeOfOldestMessage", "Statistic": "Maximum",
///         "Period": 300, "EvaluationPeriods": 1, "Threshold": 900, "ComparisonOperator": "GreaterThanThreshold",
///         "Dimensions": [{"Name": "QueueName", "Value": {"Fn::GetAtt": ["$QUEUEID", "QueueName"]}}],
///     }}));
/// let jobs = stack.add("Jobs", jobs);
/// assert_eq!(jobs.extras()[0].as_str(), "JobsExtra0");
/// ```
#[derive(Clone, Debug, Default)]
#[must_use = "a construct does nothing until it is added to a stack"]
pub struct ManagedQueue {
    queue: Queue,
    extras: Vec<Node>,
    extra_prefix: Option<String>,
    extra_suffix: String,
}

/// A managed queue that is in a stack. It derefs to the queue's own handle.
#[derive(Clone, Debug)]
pub struct ManagedQueueHandle {
    queue: QueueHandle,
    extras: Vec<LogicalId>,
}

impl ManagedQueue {
    /// A queue with SQS's defaults.
    pub fn new() -> ManagedQueue {
        ManagedQueue::default()
    }

    /// The physical name: up to 80 letters, digits, hyphens and underscores; `.fifo` at the end makes it FIFO.
    pub fn queue_name(mut self, name: impl Into<Value<String>>) -> ManagedQueue {
        let name = name.into();
        if name.literal().is_some_and(|name| name.ends_with(".fifo")) {
            self.queue = self.queue.fifo_queue(true);
        }
        self.queue = self.queue.queue_name(name);
        self
    }

    /// How long a message that is being worked on is hidden, in seconds: 0 to 43,200. For a queue that feeds
    /// a function, at least the function's timeout; AWS advises six times that.
    pub fn visibility_timeout(mut self, seconds: impl Into<Value<i64>>) -> ManagedQueue {
        self.queue = self.queue.visibility_timeout(seconds);
        self
    }

    /// Messages that were received `max_receive_count` times without success go to the other queue. For a
    /// queue that feeds a function, 5 or more: a throttled function counts as a receive.
    pub fn dead_letter(mut self, target: &QueueHandle, max_receive_count: impl Into<Value<i64>>) -> ManagedQueue {
        let policy = cfn_model::Object::from_iter([
            ("deadLetterTargetArn".to_owned(), target.arn().into_node()),
            ("maxReceiveCount".to_owned(), max_receive_count.into().into_node()),
        ]);
        self.queue = self.queue.redrive_policy(policy);
        self
    }

    /// Any other property: `customize_queue(|queue| queue.delay_seconds(30).kms_master_key_id("alias/aws/sqs"))`.
    pub fn customize_queue(mut self, change: impl FnOnce(Queue) -> Queue) -> ManagedQueue {
        self.queue = change(self.queue);
        self
    }

    /// A resource that belongs to the queue: typed, or the JSON of a whole resource with its `Type`.
    pub fn extra(mut self, resource: impl IntoResource) -> ManagedQueue {
        self.extras.push(resource.into_definition());
        self
    }

    /// The prefix of the logical ids of the extras; a number from 0 follows. Default `<id>Extra`.
    pub fn extra_prefix(mut self, prefix: impl Into<String>) -> ManagedQueue {
        self.extra_prefix = Some(prefix.into());
        self
    }
}

impl ManagedQueue {
    /// What stands behind the number in the logical ids of the extras.
    pub(crate) fn extra_suffix(mut self, suffix: String) -> ManagedQueue {
        self.extra_suffix = suffix;
        self
    }
}

impl Construct for ManagedQueue {
    type Handle = ManagedQueueHandle;

    #[track_caller]
    fn build(self, id: &str, stack: &mut Stack) -> ManagedQueueHandle {
        let queue = stack.add(id, self.queue);
        let prefix = self.extra_prefix.unwrap_or_else(|| format!("{id}Extra"));
        let ids: Vec<String> =
            (0..self.extras.len()).map(|index| format!("{prefix}{index}{}", self.extra_suffix)).collect();
        let substitution = Substitution { queue: id, extras: &ids };
        let mut extras = Vec::new();
        for (extra_id, extra) in ids.iter().zip(self.extras) {
            match substitution.apply(extra) {
                Ok(definition) => extras.push(stack.add(extra_id, definition).logical_id().clone()),
                Err(placeholder) => {
                    let place = Path(vec!["Resources".into(), extra_id.as_str().into()]);
                    let mut finding = unknown_extra(id, &placeholder, ids.len(), place);
                    finding.help =
                        Some("the extras are numbered from `$EXTRA0`, in the order of `.extra(..)`".to_owned());
                    stack.report(finding);
                }
            }
        }
        ManagedQueueHandle { queue, extras }
    }
}

/// Says that a placeholder names no extra of a queue.
pub(crate) fn unknown_extra(queue: &str, placeholder: &str, extras: usize, place: Path) -> Finding {
    let message = format!("queue `{queue}`: `{placeholder}` must name one of its {extras} extras");
    Finding::new(&codes::AL0001, place, message).actual(placeholder)
}

impl ManagedQueueHandle {
    /// The queue's URL, which is what its `Ref` gives.
    pub fn url(&self) -> Value<String> {
        self.queue.reference()
    }

    /// The logical ids of the extras, in order.
    pub fn extras(&self) -> &[LogicalId] {
        &self.extras
    }
}

impl Deref for ManagedQueueHandle {
    type Target = QueueHandle;

    fn deref(&self) -> &QueueHandle {
        &self.queue
    }
}

impl AsRef<str> for ManagedQueueHandle {
    fn as_ref(&self) -> &str {
        self.queue.as_ref()
    }
}
