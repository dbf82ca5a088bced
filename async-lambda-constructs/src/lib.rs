//! Constructs, synthesis and the `synth` command line.

mod construct;
mod stack;
mod synth;

pub use construct::Construct;
pub use stack::{IntoStacks, Stack};
pub use synth::{Synthesized, synthesize};
