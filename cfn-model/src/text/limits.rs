//! How much text a reader takes on.

use super::error::{ErrorKind, Fault};

/// What a reader refuses, so that a hostile text costs bounded time and memory.
///
/// CloudFormation itself takes templates of 1 MB.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// The longest text, in bytes; what YAML's aliases repeat may be as long again. By default 32 MiB.
    pub bytes: usize,
    /// How deep lists, objects and short forms may stand in each other. By default 128; more than
    /// [`Limits::MAX_DEPTH`] counts as that.
    pub depth: usize,
    /// The most values, counting each again wherever a YAML alias repeats it. By default 500,000: as many as
    /// the shortest fit into the megabyte that CloudFormation takes.
    pub nodes: usize,
}

impl Limits {
    /// The deepest nesting that any setting allows: 256. A [`Node`](crate::Node) is dropped,
    /// cloned and compared recursively, and this much fits on the 2 MiB of a thread even without optimization.
    pub const MAX_DEPTH: usize = 256;
    /// How many bytes the keys on the way to a value may have together: 4096. Everything that is said of a value
    /// repeats them. CloudFormation's own names have up to 255.
    pub const MAX_PATH: usize = 4096;
}

impl Default for Limits {
    fn default() -> Limits {
        Limits { bytes: 32 * 1024 * 1024, depth: 128, nodes: 500_000 }
    }
}

/// What a reader has used up of its limits.
pub(super) struct Budget {
    max_depth: usize,
    depth: usize,
    max_nodes: usize,
    nodes: usize,
    max_bytes: usize,
    /// How many bytes aliases have repeated.
    repeated: usize,
    /// How many bytes the keys have on the way to the current value.
    path: usize,
}

impl Budget {
    /// Refuses a text that is too long.
    pub(super) fn new(text: &str, limits: &Limits) -> Result<Budget, Box<Fault>> {
        if text.len() > limits.bytes {
            return Err(Fault::nowhere(ErrorKind::TooLong { limit: limits.bytes, bytes: text.len() }));
        }
        let max_depth = limits.depth.min(Limits::MAX_DEPTH);
        let (max_nodes, max_bytes) = (limits.nodes, limits.bytes);
        Ok(Budget { max_depth, depth: 0, max_nodes, nodes: 0, max_bytes, repeated: 0, path: 0 })
    }

    /// Counts a value, whose text begins at `at`.
    pub(super) fn node(&mut self, at: usize) -> Result<(), Box<Fault>> {
        self.nodes += 1;
        if self.nodes > self.max_nodes {
            return Err(Fault::at(at, ErrorKind::TooManyNodes { limit: self.max_nodes }));
        }
        Ok(())
    }

    /// Counts a text that stands elsewhere and is repeated at `at`.
    pub(super) fn repeat(&mut self, at: usize, text: &str) -> Result<(), Box<Fault>> {
        self.repeated += text.len();
        if self.repeated > self.max_bytes {
            return Err(Fault::at(at, ErrorKind::TooMuchRepeated { limit: self.max_bytes }));
        }
        Ok(())
    }

    /// Goes on to the value of a key, which begins at `at`.
    pub(super) fn key(&mut self, at: usize, length: usize) -> Result<(), Box<Fault>> {
        self.path += length;
        if self.path > Limits::MAX_PATH {
            return Err(Fault::at(at, ErrorKind::PathTooLong { limit: Limits::MAX_PATH }));
        }
        Ok(())
    }

    /// Comes back from the value of a key of this length.
    pub(super) fn key_done(&mut self, length: usize) {
        self.path -= length;
    }

    /// The error of a parser that counts levels itself, and reads ahead.
    pub(super) fn too_deep(&self) -> ErrorKind {
        ErrorKind::TooDeep { limit: self.max_depth }
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
