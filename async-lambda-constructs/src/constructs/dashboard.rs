//! A dashboard.

use cfn_model::{
    Function, IntoNode, Node, Object, Value,
    cloudwatch::{self, AlarmHandle, DashboardHandle},
    intrinsic::{join, sub, sub_with},
};

use super::report;
use crate::object::object;
use crate::{Construct, Stack, metric::Metric};

/// A row has so many columns.
const COLUMNS: u32 = 24;
/// The height of a widget where nothing is said, in units of the grid; CloudWatch's own default.
const HEIGHT: u32 = 6;
/// A widget is at most so high.
const HIGHEST: u32 = 1_000;
/// A widget has at most so many metrics.
const METRICS_OF_A_WIDGET: usize = 500;
/// A dashboard has at most so many metrics.
const METRICS_OF_A_DASHBOARD: usize = 2_500;

/// A dashboard of CloudWatch: rows of widgets from left to right.
///
/// Widgets of a row share its width, and are six units high, where they say nothing else. The name is CloudFormation's unless one is
/// given: dashboards of all regions of an account have one set of names.
///
/// ```
/// use async_lambda_constructs::{
///     constructs::{Alarm, Dashboard, Widget},
///     metric::QueueMetrics,
///     prelude::*,
/// };
///
/// let mut stack = Stack::new("orders");
/// let jobs = stack.add("Jobs", ManagedQueue::new());
/// let late = stack.add("JobsLate", Alarm::above(jobs.metric_age(), 900));
/// let dashboard = Dashboard::new()
///     .row([Widget::text("# Orders").height(1)])
///     .row([
///         Widget::lines("jobs", [jobs.metric_visible(), jobs.metric_in_flight()]),
///         Widget::alarms("alarms", [&late]).width(6),
///     ]);
/// stack.add("Overview", dashboard);
/// assert!(!stack.validate().has_errors());
/// ```
#[derive(Clone, Debug, Default)]
#[must_use = "a construct does nothing until it is added to a stack"]
pub struct Dashboard {
    name: Option<Value<String>>,
    rows: Vec<Vec<Widget>>,
}

/// A part of a dashboard.
#[derive(Clone, Debug)]
#[must_use = "a widget does nothing until a dashboard has it"]
pub struct Widget {
    kind: &'static str,
    properties: Object,
    problems: Vec<(String, &'static str)>,
    width: Option<u32>,
    height: u32,
}

impl Dashboard {
    /// A dashboard without widgets.
    pub fn new() -> Dashboard {
        Dashboard::default()
    }

    /// The physical name: up to 255 letters, digits, hyphens and underscores, unique among the dashboards of the account.
    pub fn dashboard_name(mut self, name: impl Into<Value<String>>) -> Dashboard {
        self.name = Some(name.into());
        self
    }

    /// Adds a row below the others. Widgets without a width share what is left of the 24 columns.
    pub fn row(mut self, widgets: impl IntoIterator<Item = Widget>) -> Dashboard {
        self.rows.push(widgets.into_iter().collect());
        self
    }

    /// What is wrong with it.
    fn problems(&self, id: &str) -> Vec<(String, &'static str)> {
        let mut problems = Vec::new();
        for (index, row) in self.rows.iter().enumerate() {
            let number = index + 1;
            let (taken, sharing) = taken(row);
            let wanted = taken.saturating_add(sharing);
            if wanted > COLUMNS {
                let others = match sharing {
                    0 => String::new(),
                    _ => format!(", with one for each of its {sharing} widgets that have no width"),
                };
                let message = format!(
                    "dashboard `{id}`: a row must fit into {COLUMNS} columns, row {number} has {wanted}{others}"
                );
                problems.push((message, "make widgets narrower, or put some into a row of their own"));
            }
            if row.iter().any(|widget| widget.width == Some(0) || !(1..=HIGHEST).contains(&widget.height)) {
                let message = format!(
                    "dashboard `{id}`: a widget must be at least 1 wide, and 1 to {HIGHEST} high, row {number} has one that is not"
                );
                problems.push((message, "give it a width of 1 to 24 and a height of 1 to 1000, or leave them out"));
            }
            if let Some(widget) = row.iter().find(|widget| widget.metrics_count() > METRICS_OF_A_WIDGET) {
                let message = format!(
                    "dashboard `{id}`: a widget must have at most {METRICS_OF_A_WIDGET} metrics, one of row {number} has {}",
                    widget.metrics_count()
                );
                problems.push((message, "split it"));
            }
        }
        let metrics: usize = self.rows.iter().flatten().map(Widget::metrics_count).sum();
        if metrics > METRICS_OF_A_DASHBOARD {
            let message =
                format!("dashboard `{id}`: must have at most {METRICS_OF_A_DASHBOARD} metrics in all, has {metrics}");
            problems.push((message, "make several dashboards of it"));
        }
        let of_metrics = self.rows.iter().flatten().flat_map(|widget| &widget.problems);
        problems.extend(of_metrics.map(|(message, help)| (format!("dashboard `{id}`: {message}"), *help)));
        problems
    }

