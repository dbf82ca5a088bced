//! References between resources: what they lead to, and what depends on what.

pub(crate) mod circular_dependency;
pub(crate) mod conditional_resource;
pub(crate) mod duplicate_identifier;
pub(crate) mod redundant_dependency;
