//! Route 53.

pub(crate) mod alias_ttl;
pub(crate) mod health_check_alarm;
pub(crate) mod record_outside_zone;
pub(crate) mod record_values;
