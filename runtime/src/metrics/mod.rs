//! Metrics of an application: what CloudWatch makes of a line in its embedded metric format.
//!
//! The engine knows two traits, `Meter` and `Measure`. Only [`App::metrics`] names what implements them, so that a
//! bootstrap without it has none of that code.

mod age;
#[cfg(any(feature = "aws", feature = "local"))]
mod emf;
mod measure;
mod rules;
mod unit;

use std::{borrow::Cow, fmt, sync::Arc, time::Duration};

use async_lambda_model::{MetricNamespace, NameError, Origin, Problem};

#[cfg(any(feature = "aws", feature = "local"))]
pub(crate) use emf::documents;
#[cfg(any(feature = "aws", feature = "local"))]
pub(crate) use measure::Report;
pub(crate) use measure::{Begin, Measure, Meter};
use measure::{Dimensions, Own};
pub use unit::{MetricValue, Unit};

use crate::{
    App, Error, FromInvocation,
    extract::{Edge, Invocation},
    trigger::Trigger,
};

impl App {
    /// Writes metrics: each invocation of a function ends with a line in CloudWatch's embedded metric format, of which
    /// CloudWatch makes metrics in this namespace. They have the dimensions `Application` and `Task`: how many messages were
    /// handled and failed, and how, how long handlers took, and how old messages were. `docs/guide/metrics.md` has the list.
    /// Handlers add their own with [`Metrics`].
    ///
    /// The namespace is 1 to 255 letters, digits, spaces and `.-_/#:`, and does not begin with `AWS/` or `:`. A string is
    /// checked at synth; an invalid literal of [`MetricNamespace`] does not compile.
    ///
    /// ```
    /// use async_lambda::{model::MetricNamespace, prelude::*};
    ///
    /// async fn tick(_: ScheduledEvent) -> Result<(), Error> { Ok(()) }
    ///
    /// const SHOP: MetricNamespace = MetricNamespace::literal("Shop");
    /// let app = App::new("shop").metrics(SHOP).scheduled_task("Tick", schedule!("rate(1 day)"), tick);
    /// assert!(app.model().is_ok());
    ///
    /// let problems = App::new("shop").metrics("AWS/Shop").model().unwrap_err();
    /// assert!(problems[0].to_string().contains("metrics namespace `AWS/Shop`: must be 1 to 255 letters"));
    /// ```
    #[track_caller]
    pub fn metrics<N>(mut self, namespace: N) -> App
    where
        N: TryInto<MetricNamespace>,
        N::Error: Into<NameError>,
    {
        let namespace = namespace.try_into().unwrap_or_else(|error| {
            self.problems.push(Problem::Name { source: error.into(), origin: Origin::caller() });
            // The application does not run. Handlers that take metrics are no further problems.
            const { MetricNamespace::literal("Invalid") }
        });
        self.meter = Some(measure::meter(namespace));
        self
    }
}

/// The most values of an invocation that are named in the log because they are not written.
const MOST_WARNINGS: usize = 10;

/// The metrics of an application, which a handler adds its own to. They are written at the end of the invocation, also where
/// the handler fails; all records of a batch add to the same ones.
///
/// The application must have a namespace for them, [`App::metrics`]: a handler that takes them without is an error at synth
/// and at the start. They have the dimensions `Application` and `Task`, and those that [`dimension`](Metrics::dimension)
/// adds.
///
/// ```
/// use std::time::Instant;
///
/// use async_lambda::{metrics::Unit, prelude::*};
///
/// # struct Pay; impl Task for Pay { const ID: &'static str = "Pay"; type Payload = String; }
/// async fn pay(event: ManagedSqsEvent<Pay>, metrics: Metrics) -> Result<(), Error> {
///     let begin = Instant::now();
///     metrics.put("OrderSize", event.payload.len(), Unit::Bytes);
///     metrics.duration("Bank", begin.elapsed());
///     metrics.dimension("Currency", "EUR").count("OrdersPaid", 1);
///     Ok(())
/// }
///
/// let app = App::new("shop").metrics("Shop").async_task(Pay, pay);
/// # assert!(app.model().is_ok());
/// ```
///
/// What CloudWatch does not take is not written, and a WARN in the log says why: a name that is not 1 to 255 printable ASCII
/// characters, or that begins with `:`; a value that is no number or beyond ±2³⁶⁰; a name that the line has already:
/// `Handled`, `Failed`, `Failed.*`, `Duration`, `Age`, `BatchSize`, `Application`, `Task`, `_aws`, `timestamp`, `level`,
/// `message` and `requestId`. It is no error: metrics do not fail a handler.
///
/// In a test, a handler is called with [`Metrics::new`].
#[derive(Clone)]
pub struct Metrics {
    measure: Arc<dyn Measure>,
    /// `None` after a dimension that CloudWatch does not take.
    dimensions: Option<Dimensions>,
}

/// One metric of an invocation.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Metric {
    /// The name.
    pub name: Cow<'static, str>,
    /// The unit of the values.
    pub unit: Unit,
    /// The values, in the order in which they came; of a count the one sum.
    pub values: Vec<f64>,
    /// The dimensions besides `Application` and `Task`, by name.
    pub dimensions: Vec<(Cow<'static, str>, String)>,
}

