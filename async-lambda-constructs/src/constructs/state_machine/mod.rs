//! A state machine of Step Functions.

mod definition;
mod flow;
mod retry;
pub mod states;
mod task;

use std::ops::Deref;

use cfn_model::{
    IntoNode, Resource, Value,
    intrinsic::{get_att, sub},
    logs,
    step_functions::{self, state_machine},
};

use self::{definition::Definition, flow::Flow};
use super::report;
use crate::{
    Construct, Stack, access,
    iam::{PolicyDocument, Statement, role, trusted_in_account},
    metric::Metric,
};

/// How many days logs are kept.
const LOG_RETENTION: i64 = 30;

/// A state machine of Step Functions: states, one after the other, with branches and loops.
///
/// | | default |
/// |---|---|
/// | kind | standard: each step is done once, its history is kept for 90 days, and it may take a year |
/// | query language | JSONata, which AWS recommends for new state machines: two fields instead of five, and expressions that compute |
/// | role | one that may do what the states do, and nothing else |
/// | log | errors; of express executions, which have no history, everything. Without the data of executions, which may be private |
/// | log group | `/aws/vendedlogs/states/..`, since the policy by which services write logs has no room for many other names; 30 days |
/// | traces | on, sampled by X-Ray: they show which of the functions took the time |
///
/// What has to be worked out when the stack is deployed, an ARN for one, stands in `DefinitionSubstitutions`; it becomes a part of a string,
/// so numbers of parameters are written as `jsonata("$number('...')")`.
///
/// ```
/// use async_lambda_constructs::{
///     constructs::{Alarm, Key, StateMachine, Table, states::{Choice, Fail, Flow, Retry, Task, jsonata}},
///     prelude::*,
/// };
///
/// let mut stack = Stack::new("shop");
/// let code = sam::Function::new().handler("bootstrap").runtime(sam::Runtime::ProvidedAl2023).code_uri("target/charge.zip");
/// let charge = stack.add("Charge", code);
/// let orders = stack.add("Orders", Table::new(Key::string("id")));
/// let jobs = stack.add("Jobs", ManagedQueue::new());
///
/// let charge = Task::invoke("ChargeCard", charge.arn())
///     .retry(Retry::on(["BankIsBusy"]).attempts(5))
///     .catch(["States.ALL"], Fail::new("NotCharged", "NotCharged", "the bank said no"));
/// let item = json!({"id": {"S": jsonata("$states.input.order")}});
/// let flow = Flow::start(charge)
///     .then(Choice::new("Paid?").when("$states.input.paid = false", Fail::new("Unpaid", "Unpaid", "nothing was paid")))
///     .then(Task::put_item("Keep", &orders, item).output(jsonata("$states.input")))
///     .then(Task::send_message("Ship", &jobs));
///
/// let place_order = stack.add("PlaceOrder", StateMachine::new(flow));
/// let policy = place_order.grant_start_execution();
/// stack.add("PlaceOrderFails", Alarm::above(place_order.metric_failed(), 0));
/// assert!(!stack.validate().has_errors());
/// ```
#[derive(Clone, Debug)]
#[must_use = "a construct does nothing until it is added to a stack"]
pub struct StateMachine {
    flow: Flow,
    comment: Option<String>,
    is_express: bool,
    timeout: Option<u32>,
    machine: step_functions::StateMachine,
    logs: logs::LogGroup,
    level: Option<String>,
    has_data: bool,
    is_traced: bool,
    allowed: Vec<PolicyDocument>,
}

/// A state machine that is in a stack. It derefs to its [`access`], which has the grants.
#[derive(Clone, Debug)]
pub struct StateMachineHandle {
    machine: step_functions::StateMachineHandle,
    logs: logs::LogGroupHandle,
    role: Value<String>,
    access: access::StateMachine,
}

impl StateMachine {
    /// A standard state machine that does this.
    pub fn new(flow: impl Into<Flow>) -> StateMachine {
        StateMachine {
            flow: flow.into(),
            comment: None,
            is_express: false,
            timeout: None,
            machine: step_functions::StateMachine::new(""),
            logs: logs::LogGroup::new().retention_in_days(LOG_RETENTION),
            level: None,
            has_data: false,
            is_traced: true,
            allowed: Vec::new(),
        }
    }

