//! A topic of SNS with its subscriptions.

use std::{borrow::Borrow, ops::Deref};

use cfn_model::{IntoNode, LogicalId, Value, intrinsic::pseudo, lambda, sns, sqs::QueueHandle};

use super::queue_policy;
use crate::{
    Construct, FunctionHandle, QueueSubscription, Stack, access,
    iam::{PolicyDocument, Principal, Statement},
    metric::Metric,
};

/// A topic of SNS, and who hears what is announced there.
///
/// | | default |
/// |---|---|
/// | who may announce | the account of the stack, by its policies, and the alarms in it: SNS's own policy. With [`Topic::allow_service`], also that service |
/// | encryption | SNS's own; with a key of AWS (`alias/aws/sns`), alarms and EventBridge could not announce anything |
///
/// ```
/// use async_lambda_constructs::{
///     constructs::{Subscription, Topic},
///     prelude::*,
/// };
///
/// let mut stack = Stack::new("shop");
/// let mail = stack.add("Mail", ManagedQueue::new());
/// let paid = Topic::new()
///     .subscribe(Subscription::queue(&mail).raw().filter(json!({"country": ["de", "fr"]})))
///     .subscribe(Subscription::email("shop@example.com"));
/// let paid = stack.add("Paid", paid);
/// let policy = paid.grant_publish();
/// assert!(!stack.validate().has_errors());
/// ```
#[derive(Clone, Debug, Default)]
#[must_use = "a construct does nothing until it is added to a stack"]
pub struct Topic {
    topic: sns::Topic,
    subscriptions: Vec<Subscription>,
    services: Vec<String>,
    key: Option<Value<String>>,
}

/// Somebody who hears what a topic announces.
#[derive(Clone, Debug)]
#[must_use = "a subscription does nothing until a topic has it"]
pub struct Subscription {
    target: Target,
    /// The last part of the logical id, which depends on the target only.
    name: String,
    change: sns::Subscription,
}

#[derive(Clone, Debug)]
enum Target {
    Queue(QueueHandle),
    Function(FunctionHandle),
    Address(&'static str, Value<String>),
}

/// A topic that is in a stack. It derefs to its [`access`], which has the grants.
#[derive(Clone, Debug)]
pub struct TopicHandle {
    topic: sns::TopicHandle,
    access: access::Topic,
}

impl Subscription {
    /// A queue, whose policy, `<queue>Policy`, lets this topic send to it. Other topics and rules add to that policy.
    pub fn queue(queue: &QueueHandle) -> Subscription {
        Subscription::new(Target::Queue(queue.clone()), queue.logical_id().to_string())
    }

    /// A function, with the permission that lets this topic invoke it.
    pub fn function(function: &impl Borrow<FunctionHandle>) -> Subscription {
        let function: &FunctionHandle = function.borrow();
        Subscription::new(Target::Function(function.clone()), function.logical_id().to_string())
    }

    /// A mail address. Who reads its mail has to confirm the subscription.
    pub fn email(address: &str) -> Subscription {
        Subscription::new(Target::Address("email", address.into()), alphanumeric(address))
    }

    /// A web address that begins with `https://`. It has to confirm the subscription.
    pub fn https(url: &str) -> Subscription {
        let name = alphanumeric(url.strip_prefix("https://").unwrap_or(url));
        Subscription::new(Target::Address("https", url.into()), name)
    }

    fn new(target: Target, name: String) -> Subscription {
        // The topic is not known yet.
        Subscription { target, name, change: sns::Subscription::new("", "") }
    }

    /// Sends the message alone, instead of an object of SNS that has it as `Message`. For queues and web addresses.
    pub fn raw(mut self) -> Subscription {
        self.change = self.change.raw_message_delivery(true);
        self
    }

    /// Sends only messages with such attributes: `json!({"country": ["de"]})`.
    pub fn filter(mut self, policy: impl IntoNode) -> Subscription {
        self.change = self.change.filter_policy(policy.into_node());
        self
    }

    /// Where messages go that cannot be delivered: a queue that lets the topic send to it.
    pub fn dead_letter(mut self, queue: &QueueHandle) -> Subscription {
        let policy = cfn_model::Object::from_iter([("deadLetterTargetArn".to_owned(), queue.arn().into_node())]);
        self.change = self.change.redrive_policy(policy.into_node());
        self
    }

    fn with(&self, protocol: &str, topic: &sns::TopicHandle) -> sns::Subscription {
        let mut subscription = self.change.clone().protocol(protocol);
        subscription.topic_arn = topic.reference();
        subscription
    }

