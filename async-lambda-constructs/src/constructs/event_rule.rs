//! A rule of EventBridge with its targets.

use std::borrow::Borrow;

use async_lambda_model::ScheduleExpression;
use cfn_model::{
    IntoNode, Object, Resource, Value,
    events::{self, rule},
    intrinsic::{select, split},
    lambda,
    sqs::QueueHandle,
};

use super::{queue_policy, report};
use crate::{
    Construct, FunctionHandle, Stack, access,
    iam::{PolicyDocument, Principal, Statement, role},
    metric::Metric,
};

/// A rule has at most so many targets.
const TARGETS: usize = 5;

/// A rule of EventBridge: which events go where.
///
/// | | default |
/// |---|---|
/// | bus | the default bus, where the events of AWS's services are |
/// | permissions | each target lets this rule, and no other, in |
/// | deliveries that fail | tried again for 24 hours, at most 185 times; then they are lost, unless the target has a [dead-letter queue](EventTarget::dead_letter) |
///
/// ```
/// use async_lambda_constructs::{
///     constructs::{EventRule, EventTarget},
///     prelude::*,
/// };
///
/// let mut stack = Stack::new("photos");
/// let jobs = stack.add("Jobs", ManagedQueue::new());
/// let uploaded = json!({"source": ["aws.s3"], "detail-type": ["Object Created"], "detail": {"object": {"key": [{"prefix": "in/"}]}}});
/// stack.add("Uploaded", EventRule::pattern(uploaded).target(EventTarget::queue(&jobs).input_path("$.detail.object")));
/// assert!(!stack.validate().has_errors());
/// ```
#[derive(Clone, Debug)]
#[must_use = "a construct does nothing until it is added to a stack"]
pub struct EventRule {
    rule: events::Rule,
    targets: Vec<EventTarget>,
}

/// Where the events of a rule go.
#[derive(Clone, Debug)]
#[must_use = "a target does nothing until a rule has it"]
pub struct EventTarget {
    /// What of the target's logical ids and of its id in the rule depends on the target only.
    name: String,
    target: rule::Target,
    right: Right,
}

/// What lets a rule in.
#[derive(Clone, Debug)]
enum Right {
    Queue(QueueHandle),
    Function(FunctionHandle),
    /// The topic's own policy.
    Topic,
    Role(Box<PolicyDocument>),
}

/// A rule that is in a stack.
#[derive(Clone, Debug)]
pub struct EventRuleHandle {
    rule: events::RuleHandle,
    name: Value<String>,
    bus: Option<Value<String>>,
}

impl EventTarget {
    /// A queue, whose policy, `<queue>Policy`, lets the rule in. Other rules and topics add to that policy.
    pub fn queue(queue: &QueueHandle) -> EventTarget {
        EventTarget::new(queue.logical_id(), queue.arn(), Right::Queue(queue.clone()))
    }

    /// A function, with a permission for the rule.
    pub fn function(function: &impl Borrow<FunctionHandle>) -> EventTarget {
        let function: &FunctionHandle = function.borrow();
        EventTarget::new(function.logical_id(), function.arn(), Right::Function(function.clone()))
    }

    /// A topic, which has to [let EventBridge in](super::Topic::allow_service).
    pub fn topic(topic: &super::TopicHandle) -> EventTarget {
        EventTarget::new(topic.logical_id(), topic.arn(), Right::Topic)
    }

    /// A state machine, of which the rule starts an execution. The name goes into the id of the target.
    pub fn state_machine(name: &str, state_machine: &access::StateMachine) -> EventTarget {
        let policy = state_machine.grant_start_execution();
        EventTarget::new(name, state_machine.arn(), Right::Role(Box::new(policy)))
    }

    /// Another event bus, also of another account or region. The name goes into the id of the target.
    pub fn bus(name: &str, bus: &access::Bus) -> EventTarget {
        EventTarget::new(name, bus.arn(), Right::Role(Box::new(bus.grant_put_events())))
    }

    fn new(name: impl AsRef<str>, arn: Value<String>, right: Right) -> EventTarget {
        let name = name.as_ref();
        EventTarget { name: name.to_owned(), target: rule::Target::new(arn, name), right }
    }

    /// Sends this part of the event only: `$.detail`.
    pub fn input_path(mut self, path: impl Into<Value<String>>) -> EventTarget {
        self.target = self.target.input_path(path);
        self
    }

    /// Sends this instead of the event.
    pub fn input(mut self, json: &serde_json::Value) -> EventTarget {
        self.target = self.target.input(json.to_string());
        self
    }

    /// Sends a text made of parts of the event: `transform([("key", "$.detail.object.key")], r#"{"key": "<key>"}"#)`.
    pub fn transform<const N: usize>(
        mut self,
        parts: [(&str, &str); N],
        template: impl Into<Value<String>>,
    ) -> EventTarget {
        let parts: Object = parts.into_iter().map(|(name, path)| (name.to_owned(), path.into_node())).collect();
        let transformer = rule::InputTransformer::new(template).input_paths_map(Value::raw(parts));
        self.target = self.target.input_transformer(transformer);
        self
    }

    /// The group of the messages, for a FIFO queue.
    pub fn message_group(mut self, id: impl Into<Value<String>>) -> EventTarget {
        self.target = self.target.sqs_parameters(rule::SqsParameters::new(id));
        self
    }

    /// Where events go that cannot be delivered: a queue whose policy lets EventBridge send to it.
    pub fn dead_letter(mut self, queue: &QueueHandle) -> EventTarget {
        self.target = self.target.dead_letter_config(rule::DeadLetterConfig::default().arn(queue.arn()));
        self
    }

