//! A function with its log group.

use std::{borrow::Borrow, ops::Deref};

use cfn_model::{IntoNode, Object, Resource, Value, logs};
use sam_resources::{self as sam, Policy};

use super::report;
use crate::{
    Construct, FunctionHandle, Stack, access,
    metric::{FunctionMetrics, Metric, of_function},
};

/// How many days the lines of a function are kept.
const LOG_RETENTION: i64 = 30;

/// A function of Lambda, with a log group of its own.
///
/// | | default |
/// |---|---|
/// | log group | one with the logical id `<id>Logs`: the one that Lambda makes by itself is in no stack, and stays when the function goes |
/// | lines | kept for 30 days; Lambda's own log group keeps, and charges for, all of them |
/// | format of the lines | JSON, so that queries find fields |
/// | traces | on, sampled by X-Ray: the first request each second and 5 % of the others |
///
/// ```
/// use async_lambda_constructs::{
///     constructs::{Alarm, Key, LambdaFunction, Table},
///     metric::FunctionMetrics,
///     prelude::*,
/// };
///
/// let mut stack = Stack::new("shop");
/// let orders = stack.add("Orders", Table::new(Key::string("id")));
/// let code = sam::Function::new().handler("index.handler").runtime("python3.13").code_uri("report/").timeout(60);
/// let report = LambdaFunction::new(code).grant(orders.grant_read()).environment_variable("ORDERS", orders.name());
/// let report = stack.add("Report", report);
/// stack.add("ReportFails", Alarm::above(report.metric_errors(), 0));
/// assert!(!stack.validate().has_errors());
/// ```
#[derive(Clone, Debug)]
#[must_use = "a construct does nothing until it is added to a stack"]
pub struct LambdaFunction {
    function: sam::Function,
    logs: logs::LogGroup,
    has_grants: bool,
}

/// A function that is in a stack. It derefs to its [`access`], which has the grants.
#[derive(Clone, Debug)]
pub struct LambdaFunctionHandle {
    function: FunctionHandle,
    logs: logs::LogGroupHandle,
    access: access::Function,
}

impl LambdaFunction {
    /// A function: what it says of logs and traces stays.
    pub fn new(function: sam::Function) -> LambdaFunction {
        LambdaFunction { function, logs: logs::LogGroup::new().retention_in_days(LOG_RETENTION), has_grants: false }
    }

    /// Lets the function do something: `orders.grant_read()`.
    pub fn grant(mut self, policy: impl Into<Policy>) -> LambdaFunction {
        self.function = self.function.policy(policy);
        self.has_grants = true;
        self
    }

    /// Gives the function a variable.
    pub fn environment_variable(mut self, name: impl Into<String>, value: impl Into<Value<String>>) -> LambdaFunction {
        self.function = self.function.environment_variable(name, value);
        self
    }

    /// For how many days its lines are kept: 1, 3, 5, 7, 14, 30, 60, 90 and on, as `explain AWS::Logs::LogGroup` lists them.
    pub fn log_retention_days(mut self, days: impl Into<Value<i64>>) -> LambdaFunction {
        self.logs = self.logs.retention_in_days(days);
        self
    }

    /// Any other property of the function.
    pub fn customize_function(mut self, change: impl FnOnce(sam::Function) -> sam::Function) -> LambdaFunction {
        self.function = change(self.function);
        self
    }

    /// Any other property of the log group: `customize_logs(|logs| logs.kms_key_id(key.arn()))`.
    pub fn customize_logs(mut self, change: impl FnOnce(logs::LogGroup) -> logs::LogGroup) -> LambdaFunction {
        self.logs = change(self.logs);
        self
    }
}

impl Construct for LambdaFunction {
    type Handle = LambdaFunctionHandle;

    #[track_caller]
    fn build(self, id: &str, stack: &mut Stack) -> LambdaFunctionHandle {
        let logs = stack.add(format!("{id}Logs"), Resource::new(self.logs));
        let mut function = self.function;
        if function.logging_config.is_none() {
            let logging = [("LogFormat", "JSON".into_node()), ("LogGroup", logs.reference().into_node())];
            let logging: Object = logging.into_iter().map(|(name, value)| (name.to_owned(), value)).collect();
            function = function.logging_config(Value::raw(logging));
        }
        if function.tracing.is_none() {
            function = function.tracing("Active");
        }
        let is_ignored = self.has_grants && function.role.is_some();
        let function = stack.add(id, function);
        if is_ignored {
            let message = format!("function `{id}`: must have no role of its own for grants, which SAM would ignore");
            report(stack, id, message, "leave the role out, or give what is granted to the role");
        }
        let access = access::Function::from_arn(function.arn());
        LambdaFunctionHandle { function, logs, access }
    }
}

impl LambdaFunctionHandle {
    /// The function's name.
    pub fn name(&self) -> Value<String> {
        self.function.reference()
    }

    /// The resource.
    pub fn resource(&self) -> &FunctionHandle {
        &self.function
    }

    /// Its log group.
    pub fn logs(&self) -> &logs::LogGroupHandle {
        &self.logs
    }
}

/// So that what takes a function takes it: a subscription, the target of a rule.
impl Borrow<FunctionHandle> for LambdaFunctionHandle {
    fn borrow(&self) -> &FunctionHandle {
        &self.function
    }
}

impl FunctionMetrics for LambdaFunctionHandle {
    fn metric(&self, name: &str) -> Metric {
        of_function(self.name(), name)
    }
}

impl Deref for LambdaFunctionHandle {
    type Target = access::Function;

    fn deref(&self) -> &access::Function {
        &self.access
    }
}

impl AsRef<str> for LambdaFunctionHandle {
    fn as_ref(&self) -> &str {
        self.function.as_ref()
    }
}
