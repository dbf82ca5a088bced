//! The alarm of the queues: numbers that CloudWatch takes.

use cfn_model::{Finding, Node};
use indexmap::IndexMap;

use super::{
    Setting,
    keys::{PERIOD, THRESHOLD},
    rules::AGE_ALARM,
};

/// The longest time over which an alarm looks, in seconds: 7 days ("PutMetricAlarm" of the CloudWatch API reference).
const LONGEST_PERIOD: i64 = 604_800;

/// Findings about the alarm of one level.
pub(super) fn check(alarm: &IndexMap<String, Setting>) -> impl Iterator<Item = Finding> {
    let number = |name| match alarm.get(name) {
        Some(Setting { value: Node::Number(number), path, .. }) => Some((number, path)),
        _ => None,
    };
    let finding = |path: &cfn_model::Path, rule: &str, got: String| {
        Finding::new(&AGE_ALARM, path.clone(), format!("`{path}`: {rule}, got {got}")).actual(got)
    };
    let threshold = number(THRESHOLD).filter(|(number, _)| number.as_f64() < 0.0);
    let threshold =
        threshold.map(|(number, path)| finding(path, "must be a number of seconds from 0", number.to_string()));
    let period = number(PERIOD).and_then(|(number, path)| Some((number.as_i64()?, path)));
    let period = period.filter(|(period, _)| period % 60 != 0 || !(60..=LONGEST_PERIOD).contains(period));
    let period = period.map(|(period, path)| {
        let rule = format!("must be a multiple of 60 from 60 to {LONGEST_PERIOD} s");
        finding(path, &rule, format!("{period} s")).help("SQS measures once a minute".to_owned())
    });
    threshold.into_iter().chain(period)
}
