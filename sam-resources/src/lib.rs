//! Typed `AWS::Serverless::*`: the resources of the Serverless Application Model, the event sources of a
//! function, its policy templates, and `Globals`.
//!
//! ```
//! use cfn_model::{Handle, LogicalId, sqs};
//! use sam_resources as sam;
//!
//! # fn main() -> Result<(), cfn_model::LogicalIdError> {
//! let jobs: sqs::QueueHandle = Handle::new(LogicalId::new("Jobs")?);
//! let worker = sam::Function::new()
//!     .handler("bootstrap")
//!     .runtime(sam::Runtime::ProvidedAl2023)
//!     .code_uri("target/worker.zip")
//!     .memory_size(512)
//!     .timeout(60)
//!     .event("Jobs", sam::event::Sqs::new(jobs.arn()).batch_size(10).report_batch_item_failures(true))
//!     .policy(sam::Policy::sqs_send_message(jobs.queue_name()));
//! # Ok(())
//! # }
//! ```
//!
//! A template with any of these needs the transform `AWS::Serverless-2016-10-31`, which `Template::add` brings with it.
//!
//! # Where to start
//!
//! - [`Function`], [`SimpleTable`], [`StateMachine`], [`Api`], [`HttpApi`], [`LayerVersion`] and the others: one struct a
//!   type, one method a property. What is inside of a property is in the module of its type: [`function`], [`api`].
//! - [`event`]: what starts a function or a state machine, added with [`Function::event`].
//! - [`Policy`]: SAM's policy templates, statements and managed policies, added with [`Function::policy`].
//! - [`Globals`]: what all functions or APIs of a template share.
#![warn(clippy::missing_errors_doc)]
#![warn(missing_docs)]

pub mod event;
mod extend;
mod policy;
#[allow(clippy::all, clippy::allow_attributes, reason = "generated")]
mod resources {
    use cfn_model::typed as m;
    include!(concat!(env!("OUT_DIR"), "/resources.rs"));
}

pub use event::Event;
pub use function::{Architectures as Architecture, Runtime};
pub use policy::Policy;
pub use resources::*;

/// The code of README.md.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
mod readme {}