    fn body(self) -> Node {
        let (mut widgets, mut y) = (Vec::new(), 0);
        for row in self.rows {
            let height = row.iter().map(|widget| widget.height).max().unwrap_or_default();
            let (taken, sharing) = taken(&row);
            let share = COLUMNS.saturating_sub(taken).checked_div(sharing).unwrap_or_default().max(1);
            let mut x = 0;
            for widget in row {
                let width = widget.width.unwrap_or(share);
                widgets.push(
                    object([
                        ("type", widget.kind.into_node()),
                        ("x", x.into_node()),
                        ("y", y.into_node()),
                        ("width", width.into_node()),
                        ("height", widget.height.into_node()),
                        ("properties", widget.properties.into_node()),
                    ])
                    .into_node(),
                );
                x = u32::saturating_add(x, width);
            }
            y = u32::saturating_add(y, height);
        }
        object([("widgets", widgets.into_node())]).into_node()
    }
}

/// How many columns widgets with a width take, and how many widgets have none.
fn taken(row: &[Widget]) -> (u32, u32) {
    let taken = row.iter().filter_map(|widget| widget.width).fold(0, u32::saturating_add);
    let sharing = row.iter().filter(|widget| widget.width.is_none()).count();
    (taken, u32::try_from(sharing).unwrap_or(u32::MAX))
}

impl Widget {
    /// Metrics over time, as lines.
    pub fn lines(title: impl Into<String>, metrics: impl IntoIterator<Item = Metric>) -> Widget {
        Widget::metrics(title.into(), metrics, "timeSeries")
    }

    /// Metrics over time, as areas on top of each other.
    pub fn stacked(title: impl Into<String>, metrics: impl IntoIterator<Item = Metric>) -> Widget {
        Widget::metrics(title.into(), metrics, "timeSeries").property("stacked", true)
    }

    /// The last value of each metric, as a number.
    pub fn numbers(title: impl Into<String>, metrics: impl IntoIterator<Item = Metric>) -> Widget {
        Widget::metrics(title.into(), metrics, "singleValue")
    }

    fn metrics(title: String, metrics: impl IntoIterator<Item = Metric>, view: &str) -> Widget {
        let metrics: Vec<Metric> = metrics.into_iter().collect();
        let lines: Vec<Node> = metrics.iter().enumerate().flat_map(|(index, metric)| metric.lines(index)).collect();
        let mut widget = Widget::new("metric", HEIGHT).titled(title).property("view", view).in_region();
        widget.problems = metrics.iter().flat_map(Metric::problems).collect();
        widget.property("metrics", lines)
    }

    /// How many metrics it has, those of computations included.
    fn metrics_count(&self) -> usize {
        self.properties.get("metrics").and_then(Node::as_array).map_or(0, <[Node]>::len)
    }

    /// Markdown.
    pub fn text(markdown: impl Into<String>) -> Widget {
        Widget::new("text", HEIGHT).property("markdown", markdown.into())
    }

    /// The state of alarms.
    pub fn alarms<'a>(title: impl Into<String>, alarms: impl IntoIterator<Item = &'a AlarmHandle>) -> Widget {
        let arns: Vec<Node> = alarms.into_iter().map(|alarm| alarm.arn().into_node()).collect();
        Widget::new("alarm", HEIGHT).titled(title.into()).property("alarms", arns)
    }

    /// What a query of CloudWatch Logs Insights finds in log groups, which are given by name: `fields @message | limit 20`.
    pub fn logs(title: impl Into<String>, log_groups: impl IntoIterator<Item = Value<String>>, query: &str) -> Widget {
        let mut parts = Vec::new();
        for group in log_groups {
            parts.extend(["SOURCE '".into_node(), group.into_node(), "' | ".into_node()]);
        }
        parts.push(query.into_node());
        let query: Value<String> = join("", parts);
        Widget::new("log", HEIGHT).titled(title.into()).property("view", "table").in_region().property("query", query)
    }

    fn new(kind: &'static str, height: u32) -> Widget {
        Widget { kind, properties: Object::default(), problems: Vec::new(), width: None, height }
    }

    fn titled(self, title: String) -> Widget {
        self.property("title", title)
    }

    fn in_region(self) -> Widget {
        self.property("region", sub("${AWS::Region}"))
    }