impl Metrics {
    fn of(measure: Arc<dyn Measure>) -> Metrics {
        Metrics { measure, dimensions: Some(Arc::default()) }
    }

    /// Adds to a count, with the unit `Count`. What an invocation counts under one name and the same dimensions is one
    /// value: the sum.
    pub fn count(&self, name: impl Into<Cow<'static, str>>, by: impl MetricValue) {
        self.add(name.into(), by.into_f64(), Unit::Count, true);
    }

    /// Adds a value. CloudWatch gets each of them, and makes average, maximum and percentiles of them. A line takes up to
    /// 100 values of a metric: count what there are thousands of in one invocation.
    pub fn put(&self, name: impl Into<Cow<'static, str>>, value: impl MetricValue, unit: Unit) {
        self.add(name.into(), value.into_f64(), unit, false);
    }

    /// Adds a duration, in milliseconds with three digits behind the point.
    pub fn duration(&self, name: impl Into<Cow<'static, str>>, duration: Duration) {
        self.add(name.into(), measure::millis(duration), Unit::Milliseconds, false);
    }

    /// The same metrics with one more dimension: every value of a dimension is a metric of its own, which is billed as one.
    /// A second value for a name replaces the first.
    ///
    /// A name has 1 to 255 printable ASCII characters, a value 1 to 1,024 of them, not only spaces; a name does not begin
    /// with `:`, and must not be in the line already. There are up to 28. With a wrong one, nothing is written, and a WARN
    /// in the log says why.
    #[must_use]
    pub fn dimension(&self, name: impl Into<Cow<'static, str>>, value: impl Into<String>) -> Metrics {
        let (name, value) = (name.into(), value.into());
        let dimensions = self.dimensions.as_ref().and_then(|dimensions| {
            let mut dimensions = dimensions.to_vec();
            dimensions.retain(|(known, _)| *known != name);
            if let Some(rule) = rules::dimension(&name, &value, dimensions.len()) {
                self.complain(&format!("dimension `{}`: {rule}; its metrics are not written", rules::shown(&name)));
                return None;
            }
            let place = dimensions.partition_point(|(known, _)| *known < name);
            dimensions.insert(place, (name, value));
            Some(dimensions.into())
        });
        Metrics { measure: Arc::clone(&self.measure), dimensions }
    }

    fn add(&self, name: Cow<'static, str>, value: f64, unit: Unit, is_sum: bool) {
        // Somebody was told of the dimension.
        let Some(dimensions) = &self.dimensions else { return };
        if let Some(rule) = rules::metric(&name, value, dimensions) {
            self.complain(&format!("`{}`: {rule}; it is not written", rules::shown(&name)));
            return;
        }
        let dimensions = Arc::clone(dimensions);
        if let Err(reason) = self.measure.put(Own { dimensions, name, unit, is_sum }, value) {
            self.complain(&reason);
        }
    }

    /// Warns, a few times in an invocation.
    fn complain(&self, warning: &str) {
        match self.measure.warnings() {
            count if count < MOST_WARNINGS => tracing::warn!("metrics: {warning}"),
            MOST_WARNINGS => tracing::warn!("metrics: further warnings of this invocation are not logged"),
            _ => {}
        }
    }
}

#[cfg(feature = "local")]
impl Default for Metrics {
    fn default() -> Self {
        Metrics::new()
    }
}

#[cfg(feature = "local")]
impl Metrics {
    /// Metrics for a test that calls a handler: they are kept, for [`recorded`](Metrics::recorded).
    pub fn new() -> Metrics {
        Metrics::of(measure::by_hand())
    }

    /// The values that were added so far, by dimensions, name and unit.
    ///
    /// ```
    /// use async_lambda::prelude::*;
    ///
    /// async fn tick(_: ScheduledEvent, metrics: Metrics) -> Result<(), Error> {
    ///     metrics.count("Ticks", 1);
    ///     Ok(())
    /// }
    ///
    /// # tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap().block_on(async {
    /// let metrics = Metrics::new();
    /// tick(ScheduledEvent::at("2026-11-23T09:00:00Z"), metrics.clone()).await.unwrap();
    /// assert_eq!((&*metrics.recorded()[0].name, &*metrics.recorded()[0].values), ("Ticks", &[1.0][..]));
    /// # });
    /// ```
    pub fn recorded(&self) -> Vec<Metric> {
        self.measure.own()
    }
}

impl fmt::Debug for Metrics {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Metrics").field("dimensions", &self.dimensions).finish_non_exhaustive()
    }
}

impl<Tr: Trigger> FromInvocation<Tr> for Metrics {
    const EDGES: &'static [Edge] = &[Edge::metrics()];

    async fn from_invocation(invocation: &Invocation) -> Result<Self, Error> {
        // A handler's own metrics were found to be there. An extractor that somebody wrote by hand can hide the edge.
        let measure = invocation.measure().ok_or_else(|| {
            let task = invocation.task();
            format!("task `{task}`: the application has no metrics, or an extractor takes them without the edge")
        })?;
        Ok(Metrics::of(measure))
    }
}
