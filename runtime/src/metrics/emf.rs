//! Documents in CloudWatch's embedded metric format.

use serde_json::{Map, Value, json};

use super::{Metric, Report};

/// The most metrics of a directive ("MetricDirective object" in the specification of the format).
const MOST_METRICS: usize = 100;
/// The most values of a metric ("Target members", there).
const MOST_VALUES: usize = 100;
/// The longest document, in bytes as they are estimated here: a line of CloudWatch Logs had 256 KB before it had 1 MB.
const MOST_BYTES: usize = 240_000;
/// The longest number: the digits of a double, its sign, point and exponent, and a comma.
const BYTES_OF_NUMBER: usize = 25;

/// The documents of an invocation, as few as the limits of the format allow; each a line. `head` is what each begins with.
pub(crate) fn documents(report: &Report<'_>, millis: u64, head: &[(&str, &str)]) -> Vec<String> {
    let mut documents = Vec::new();
    for group in report.metrics.chunk_by(|metric, next| metric.dimensions == next.dimensions) {
        let base = base(report, group, head);
        let mut page = Page::beginning(base);
        let rounds = group.iter().map(|metric| metric.values.len().div_ceil(MOST_VALUES)).max().unwrap_or_default();
        for round in 0..rounds {
            for metric in group {
                let Some(values) = metric.values.chunks(MOST_VALUES).nth(round) else { continue };
                if !page.has_room_for(metric, values) {
                    documents.push(page.take(base).document(report, group, millis, head));
                }
                page.add(metric, values);
            }
        }
        documents.push(page.document(report, group, millis, head));
    }
    documents
}

/// The metrics of one document.
struct Page<'a> {
    metrics: Vec<(&'a Metric, &'a [f64])>,
    bytes: usize,
}

impl<'a> Page<'a> {
    /// A page of this size in bytes, without metrics.
    fn beginning(bytes: usize) -> Page<'a> {
        Page { metrics: Vec::new(), bytes }
    }

    fn has_room_for(&self, metric: &Metric, values: &[f64]) -> bool {
        let is_there = self.metrics.iter().any(|(other, _)| other.name == metric.name);
        let fits = self.metrics.is_empty() || self.bytes + bytes(metric, values) <= MOST_BYTES;
        !is_there && fits && self.metrics.len() < MOST_METRICS
    }

    fn add(&mut self, metric: &'a Metric, values: &'a [f64]) {
        self.bytes += bytes(metric, values);
        self.metrics.push((metric, values));
    }

    fn take(&mut self, base: usize) -> Page<'a> {
        std::mem::replace(self, Page::beginning(base))
    }

    fn document(self, report: &Report<'_>, group: &[Metric], millis: u64, head: &[(&str, &str)]) -> String {
        let mut document = Map::new();
        for (name, value) in head {
            document.insert((*name).to_owned(), (*value).into());
        }
        if !report.request_id.is_empty() {
            document.insert("requestId".to_owned(), report.request_id.into());
        }
        let own = group.first().into_iter().flat_map(|metric| &metric.dimensions);
        let dimensions = [("Application", report.application), ("Task", report.task)].into_iter();
        let dimensions: Vec<(&str, &str)> = dimensions.chain(own.map(|(name, value)| (&**name, &**value))).collect();
        for (name, value) in &dimensions {
            document.insert((*name).to_owned(), (*value).into());
        }
        let mut definitions = Vec::with_capacity(self.metrics.len());
        for (metric, values) in self.metrics {
            definitions.push(json!({ "Name": metric.name, "Unit": metric.unit.as_str() }));
            let target = match values {
                [value] => number(*value),
                values => values.iter().copied().map(number).collect(),
            };
            document.insert(metric.name.to_string(), target);
        }
        let dimensions: Vec<&str> = dimensions.into_iter().map(|(name, _)| name).collect();
        let directive = json!({ "Namespace": report.namespace, "Dimensions": [dimensions], "Metrics": definitions });
        document.insert("_aws".to_owned(), json!({ "Timestamp": millis, "CloudWatchMetrics": [directive] }));
        Value::Object(document).to_string()
    }
}

