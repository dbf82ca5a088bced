//! How much text a reader takes on.

use super::error::{ErrorKind, Fault};

/// What a reader refuses, so that a hostile text costs bounded time and memory.
///
/// CloudFormation itself takes templates of 1 MB.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// The longest text, in bytes. By default 32 MiB.
    pub bytes: usize,
    /// How deep lists, objects and short forms may stand in each other. By default 128; more than
    /// [`Limits::MAX_DEPTH`] counts as that. YAML's lists in brackets and objects in braces end at 255.
    pub depth: usize,
    /// The most values, counting each again wherever a YAML alias repeats it. By default 1,000,000.
    pub nodes: usize,
}

impl Limits {
    /// The deepest nesting that any setting allows: 256. A [`Node`](crate::Node) is dropped,
    /// cloned and compared recursively, and this much fits on the 2 MiB of a thread even without optimization.
    pub const MAX_DEPTH: usize = 256;
}

impl Default for Limits {
    fn default() -> Limits {
        Limits { bytes: 32 * 1024 * 1024, depth: 128, nodes: 1_000_000 }
    }
}

/// What a reader has used up of its limits.
pub(super) struct Budget {
    max_depth: usize,
    depth: usize,
    max_nodes: usize,
    nodes: usize,
}

impl Budget {
    /// Refuses a text that is too long.
    pub(super) fn new(text: &str, limits: &Limits) -> Result<Budget, Box<Fault>> {
        if text.len() > limits.bytes {
            return Err(Fault::nowhere(ErrorKind::TooLong { limit: limits.bytes, bytes: text.len() }));
        }
        let max_depth = limits.depth.min(Limits::MAX_DEPTH);
        Ok(Budget { max_depth, depth: 0, max_nodes: limits.nodes, nodes: 0 })
    }

    /// Counts a value, whose text begins at `at`.
    pub(super) fn node(&mut self, at: usize) -> Result<(), Box<Fault>> {
        self.nodes += 1;
        if self.nodes > self.max_nodes {
            return Err(Fault::at(at, ErrorKind::TooManyNodes { limit: self.max_nodes }));
        }
        Ok(())
    }

    /// That the parser of YAML has met more open brackets and braces than it can count.
    pub(super) fn too_many_brackets(&self) -> ErrorKind {
        ErrorKind::TooDeep { limit: self.max_depth.min(u8::MAX.into()) }
    }

    /// Goes into a list or an object that begins at `at`.
    pub(super) fn enter(&mut self, at: usize) -> Result<(), Box<Fault>> {
        self.depth += 1;
        if self.depth > self.max_depth {
            return Err(Fault::at(at, ErrorKind::TooDeep { limit: self.max_depth }));
        }
        Ok(())
    }

    /// Comes out again.
    pub(super) fn leave(&mut self) {
        self.depth -= 1;
    }
}