    /// Any other property of the widget, by CloudWatch's name: `property("yAxis", json!({"left": {"min": 0}}))`.
    pub fn property(mut self, name: &str, value: impl IntoNode) -> Widget {
        self.properties.insert(name.to_owned(), value.into_node());
        self
    }

    /// How many of the 24 columns it takes.
    pub fn width(mut self, columns: u32) -> Widget {
        self.width = Some(columns);
        self
    }

    /// How high it is: default 6.
    pub fn height(mut self, units: u32) -> Widget {
        self.height = units;
        self
    }
}

impl Construct for Dashboard {
    type Handle = DashboardHandle;

    #[track_caller]
    fn build(self, id: &str, stack: &mut Stack) -> DashboardHandle {
        let problems = self.problems(id);
        let name = self.name.clone();
        let mut text = Text::default();
        text.write(&self.body());
        let mut dashboard = cloudwatch::Dashboard::new(text.finish());
        dashboard.dashboard_name = name;
        let handle = stack.add(id, dashboard);
        for (message, help) in problems {
            report(stack, id, message, help);
        }
        handle
    }
}

/// JSON as the text of `Fn::Sub`: what CloudFormation has to work out becomes a variable in it.
#[derive(Default)]
pub(super) struct Text {
    text: String,
    variables: Vec<(String, Node)>,
    has_variables: bool,
}

impl Text {
    /// Writes a value. A function in it gives a text.
    pub(super) fn write(&mut self, node: &Node) {
        if Function::call(node).is_some() {
            self.text.push('"');
            self.piece(node);
            self.text.push('"');
            return;
        }
        match node {
            Node::Array(items) => {
                self.text.push('[');
                for (index, item) in items.iter().enumerate() {
                    if index > 0 {
                        self.text.push(',');
                    }
                    self.write(item);
                }
                self.text.push(']');
            }
            Node::Object(members) => {
                self.text.push('{');
                for (index, (name, member)) in members.iter().enumerate() {
                    if index > 0 {
                        self.text.push(',');
                    }
                    self.text.push('"');
                    self.literal(name);
                    self.text.push_str("\":");
                    self.write(member);
                }
                self.text.push('}');
            }
            Node::String(text) => {
                self.text.push('"');
                self.literal(text);
                self.text.push('"');
            }
            other => self.text.push_str(&serde_json::to_string(other).unwrap_or_default()),
        }
    }

    /// A part of a string.
    fn piece(&mut self, node: &Node) {
        match (Function::call(node), node) {
            (Some((Function::Ref, Node::String(name))), _) => self.variable(name),
            (Some((Function::GetAtt, Node::Array(path))), _) if path.iter().all(|part| part.as_str().is_some()) => {
                let path: Vec<&str> = path.iter().filter_map(Node::as_str).collect();
                self.variable(&path.join("."));
            }
            // It has its own variables, which stay.
            (Some((Function::Sub, Node::String(text))), _) => {
                self.has_variables = true;
                self.text.push_str(&escaped(text));
            }
            (Some((Function::Join, Node::Array(arguments))), _) => match arguments.as_slice() {
                [Node::String(delimiter), Node::Array(parts)] => {
                    for (index, part) in parts.iter().enumerate() {
                        if index > 0 {
                            self.literal(delimiter);
                        }
                        self.piece(part);
                    }
                }
                _ => self.named(node),
            },
            (Some(_), _) => self.named(node),
            (None, Node::String(text)) => self.literal(text),
            (None, other) => self.literal(&serde_json::to_string(other).unwrap_or_default()),
        }
    }

    fn variable(&mut self, name: &str) {
        self.has_variables = true;
        self.text.push_str("${");
        self.text.push_str(name);
        self.text.push('}');
    }

    /// A function that `Fn::Sub` cannot have in its text gets a name.
    fn named(&mut self, node: &Node) {
        let known = self.variables.iter().find(|(_, known)| known == node);
        let name = known.map_or_else(|| format!("Value{}", self.variables.len()), |(name, _)| name.clone());
        if known.is_none() {
            self.variables.push((name.clone(), node.clone()));
        }
        self.variable(&name);
    }

    /// `${` in a text is no variable.
    fn literal(&mut self, text: &str) {
        self.text.push_str(&escaped(text).replace("${", "${!"));
    }

    pub(super) fn finish(self) -> Value<String> {
        match (self.has_variables, self.variables.is_empty()) {
            // Without variables the text is what it is.
            (false, _) => self.text.replace("${!", "${").into(),
            (true, true) => sub(self.text),
            (true, false) => sub_with(self.text, self.variables),
        }
    }
}

/// A text inside of a JSON string.
fn escaped(text: &str) -> String {
    let quoted = serde_json::to_string(text).unwrap_or_default();
    quoted.get(1..quoted.len().saturating_sub(1)).unwrap_or_default().to_owned()
}