    #[track_caller]
    fn build(self, topic_id: &str, topic: &sns::TopicHandle, stack: &mut Stack) {
        let id = format!("{topic_id}To{}", self.name);
        match &self.target {
            Target::Queue(queue) => {
                queue_policy::allow(stack, queue, QueueSubscription::permission(topic, queue));
                stack.add(id, self.with("sqs", topic).endpoint(queue.arn()));
            }
            Target::Function(function) => {
                let permission =
                    lambda::Permission::new("lambda:InvokeFunction", function.reference(), "sns.amazonaws.com")
                        .source_arn(topic.reference());
                stack.add(format!("{id}Permission"), permission);
                stack.add(id, self.with("lambda", topic).endpoint(function.arn()));
            }
            Target::Address(protocol, address) => {
                stack.add(id, self.with(protocol, topic).endpoint(address.clone()));
            }
        }
    }
}

/// The letters and digits of an address.
fn alphanumeric(address: &str) -> String {
    address.chars().filter(char::is_ascii_alphanumeric).collect()
}

impl Topic {
    /// A topic without subscriptions.
    pub fn new() -> Topic {
        Topic::default()
    }

    /// The physical name: up to 256 letters, digits, hyphens and underscores.
    pub fn topic_name(mut self, name: impl Into<Value<String>>) -> Topic {
        self.topic = self.topic.topic_name(name);
        self
    }

    /// Somebody who hears what is announced. The logical id of the subscription is `<topic>To<queue>`, or `<topic>To` and the letters and
    /// digits of an address.
    pub fn subscribe(mut self, subscription: Subscription) -> Topic {
        self.subscriptions.push(subscription);
        self
    }

    /// Lets a service announce, for this account: `events.amazonaws.com` for a rule of EventBridge, `s3.amazonaws.com` for a bucket.
    pub fn allow_service(mut self, principal: impl Into<String>) -> Topic {
        self.services.push(principal.into());
        self
    }

    /// Encrypts with a key of KMS: its ARN. What the handle grants includes the use of the key; a service that announces has to be
    /// allowed to use it by the key's own policy.
    pub fn encrypted_with(mut self, key: impl Into<Value<String>>) -> Topic {
        let key = key.into();
        self.topic = self.topic.kms_master_key_id(key.clone());
        self.key = Some(key);
        self
    }

    /// Any other property: `customize_topic(|topic| topic.display_name("Shop"))`.
    pub fn customize_topic(mut self, change: impl FnOnce(sns::Topic) -> sns::Topic) -> Topic {
        self.topic = change(self.topic);
        self
    }
}

impl Construct for Topic {
    type Handle = TopicHandle;

    #[track_caller]
    fn build(self, id: &str, stack: &mut Stack) -> TopicHandle {
        let topic = stack.add(id, self.topic);
        if !self.services.is_empty() {
            // A policy replaces SNS's own, so what that says is said here.
            let account = Statement::allow(["sns:Publish"])
                .sid("Account")
                .principal(Principal::aws(pseudo::account_id()))
                .resource(topic.reference());
            let alarms = Some("cloudwatch.amazonaws.com")
                .into_iter()
                .filter(|alarms| !self.services.iter().any(|service| service == alarms));
            let services = self.services.iter().map(String::as_str).chain(alarms).map(|service| {
                Statement::allow(["sns:Publish"])
                    .principal(Principal::service(service))
                    .resource(topic.reference())
                    .condition("StringEquals", "aws:SourceAccount", pseudo::account_id())
            });
            let policy = services.fold(PolicyDocument::new().statement(account), PolicyDocument::statement);
            stack.add(format!("{id}Policy"), sns::TopicPolicy::new(policy, [topic.reference()]));
        }
        for subscription in self.subscriptions {
            subscription.build(id, &topic, stack);
        }
        let access = access::Topic::from_arn(topic.reference()).with_key(self.key);
        TopicHandle { topic, access }
    }
}

impl TopicHandle {
    /// The topic's name.
    pub fn name(&self) -> Value<String> {
        self.topic.topic_name()
    }

    /// The resource.
    pub fn resource(&self) -> &sns::TopicHandle {
        &self.topic
    }

    /// Its logical id.
    pub fn logical_id(&self) -> &LogicalId {
        self.topic.logical_id()
    }

    /// One of its metrics, by the name that SNS gives it, as a sum.
    pub fn metric(&self, name: &str) -> Metric {
        Metric::new("AWS/SNS", name).dimension("TopicName", self.name()).statistic("Sum")
    }

    /// How many messages were announced in the period.
    pub fn metric_published(&self) -> Metric {
        self.metric("NumberOfMessagesPublished").label("announced")
    }

    /// How many deliveries failed for good in the period.
    pub fn metric_failed(&self) -> Metric {
        self.metric("NumberOfNotificationsFailed").label("failed")
    }
}

impl Deref for TopicHandle {
    type Target = access::Topic;

    fn deref(&self) -> &access::Topic {
        &self.access
    }
}

impl AsRef<str> for TopicHandle {
    fn as_ref(&self) -> &str {
        self.topic.as_ref()
    }
}
