//! The template, looked up once: names and types, conditions, values, SAM's view, the graph of the flow.
//!
//! Nothing here knows a rule or reports a finding.

pub(crate) mod conditions;
pub(crate) mod context;
pub(crate) mod day;
pub(crate) mod find_in_map;
pub(crate) mod flow;
pub(crate) mod kinds;
pub(crate) mod names;
pub(crate) mod nulls;
pub(crate) mod place;
pub(crate) mod resolve;
pub(crate) mod sam;
pub(crate) mod substitution;
pub(crate) mod suggest;
pub(crate) mod text;
pub(crate) mod uses;
pub(crate) mod value;
