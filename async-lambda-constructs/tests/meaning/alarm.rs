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
fn periods_that_cloudwatch_refuses_are_found() {
    let failed = |period: i64| Metric::new("Shop", "Failed").period(period);
    let mut stack = Stack::new("orders");
    stack.add("FewPeriods", Alarm::above(failed(60), 1).periods(2).periods_wrong(3));
    stack.add("MoreThanADay", Alarm::above(failed(300), 1).periods(289));
    stack.add("MoreThanAWeek", Alarm::above(failed(3_600), 1).periods(169));
    stack.add("Computed", Alarm::above(Metric::math("a * 2", [("a", failed(60))]).period(1_800), 1).periods(49));
    stack.add("Overflow", Alarm::above(failed(60), 1).periods(i64::MAX));
    stack.add("OnePeriodOfTen", Alarm::above(failed(864_000), 1));
    insta::assert_debug_snapshot!(findings(&stack));
    let mut stack = Stack::new("orders");
    stack.add("Day", Alarm::above(failed(300), 1).periods(288).periods_wrong(288));
    stack.add("Week", Alarm::above(failed(3_600), 1).periods(168));
    stack.add("Unknown", Alarm::above(failed(300), 1).periods(ref_::<i64>("Count")).periods_wrong(3));
    assert!(findings(&stack).iter().all(|found| !found.starts_with("AL0007")), "{:?}", findings(&stack));
}

#[test]
fn a_wrong_name_in_a_computation_is_found() {
    let mut stack = Stack::new("orders");
    let line = line!() + 1;
    stack.add("Wrong", Alarm::above(Metric::math("Failed + 1", [("Failed", Metric::new("Shop", "Failed"))]), 1));
    let report = stack.validate();
    let found = report.findings.iter().find(|found| found.rule.code == "AL0007").unwrap();
    let rule = "a name in metric math must be a lower-case letter, then letters, digits and underscores";
    assert_eq!(found.message, format!("alarm `Wrong`: {rule}, got `Failed`"));
    assert_eq!(found.origin.unwrap().line, line);
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