    /// An express state machine: for many short executions, of five minutes at most. A step may be done more than once, so it must not
    /// matter if it is.
    pub fn express(flow: impl Into<Flow>) -> StateMachine {
        StateMachine { is_express: true, ..StateMachine::new(flow) }
    }

    /// The physical name: 1 to 80 letters, digits, hyphens and underscores.
    pub fn state_machine_name(mut self, name: impl Into<Value<String>>) -> StateMachine {
        self.machine = self.machine.state_machine_name(name);
        self
    }

    /// What it is for, in the definition.
    pub fn comment(mut self, text: impl Into<String>) -> StateMachine {
        self.comment = Some(text.into());
        self
    }

    /// An execution fails with `States.Timeout` after so many seconds: 1 to 99,999,999.
    pub fn timeout_seconds(mut self, seconds: u32) -> StateMachine {
        self.timeout = Some(seconds);
        self
    }

    /// What is logged: `ALL`, `ERROR`, `FATAL`, or `OFF`.
    pub fn log_level(mut self, level: impl Into<String>) -> StateMachine {
        self.level = Some(level.into());
        self
    }

    /// Logs the inputs and outputs of states, too.
    pub fn log_data(mut self) -> StateMachine {
        self.has_data = true;
        self
    }

    /// How many days logs are kept.
    pub fn log_retention_days(mut self, days: impl Into<Value<i64>>) -> StateMachine {
        self.logs = self.logs.retention_in_days(days);
        self
    }

    /// Without traces.
    pub fn without_traces(mut self) -> StateMachine {
        self.is_traced = false;
        self
    }

    /// Allows the role something more.
    pub fn allow(mut self, policy: PolicyDocument) -> StateMachine {
        self.allowed.push(policy);
        self
    }

    /// Any other property of the state machine.
    pub fn customize_state_machine(
        mut self,
        change: impl FnOnce(step_functions::StateMachine) -> step_functions::StateMachine,
    ) -> StateMachine {
        self.machine = change(self.machine);
        self
    }

    /// Any other property of the log group.
    pub fn customize_logs(mut self, change: impl FnOnce(logs::LogGroup) -> logs::LogGroup) -> StateMachine {
        self.logs = change(self.logs);
        self
    }
}

impl Construct for StateMachine {
    type Handle = StateMachineHandle;

    #[track_caller]
    fn build(self, id: &str, stack: &mut Stack) -> StateMachineHandle {
        let (document, definition) = Definition::of(self.flow, self.comment, self.is_express);
        let document = match (document, self.timeout) {
            (cfn_model::Node::Object(mut machine), Some(seconds)) => {
                machine.insert("TimeoutSeconds".to_owned(), seconds.into_node());
                machine.into_node()
            }
            (document, _) => document,
        };
        let mut logs = self.logs;
        if logs.log_group_name.is_none() {
            logs = logs.log_group_name(sub(format!("/aws/vendedlogs/states/${{AWS::StackName}}-{id}")));
        }
        let logs = stack.add(format!("{id}Logs"), logs);

        let mut policy = PolicyDocument { statements: definition.allowed };
        policy = self.allowed.into_iter().fold(policy, PolicyDocument::and);
        policy = policy.statement(Statement::allow(LOG_DELIVERY).resource("*"));
        if self.is_traced {
            policy = policy.statement(Statement::allow(TRACES).resource("*"));
        }
        let trust = PolicyDocument::new().statement(trusted_in_account("states.amazonaws.com"));
        let role_id = format!("{id}Role");
        stack.add(role_id.as_str(), Resource::raw("AWS::IAM::Role", role(trust, "States", policy)));
        let role: Value<String> = get_att(role_id.as_str(), "Arn");

        let level = self.level.unwrap_or_else(|| if self.is_express { "ALL" } else { "ERROR" }.to_owned());
        let group = state_machine::CloudWatchLogsLogGroup::new().log_group_arn(logs.arn());
        let logging = state_machine::LoggingConfiguration::new()
            .destinations([state_machine::LogDestination::new().cloudwatch_logs_log_group(group)])
            .include_execution_data(self.has_data)
            .level(level.as_str());
        let mut machine = self.machine.role_arn(role.clone());
        machine.definition_string = Some(serde_json::to_string(&document).unwrap_or_default().into());
        if !definition.substitutions.is_empty() {
            machine = machine.definition_substitutions(definition.substitutions);
        }
        if self.is_express {
            machine = machine.state_machine_type("EXPRESS");
        }
        if machine.logging_configuration.is_none() {
            machine = machine.logging_configuration(logging);
        }
        if machine.tracing_configuration.is_none() && self.is_traced {
            machine = machine.tracing_configuration(state_machine::TracingConfiguration::new().enabled(true));
        }
        let machine = stack.add(id, machine);
        for (message, help) in definition.problems {
            report(stack, id, format!("state machine `{id}`: {message}"), help);
        }
        let access = access::StateMachine::from_arn(machine.reference());
        StateMachineHandle { machine, logs, role, access }
    }
}