    /// How long, 60 to 86,400 seconds, and how often, up to 185 times, a delivery is tried again.
    pub fn retry(mut self, for_seconds: impl Into<Value<i64>>, attempts: impl Into<Value<i64>>) -> EventTarget {
        let policy =
            rule::RetryPolicy::default().maximum_event_age_in_seconds(for_seconds).maximum_retry_attempts(attempts);
        self.target = self.target.retry_policy(policy);
        self
    }

    /// Any other property: `customize_target(|target| target.http_parameters(..))`.
    pub fn customize_target(mut self, change: impl FnOnce(rule::Target) -> rule::Target) -> EventTarget {
        self.target = change(self.target);
        self
    }

    /// In how many ways it says what is sent.
    fn inputs(&self) -> usize {
        let ways =
            [self.target.input.is_some(), self.target.input_path.is_some(), self.target.input_transformer.is_some()];
        ways.into_iter().filter(|way| *way).count()
    }

    /// The target as the rule has it, after its role was added.
    #[track_caller]
    fn with_role(&self, id: &str, stack: &mut Stack) -> rule::Target {
        let Right::Role(policy) = &self.right else { return self.target.clone() };
        let trust = PolicyDocument::assumed_by("events.amazonaws.com");
        let role = role(trust, "target", policy.as_ref().clone());
        let role = stack.add(format!("{id}To{}Role", self.name), Resource::raw("AWS::IAM::Role", role));
        self.target.clone().role_arn(role.attribute::<String>("Arn"))
    }

    /// Lets the rule in.
    #[track_caller]
    fn allow(&self, id: &str, rule: &events::RuleHandle, stack: &mut Stack) {
        match &self.right {
            Right::Queue(queue) => {
                let send = Statement::allow(["sqs:SendMessage"])
                    .principal(Principal::service("events.amazonaws.com"))
                    .resource(queue.arn())
                    .condition("ArnEquals", "aws:SourceArn", rule.arn());
                queue_policy::allow(stack, queue, send);
            }
            Right::Function(function) => {
                let permission =
                    lambda::Permission::new("lambda:InvokeFunction", function.reference(), "events.amazonaws.com")
                        .source_arn(rule.arn());
                stack.add(format!("{id}To{}Permission", self.name), permission);
            }
            Right::Topic | Right::Role(_) => {}
        }
    }
}

impl EventRule {
    /// Events that match a pattern of EventBridge: `json!({"source": ["aws.s3"]})`.
    pub fn pattern(pattern: impl IntoNode) -> EventRule {
        EventRule { rule: events::Rule::new().event_pattern(pattern.into_node()), targets: Vec::new() }
    }

    /// An event whenever the schedule says, in UTC.
    pub fn schedule(schedule: ScheduleExpression) -> EventRule {
        EventRule { rule: events::Rule::new().schedule_expression(schedule.as_str()), targets: Vec::new() }
    }

    /// The bus whose events it sees: its name, or the ARN of one of another account.
    pub fn on_bus(mut self, bus: impl Into<Value<String>>) -> EventRule {
        self.rule = self.rule.event_bus_name(bus);
        self
    }

    /// Where its events go: at most 5 targets.
    pub fn target(mut self, target: EventTarget) -> EventRule {
        self.targets.push(target);
        self
    }

    /// Any other property: `customize_rule(|rule| rule.state("DISABLED"))`.
    pub fn customize_rule(mut self, change: impl FnOnce(events::Rule) -> events::Rule) -> EventRule {
        self.rule = change(self.rule);
        self
    }
}

impl Construct for EventRule {
    type Handle = EventRuleHandle;

    #[track_caller]
    fn build(self, id: &str, stack: &mut Stack) -> EventRuleHandle {
        let mut targets = Vec::new();
        for target in &self.targets {
            targets.push(target.with_role(id, stack));
        }
        let (count, bus) = (targets.len(), self.rule.event_bus_name.clone());
        let rule = match targets.is_empty() {
            true => self.rule,
            false => self.rule.targets(targets),
        };
        let rule = stack.add(id, rule);
        if count == 0 || count > TARGETS {
            let message = format!("rule `{id}`: must have 1 to {TARGETS} targets, has {count}");
            report(
                stack,
                id,
                message,
                "add a target with `.target(..)`, or split the rule into several with the same pattern",
            );
        }
        for target in &self.targets {
            let inputs = target.inputs();
            if inputs > 1 {
                let message =
                    format!("rule `{id}`: target `{}` must have one input, has {inputs} of them", target.name);
                report(stack, id, message, "leave one of `input`, `input_path` and `transform`");
            }
            target.allow(id, &rule, stack);
        }
        // On a bus that has a name, `Ref` is `bus|rule`.
        let name = match &bus {
            Some(_) => select(1, split("|", rule.reference())),
            None => rule.reference(),
        };
        EventRuleHandle { rule, name, bus }
    }
}

impl EventRuleHandle {
    /// The resource.
    pub fn resource(&self) -> &events::RuleHandle {
        &self.rule
    }

    /// One of its metrics, by the name that EventBridge gives it, as a sum.
    pub fn metric(&self, name: &str) -> Metric {
        let metric = Metric::new("AWS/Events", name).dimension("RuleName", self.name.clone()).statistic("Sum");
        match &self.bus {
            Some(bus) => metric.dimension("EventBusName", bus.clone()),
            None => metric,
        }
    }

    /// How often it invoked a target in the period.
    pub fn metric_invocations(&self) -> Metric {
        self.metric("Invocations").label("deliveries")
    }

    /// How many deliveries failed for good in the period.
    pub fn metric_failed(&self) -> Metric {
        self.metric("FailedInvocations").label("failed")
    }
}

impl AsRef<str> for EventRuleHandle {
    fn as_ref(&self) -> &str {
        self.rule.as_ref()
    }
}
