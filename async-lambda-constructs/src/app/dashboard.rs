//! A dashboard of an application: its dead letters and its API, then a row for each task.

use async_lambda_model::{AppModel, TaskId, TaskModel};
use cfn_model::{
    Handle,
    cloudwatch::DashboardHandle,
    intrinsic::{pseudo, sub},
    sqs::QueueHandle,
};

use super::{AppStack, AsyncLambdaAppHandle, names, tags, trigger};
use crate::{
    FunctionHandle,
    constructs::{Dashboard, Widget},
    metric::{FunctionMetrics, Metric, QueueMetrics},
};

/// The height of a line of text.
const TEXT: u32 = 2;

impl AppStack {
    /// Adds a dashboard of CloudWatch with the logical id `AsyncLambdaDashboard`: dead letters and the API first, then for each task
    /// how its queue stands and what its function does. It is named after the application and the region.
    ///
    /// A dashboard has room for some 300 tasks; [`AppStack::dashboard_of`] makes several of more.
    ///
    /// ```
    /// use async_lambda_constructs::{config::Config, prelude::*};
    ///
    /// # let origin = json!({"file": "src/lib.rs", "line": 1});
    /// # let model = serde_json::from_value(json!({"name": "photo-app", "tasks": [], "origin": origin})).unwrap();
    /// let mut stack = AppStack::new(&model, &Config::default(), None);
    /// stack.dashboard();
    /// assert!(stack.resource("AsyncLambdaDashboard").is_some());
    /// ```
    #[track_caller]
    pub fn dashboard(&mut self) -> DashboardHandle {
        let model = self.model().clone();
        self.add_dashboard("AsyncLambdaDashboard", "", &model, model.tasks.iter())
    }

    /// Adds a dashboard of some tasks, under this logical id, which is also part of its name.
    ///
    /// It is an error of [`validate`](cfn_rules::validate) when the application has no such task.
    #[track_caller]
    pub fn dashboard_of<T: AsRef<str>>(&mut self, id: &str, tasks: impl IntoIterator<Item = T>) -> DashboardHandle {
        let model = self.model().clone();
        let mut known = Vec::new();
        for task in tasks {
            // This says what is wrong with an unknown one.
            self.task_by_id(task.as_ref());
            known.extend(model.task(task.as_ref()));
        }
        self.add_dashboard(id, &format!("-{id}"), &model, known.into_iter())
    }

    #[track_caller]
    fn add_dashboard<'a>(
        &mut self,
        id: &str,
        suffix: &str,
        model: &AppModel,
        tasks: impl Iterator<Item = &'a TaskModel>,
    ) -> DashboardHandle {
        let name = sub(format!("{}{suffix}-${{AWS::Region}}", self.app().name()));
        let dashboard = shared(Dashboard::new().dashboard_name(name), self.app());
        let dashboard = tasks.fold(dashboard, |dashboard, task| of_task(dashboard, task, model));
        let handle = self.add(id, dashboard);
        let settings = self.app().tags().clone();
        tags::add(self, &[id.to_owned()], &settings);
        handle
    }
}

/// What the tasks share.
fn shared(dashboard: Dashboard, app: &AsyncLambdaAppHandle) -> Dashboard {
    let mut letters = vec![app.dead_letters().metric_visible().label("dead letters")];
    letters.extend(app.fifo_dead_letters().map(|queue| queue.metric_visible().label("FIFO dead letters")));
    let mut widgets = vec![Widget::numbers("Dead letters", letters).width(6)];
    if app.api().is_some() {
        // SAM names an API after its stack.
        let metric = |name: &str| Metric::new("AWS/ApiGateway", name).dimension("ApiName", pseudo::stack_name());
        widgets.push(Widget::lines(
            "API: requests",
            [
                metric("Count").statistic("Sum").label("requests"),
                metric("4XXError").statistic("Sum").label("refused (4xx)"),
                metric("5XXError").statistic("Sum").label("failed (5xx)"),
            ],
        ));
        widgets.push(Widget::lines("API: latency", [metric("Latency").statistic("p99").label("p99, ms")]));
    }
    let title = Widget::text(format!("# {}", app.name())).height(TEXT);
    dashboard.row([title]).row(widgets)
}

fn of_task(dashboard: Dashboard, task: &TaskModel, model: &AppModel) -> Dashboard {
    let id = task.id.as_str();
    let function: FunctionHandle = Handle::new(names::function(id));
    let mut widgets = Vec::new();
    if task.trigger.has_own_queue() {
        let lanes: Vec<QueueHandle> = names::queues(id, task.lanes()).map(Handle::new).collect();
        let of_lanes = |metric: fn(&QueueHandle) -> Metric, label: &str| -> Vec<Metric> {
            let name = |lane: usize| match lanes.len() {
                1 => label.to_owned(),
                _ => format!("{label}, lane {lane}"),
            };
            lanes.iter().enumerate().map(|(lane, queue)| metric(queue).label(name(lane))).collect()
        };
        let mut counts = of_lanes(QueueMetrics::metric_visible, "waiting");
        counts.extend(of_lanes(QueueMetrics::metric_in_flight, "in flight"));
        widgets.push(Widget::lines("Queue", counts));
        widgets.push(Widget::lines("Queue: age", of_lanes(QueueMetrics::metric_age, "oldest message, s")));
    }
    if let Some((name, label)) = trigger::kind(&task.trigger).age_metric() {
        widgets.push(Widget::lines("Stream: age", [function.metric(name).statistic("Maximum").label(label)]));
    }
    let calls = [function.metric_invocations(), function.metric_errors(), function.metric_throttles()];
    widgets.push(Widget::lines("Function", calls));
    let durations = [function.metric_duration(), function.metric("Duration").label("average, ms")];
    widgets.push(Widget::lines("Function: duration", durations));
    dashboard.row([Widget::text(headline(task, model)).height(TEXT)]).row(widgets)
}

/// The task, what starts it, who invokes it and whom it invokes.
fn headline(task: &TaskModel, model: &AppModel) -> String {
    fn targets(task: &TaskModel) -> impl Iterator<Item = &TaskId> {
        task.targets().chain(&task.calls)
    }
    let callers = model.tasks.iter().filter(|other| targets(other).any(|target| *target == task.id));
    let callers: Vec<&str> = callers.map(|caller| caller.id.as_str()).collect();
    let targets: Vec<&str> = targets(task).map(TaskId::as_str).collect();
    let mut parts = vec![format!("`{}`", task.trigger)];
    for (word, tasks) in [("from", callers), ("to", targets)] {
        if !tasks.is_empty() {
            parts.push(format!("{word} {}", tasks.join(", ")));
        }
    }
    format!("## {}\n{}", task.id, parts.join(" · "))
}
