//! CloudWatch.

pub(crate) mod alarm_period;
