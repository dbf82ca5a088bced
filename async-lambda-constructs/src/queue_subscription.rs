//! A queue that gets what a topic announces.

use cfn_model::{
    sns::{Subscription, SubscriptionHandle, TopicHandle},
    sqs::{QueueHandle, QueuePolicy},
};

use crate::{
    Construct, Stack,
    iam::{PolicyDocument, Principal, Statement},
};

/// A subscription of a queue to a topic, with the queue policy that lets this topic, and no other, send to it.
///
/// A queue has one policy. Where it already has one, add [`QueueSubscription::permission`] to that instead.
///
/// ```
/// use async_lambda_constructs::prelude::*;
///
/// let mut stack = Stack::new("orders");
/// let topic = stack.add("Orders", sns::Topic::new());
/// let queue = stack.add("Pending", sqs::Queue::new());
/// let orders = QueueSubscription::new(&topic, &queue)
///     .customize_subscription(|subscription| subscription.raw_message_delivery(true));
/// stack.add("PendingOrders", orders);
/// ```
#[derive(Clone, Debug)]
#[must_use = "a construct does nothing until it is added to a stack"]
pub struct QueueSubscription {
    subscription: Subscription,
    topic: TopicHandle,
    queue: QueueHandle,
}

impl QueueSubscription {
    /// A subscription of this queue to this topic. The logical id of the queue policy is `<id>Policy`.
    pub fn new(topic: &TopicHandle, queue: &QueueHandle) -> QueueSubscription {
        let subscription = Subscription::new("sqs", topic.reference()).endpoint(queue.arn());
        QueueSubscription { subscription, topic: topic.clone(), queue: queue.clone() }
    }

    /// Any other property of the subscription: a filter policy, raw delivery, a dead-letter queue.
    pub fn customize_subscription(mut self, change: impl FnOnce(Subscription) -> Subscription) -> QueueSubscription {
        self.subscription = change(self.subscription);
        self
    }

    /// What the queue's policy has to allow so that the topic can send.
    pub fn permission(topic: &TopicHandle, queue: &QueueHandle) -> Statement {
        Statement::allow(["sqs:SendMessage"])
            .principal(Principal::service("sns.amazonaws.com"))
            .resource(queue.arn())
            .condition("ArnEquals", "aws:SourceArn", topic.reference())
    }
}

impl Construct for QueueSubscription {
    type Handle = SubscriptionHandle;

    #[track_caller]
    fn build(self, id: &str, stack: &mut Stack) -> SubscriptionHandle {
        let policy = PolicyDocument::new().statement(QueueSubscription::permission(&self.topic, &self.queue));
        stack.add(format!("{id}Policy"), QueuePolicy::new(policy, [self.queue.reference()]));
        stack.add(id, self.subscription)
    }
}
