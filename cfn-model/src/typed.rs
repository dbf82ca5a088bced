//! What the generated modules are made of. Not for use by hand: everything here that is public has its
//! own place in the crate.

pub use std::{
    boxed::Box,
    cmp::PartialEq,
    convert::{From, Into},
    default::Default,
    fmt::{Debug, Formatter, Result as FmtResult},
    option::Option,
    string::String,
};

pub use crate::{
    Handle, IntoNode, List, LogicalId, Map, Node, Object, ResourceType, StringEnum, Value, intrinsic::get_att,
};

/// The properties of a resource while they are written.
#[derive(Default)]
pub struct Properties(Object);

impl Properties {
    /// No property yet.
    pub fn new() -> Properties {
        Properties::default()
    }

    /// A property that must be there.
    pub fn value<T: IntoNode>(&mut self, name: &str, value: Value<T>) {
        self.node(name, value.into_node());
    }

    /// A property that may be there.
    pub fn optional<T: IntoNode>(&mut self, name: &str, value: Option<Value<T>>) {
        if let Some(value) = value {
            self.node(name, value.into_node());
        }
    }

    /// A free-form property that must be there.
    pub fn node(&mut self, name: &str, value: Node) {
        self.0.insert(name.to_owned(), value);
    }

    /// A free-form property that may be there.
    pub fn optional_node(&mut self, name: &str, value: Option<Node>) {
        if let Some(value) = value {
            self.node(name, value);
        }
    }

    /// The object.
    pub fn finish(self) -> Node {
        Node::Object(self.0)
    }
}

/// An attribute of a resource.
pub fn attribute<T>(resource: &LogicalId, name: &str) -> Value<T> {
    get_att(resource.as_str(), name)
}

/// An attribute of a resource whose name is not known beforehand: an output of a nested stack.
pub fn entry<T>(resource: &LogicalId, stem: &str, name: &str) -> Value<T> {
    get_att(resource.as_str(), format!("{stem}{name}"))
}

/// A struct as its name and its properties.
pub fn debug(name: &str, value: impl IntoNode, f: &mut Formatter<'_>) -> FmtResult {
    let mut debug = f.debug_struct(name);
    if let Node::Object(object) = value.into_node() {
        object.iter().for_each(|(property, value)| {
            debug.field(property, value);
        });
    }
    debug.finish()
}

/// Whether two structs stand for the same JSON.
pub fn same<T: IntoNode>(left: T, right: T) -> bool {
    left.into_node() == right.into_node()
}

/// Sets a property.
pub fn set<T>(field: &mut Option<Value<T>>, value: impl Into<Value<T>>) {
    *field = Some(value.into());
}

/// The text of an enum.
pub fn text(value: &impl StringEnum) -> Node {
    Node::String(value.as_str().to_owned())
}
