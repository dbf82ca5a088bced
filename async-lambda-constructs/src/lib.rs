//! Constructs, synthesis and the `synth` command line.

pub mod cli;
mod construct;
pub mod explain;
pub mod graph;
mod stack;
mod synth;

pub use cli::main;
pub use construct::Construct;
pub use stack::{IntoStacks, Stack};
pub use synth::{Synthesized, synthesize};
