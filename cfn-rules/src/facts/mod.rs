//! The template, looked up once: names and types, conditions, values, SAM's view and what it makes,
//! the graph of the flow.
//!
//! Nothing here knows a rule or reports a finding.

pub(crate) mod conditions;
pub(crate) mod context;
pub(crate) mod day;
mod fact;
pub(crate) mod flow;
pub(crate) mod kinds;
pub(crate) mod names;
pub(crate) mod nulls;
pub(crate) mod place;
pub(crate) mod sam;
pub(crate) mod substitution;
pub(crate) mod suggest;
pub(crate) mod text;
pub(crate) mod transformed;
pub(crate) mod uses;
pub(crate) mod values;
