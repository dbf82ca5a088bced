//! Objects of a template, from names and values.

use cfn_model::{Node, Object};

/// An object with these members.
pub(crate) fn object<'a>(members: impl IntoIterator<Item = (&'a str, Node)>) -> Object {
    members.into_iter().map(|(name, value)| (name.to_owned(), value)).collect()
}

/// The same as a node.
pub(crate) fn object_node<'a>(members: impl IntoIterator<Item = (&'a str, Node)>) -> Node {
    Node::Object(object(members))
}
