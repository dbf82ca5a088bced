//! The metrics of one invocation, from its begin to its end.

use std::{
    borrow::Cow,
    collections::BTreeMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use async_lambda_model::{AppName, MetricNamespace, TaskModel};
use serde_json::Value;
use tokio::time::Instant;

use super::{Metric, Unit, age, rules};
use crate::{BoxError, extract::Invocation, layer::TaskService, trigger::Messages};

/// The meter of an application with metrics.
pub(crate) trait Meter: Send + Sync {
    /// Begins an invocation.
    fn begin(&self, begin: Begin<'_>) -> Arc<dyn Measure>;

    /// Measures each call of a handler.
    fn wrap(&self, service: TaskService) -> TaskService;

    /// Writes the metrics of invocations as Lambda wants them, for the application of this name.
    #[cfg(feature = "aws")]
    fn write_on_lambda(&mut self, application: &str);

    /// Hands on the metrics of invocations. Without, nobody gets them.
    #[cfg(feature = "local")]
    fn give_to(&mut self, sink: Sink);
}

/// The metrics of one invocation.
pub(crate) trait Measure: Send + Sync {
    /// Counts a record, or a whole event, that failed.
    fn failed(&self, kind: &'static str);

    /// Counts records that were handled.
    fn handled(&self, records: usize);

    /// Adds the age of a message.
    fn aged(&self, age: Duration);

    /// Adds the duration of a handler.
    fn took(&self, duration: Duration);

    /// Adds to a metric of a handler's own. The error says why it is not written: the invocation is over, or a sum is too
    /// large.
    fn put(&self, own: Own, value: f64) -> Result<(), String>;

    /// The number of warnings before this one.
    fn warnings(&self) -> usize;

    /// All metrics of handlers' own.
    #[cfg(feature = "local")]
    fn own(&self) -> Vec<Metric>;

    /// Hands on all of it.
    fn end(&self);
}

/// An invocation that begins.
pub(crate) struct Begin<'a> {
    /// The name of the application in its code.
    pub(crate) application: &'a AppName,
    pub(crate) task: &'a Arc<TaskModel>,
    pub(crate) request_id: &'a str,
    /// The number of records of the event; 0 for one without.
    pub(crate) records: usize,
}

/// Dimensions besides those of the library, by name.
pub(super) type Dimensions = Arc<[(Cow<'static, str>, String)]>;

/// A metric of a handler's own.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Own {
    pub(super) dimensions: Dimensions,
    pub(super) name: Cow<'static, str>,
    pub(super) unit: Unit,
    /// Whether its values are added up.
    pub(super) is_sum: bool,
}

/// All metrics of an invocation. Those with the same dimensions stand together, and those without any first.
#[cfg_attr(
    not(any(feature = "aws", feature = "local")),
    expect(dead_code, reason = "those who write metrics have one of these features")
)]
pub(crate) struct Report<'a> {
    pub(crate) namespace: &'a str,
    pub(crate) application: &'a str,
    pub(crate) task: &'a str,
    /// Empty outside of Lambda.
    pub(crate) request_id: &'a str,
    pub(crate) metrics: Vec<Metric>,
}