/// The most bytes of a document without metrics. Each character may be escaped; names of dimensions are there twice.
fn base(report: &Report<'_>, group: &[Metric], head: &[(&str, &str)]) -> usize {
    let texts = [report.namespace, report.application, report.task, report.request_id].map(str::len);
    let head: usize = head.iter().map(|(name, value)| name.len() + value.len()).sum();
    let own = group.first().into_iter().flat_map(|metric| &metric.dimensions);
    let own: usize = own.map(|(name, value)| 2 * name.len() + value.len() + 10).sum();
    2 * (texts.iter().sum::<usize>() + head + own) + 400
}

/// About how many bytes a metric takes. Each character of its name may be escaped, and the name is there twice.
fn bytes(metric: &Metric, values: &[f64]) -> usize {
    4 * metric.name.len() + values.len() * BYTES_OF_NUMBER + 60
}

/// A whole number without a point.
fn number(value: f64) -> Value {
    if value.fract() == 0.0 && value.abs() < 1e15 { (value as i64).into() } else { value.into() }
}

#[cfg(test)]
mod tests {
    use pretty_assertions::assert_eq;

    use super::*;
    use crate::metrics::Unit;

    fn metric(name: &str, unit: Unit, values: &[f64], dimensions: &[(&'static str, &str)]) -> Metric {
        let dimensions = dimensions.iter().map(|(name, value)| ((*name).into(), (*value).to_owned())).collect();
        Metric { name: name.to_owned().into(), unit, values: values.to_vec(), dimensions }
    }

    fn lines(metrics: Vec<Metric>) -> Vec<String> {
        let report = Report { namespace: "Shop", application: "shop-prod", task: "Pay", request_id: "r-1", metrics };
        let head = [("timestamp", "2026-11-23T09:00:00.123Z"), ("level", "INFO"), ("message", "metrics")];
        documents(&report, 1_795_424_400_123, &head)
    }

    #[test]
    fn a_line_is_a_document() {
        let lines = lines(vec![
            metric("Handled", Unit::Count, &[2.0], &[]),
            metric("Failed", Unit::Count, &[0.0], &[]),
            metric("Duration", Unit::Milliseconds, &[12.345, 7.0], &[]),
            metric("Paid", Unit::None, &[9.5], &[("Currency", "EUR")]),
            metric("Paid", Unit::None, &[1e300], &[("Currency", "\"USD\"")]),
        ]);
        let expected = [
            concat!(
                r#"{"timestamp":"2026-11-23T09:00:00.123Z","level":"INFO","message":"metrics","requestId":"r-1","#,
                r#""Application":"shop-prod","Task":"Pay","Handled":2,"Failed":0,"Duration":[12.345,7],"#,
                r#""_aws":{"Timestamp":1795424400123,"CloudWatchMetrics":[{"Namespace":"Shop","#,
                r#""Dimensions":[["Application","Task"]],"Metrics":[{"Name":"Handled","Unit":"Count"},"#,
                r#"{"Name":"Failed","Unit":"Count"},{"Name":"Duration","Unit":"Milliseconds"}]}]}}"#,
            ),
            concat!(
                r#"{"timestamp":"2026-11-23T09:00:00.123Z","level":"INFO","message":"metrics","requestId":"r-1","#,
                r#""Application":"shop-prod","Task":"Pay","Currency":"EUR","Paid":9.5,"#,
                r#""_aws":{"Timestamp":1795424400123,"CloudWatchMetrics":[{"Namespace":"Shop","#,
                r#""Dimensions":[["Application","Task","Currency"]],"Metrics":[{"Name":"Paid","Unit":"None"}]}]}}"#,
            ),
            concat!(
                r#"{"timestamp":"2026-11-23T09:00:00.123Z","level":"INFO","message":"metrics","requestId":"r-1","#,
                r#""Application":"shop-prod","Task":"Pay","Currency":"\"USD\"","Paid":1e+300,"#,
                r#""_aws":{"Timestamp":1795424400123,"CloudWatchMetrics":[{"Namespace":"Shop","#,
                r#""Dimensions":[["Application","Task","Currency"]],"Metrics":[{"Name":"Paid","Unit":"None"}]}]}}"#,
            ),
        ];
        assert_eq!(lines, expected);
    }

    /// All values of all lines, after a look at the limits of each.
    fn values(lines: &[String], name: &str) -> Vec<f64> {
        let mut all = Vec::new();
        for line in lines {
            assert!(line.len() < 256 * 1024, "{}", line.len());
            let document: Value = serde_json::from_str(line).unwrap();
            let directive = &document["_aws"]["CloudWatchMetrics"][0];
            let metrics = directive["Metrics"].as_array().unwrap();
            assert!(metrics.len() <= 100);
            for metric in metrics {
                let is_number = |value: &Value| value.is_number();
                match &document[metric["Name"].as_str().unwrap()] {
                    Value::Array(values) => assert!(values.len() <= 100 && values.iter().all(is_number)),
                    value => assert!(is_number(value), "{value}"),
                }
            }
            for dimension in directive["Dimensions"][0].as_array().unwrap() {
                assert!(document[dimension.as_str().unwrap()].is_string());
            }
            match &document[name] {
                Value::Array(values) => all.extend(values.iter().filter_map(Value::as_f64)),
                value => all.extend(value.as_f64()),
            }
        }
        all
    }

    #[test]
    fn ten_thousand_records_are_a_hundred_lines() {
        let durations: Vec<f64> = (0..10_000).map(|index| f64::from(index) + 0.25).collect();
        let lines = lines(vec![
            metric("Handled", Unit::Count, &[10_000.0], &[]),
            metric("Duration", Unit::Milliseconds, &durations, &[]),
            metric("Age", Unit::Milliseconds, &durations, &[]),
        ]);
        assert_eq!(lines.len(), 100);
        assert_eq!(values(&lines, "Duration"), durations);
        assert_eq!(values(&lines, "Age"), durations);
        assert_eq!(values(&lines, "Handled"), [10_000.0]);
    }

    #[test]
    fn more_than_a_hundred_metrics_are_more_lines() {
        let metrics = (0..250).map(|index| metric(&format!("M{index:03}"), Unit::Count, &[1.0], &[])).collect();
        let lines = lines(metrics);
        assert_eq!(lines.len(), 3);
        assert_eq!(values(&lines, "M249"), [1.0]);
    }

    #[test]
    fn long_lines_are_more_lines() {
        let long = [-1.234_567_890_123_456_7e-300; 100];
        let name = |index: usize| format!("{index:03}{}", "\"".repeat(252));
        let metrics = (0..100).map(|index| metric(&name(index), Unit::TerabytesPerSecond, &long, &[])).collect();
        let lines = lines(metrics);
        assert_eq!(lines.len(), 2);
        assert_eq!(values(&lines, &name(99)), long);
    }

    #[test]
    fn dimensions_count_too() {
        let (quotes, names): (String, Vec<String>) =
            ("\"".repeat(1024), (0..28).map(|i| format!("{i:02}{}", "\"".repeat(253))).collect());
        let long = [-1.234_567_890_123_456_7e-300; 100];
        let of = |index: usize| {
            let mut metric = metric(&format!("M{index:03}"), Unit::TerabytesPerSecond, &long, &[]);
            metric.dimensions = names.iter().map(|name| (name.clone().into(), quotes.clone())).collect();
            metric
        };
        let lines = lines((0..100).map(of).collect());
        assert_eq!(lines.len(), 2);
        assert_eq!(values(&lines, "M099"), long);
    }

    #[test]
    fn a_name_is_once_in_a_line() {
        let lines = lines(vec![metric("Size", Unit::Bytes, &[1.0], &[]), metric("Size", Unit::Kilobytes, &[2.0], &[])]);
        assert_eq!(lines.len(), 2);
        assert_eq!(values(&lines, "Size"), [1.0, 2.0]);
    }
}
