//! Metrics of CloudWatch: what an alarm looks at, and what a dashboard draws.

mod function;
mod queue;

use crate::object::object;
use cfn_model::{IntoNode, Node, Object, Value};

pub use function::FunctionMetrics;
pub(crate) use function::of_function;
pub use queue::QueueMetrics;

/// The period of a metric in seconds where nothing else is said: five minutes, the longest at which all services of AWS report.
pub const DEFAULT_PERIOD: i64 = 300;

/// A metric of CloudWatch, or a computation with some. Handles of resources offer theirs: `queue.metric_age()`.
///
/// ```
/// use async_lambda_constructs::{metric::Metric, prelude::*};
///
/// let failed = Metric::new("Shop", "Failed").dimension("Task", "Charge").statistic("Sum");
/// let handled = Metric::new("Shop", "Handled").dimension("Task", "Charge").statistic("Sum");
/// let percent = Metric::math("100 * failed / (failed + handled)", [("failed", failed), ("handled", handled)])
///     .label("failed, %");
/// ```
#[derive(Clone, Debug, PartialEq)]
#[must_use = "a metric does nothing until an alarm or a dashboard has it"]
pub struct Metric {
    source: Source,
    label: Option<String>,
    period: i64,
}

#[derive(Clone, Debug, PartialEq)]
enum Source {
    Stored { namespace: String, name: String, dimensions: Vec<(String, Value<String>)>, statistic: String },
    Math { expression: String, inputs: Vec<(String, Metric)> },
}

impl Metric {
    /// The average of a metric over five minutes.
    pub fn new(namespace: impl Into<String>, name: impl Into<String>) -> Metric {
        let source = Source::Stored {
            namespace: namespace.into(),
            name: name.into(),
            dimensions: Vec::new(),
            statistic: "Average".to_owned(),
        };
        Metric { source, label: None, period: DEFAULT_PERIOD }
    }

    /// What an expression of CloudWatch's metric math makes of some metrics. Each has a name in it: a lower-case letter, then
    /// letters, digits and underscores.
    pub fn math<N: Into<String>>(
        expression: impl Into<String>,
        inputs: impl IntoIterator<Item = (N, Metric)>,
    ) -> Metric {
        let inputs = inputs.into_iter().map(|(name, metric)| (name.into(), metric)).collect();
        Metric { source: Source::Math { expression: expression.into(), inputs }, label: None, period: DEFAULT_PERIOD }
    }

    /// What the metric is about. CloudWatch keeps a metric of its own for each set of dimensions. A computation has none.
    pub fn dimension(mut self, name: impl Into<String>, value: impl Into<Value<String>>) -> Metric {
        if let Source::Stored { dimensions, .. } = &mut self.source {
            dimensions.push((name.into(), value.into()));
        }
        self
    }

    /// What is made of the values of a period: `Average`, `Sum`, `Minimum`, `Maximum`, `SampleCount`, a percentile such as `p99`, or
    /// another of CloudWatch's statistics, such as `tm90`. A computation has none.
    pub fn statistic(mut self, of_a_period: impl Into<String>) -> Metric {
        if let Source::Stored { statistic, .. } = &mut self.source {
            *statistic = of_a_period.into();
        }
        self
    }

    /// The period in seconds: 10, 20, 30, or a multiple of 60. [`DEFAULT_PERIOD`] where nothing is said. That of a computation is the
    /// period of all of its metrics.
    pub fn period(mut self, seconds: i64) -> Metric {
        self.period = seconds;
        if let Source::Math { inputs, .. } = &mut self.source {
            for (_, input) in inputs {
                *input = input.clone().period(seconds);
            }
        }
        self
    }

    /// How a dashboard names its line.
    pub fn label(mut self, label: impl Into<String>) -> Metric {
        self.label = Some(label.into());
        self
    }

