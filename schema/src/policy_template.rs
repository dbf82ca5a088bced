//! The policy templates of SAM.
//!
//! `policies.txt` has a line for each template: its name, then the names of its parameters.

const TEXT: &str = include_str!("../data/policies.txt");

/// A policy template of SAM: a short form of a policy, in `Policies` of a function or a state machine.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PolicyTemplate {
    line: &'static str,
}

impl PolicyTemplate {
    pub(crate) fn all() -> impl Iterator<Item = PolicyTemplate> {
        TEXT.lines().filter(|line| !line.starts_with('#')).map(|line| PolicyTemplate { line })
    }

    /// The name: `SQSPollerPolicy`.
    pub fn name(self) -> &'static str {
        self.line.split(' ').next().unwrap_or_default()
    }

    /// The names of its parameters, all of which are required: `QueueName`.
    pub fn parameters(self) -> impl Iterator<Item = &'static str> {
        self.line.split(' ').skip(1)
    }
}