/// What Step Functions needs in order to have a log group; IAM knows no resources for these.
const LOG_DELIVERY: [&str; 8] = [
    "logs:CreateLogDelivery",
    "logs:DeleteLogDelivery",
    "logs:DescribeLogGroups",
    "logs:DescribeResourcePolicies",
    "logs:GetLogDelivery",
    "logs:ListLogDeliveries",
    "logs:PutResourcePolicy",
    "logs:UpdateLogDelivery",
];

/// What X-Ray demands of those who send traces; IAM knows no resources for these.
const TRACES: [&str; 4] =
    ["xray:GetSamplingRules", "xray:GetSamplingTargets", "xray:PutTelemetryRecords", "xray:PutTraceSegments"];

impl StateMachineHandle {
    /// The state machine's name.
    pub fn name(&self) -> Value<String> {
        self.machine.name()
    }

    /// The resource.
    pub fn resource(&self) -> &step_functions::StateMachineHandle {
        &self.machine
    }

    /// Its log group.
    pub fn logs(&self) -> &logs::LogGroupHandle {
        &self.logs
    }

    /// The ARN of its role.
    pub fn role_arn(&self) -> Value<String> {
        self.role.clone()
    }

    /// One of its metrics, by the name that Step Functions gives it, as an average.
    pub fn metric(&self, name: &str) -> Metric {
        Metric::new("AWS/States", name).dimension("StateMachineArn", self.arn())
    }

    /// How many executions began in the period.
    pub fn metric_started(&self) -> Metric {
        self.metric("ExecutionsStarted").statistic("Sum").label("started")
    }

    /// How many executions ended well in the period.
    pub fn metric_succeeded(&self) -> Metric {
        self.metric("ExecutionsSucceeded").statistic("Sum").label("succeeded")
    }

    /// How many executions failed in the period. Those that took too long are [`StateMachineHandle::metric_timed_out`].
    pub fn metric_failed(&self) -> Metric {
        self.metric("ExecutionsFailed").statistic("Sum").label("failed")
    }

    /// How many executions took too long in the period.
    pub fn metric_timed_out(&self) -> Metric {
        self.metric("ExecutionsTimedOut").statistic("Sum").label("timed out")
    }

    /// How many executions somebody stopped in the period.
    pub fn metric_aborted(&self) -> Metric {
        self.metric("ExecutionsAborted").statistic("Sum").label("aborted")
    }

    /// How many steps were held back in the period since there were too many.
    pub fn metric_throttled(&self) -> Metric {
        self.metric("ExecutionThrottled").statistic("Sum").label("throttled")
    }

    /// How long executions take, in milliseconds: the 99th percentile.
    pub fn metric_duration(&self) -> Metric {
        self.metric("ExecutionTime").statistic("p99").label("duration p99, ms")
    }
}

impl Deref for StateMachineHandle {
    type Target = access::StateMachine;

    fn deref(&self) -> &access::StateMachine {
        &self.access
    }
}

impl AsRef<str> for StateMachineHandle {
    fn as_ref(&self) -> &str {
        self.machine.as_ref()
    }
}