    /// The parts of a metric that is no computation.
    pub(crate) fn stored(&self) -> Option<Stored<'_>> {
        match &self.source {
            Source::Stored { namespace, name, dimensions, statistic } => {
                Some(Stored { namespace, name, dimensions, statistic, period: self.period })
            }
            Source::Math { .. } => None,
        }
    }

    /// The queries of an alarm on a computation, its result first.
    pub(crate) fn queries(&self) -> Vec<Node> {
        let mut queries = Vec::new();
        self.query(RESULT, None, &mut queries);
        queries
    }

    /// The rules of CloudWatch that it breaks, each with the fix.
    pub(crate) fn problems(&self) -> Vec<(String, &'static str)> {
        match &self.source {
            Source::Stored { statistic, .. } if is_statistic(statistic) => Vec::new(),
            Source::Stored { statistic, .. } => {
                let message = format!("a statistic must be one of CloudWatch's, got `{statistic}`");
                let help = "`Average`, `Sum`, `Minimum`, `Maximum`, `SampleCount`, `IQM`, a percentile such as `p99`, or `tm90`, \
                            `TM(2%:98%)` and their like";
                vec![(message, help)]
            }
            Source::Math { inputs, .. } => {
                let wrong = inputs.iter().map(|(name, _)| name).filter(|name| !is_name(name)).map(|name| {
                    let rule =
                        "a name in metric math must be a lower-case letter, then letters, digits and underscores";
                    (format!("{rule}, got `{name}`"), "rename it, in the expression too")
                });
                wrong.chain(inputs.iter().flat_map(|(_, input)| input.problems())).collect()
            }
        }
    }

    /// The periods of the metrics in it, in seconds.
    pub(crate) fn periods(&self) -> Vec<i64> {
        match &self.source {
            Source::Stored { .. } => vec![self.period],
            Source::Math { inputs, .. } => inputs.iter().flat_map(|(_, input)| input.periods()).collect(),
        }
    }

    /// `of` is the id of the computation that it is a part of.
    fn query(&self, id: &str, of: Option<&str>, queries: &mut Vec<Node>) {
        let mut query = object([("Id", id.into_node()), ("ReturnData", of.is_none().into_node())]);
        if let Some(label) = &self.label {
            query.insert("Label".to_owned(), label.as_str().into_node());
        }
        match &self.source {
            Source::Stored { namespace, name, dimensions, statistic } => {
                let mut metric =
                    object([("Namespace", namespace.as_str().into_node()), ("MetricName", name.as_str().into_node())]);
                if !dimensions.is_empty() {
                    metric.insert("Dimensions".to_owned(), dimension_list(dimensions));
                }
                let metric = [
                    ("Metric", metric.into_node()),
                    ("Period", self.period.into_node()),
                    ("Stat", statistic.as_str().into_node()),
                ];
                query.insert("MetricStat".to_owned(), object(metric).into_node());
                queries.push(query.into_node());
            }
            Source::Math { expression, inputs } => {
                // Names are unique in the whole alarm: those of a computation inside of another one get its name.
                let renamed = |name: &str| match of {
                    None if name == RESULT => format!("{RESULT}_{name}"),
                    None => name.to_owned(),
                    Some(_) => format!("{id}_{name}"),
                };
                let expression = with_names(expression, inputs, &renamed);
                query.insert("Expression".to_owned(), expression.into_node());
                queries.push(query.into_node());
                for (name, input) in inputs {
                    input.query(&renamed(name), Some(id), queries);
                }
            }
        }
    }

    /// Its lines in a widget of a dashboard, which are numbered: the id of a computation there must be unique in the widget.
    pub(crate) fn lines(&self, index: usize) -> Vec<Node> {
        let mut lines = Vec::new();
        self.line(None, &format!("m{index}"), &mut lines);
        lines
    }

    fn line(&self, id: Option<&str>, unique: &str, lines: &mut Vec<Node>) {
        let mut options = Object::default();
        if let Some(label) = &self.label {
            options.insert("label".to_owned(), label.as_str().into_node());
        }
        if let Some(id) = id {
            options.insert("id".to_owned(), id.into_node());
            options.insert("visible".to_owned(), false.into_node());
        }
        options.insert("period".to_owned(), self.period.into_node());
        match &self.source {
            Source::Stored { namespace, name, dimensions, statistic } => {
                options.insert("stat".to_owned(), statistic.as_str().into_node());
                let mut line = vec![namespace.as_str().into_node(), name.as_str().into_node()];
                for (name, value) in dimensions {
                    line.extend([name.as_str().into_node(), value.clone().into_node()]);
                }
                line.push(options.into_node());
                lines.push(line.into_node());
            }
            Source::Math { expression, inputs } => {
                // Two computations of a widget may call their metrics the same.
                let renamed = |name: &str| format!("{unique}_{name}");
                let expression = with_names(expression, inputs, &renamed);
                options.insert("expression".to_owned(), expression.into_node());
                options.entry("id".to_owned()).or_insert_with(|| unique.into_node());
                lines.push(vec![options.into_node()].into_node());
                for (name, input) in inputs {
                    input.line(Some(&renamed(name)), &renamed(name), lines);
                }
            }
        }
    }
}

/// A metric that CloudWatch has stored.
pub(crate) struct Stored<'a> {
    pub(crate) namespace: &'a str,
    pub(crate) name: &'a str,
    pub(crate) dimensions: &'a [(String, Value<String>)],
    pub(crate) statistic: &'a str,
    pub(crate) period: i64,
}

