//! Metrics of a function.

use cfn_model::Value;

use super::Metric;
use crate::FunctionHandle;

/// What Lambda counts of a function, once a minute.
pub trait FunctionMetrics {
    /// One of its metrics, by the name that Lambda gives it, as an average.
    fn metric(&self, name: &str) -> Metric;

    /// How often it was invoked in the period.
    fn metric_invocations(&self) -> Metric {
        self.metric("Invocations").statistic("Sum").label("invocations")
    }

    /// How many of its invocations failed in the period. A batch in which only some messages failed
    /// does not count.
    fn metric_errors(&self) -> Metric {
        self.metric("Errors").statistic("Sum").label("errors")
    }

    /// How often Lambda refused to invoke it in the period, since too many of its invocations were running.
    fn metric_throttles(&self) -> Metric {
        self.metric("Throttles").statistic("Sum").label("throttles")
    }

    /// How long its invocations take, in milliseconds: the 99th percentile.
    fn metric_duration(&self) -> Metric {
        self.metric("Duration").statistic("p99").label("duration p99, ms")
    }

    /// How many of its invocations run at once, at most.
    fn metric_concurrency(&self) -> Metric {
        self.metric("ConcurrentExecutions").statistic("Maximum").label("concurrent")
    }
}

impl FunctionMetrics for FunctionHandle {
    fn metric(&self, name: &str) -> Metric {
        of_function(self.reference(), name)
    }
}

/// A metric of the function of this name.
pub(crate) fn of_function(function_name: Value<String>, metric: &str) -> Metric {
    Metric::new("AWS/Lambda", metric).dimension("FunctionName", function_name)
}
