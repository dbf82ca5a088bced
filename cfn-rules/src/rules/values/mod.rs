//! Values that go together, within a resource or between two.

pub(crate) mod check;
mod crowded;
mod objects;
mod pipelines;
mod related;
mod runtime;
mod subnets;
mod tags;
mod texts;

pub(crate) use check::{Look, values};
pub(crate) use objects::{property, with};
pub(crate) use tags::broken_by as tags_broken_by;