/// The statistics that have a property of their own in an alarm.
pub(crate) const SIMPLE_STATISTICS: [&str; 5] = ["Average", "Maximum", "Minimum", "SampleCount", "Sum"];

/// Whether CloudWatch has a statistic: `Sum`, `IQM`, `p99.9`, `tm90`, `TM(2%:98%)`, `PR(:300)`.
fn is_statistic(name: &str) -> bool {
    let is_number = |text: &str| !text.is_empty() && text.parse::<f64>().is_ok_and(|number| number >= 0.0);
    let is_percent = |text: &str| is_number(text) && text.parse::<f64>().is_ok_and(|number| number <= 100.0);
    if SIMPLE_STATISTICS.contains(&name) || name == "IQM" {
        return true;
    }
    if let Some((kind, range)) = name.split_once('(') {
        let bounds = range.strip_suffix(')').and_then(|range| range.split_once(':'));
        let is_bound = |bound: &str| match bound.strip_suffix('%') {
            Some(percent) => kind != "PR" && is_percent(percent),
            None => bound.is_empty() || is_number(bound),
        };
        return ["TM", "WM", "PR", "TC", "TS"].contains(&kind)
            && bounds.is_some_and(|(from, to)| !(from.is_empty() && to.is_empty()) && is_bound(from) && is_bound(to));
    }
    ["p", "tm", "wm", "tc", "ts"].iter().any(|kind| name.strip_prefix(kind).is_some_and(is_percent))
}

/// Whether metric math has such names.
fn is_name(text: &str) -> bool {
    text.starts_with(|first: char| first.is_ascii_lowercase())
        && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
}

/// The dimensions of an alarm.
pub(crate) fn dimension_list(dimensions: &[(String, Value<String>)]) -> Node {
    let dimensions = dimensions
        .iter()
        .map(|(name, value)| object([("Name", name.as_str().into_node()), ("Value", value.clone().into_node())]));
    dimensions.map(IntoNode::into_node).collect::<Vec<Node>>().into_node()
}

/// The id of the result of an alarm's computation.
const RESULT: &str = "result";

/// An expression with other names for its metrics.
fn with_names(expression: &str, inputs: &[(String, Metric)], renamed: &dyn Fn(&str) -> String) -> String {
    rename(expression, &|word| inputs.iter().any(|(name, _)| name == word).then(|| renamed(word)))
}

/// An expression with other names in it. What is in quotes stays.
fn rename(expression: &str, name: &dyn Fn(&str) -> Option<String>) -> String {
    let mut renamed = String::new();
    let mut rest = expression;
    while let Some(first) = rest.chars().next() {
        let is_word = |character: char| character.is_ascii_alphanumeric() || character == '_';
        let end = if is_word(first) {
            rest.find(|character| !is_word(character)).unwrap_or(rest.len())
        } else if matches!(first, '"' | '\'') {
            rest[1..].find(first).map_or(rest.len(), |end| end + 2)
        } else {
            first.len_utf8()
        };
        let (token, behind) = rest.split_at(end);
        match name(token) {
            Some(name) => renamed.push_str(&name),
            None => renamed.push_str(token),
        }
        rest = behind;
    }
    renamed
}

#[cfg(test)]
mod tests {
    use pretty_assertions::assert_eq;

    use super::{is_statistic, rename};

    #[test]
    fn statistics() {
        for name in [
            "Sum",
            "IQM",
            "p0",
            "p99",
            "p99.9",
            "p100",
            "tm90",
            "ts5",
            "TM(2%:98%)",
            "TM(150:1000)",
            "PR(:300)",
            "TC(10%:)",
        ] {
            assert!(is_statistic(name), "{name}");
        }
        for name in [
            "",
            "sum",
            "Mean",
            "p",
            "p101",
            "p-1",
            "px",
            "TM()",
            "TM(:)",
            "TM(2%:98%",
            "PR(1%:2%)",
            "XX(1:2)",
            "pinf",
            "pNaN",
        ] {
            assert!(!is_statistic(name), "{name}");
        }
    }

    #[test]
    fn names_in_quotes_stay() {
        let name = |word: &str| (word == "errors").then(|| "m0_errors".to_owned());
        let expression = "IF(errors > 1, errors, 0) + errors2 + SEARCH('errors', \"errors\")";
        let expected = "IF(m0_errors > 1, m0_errors, 0) + errors2 + SEARCH('errors', \"errors\")";
        assert_eq!(rename(expression, &name), expected);
    }

    #[test]
    fn an_unfinished_quote_is_left_as_it_is() {
        assert_eq!(rename("a + 'ä b", &|word| (word == "a").then(|| "x".to_owned())), "x + 'ä b");
    }
}
