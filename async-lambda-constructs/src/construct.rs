//! What a construct is.

use crate::Stack;

/// A piece of infrastructure that is more than one resource, in the user's vocabulary.
///
/// A construct is described first and added once. What it adds are ordinary resources: whoever wants to
/// change one finds it in the stack by its logical id.
pub trait Construct {
    /// What others need to refer to it: the handles of its resources.
    type Handle;

    /// Adds its resources to the stack. Implementations are `#[track_caller]`, so that a finding points at
    /// the line that added the construct.
    fn add_to(self, stack: &mut Stack) -> Self::Handle;
}
