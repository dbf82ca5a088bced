//! Matches and captured values.

use std::ops::Index;

use cfn_model::Node;

/// A resource, an output or another entry of a section that matches.
///
/// ```
/// use async_lambda_constructs::{prelude::*, testing::*};
///
/// # let mut stack = Stack::new("orders");
/// stack.add("Jobs", sqs::Queue::new().queue_name("jobs"));
/// let jobs = stack.assert_has_one(sqs::Queue::new().queue_name(capture("name")));
/// assert_eq!(jobs.logical_id, "Jobs");
/// assert_eq!(jobs.definition["Properties"], json!({"QueueName": "jobs"}));
/// assert_eq!(jobs.captures["name"], json!("jobs"));
/// ```
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Match<'t> {
    /// The logical id: its name in the section.
    pub logical_id: &'t str,
    /// The definition: of a resource `Type`, `Properties` and what is beside them.
    pub definition: &'t Node,
    /// The values that [`capture`](super::capture()) took.
    pub captures: Captures,
}

/// The values that were captured, by name: `captures["name"]`.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Captures(pub(super) Vec<(String, Node)>);

impl Captures {
    /// The first value of this name.
    pub fn get(&self, name: &str) -> Option<&Node> {
        self.all(name).next()
    }

    /// All values of this name, in the order of the pattern: for a name that stands in it several times.
    pub fn all(&self, name: &str) -> impl Iterator<Item = &Node> {
        self.0.iter().filter(move |(known, _)| known == name).map(|(_, value)| value)
    }
}

/// The first value of the name.
///
/// # Panics
///
/// If the pattern has no capture of this name.
impl Index<&str> for Captures {
    type Output = Node;

    #[track_caller]
    fn index(&self, name: &str) -> &Node {
        match self.get(name) {
            Some(value) => value,
            None => panic!("the pattern has no capture `{name}`"),
        }
    }
}
