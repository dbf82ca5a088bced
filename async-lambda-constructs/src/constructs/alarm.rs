//! An alarm.

use cfn_model::{
    List, Value,
    cloudwatch::{self, AlarmHandle},
};

use super::report_statistic;
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

    /// Over how many periods CloudWatch looks: 1 or more.
    pub fn periods(mut self, count: impl Into<Value<i64>>) -> Alarm {
        self.alarm = self.alarm.evaluation_periods(count);
        self
    }

    /// In how many of the periods the metric must be wrong: all of them by default.
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
        let handle = stack.add(id, alarm);
        for statistic in self.metric.wrong_statistics() {
            report_statistic(stack, "alarm", id, statistic);
        }
        handle
    }
}