/// Takes the metrics of each invocation.
pub(crate) type Sink = Arc<dyn Fn(&Report<'_>) + Send + Sync>;

/// The meter that [`App::metrics`](crate::App::metrics) gives an application.
struct Embedded {
    namespace: MetricNamespace,
    /// The name of the application at the stage, where it is known.
    application: Option<String>,
    sink: Option<Sink>,
}

pub(super) fn meter(namespace: MetricNamespace) -> Box<dyn Meter> {
    Box::new(Embedded { namespace, application: None, sink: None })
}

/// Metrics for a test that calls a handler.
#[cfg(feature = "local")]
pub(super) fn by_hand() -> Arc<dyn Measure> {
    Arc::new(Invoked::default())
}

impl Meter for Embedded {
    fn begin(&self, begin: Begin<'_>) -> Arc<dyn Measure> {
        Arc::new(Invoked {
            namespace: self.namespace.to_string(),
            application: self.application.clone().unwrap_or_else(|| begin.application.to_string()),
            task: begin.task.id.to_string(),
            request_id: begin.request_id.to_owned(),
            records: if begin.task.trigger.reports_failures() { begin.records } else { 0 },
            sink: self.sink.clone(),
            counted: Mutex::default(),
        })
    }

    fn wrap(&self, service: TaskService) -> TaskService {
        TaskService::new(move |invocation| {
            let call = invocation.measure().map(|measure| Call::begin(measure, &invocation));
            let run = service.run(invocation);
            Box::pin(async move {
                let result = run.await;
                if let Some(call) = call {
                    call.end(&result);
                }
                result
            })
        })
    }

    #[cfg(feature = "aws")]
    fn write_on_lambda(&mut self, application: &str) {
        self.application = Some(application.to_owned());
        self.sink = Some(Arc::new(crate::lambda::write_metrics));
    }

    #[cfg(feature = "local")]
    fn give_to(&mut self, sink: Sink) {
        self.sink = Some(sink);
    }
}

/// A call of a handler. Its duration counts also where a panic or the deadline ends it.
struct Call {
    measure: Arc<dyn Measure>,
    begin: Instant,
    /// The messages, if it is one call for many.
    batch: Option<Arc<Messages>>,
    answers_request: bool,
}

impl Call {
    fn begin(measure: Arc<dyn Measure>, invocation: &Invocation) -> Call {
        let trigger = &invocation.model().trigger;
        let now = invocation.run().map(|run| run.transport().now());
        let aged = |raw: &Value| {
            if let Some((now, sent)) = now.zip(age::sent(trigger, raw)) {
                // The clocks of two machines differ: nothing is younger than new.
                measure.aged(now.duration_since(sent).unwrap_or_default());
            }
        };
        let batch = invocation.batch().cloned();
        match &batch {
            Some(batch) => batch.raw().for_each(aged),
            None => aged(invocation.raw()),
        }
        Call { begin: Instant::now(), batch, answers_request: trigger.route().is_some(), measure }
    }

    fn end(self, result: &Result<Value, BoxError>) {
        // A failure is counted where it is logged.
        let Ok(value) = result else { return };
        if self.answers_request && value["statusCode"].as_u64().is_some_and(|status| status >= 500) {
            self.measure.failed("error");
        } else {
            self.measure.handled(self.batch.as_ref().map_or(1, |batch| batch.count_handled()));
        }
    }
}

impl Drop for Call {
    fn drop(&mut self) {
        self.measure.took(self.begin.elapsed());
    }
}

/// One invocation.
#[derive(Default)]
struct Invoked {
    namespace: String,
    application: String,
    task: String,
    request_id: String,
    records: usize,
    sink: Option<Sink>,
    counted: Mutex<Counted>,
}

#[derive(Default)]
struct Counted {
    is_over: bool,
    handled: usize,
    failed: BTreeMap<&'static str, usize>,
    durations: Vec<f64>,
    ages: Vec<f64>,
    own: BTreeMap<Own, Vec<f64>>,
    warnings: usize,
}

impl Invoked {
    fn counted(&self) -> MutexGuard<'_, Counted> {
        self.counted.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Measure for Invoked {
    fn failed(&self, kind: &'static str) {
        *self.counted().failed.entry(kind).or_default() += 1;
    }

    fn handled(&self, records: usize) {
        self.counted().handled += records;
    }

    fn aged(&self, age: Duration) {
        // No service says when a message was sent more precisely.
        self.counted().ages.push(age.as_millis() as f64);
    }

    fn took(&self, duration: Duration) {
        self.counted().durations.push(millis(duration));
    }

    fn put(&self, own: Own, value: f64) -> Result<(), String> {
        let mut counted = self.counted();
        if counted.is_over {
            return Err(format!("`{}`: came after the end of its invocation; it is not written", own.name));
        }
        let (is_sum, name) = (own.is_sum, own.name.clone());
        let values = counted.own.entry(own).or_default();
        match values.first_mut() {
            Some(sum) if is_sum => match rules::out_of_range(*sum + value) {
                Some(rule) => return Err(format!("`{name}`: {rule} as its sum; {value} is not added")),
                None => *sum += value,
            },
            _ => values.push(value),
        }
        Ok(())
    }

    fn warnings(&self) -> usize {
        let mut counted = self.counted();
        counted.warnings += 1;
        counted.warnings - 1
    }

    #[cfg(feature = "local")]
    fn own(&self) -> Vec<Metric> {
        own(self.counted().own.clone()).collect()
    }

    fn end(&self) {
        let counted = std::mem::replace(&mut *self.counted(), Counted::over());
        let Some(sink) = &self.sink else { return };
        sink(&Report {
            namespace: &self.namespace,
            application: &self.application,
            task: &self.task,
            request_id: &self.request_id,
            metrics: counted.metrics(self.records),
        });
    }
}

impl Counted {
    /// The counts of an invocation that has ended.
    fn over() -> Counted {
        Counted { is_over: true, ..Counted::default() }
    }

    /// The metrics of the library, and then those of handlers.
    fn metrics(self, records: usize) -> Vec<Metric> {
        let count = |count: usize| vec![count as f64];
        let metric = |name: Cow<'static, str>, unit, values| Metric { name, unit, values, dimensions: Vec::new() };
        let failed = self.failed.values().sum();
        let mut metrics = vec![
            metric("Handled".into(), Unit::Count, count(self.handled)),
            // Also where it is 0: an alarm needs data to be calm.
            metric("Failed".into(), Unit::Count, count(failed)),
        ];
        for (kind, failed) in self.failed {
            metrics.push(metric(format!("Failed.{kind}").into(), Unit::Count, count(failed)));
        }
        if records > 0 {
            metrics.push(metric("BatchSize".into(), Unit::Count, count(records)));
        }
        metrics.push(metric("Duration".into(), Unit::Milliseconds, self.durations));
        metrics.push(metric("Age".into(), Unit::Milliseconds, self.ages));
        metrics.retain(|metric| !metric.values.is_empty());
        metrics.extend(own(self.own));
        metrics
    }
}

fn own(own: BTreeMap<Own, Vec<f64>>) -> impl Iterator<Item = Metric> {
    own.into_iter().map(|(Own { dimensions, name, unit, .. }, values)| Metric {
        name,
        unit,
        values,
        dimensions: dimensions.to_vec(),
    })
}

/// Milliseconds, with three digits behind the point.
pub(super) fn millis(duration: Duration) -> f64 {
    duration.as_micros() as f64 / 1000.0
}

#[cfg(all(test, feature = "aws", feature = "local"))]
mod tests {
    use super::*;
    use crate::{App, Context, Engine, Recorder, prelude::ScheduledEvent};

    #[tokio::test]
    async fn the_application_has_the_name_of_its_stage() {
        async fn tick(_: ScheduledEvent) -> Result<(), crate::Error> {
            Ok(())
        }
        for (stage, expected) in [(None, "shop"), (Some("shop-prod"), "shop-prod")] {
            let app = App::new("shop").metrics("Shop");
            let mut app = app.scheduled_task("Tick", crate::prelude::schedule!("rate(1 day)"), tick);
            let meter = app.meter.as_mut().unwrap();
            if let Some(stage) = stage {
                meter.write_on_lambda(stage);
            }
            let seen: Arc<Mutex<Vec<String>>> = Arc::default();
            let sink = Arc::clone(&seen);
            meter.give_to(Arc::new(move |report| {
                let Report { namespace, application, task, request_id, .. } = report;
                sink.lock().unwrap().push(format!("{namespace} {application} {task} {request_id}"));
            }));
            let context = Context { request_id: "r-1".to_owned(), ..Context::default() };
            let engine = Engine::new(app, Recorder::new()).unwrap();
            engine.invoke("Tick", Value::Null, context).await.unwrap();
            assert_eq!(*seen.lock().unwrap(), [format!("Shop {expected} Tick r-1")]);
        }
    }
}
