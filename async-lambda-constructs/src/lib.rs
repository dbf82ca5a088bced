//! Constructs, synthesis and the `synth` command line.

pub mod cli;
mod construct;
pub mod explain;
mod grant;
pub mod graph;
pub mod iam;
mod managed_queue;
mod payload_bucket;
pub mod prelude;
mod stack;
mod substitution;
mod synth;

pub use cli::main;
pub use construct::Construct;
pub use grant::{BucketGrants, QueueGrants, TopicGrants};
pub use managed_queue::{ManagedQueue, ManagedQueueHandle};
pub use payload_bucket::PayloadBucket;
pub use stack::{IntoStacks, Stack};
pub use synth::{Synthesized, synthesize};
