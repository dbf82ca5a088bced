//! Writes the Rust types of CloudFormation and SAM resources out of the facts of `cfn-schema`.
//!
//! It is for build scripts: `cfn-model` and `sam-resources` call it, and the text goes into `OUT_DIR`.

mod boxes;
mod emit;
mod facts;
mod lower;
pub mod model;
pub mod names;
mod overrides;
mod paths;
mod sam;
mod service;
mod shape;

pub use cfn_schema::{PolicyTemplate, policy_templates};
pub use emit::Writer;
pub use lower::resource;
pub use sam::{sam_events, sam_resources};
pub use service::{MISC, Service, services, write_if_changed, write_services};
