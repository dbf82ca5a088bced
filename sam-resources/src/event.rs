//! What starts a function: one struct for each event source, with its properties.

use cfn_model::{IntoNode, Node, Object};

pub use sources::*;

/// An event source of a function or a state machine.
///
/// It is made from one of the structs of this module. [`Event::new`] is for a source that is newer than
/// this release.
#[derive(Clone, Debug, PartialEq)]
pub struct Event {
    kind: String,
    properties: Node,
}

impl Event {
    /// An event source of any type, with the JSON of its properties.
    pub fn new(kind: impl Into<String>, properties: impl IntoNode) -> Event {
        Event { kind: kind.into(), properties: properties.into_node() }
    }
}

impl IntoNode for Event {
    fn into_node(self) -> Node {
        let mut object = Object::from_iter([("Type".to_owned(), self.kind.into_node())]);
        if self.properties.as_object().is_none_or(|properties| !properties.is_empty()) {
            object.insert("Properties".to_owned(), self.properties);
        }
        object.into_node()
    }
}

#[allow(clippy::all, clippy::allow_attributes, reason = "generated")]
mod sources {
    use cfn_model::typed as m;
    include!(concat!(env!("OUT_DIR"), "/events.rs"));
}
