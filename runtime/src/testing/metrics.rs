//! Metrics that an application under test has written.

use std::sync::{Arc, Mutex, PoisonError};

use super::TestApp;
use crate::{App, metrics::Metric};

/// The metrics of all invocations so far, each with its task.
type OfTasks = Arc<Mutex<Vec<(String, Metric)>>>;

/// The metrics that an application has written; `None` for one without metrics.
#[derive(Debug)]
pub(super) struct Kept(Option<OfTasks>);

impl Kept {
    /// Keeps what an application will write.
    pub(super) fn of(app: &mut App) -> Kept {
        Kept(app.meter.as_mut().map(|meter| {
            let kept = OfTasks::default();
            let sink = Arc::clone(&kept);
            meter.give_to(Arc::new(move |report| {
                let metrics = report.metrics.iter().map(|metric| (report.task.to_owned(), metric.clone()));
                sink.lock().unwrap_or_else(PoisonError::into_inner).extend(metrics);
            }));
            kept
        }))
    }
}

impl TestApp {
    /// The metrics of all invocations of a task, in their order: those of the library and those of handlers. A metric is
    /// there once for each invocation.
    ///
    /// A message that a test sends has no time, and so no `Age`; an event of [`TestApp::run`] may have one.
    ///
    /// # Panics
    ///
    /// If the application has no metrics: [`App::metrics`](crate::App::metrics).
    ///
    /// ```
    /// use async_lambda::{prelude::*, testing::TestApp};
    ///
    /// async fn tick(_: ScheduledEvent, metrics: Metrics) -> Result<(), Error> {
    ///     metrics.count("Ticks", 1);
    ///     Ok(())
    /// }
    ///
    /// # tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap().block_on(async {
    /// let app = App::new("demo").metrics("Demo").scheduled_task("Tick", schedule!("rate(1 day)"), tick);
    /// let app = TestApp::new(app);
    /// app.run_schedule("Tick").await.unwrap();
    /// assert_eq!(app.metric_values("Tick", "Ticks"), [1.0]);
    /// assert_eq!(app.metric_values("Tick", "Failed"), [0.0]);
    /// # });
    /// ```
    #[track_caller]
    pub fn metrics(&self, task: &str) -> Vec<Metric> {
        let kept = self.metrics.0.as_ref();
        let kept = kept.unwrap_or_else(|| panic!("the application must have metrics: `.metrics(\"Namespace\")`"));
        let kept = kept.lock().unwrap_or_else(PoisonError::into_inner);
        kept.iter().filter(|(of, _)| of == task).map(|(_, metric)| metric.clone()).collect()
    }

    /// The values of one metric in all invocations of a task, whatever their dimensions.
    ///
    /// # Panics
    ///
    /// As [`TestApp::metrics`].
    #[track_caller]
    pub fn metric_values(&self, task: &str, name: &str) -> Vec<f64> {
        self.metrics(task).into_iter().filter(|metric| metric.name == name).flat_map(|metric| metric.values).collect()
    }
}
