//! Alarms.

use async_lambda_constructs::{
    constructs::Alarm,
    metric::{FunctionMetrics, Metric, QueueMetrics},
    prelude::*,
};
use pretty_assertions::assert_eq;

use super::{findings, properties};

#[test]
fn an_alarm_on_a_metric_of_a_handle() {
    let mut stack = Stack::new("orders");
    let people = stack.add("People", sns::Topic::new().kms_master_key_id("alias/aws/sns"));
    let jobs = stack.add("Jobs", ManagedQueue::new());
    let late = Alarm::above(jobs.metric_age(), 900).periods(3).periods_wrong(2).notify(people.topic_arn());
    stack.add("JobsLate", late.notify_ok(people.topic_arn()).describe("jobs wait"));
    let expected = json!({
        "AlarmActions": [{"Fn::GetAtt": ["People", "TopicArn"]}], "AlarmDescription": "jobs wait",
        "ComparisonOperator": "GreaterThanThreshold", "DatapointsToAlarm": 2,
        "Dimensions": [{"Name": "QueueName", "Value": {"Fn::GetAtt": ["Jobs", "QueueName"]}}],
        "EvaluationPeriods": 3, "MetricName": "ApproximateAgeOfOldestMessage", "Namespace": "AWS/SQS",
        "OKActions": [{"Fn::GetAtt": ["People", "TopicArn"]}], "Period": 300, "Statistic": "Maximum", "Threshold": 900,
        "TreatMissingData": "notBreaching",
    });
    assert_eq!(properties(&stack, "JobsLate"), expected);
}

#[test]
fn a_percentile_is_an_extended_statistic_and_silence_breaches_a_lower_bound() {
    let mut stack = Stack::new("orders");
    let work = stack.add(
        "Work",
        sam::Function::new()
            .handler("index.handler")
            .runtime("python3.13")
            .inline_code("def handler(event, context): pass"),
    );
    stack.add("Slow", Alarm::at_least(work.metric_duration().period(60), 2_500));
    stack.add("Idle", Alarm::below(work.metric_invocations(), 1));
    let slow = properties(&stack, "Slow");
    assert_eq!(slow["ExtendedStatistic"], "p99");
    assert_eq!(slow.get("Statistic"), None);
    assert_eq!((&slow["Period"], &slow["Dimensions"][0]["Value"]), (&json!(60), &json!({"Ref": "Work"})));
    assert_eq!(properties(&stack, "Idle")["TreatMissingData"], "breaching");
}

#[test]
fn an_alarm_on_a_computation() {
    let mut stack = Stack::new("orders");
    let jobs = stack.add("Jobs", ManagedQueue::new());
    let ratio = Metric::math(
        "received / sent",
        [("received", jobs.metric_received()), ("sent", jobs.metric_sent().label("all"))],
    );
    stack.add("Retries", Alarm::above(ratio.period(600), 1.5));
    let alarm = properties(&stack, "Retries");
    assert_eq!(alarm["Metrics"][0], json!({"Id": "result", "ReturnData": true, "Expression": "received / sent"}));
    assert_eq!(alarm["Metrics"][2]["MetricStat"]["Period"], 600);
    assert_eq!(alarm["Metrics"][2]["Label"], "all");
    assert_eq!(alarm.get("MetricName"), None);
}

#[test]
fn a_wrong_period_and_a_wrong_statistic_are_found() {
    let mut stack = Stack::new("orders");
    stack.add("A", Alarm::above(Metric::new("Shop", "Failed").period(45), 1));
    stack.add("B", Alarm::above(Metric::new("Shop", "Failed").statistic("p101"), 1));
    stack.add("D", Alarm::above(Metric::math("a + 1", [("a", Metric::new("Shop", "Failed").statistic("Mean"))]), 1));
    stack.add("C", Alarm::above(Metric::new("Shop", "Failed"), 1).periods(0));
    insta::assert_debug_snapshot!(findings(&stack));
}

#[test]
fn names_of_nested_computations_are_unique() {
    let mut stack = Stack::new("orders");
    let sum = |name: &str| {
        Metric::math(
            "FILL(reads, 0) + writes",
            [("reads", Metric::new("Shop", name)), ("writes", Metric::new("Shop", name))],
        )
    };
    let both = Metric::math("a + result", [("a", sum("A")), ("result", sum("B"))]).period(60);
    stack.add("Both", Alarm::above(both, 1));
    let alarm = properties(&stack, "Both");
    let queries = alarm["Metrics"].as_array().unwrap();
    let ids: Vec<&str> = queries.iter().map(|query| query["Id"].as_str().unwrap()).collect();
    let expected =
        ["result", "a", "a_reads", "a_writes", "result_result", "result_result_reads", "result_result_writes"];
    assert_eq!(ids, expected);
    assert_eq!(queries[0]["Expression"], "a + result_result");
    assert_eq!(queries[4]["Expression"], "FILL(result_result_reads, 0) + result_result_writes");
    assert!(queries.iter().all(|query| query.get("MetricStat").is_none_or(|metric| metric["Period"] == 60)));
}
