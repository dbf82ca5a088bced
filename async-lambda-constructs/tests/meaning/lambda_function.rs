//! Functions with their log groups.

use async_lambda_constructs::{
    constructs::{Alarm, EventRule, EventTarget, Key, LambdaFunction, Subscription, Table, Topic},
    metric::FunctionMetrics,
    prelude::*,
};
use pretty_assertions::assert_eq;

use super::{findings, properties};

fn code() -> sam::Function {
    sam::Function::new().handler("index.handler").runtime("python3.13").inline_code("def handler(event, context): pass")
}

#[test]
fn a_function_with_its_log_group() {
    let mut stack = Stack::new("shop");
    let orders = stack.add("Orders", Table::new(Key::string("id")));
    let report = LambdaFunction::new(code()).grant(orders.grant_read()).environment_variable("ORDERS", orders.name());
    let report = stack.add("Report", report);
    stack.add("ReportFails", Alarm::above(report.metric_errors(), 0));
    stack.output("Logs", Output::new(report.logs().reference()));
    let function = properties(&stack, "Report");
    assert_eq!(function["LoggingConfig"], json!({"LogFormat": "JSON", "LogGroup": {"Ref": "ReportLogs"}}));
    assert_eq!(function["Tracing"], "Active");
    assert_eq!(function["Environment"]["Variables"], json!({"ORDERS": {"Ref": "Orders"}}));
    assert_eq!(properties(&stack, "ReportLogs"), json!({"RetentionInDays": 30}));
    let invoke = serde_json::to_value(report.grant_invoke()).unwrap();
    assert_eq!(invoke["Statement"][0]["Action"][0], "lambda:InvokeFunction");
}

#[test]
fn what_the_function_says_stays() {
    let mut stack = Stack::new("shop");
    let text = Value::raw(json!({"LogFormat": "Text"}));
    let report = LambdaFunction::new(code().logging_config(text).tracing("PassThrough")).log_retention_days(7);
    stack.add("Report", report.customize_function(|function| function.timeout(20)));
    let function = properties(&stack, "Report");
    assert_eq!(
        (&function["LoggingConfig"], &function["Tracing"], &function["Timeout"]),
        (&json!({"LogFormat": "Text"}), &json!("PassThrough"), &json!(20))
    );
    assert_eq!(properties(&stack, "ReportLogs"), json!({"RetentionInDays": 7}));
}

#[test]
fn grants_of_a_function_with_a_role_of_its_own() {
    let mut stack = Stack::new("shop");
    let orders = stack.add("Orders", Table::new(Key::string("id")));
    let role = "arn:aws:iam::123456789012:role/report";
    stack.add("Report", LambdaFunction::new(code().role(role)).grant(orders.grant_read()));
    let expected = "AL0007 function `Report`: must have no role of its own for grants, which SAM would ignore";
    assert!(findings(&stack).contains(&expected.to_owned()), "{:?}", findings(&stack));
}

#[test]
fn who_takes_a_function_takes_it_with_its_log_group() {
    let mut stack = Stack::new("shop");
    let report = stack.add("Report", LambdaFunction::new(code()));
    stack.add("Nightly", EventRule::schedule(schedule!("rate(1 day)")).target(EventTarget::function(&report)));
    stack.add("Paid", Topic::new().subscribe(Subscription::function(&report)));
    assert_eq!(findings(&stack), [""; 0]);
}
