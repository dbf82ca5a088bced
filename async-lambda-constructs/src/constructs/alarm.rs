//! An alarm.

use cfn_model::{
    List, Value,
    cloudwatch::{self, AlarmHandle},
};

use super::report;
use crate::{
    Construct, Stack,
    metric::{Metric, SIMPLE_STATISTICS, dimension_list},
};

/// An alarm of CloudWatch on a [`Metric`].
///
/// | | default |
/// |---|---|
/// | periods in a row | 1: a metric that should be one says so by itself |
/// | without data | of `above` and `at_least` no alarm, since most services report nothing when nothing happens; of `below` and `at_most` an alarm, since silence is what they are about |
/// | actions | none: say whom to notify |
///
/// ```
/// use async_lambda_constructs::{constructs::Alarm, metric::QueueMetrics, prelude::*};
///
/// let mut stack = Stack::new("orders");
/// let people = stack.add("People", sns::Topic::new());
/// let jobs = stack.add("Jobs", ManagedQueue::new());
/// let late = Alarm::above(jobs.metric_age(), 900).periods(3).notify(people.topic_arn()).describe("jobs wait for 15 minutes");
/// stack.add("JobsLate", late);
/// assert!(!stack.validate().has_errors());
/// ```
#[derive(Clone, Debug)]
#[must_use = "a construct does nothing until it is added to a stack"]
pub struct Alarm {
    metric: Metric,
    alarm: cloudwatch::Alarm,
    actions: Vec<Value<String>>,
    ok_actions: Vec<Value<String>>,
}

impl Alarm {
    /// When the metric is above the threshold.
    pub fn above(metric: Metric, threshold: impl Into<Value<f64>>) -> Alarm {
        Alarm::new(metric, "GreaterThanThreshold", threshold.into(), "notBreaching")
    }

    /// When the metric is at the threshold, or above it.
    pub fn at_least(metric: Metric, threshold: impl Into<Value<f64>>) -> Alarm {
        Alarm::new(metric, "GreaterThanOrEqualToThreshold", threshold.into(), "notBreaching")
    }

    /// When the metric is below the threshold.
    pub fn below(metric: Metric, threshold: impl Into<Value<f64>>) -> Alarm {
        Alarm::new(metric, "LessThanThreshold", threshold.into(), "breaching")
    }

    /// When the metric is at the threshold, or below it.
    pub fn at_most(metric: Metric, threshold: impl Into<Value<f64>>) -> Alarm {
        Alarm::new(metric, "LessThanOrEqualToThreshold", threshold.into(), "breaching")
    }

    fn new(metric: Metric, comparison: &str, threshold: Value<f64>, without_data: &str) -> Alarm {
        let alarm = cloudwatch::Alarm::new()
            .comparison_operator(comparison)
            .threshold(threshold)
            .evaluation_periods(1)
            .treat_missing_data(without_data);
        Alarm { metric, alarm, actions: Vec::new(), ok_actions: Vec::new() }
    }

    /// Over how many periods CloudWatch looks: 1 or more. Together they can be a day, or seven days where a period is an hour or more.
    pub fn periods(mut self, count: impl Into<Value<i64>>) -> Alarm {
        self.alarm = self.alarm.evaluation_periods(count);
        self
    }

    /// In how many of the periods the metric must be wrong: all of them by default, and not more.
    pub fn periods_wrong(mut self, count: impl Into<Value<i64>>) -> Alarm {
        self.alarm = self.alarm.datapoints_to_alarm(count);
        self
    }

    /// Tells this topic, function or other target of alarms when the alarm goes off: its ARN.
    pub fn notify(mut self, arn: impl Into<Value<String>>) -> Alarm {
        self.actions.push(arn.into());
        self
    }

    /// Tells this target when all is well again.
    pub fn notify_ok(mut self, arn: impl Into<Value<String>>) -> Alarm {
        self.ok_actions.push(arn.into());
        self
    }

    /// What who is woken up reads.
    pub fn describe(mut self, text: impl Into<Value<String>>) -> Alarm {
        self.alarm = self.alarm.alarm_description(text);
        self
    }

    /// Any other property: `customize_alarm(|alarm| alarm.treat_missing_data("ignore"))`.
    pub fn customize_alarm(mut self, change: impl FnOnce(cloudwatch::Alarm) -> cloudwatch::Alarm) -> Alarm {
        self.alarm = change(self.alarm);
        self
    }
}

/// The rules that the periods of an alarm break, each with the fix.
fn problems(alarm: &cloudwatch::Alarm, of_metrics: &[i64]) -> Vec<(String, String)> {
    let mut problems = Vec::new();
    let literal = |value: &Option<Value<i64>>| value.as_ref().and_then(Value::literal).copied();
    let Some(count) = literal(&alarm.evaluation_periods) else { return problems };
    if let Some(wrong) = literal(&alarm.datapoints_to_alarm).filter(|wrong| *wrong > count) {
        let message = format!("at most all of its periods can be wrong, got `.periods_wrong({wrong})` of {count}");
        problems.push((message, format!("`.periods({wrong})`, or fewer that are wrong")));
    }
    // Metrics of a computation can have different ones.
    let periods = literal(&alarm.period).map_or_else(|| of_metrics.to_vec(), |period| vec![period]);
    let is_too_long = |period: &i64| period.saturating_mul(count) > longest(*period);
    if let Some(period) = periods.iter().max().filter(|_| periods.iter().all(is_too_long)) {
        let (most, which) = match longest(*period) {
            DAY => ("a day (86400 s)", " while a period is below an hour"),
            _ => ("seven days (604800 s)", ""),
        };
        let seconds = period.saturating_mul(count);
        let message = format!(
            "all periods together must be at most {most}{which}, got {count} of {period} s, which are {seconds} s"
        );
        let help = match longest(*period) / period {
            0 => "a shorter period of the metric".to_owned(),
            most => format!("`.periods({most})`, or another period of the metric"),
        };
        problems.push((message, help));
    }
    problems
}

/// How long all periods of an alarm can be together, in seconds: "PutMetricAlarm" of CloudWatch's API, `Period`.
const fn longest(period: i64) -> i64 {
    if period < 3_600 { DAY } else { 7 * DAY }
}

const DAY: i64 = 86_400;

impl Construct for Alarm {
    type Handle = AlarmHandle;

    #[track_caller]
    fn build(self, id: &str, stack: &mut Stack) -> AlarmHandle {
        let mut alarm = self.alarm;
        match self.metric.stored() {
            Some(metric) => {
                alarm = alarm.namespace(metric.namespace).metric_name(metric.name).period(metric.period);
                alarm = match SIMPLE_STATISTICS.contains(&metric.statistic) {
                    true => alarm.statistic(metric.statistic),
                    false => alarm.extended_statistic(metric.statistic),
                };
                if !metric.dimensions.is_empty() {
                    alarm = alarm.dimensions(Value::raw(dimension_list(metric.dimensions)));
                }
            }
            None => alarm = alarm.metrics(Value::raw(self.metric.queries())),
        }
        if !self.actions.is_empty() {
            alarm = alarm.alarm_actions(self.actions.into_iter().collect::<List<String>>());
        }
        if !self.ok_actions.is_empty() {
            alarm = alarm.ok_actions(self.ok_actions.into_iter().collect::<List<String>>());
        }
        let mut problems = problems(&alarm, &self.metric.periods());
        problems.extend(self.metric.problems().into_iter().map(|(message, help)| (message, help.to_owned())));
        let handle = stack.add(id, alarm);
        for (message, help) in problems {
            report(stack, id, format!("alarm `{id}`: {message}"), &help);
        }
        handle
    }
}
