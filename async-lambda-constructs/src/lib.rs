//! Constructs, synthesis and the `synth` command line.

mod construct;
pub mod iam;
mod stack;
mod substitution;
mod synth;

pub use construct::Construct;
pub use stack::{IntoStacks, Stack};
pub use synth::{Synthesized, synthesize};
