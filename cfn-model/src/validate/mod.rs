//! Whether a template is right: an interpreter over the schema data that understands intrinsics.

mod finding;

pub use finding::{Finding, Origin, Report, Rule, Severity};
